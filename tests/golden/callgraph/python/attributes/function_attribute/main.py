def a(): pass
def f(): pass
f.hook = a
f.hook()
