def rest(): return 1
def a(): return 2
def b(): return 3
first, *rest = [a, b]
rest[0]()
