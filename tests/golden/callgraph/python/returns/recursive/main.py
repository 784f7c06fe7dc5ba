def a(): pass
def pick(n):
    if n == 0:
        return a
    return pick(n - 1)
pick(3)()
