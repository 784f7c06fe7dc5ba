from typing import NamedTuple
def a(): return 1
class P(NamedTuple):
    f: object
    def run(self): return self.f()
P(a).run()
p = P(f=a)
p.f()
p[0]()
