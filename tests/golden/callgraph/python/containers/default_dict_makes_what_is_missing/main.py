from collections import defaultdict
def a(): pass
def make(): return a
d = defaultdict(make)
def use():
    return d["k"]()
def nobody_asks():
    d["other"]
use()
nobody_asks()
defaultdict(lambda: a)["k"]()
