class Token:
    is_group = False
    def m(self): pass
class Group(Token):
    is_group: bool = True
    def m(self): pass
class Odd(Group):
    is_group = False
    def m(self): pass
def groups(x):
    if x.is_group:
        x.m()
def others(items):
    for x in items:
        if x.is_group:
            continue
        x.m()
for each in (Token(), Group(), Odd()):
    groups(each)
others([Token(), Group(), Odd()])
