from functools import update_wrapper
def deco(f):
    def inner(*args):
        return f(*args)
    return update_wrapper(inner, f)
@deco
def a(): pass
class B:
    @deco
    def run(self): pass
    def go(self):
        self.run()
a()
B().go()
