def g1(): return 1
def after(): return 2
g1 = 1
g1 += 1
try:
    g1()
except TypeError:
    after()
