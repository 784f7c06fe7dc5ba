from collections import namedtuple
def a(): pass
def b(): pass
Pair = namedtuple("Pair", "x y")
p = Pair(a, b)
p.y()
