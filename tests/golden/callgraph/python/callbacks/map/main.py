def a(x): pass
list(map(a, [1]))
