class A: pass
class B(A): pass
class K: pass
def start(self): self.at = 1
def call(self): return 3
A.__init__ = start
K.__call__ = call
def made(): return A()
def below(): return B()
made()
below()
K()()
