from typing import TypeVar
T = TypeVar("T")
def after(): return 1
def make(kind: T) -> T:
    try:
        return T(kind)
    except TypeError:
        after()
make(1)
