class C:
    @staticmethod
    def s(): pass
    @classmethod
    def c(cls):
        cls.s()
    def m(self):
        self.s()
        self.c()
C().m()
