def a(): pass
f = lambda: lambda: a()
f()()
