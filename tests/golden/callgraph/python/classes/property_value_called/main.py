def a(): pass
class C:
    @property
    def handler(self):
        return a
C().handler()
