def f(): return 1
def after(): return 2
def use():
    try:
        f()
    except UnboundLocalError:
        after()
    f = 5
use()
