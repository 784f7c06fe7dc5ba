def deco(f):
    def wrapper():
        return f()
    wrapper.plain = f
    return wrapper
@deco
def first(): pass
@deco
def second(): pass
def one():
    first.plain()
def two():
    second.plain()
one()
two()
first()
second()
