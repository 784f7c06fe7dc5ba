def problem(): return 1
def after(): return 2
try:
    raise ValueError("x")
except ValueError as problem:
    pass
try:
    problem()
except NameError:
    after()
