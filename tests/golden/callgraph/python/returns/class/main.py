class C:
    def __init__(self): pass
    def m(self): pass
def kind():
    return C
kind()().m()
