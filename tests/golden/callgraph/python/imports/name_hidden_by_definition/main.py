from lib import f
def f(): pass
f()
