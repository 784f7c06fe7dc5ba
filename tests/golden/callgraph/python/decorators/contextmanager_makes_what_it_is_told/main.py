from contextlib import contextmanager
class A:
    def __init__(self): pass
    def go(self): pass
    def end(self): pass
class B:
    def __init__(self): pass
    def go(self): pass
    def end(self): pass
@contextmanager
def made(cls):
    it = cls()
    try:
        yield it
    finally:
        it.end()
def first():
    with made(A) as a:
        a.go()
def second():
    with made(B) as b:
        b.go()
first()
second()
