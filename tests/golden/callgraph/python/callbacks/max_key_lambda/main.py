def a(x):
    return x
max([1, 2], key=lambda x: a(x))
