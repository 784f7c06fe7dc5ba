def a(): pass
def b(): pass
def apply(first, second):
    second()
apply(second=b, first=a)
