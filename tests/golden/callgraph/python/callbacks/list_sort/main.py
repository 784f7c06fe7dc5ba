def a(x):
    return x
xs = [2, 1]
xs.sort(key=a)
