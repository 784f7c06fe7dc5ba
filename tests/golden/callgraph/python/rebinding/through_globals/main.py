def first(): pass
def second(): pass
globals()["first"] = second
globals()["third"] = second
def use():
    first()
    third()
use()
