def drop(function):
    return None
def keep(function):
    return function
@drop
def greet(): pass
@keep
@drop
def wave(): pass
@keep
def nod(): pass
def use():
    nod()
    try:
        greet()
    except TypeError:
        pass
use()
