def first(): pass
def second(): pass
def early():
    first()
def rebind():
    global first
    first = second
early()
rebind()
def use():
    first()
use()
early()
