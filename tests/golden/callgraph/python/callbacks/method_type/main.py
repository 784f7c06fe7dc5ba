import types
class C:
    def step(self): return 1
def free(self): return self.step()
def bound():
    return types.MethodType(free, C())
bound()()
