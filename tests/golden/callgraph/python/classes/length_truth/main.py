class A:
    def __len__(self): return 1
class B:
    def __bool__(self): return True
a, b = A(), B()
if a: pass
while not b: pass
x = a and b
assert a
