def a(): pass
b = a
b()
