def a(): pass
def pick():
    return a
fs = [pick() for _ in range(1)]
fs[0]()
