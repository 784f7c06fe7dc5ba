import contextlib
class A:
    @contextlib.contextmanager
    def hold(self):
        self.start()
        yield self
        self.stop()
    def start(self): pass
    def stop(self): pass
    def run(self): pass
with A().hold() as held:
    held.run()
