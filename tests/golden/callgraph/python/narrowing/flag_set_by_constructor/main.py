class Token:
    def __init__(self):
        self.is_group = False
    def m(self): pass
class Group(Token):
    def __init__(self):
        super().__init__()
        self.is_group = True
    def m(self): pass
class Below(Group):
    def m(self): pass
def use(x):
    if x.is_group:
        x.m()
for each in (Token(), Group(), Below()):
    use(each)
