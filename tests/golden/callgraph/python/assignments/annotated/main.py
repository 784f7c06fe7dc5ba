from typing import Callable
def a(): pass
f: Callable = a
f()
