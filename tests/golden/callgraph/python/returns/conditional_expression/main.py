import sys
def a(): pass
def b(): pass
def pick(flag):
    return a if flag else b
pick(sys.argv == 1)()
