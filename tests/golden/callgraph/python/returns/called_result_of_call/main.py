def a(): pass
def one():
    return a
def two():
    return one()
two()()
