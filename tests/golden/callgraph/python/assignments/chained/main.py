def a(): pass
x = y = a
x()
y()
