from dataclasses import dataclass
def a(): return 1
def b(): return 2
@dataclass
class Base:
    first: object
@dataclass
class D(Base):
    second: object
d = D(a, b)
d.second()
d.first()
