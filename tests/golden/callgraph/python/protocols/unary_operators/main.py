class Vector:
    def __neg__(self):
        return Vector()

    def __pos__(self):
        return self

    def __invert__(self):
        return Other()

    def __bool__(self):
        return True


class Other:
    def told(self):
        return 1


def negate(v):
    return -v


def twice(v):
    return -(-v)


def invert(v):
    return (~v).told()


def keep(v):
    return +v


def refuse(v):
    return not v


def number():
    return -3, ~4, +5


negate(Vector())
twice(Vector())
invert(Vector())
keep(Vector())
refuse(Vector())
number()
