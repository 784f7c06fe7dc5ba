def deco(f):
    def wrapper(*args):
        f(*args)
    return wrapper
class Plain:
    @deco
    def run(self, action):
        action()
class Loud:
    @deco
    def run(self, action):
        action()
def quiet(): pass
def shout(): pass
Plain().run(quiet)
Loud().run(shout)
