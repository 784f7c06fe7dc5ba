class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return names()
    def __new__(mcs, name, bases, namespace):
        cls = super().__new__(mcs, name, bases, namespace)
        cls.made = made
        return cls
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls.register()
    def register(cls): pass
def names(): return {}
def made(): pass
class First(metaclass=Meta): pass
class Second(First): pass
class Plain: pass
def inside():
    class Third(Second): pass
    return Third
inside()
