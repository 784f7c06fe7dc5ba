def a(x):
    return True
list(filter(a, [1]))
