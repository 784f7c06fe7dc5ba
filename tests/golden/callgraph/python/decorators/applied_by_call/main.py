class Cat:
    def speak(self): pass
class Dog:
    def speak(self): pass
def deco(f):
    def wrapper(*args):
        return f(*args)
    return wrapper
def make_cat():
    return Cat()
def make_dog():
    return Dog()
cat = deco(make_cat)
dog = deco(make_dog)
def one():
    cat().speak()
def two():
    dog().speak()
one()
two()
