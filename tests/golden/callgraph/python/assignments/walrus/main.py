def a(): pass
def pick():
    return a
if f := pick():
    f()
