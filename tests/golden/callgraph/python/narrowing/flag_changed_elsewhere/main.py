class Token:
    is_group = False
    def m(self): pass
class Group(Token):
    is_group = True
    def m(self): pass
def turn(x):
    x.is_group = not x.is_group
def use(x):
    if x.is_group:
        x.m()
for each in (Token(), Group()):
    turn(each)
    use(each)
    turn(each)
    use(each)
