class A:
    def m(self): pass
class B:
    def m(self): pass
kinds = {"a": A, "b": B}
kinds["b"]().m()
