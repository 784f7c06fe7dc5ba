class Meta(type):
    def make(cls):
        return cls()
class C(metaclass=Meta):
    def m(self): pass
C.make().m()
