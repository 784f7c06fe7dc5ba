def a(): pass
def b(): pass
def apply(**options):
    options["go"]()
apply(stop=a, go=b)
