def deco(f):
    def wrapper(depth):
        if depth:
            @deco
            def inner(left):
                f(left)
            inner(depth - 1)
        else:
            f(depth)
    return wrapper
@deco
def first(depth): pass
@deco
def second(depth): pass
first(2)
second(0)
first(0)
second(2)
