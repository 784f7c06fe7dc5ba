def a(): pass
fs = list([a])
fs[0]()
for f in reversed(fs):
    f()
