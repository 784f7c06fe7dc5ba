def f(): return 1
def a(): return 2
def use():
    [f() for f in [a]]
    return f()
use()
