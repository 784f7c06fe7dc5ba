from shop.base import Base

__all__ = ['Second1', 'Second2', 'Second3', 'Second4']

class Second1(Base):
    name = 'second1'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 0
class Second2(Base):
    name = 'second2'
    def work(self):
        return 1
class Second3(Base):
    name = 'second3'
    def work(self):
        return 2
class Second4(Base):
    name = 'second4'
    def __init__(self, size):
        self.size = size
    def work(self):
        return 3
