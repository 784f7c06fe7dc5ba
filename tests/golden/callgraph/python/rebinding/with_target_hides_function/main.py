def item(): return 1
def a(): return 2
class M:
    def __enter__(self): return a
    def __exit__(self, *rest): return None
with M() as item:
    item()
