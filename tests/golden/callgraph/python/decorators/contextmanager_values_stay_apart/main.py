from contextlib import contextmanager
class A:
    def go(self): pass
class B:
    def go(self): pass
@contextmanager
def keep(value):
    yield value
def first():
    with keep(A()) as a:
        a.go()
def second():
    with keep(B()) as b:
        b.go()
first()
second()
