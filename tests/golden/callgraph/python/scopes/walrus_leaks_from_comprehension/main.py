def f(): return 1
def a(): return 2
[(f := x) for x in [a]]
f()
