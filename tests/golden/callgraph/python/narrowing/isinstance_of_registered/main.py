from abc import ABC
class Base(ABC):
    def m(self): pass
@Base.register
class Virtual:
    def m(self): pass
class Late:
    def m(self): pass
Base.register(Late)
def use(x):
    if isinstance(x, Base):
        x.m()
use(Virtual())
use(Late())
