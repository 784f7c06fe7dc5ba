class A:
    @classmethod
    def make(cls): pass
class B:
    @classmethod
    def make(cls): pass
def one(cls):
    if cls is A:
        cls.make()
def other(cls):
    if cls is not A:
        cls.make()
for each in (A, B):
    one(each)
    other(each)
