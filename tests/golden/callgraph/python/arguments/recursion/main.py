def a(): pass
def walk(n, f):
    if n:
        walk(n - 1, f)
    else:
        f()
walk(2, a)
