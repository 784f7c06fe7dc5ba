from functools import cached_property


class Base:
    @cached_property
    def lines(self):
        return ["one"]


class Given(Base):
    def __init__(self, lines):
        self.lines = lines


def hidden(x):
    return x.lines


def seen(x):
    return x.lines


hidden(Given(["two"]))
seen(Base())
