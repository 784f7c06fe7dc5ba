class Lazy:
    def __init__(self, fn): self.fn = fn
    def __get__(self, instance, owner):
        if instance is None:
            return self
        return self.fn(instance)
class Base:
    @Lazy
    def data(self): return self.load()
    def load(self): return 1
class Kid(Base):
    def load(self): return 2
def kid():
    return str(Kid().data)
kid()
