def a(): pass
def b(): pass
class C:
    pass
def run():
    c = C()
    c.f = a
    c.f = b
    c.f()
run()
