class V:
    def go(self, key):
        return getattr(self, "do_%s" % key)()
    def do_x(self): return 1
    def undo_x(self): return 2
V().go("x")
