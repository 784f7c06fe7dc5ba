from shop.base import Base

__all__ = ['First1', 'First2', 'First3', 'First4']

class First1(Base):
    name = 'first1'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 0
class First2(Base):
    name = 'first2'
    def work(self):
        return 1
class First3(Base):
    name = 'first3'
    def work(self):
        return 2
class First4(Base):
    name = 'first4'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 3
