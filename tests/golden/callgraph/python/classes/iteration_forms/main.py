class A:
    def __iter__(self): return iter([1])
    def __contains__(self, x): return True
    def __getitem__(self, k): return 1
    def __setitem__(self, k, v): pass
    def __delitem__(self, k): pass
a = A()
list(a); tuple(a); sum(a); set(a)
first, *rest = a
[*a]
1 in a
del a["k"]
a["k"] = 1
a["k"]
a["k"] += 1
for x in a: pass
"".join(str(x) for x in a)
def gen(): yield from a
list(gen())
