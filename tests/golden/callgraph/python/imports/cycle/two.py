import one
def step():
    one.leaf()
