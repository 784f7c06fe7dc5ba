from functools import cached_property


class Source:
    @cached_property
    def lines(self):
        return ["one"]


class Reader:
    def __init__(self, source):
        self.source = source

    def first(self):
        return self.source.lines[0]


def make(kind):
    return kind()


def through():
    return make(Source).lines


Reader(make(Source)).first()
through()
