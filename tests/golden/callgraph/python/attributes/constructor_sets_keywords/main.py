class Options:
    def __init__(self, **given):
        for name, value in given.items():
            setattr(self, name, value)
    def start(self): self.first()
    def stop(self): self.second()
class Other(Options): pass
def f(): pass
def g(): pass
def h(): pass
def started(options): options.start()
started(Options(first=f, second=g))
Options(first=f, second=g).stop()
Other(first=h)
