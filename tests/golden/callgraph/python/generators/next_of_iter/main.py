class Each:
    def __init__(self, items):
        self.items = list(items)
    def __iter__(self):
        return self
    def __next__(self):
        return self.items.pop()
def a(): pass
def use():
    next(iter(Each([a])))()
use()
