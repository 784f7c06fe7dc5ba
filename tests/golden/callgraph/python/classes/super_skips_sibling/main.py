class Base:
    def run(self): return 1
class Left(Base):
    def run(self): return super().run()
class Right(Base):
    def run(self): return super().run()
class Both(Left, Right):
    pass
Both().run()
