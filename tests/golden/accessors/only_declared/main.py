class Base:
    @property
    def name(self):
        raise NotImplementedError

    def label(self):
        return self.name


class Square(Base):
    @property
    def name(self):
        return super().name + "sq"


def never(base: Base):
    return base.label()
