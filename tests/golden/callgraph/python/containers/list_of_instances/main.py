class C:
    def m(self): pass
for c in [C(), C()]:
    c.m()
