class E(Exception):
    def __call__(self): return 1
def problem(): return 1
try:
    raise E()
except E as problem:
    problem()
