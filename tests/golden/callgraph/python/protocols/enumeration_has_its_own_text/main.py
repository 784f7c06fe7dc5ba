import enum
class Colour(enum.Enum):
    RED = 1
    def __repr__(self): return "red"
class Problem(Exception):
    def __repr__(self): return "problem"
class Plain:
    def __repr__(self): return "plain"
def told(value):
    str(value)
    f"{value}"
def shown(value):
    repr(value)
told(Colour.RED)
told(Problem())
told(Plain())
shown(Colour.RED)
