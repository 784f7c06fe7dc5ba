from functools import singledispatch
class Shape: pass
class Circle(Shape): pass
@singledispatch
def show(value): pass
@show.register
def show_number(value: int): pass
@show.register(str)
def show_text(value): pass
@show.register
def show_shape(value: Shape): pass
def show_list(value): pass
show.register(list, show_list)
def numbers(): show(1)
def texts(): show("a")
def shapes(): show(Circle())
def lists(): show([1])
def others(): show({})
def any_of(value): show(value)
numbers()
texts()
shapes()
lists()
others()
any_of(open)
