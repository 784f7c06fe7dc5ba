def a(): pass
def pick():
    return a
pick()()
