from contextlib import ExitStack
class M:
    def __enter__(self): return self
    def __exit__(self, *rest): return None
    def run(self): return 1
class Holder:
    def __init__(self):
        self.stack = ExitStack()
    def put(self):
        return self.stack.enter_context(M())
def done(): return 2
def bare():
    stack = ExitStack()
    stack.callback(done)
    stack.enter_context(M()).run()
    stack.close()
bare()
holder = Holder()
holder.put().run()
holder.stack.close()
