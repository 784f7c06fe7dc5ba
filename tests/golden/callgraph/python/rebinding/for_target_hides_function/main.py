def item(): return 1
def a(): return 2
for item in [a]:
    item()
