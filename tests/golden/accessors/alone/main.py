class Node:
    def __init__(self, children=()):
        self.children = list(children)

    def __iter__(self):
        return iter(self.children)

    @property
    def rank(self):
        return len(self.children)


class Other:
    size = 3


def given(x):
    return x.rank


def unused(x):
    x.rank
    return 1


def looped():
    return [each.rank for each in Node([Node()])]


def kept():
    return {"a": Node()}["a"].rank


def by_key():
    return max([Node()], key=lambda node: node.rank)


def other(x):
    return x.rank


given(Node())
unused(Node())
looped()
kept()
by_key()
try:
    other(Other())
except AttributeError:
    pass
