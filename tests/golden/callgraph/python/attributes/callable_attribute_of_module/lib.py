def a(): pass
f = a
