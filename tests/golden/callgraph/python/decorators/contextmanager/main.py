import contextlib
def a(): pass
@contextlib.contextmanager
def manage():
    yield a
def run():
    with manage() as f:
        f()
run()
