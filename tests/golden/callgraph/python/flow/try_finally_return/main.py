def a(): return 1
def b(): return 2
def choose():
    try:
        return a
    finally:
        pass
choose()()
