def a(): pass
def b(): pass
def apply(f=a, *, g=a):
    f()
    g()
apply(b, g=b)
class Base:
    def run(self): pass
class Own(Base):
    def run(self): pass
def start(what: Base = Own()):
    what.run()
