class A:
    def __str__(self): return "a"
    def __format__(self, spec): return "b"
    def __repr__(self): return "c"
a = A()
f"{a}"
f"{a!r}"
"%s" % a
import io; print(a, file=io.StringIO())
