def f(): return 1
def after(): return 2
def use(f):
    f()
    del f
    try:
        f()
    except UnboundLocalError:
        after()
def given(): return 3
use(given)
