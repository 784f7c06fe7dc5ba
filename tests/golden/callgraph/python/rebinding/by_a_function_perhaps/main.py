def first(): pass
def second(): pass
def rebind(flag):
    global first
    if flag:
        first = second
def use():
    first()
rebind(False)
use()
rebind(True)
use()
