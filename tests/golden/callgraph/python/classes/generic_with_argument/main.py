from typing import Generic, TypeVar
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, value: T):
        self.value = value
    def get(self):
        return self.value
class Bare(Generic[T]):
    def run(self): pass
def b(): pass
def use():
    Box[int](b).get()()
    Bare[int]().run()
use()
