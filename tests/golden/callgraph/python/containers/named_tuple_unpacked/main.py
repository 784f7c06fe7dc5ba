from typing import NamedTuple
from collections import namedtuple
def first():
    pass
def second():
    pass
class Pair(NamedTuple):
    one: object
    two: object
Other = namedtuple("Other", "one two")
a, b = Pair(first, second)
a()
c, d = Other(second, first)
d()
Pair(one=second, two=first)[0]()
