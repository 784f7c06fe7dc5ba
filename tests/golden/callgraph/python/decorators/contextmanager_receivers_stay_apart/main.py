from contextlib import contextmanager
class Base:
    @contextmanager
    def held(self):
        self.start()
        yield self
    def start(self): pass
class A(Base):
    def go(self): pass
class B(Base):
    def go(self): pass
def first():
    with A().held() as a:
        a.go()
def second():
    b = B()
    with b.held() as same:
        same.go()
first()
second()
