from shop.base import Base

__all__ = ['Third1', 'Third2', 'Third3', 'Third4']

class Third1(Base):
    name = 'third1'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 0
class Third2(Base):
    name = 'third2'
    def work(self):
        return 1
class Third3(Base):
    name = 'third3'
    def work(self):
        return 2
class Third4(Base):
    name = 'third4'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 3
