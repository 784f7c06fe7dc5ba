class Base:
    def run(self):
        return self.step()
    def step(self):
        return 0
class C01(Base):
    def step(self):
        return 1
class C02(Base):
    def step(self):
        return 2
class C03(Base):
    def step(self):
        return 3
class C04(Base):
    def step(self):
        return 4
class C05(Base):
    def step(self):
        return 5
class C06(Base):
    def step(self):
        return 6
class C07(Base):
    def step(self):
        return 7
class C08(Base):
    def step(self):
        return 8
class C09(Base):
    def step(self):
        return 9
class C10(Base):
    def step(self):
        return 10
class C11(Base):
    def step(self):
        return 11
class C12(Base):
    def step(self):
        return 12
class C13(Base):
    def step(self):
        return 13
class C14(Base):
    def step(self):
        return 14
class C15(Base):
    def step(self):
        return 15
class C16(Base):
    def step(self):
        return 16
class C17(Base):
    def step(self):
        return 17
class C18(Base):
    def step(self):
        return 18
class C19(Base):
    def step(self):
        return 19
class C20(Base):
    def step(self):
        return 20
class C21(Base):
    def step(self):
        return 21
class C22(Base):
    def step(self):
        return 22
class C23(Base):
    def step(self):
        return 23
class C24(Base):
    def step(self):
        return 24
class C25(Base):
    def step(self):
        return 25
class C26(Base):
    def step(self):
        return 26
class C27(Base):
    def step(self):
        return 27
class C28(Base):
    def step(self):
        return 28
class C29(Base):
    def step(self):
        return 29
class C30(Base):
    def step(self):
        return 30
Base().run()
C01().run()
C02().run()
C03().run()
C04().run()
C05().run()
C06().run()
C07().run()
C08().run()
C09().run()
C10().run()
C11().run()
C12().run()
C13().run()
C14().run()
C15().run()
C16().run()
C17().run()
C18().run()
C19().run()
C20().run()
C21().run()
C22().run()
C23().run()
C24().run()
C25().run()
C26().run()
C27().run()
C28().run()
C29().run()
C30().run()
