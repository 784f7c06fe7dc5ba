def a(): pass
def b(): pass
f = a
try:
    pass
finally:
    f = b
f()
