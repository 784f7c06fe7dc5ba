from tools import deco
@deco
def a(): pass
a()
