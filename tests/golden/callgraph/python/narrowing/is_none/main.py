def f(): pass
def use(x=None):
    if x is None:
        x = f
    x()
def only(x):
    if x is not None:
        return
    x()
use()
only(f)
