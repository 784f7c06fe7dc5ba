import functools
import weakref
def f(): pass
def g(): pass
class Kept:
    pass
def use(x):
    if isinstance(x, weakref.ReferenceType):
        x()
def whole(x):
    if not isinstance(x, functools.partial):
        return
    x()
use(f)
use(weakref.ref(Kept()))
whole(f)
whole(functools.partial(g))
