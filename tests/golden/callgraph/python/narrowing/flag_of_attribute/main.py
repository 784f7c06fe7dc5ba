class Kind:
    is_composite = False
    def m(self): pass
class Composite(Kind):
    is_composite = True
    def m(self): pass
class Holder:
    def __init__(self, kind):
        self.kind = kind
        if self.kind.is_composite and kind:
            self.kind.m()
Holder(Kind())
Holder(Composite())
