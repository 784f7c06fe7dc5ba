from dataclasses import dataclass, field
def a(): return 1
def make(): return [a]
@dataclass
class D:
    f: object
    g: list = field(default_factory=make)
    def __post_init__(self): self.check()
    def check(self): pass
d = D(a)
d.f()
d.g[0]()
