from abc import ABC, abstractmethod
class Group(ABC):
    def first(self):
        for each in self:
            return each
    def total(self):
        return len(self)
    @abstractmethod
    def __iter__(self):
        """Each of them."""
    @abstractmethod
    def __len__(self):
        """How many."""
class Pair(Group):
    def __iter__(self):
        return iter((1, 2))
    def __len__(self):
        return 2
Pair().first()
Pair().total()
