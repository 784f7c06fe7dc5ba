import contextlib
class M:
    def __enter__(self): return self
    def __exit__(self, *rest): return None
    def run(self): return 1
def done(): return 2
with contextlib.ExitStack() as stack:
    m = stack.enter_context(M())
    m.run()
    stack.callback(done)
