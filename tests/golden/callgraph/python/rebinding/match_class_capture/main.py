class P:
    __match_args__ = ("first",)
    def __init__(self, first): self.first = first
def first(): return 1
def a(): return 2
def use(value):
    match value:
        case P(first):
            return first()
        case P(first=first):
            return first()
use(P(a))
