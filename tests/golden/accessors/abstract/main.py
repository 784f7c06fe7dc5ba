import abc


class Base(abc.ABC):
    @property
    @abc.abstractmethod
    def name(self): ...

    def label(self):
        return self.name


class Square(Base):
    @property
    def name(self):
        return "sq"


class Round(Base):
    @property
    def name(self):
        return "round"


Square().label()
Round().label()
