class Inner:
    def run(self): return 1
class Proxy:
    def __init__(self): self.inner = Inner()
    def __getattr__(self, name): return getattr(self.inner, name)
Proxy().run()
