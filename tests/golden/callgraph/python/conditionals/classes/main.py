import sys
if len(sys.argv) < 100:
    class C:
        def m(self): pass
else:
    class C:
        def m(self): pass
C().m()
