def a(): pass
def one():
    return a
def two():
    return one
def three():
    return two()
three()()
