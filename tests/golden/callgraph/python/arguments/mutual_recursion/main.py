def a(): pass
def even(n, f):
    return f() if n == 0 else odd(n - 1, f)
def odd(n, f):
    return None if n == 0 else even(n - 1, f)
even(4, a)
