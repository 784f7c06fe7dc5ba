def a(): pass
def b(): pass
def run(x):
    match x:
        case 1:
            f = a
        case _:
            f = b
    f()
run(1)
run(2)
