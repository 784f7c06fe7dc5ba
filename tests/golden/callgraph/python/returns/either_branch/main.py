import sys
def a(): pass
def b(): pass
def pick(flag):
    if flag:
        return a
    return b
pick(len(sys.argv) > 100)()
