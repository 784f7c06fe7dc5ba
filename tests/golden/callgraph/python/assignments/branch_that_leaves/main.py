import sys
def a(): pass
def b(): pass
def run(flag):
    f = a
    if flag:
        f = b
        return
    f()
run(False)
