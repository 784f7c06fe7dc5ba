from collections import defaultdict
def a(): return 1
table = defaultdict(list)
table["k"].append(a)
for f in table["k"]: f()
