class Base:
    def run(self): return 1
class A(Base):
    def run(self): return 2
    del run
A().run()
