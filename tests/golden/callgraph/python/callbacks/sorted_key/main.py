def a(x):
    return x
sorted([2, 1], key=a)
