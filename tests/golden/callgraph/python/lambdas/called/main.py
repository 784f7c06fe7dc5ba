def a(): pass
f = lambda: a()
f()
