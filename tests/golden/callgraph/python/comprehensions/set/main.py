def a(): pass
for f in {g for g in [a]}:
    f()
