def f(): return 1
def a(): return 2
[f() for f in [a]]
f()
