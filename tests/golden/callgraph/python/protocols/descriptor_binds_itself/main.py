from types import MethodType
class Bound:
    def __init__(self, fn): self.fn = fn
    def __get__(self, instance, owner):
        return MethodType(self, instance)
    def __call__(self, instance):
        return self.fn(instance)
class C:
    @Bound
    def run(self): return self.step()
    def step(self): return 1
C().run()
