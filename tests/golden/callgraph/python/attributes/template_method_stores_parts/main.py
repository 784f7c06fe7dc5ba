class Book:
    def read(self): pass
class Tape:
    def read(self): pass
class Library:
    def __init__(self):
        self.item = Book()
class Archive:
    def __init__(self):
        self.item = Tape()
class Base:
    def prepare(self):
        place = self.get_place()
        self.place = place
    def check(self):
        self.item.read()
class Items:
    def prepare(self):
        super().prepare()
        self.item = self.place.item
class OfLibrary(Items, Base):
    def get_place(self):
        return Library()
    def test(self):
        self.item.read()
class OfArchive(Items, Base):
    def get_place(self):
        return Archive()
    def test(self):
        self.item.read()
library = OfLibrary()
library.prepare()
library.check()
library.test()
archive = OfArchive()
archive.prepare()
archive.check()
archive.test()
