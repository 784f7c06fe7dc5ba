def helper(): return 1
def after(): return 2
del helper
try:
    helper()
except NameError:
    after()
