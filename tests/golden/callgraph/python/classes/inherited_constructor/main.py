class B:
    def __init__(self): pass
class C(B): pass
C()
