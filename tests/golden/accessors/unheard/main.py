from functools import cached_property


class Base:
    @property
    def parts(self):
        return []

    def warm(self):
        self.parts


class Deep(Base):
    @cached_property
    def parts(self):
        return [1]


class Deeper(Deep):
    pass


Deeper().warm()
