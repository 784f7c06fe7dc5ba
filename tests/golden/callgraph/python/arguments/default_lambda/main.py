def apply(f=lambda: helper()):
    f()
def helper(): pass
apply()
