class Base:
    @property
    def name(self):
        return "b"

    def label(self):
        s = "<" + self.name
        return s


class Square(Base):
    @property
    def name(self):
        k = "sq"
        return k


def main():
    q = Square()
    r = q.label()
    return r


print(main())
