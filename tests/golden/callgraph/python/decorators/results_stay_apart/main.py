class Cat:
    def speak(self): pass
class Dog:
    def speak(self): pass
def deco(f):
    def wrapper():
        return f()
    return wrapper
@deco
def cat():
    return Cat()
@deco
def dog():
    return Dog()
def one():
    cat().speak()
def two():
    dog().speak()
one()
two()
