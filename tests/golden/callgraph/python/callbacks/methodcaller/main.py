import operator
from operator import methodcaller
class C:
    def run(self, times=1): return times
    def stop(self): return 2
    def size(self): return 3
    def idle(self): return 4
def direct():
    call = operator.methodcaller("run", 3)
    return call(C())
def mapped(items):
    return list(map(methodcaller("stop"), items))
def ordered(items):
    return sorted(items, key=methodcaller("size"))
direct()
mapped([C()])
ordered([C()])
