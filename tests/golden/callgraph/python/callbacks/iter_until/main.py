import functools
left = [1, 0]
def read(): return left.pop()
def compare(first, second): return first - second
def use():
    list(iter(read, 0))
    sorted([2, 1], key=functools.cmp_to_key(compare))
use()
