import contextlib
@contextlib.contextmanager
def around():
    begin()
    yield
def begin(): pass
@around()
def work(): return 1
work()
