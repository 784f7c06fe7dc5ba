class A:
    class B:
        def m(self): pass
    def make(self):
        return self.B()
A().make().m()
