def a(): pass
def b(): pass
def c(): pass
class Base:
    handle = a
    def __init__(self, handle=None):
        if handle:
            self.handle = handle
    def call(self):
        return self.handle()
class Below(Base):
    handle = staticmethod(b)
Base(c).call()
Below().call()
Base.handle()
