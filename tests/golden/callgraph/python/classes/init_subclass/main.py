class B:
    subs = []
    def __init_subclass__(cls):
        B.subs.append(cls)
    def m(self): pass
class C(B): pass
B.subs[0]().m()
