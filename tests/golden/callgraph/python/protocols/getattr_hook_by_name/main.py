class Real:
    def one(self): return 1
    def two(self): return 2
class Proxy:
    def __init__(self): self.real = Real()
    def __getattr__(self, name):
        return getattr(self.real, name)
def first(proxy): return proxy.one()
def second(proxy): return proxy.two()
first(Proxy())
second(Proxy())
