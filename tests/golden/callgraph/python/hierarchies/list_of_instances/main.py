class Shape:
    def area(self):
        return 0
    def grow(self):
        return self
class C01(Shape):
    def area(self):
        return 1
class C02(Shape):
    def area(self):
        return 2
class C03(Shape):
    def area(self):
        return 3
class C04(Shape):
    def area(self):
        return 4
class C05(Shape):
    def area(self):
        return 5
class C06(Shape):
    def area(self):
        return 6
class C07(Shape):
    def area(self):
        return 7
class C08(Shape):
    def area(self):
        return 8
class C09(Shape):
    def area(self):
        return 9
class C10(Shape):
    def area(self):
        return 10
class C11(Shape):
    def area(self):
        return 11
class C12(Shape):
    def area(self):
        return 12
class C13(Shape):
    def area(self):
        return 13
class C14(Shape):
    def area(self):
        return 14
class C15(Shape):
    def area(self):
        return 15
class C16(Shape):
    def area(self):
        return 16
class C17(Shape):
    def area(self):
        return 17
class C18(Shape):
    def area(self):
        return 18
class C19(Shape):
    def area(self):
        return 19
class C20(Shape):
    def area(self):
        return 20
class C21(Shape):
    def area(self):
        return 21
class C22(Shape):
    def area(self):
        return 22
class C23(Shape):
    def area(self):
        return 23
class C24(Shape):
    def area(self):
        return 24
class C25(Shape):
    def area(self):
        return 25
class C26(Shape):
    def area(self):
        return 26
class C27(Shape):
    def area(self):
        return 27
class C28(Shape):
    def area(self):
        return 28
class C29(Shape):
    def area(self):
        return 29
class C30(Shape):
    def area(self):
        return 30
class C31(Shape):
    def area(self):
        return 31
class C32(Shape):
    def area(self):
        return 32
SHAPES = [
    C01(),
    C02(),
    C03(),
    C04(),
    C05(),
    C06(),
    C07(),
    C08(),
    C09(),
    C10(),
    C11(),
    C12(),
    C13(),
    C14(),
    C15(),
    C16(),
    C17(),
    C18(),
    C19(),
    C20(),
    C21(),
    C22(),
    C23(),
    C24(),
    C25(),
    C26(),
    C27(),
    C28(),
    C29(),
    C30(),
    C31(),
    C32(),
]
def total():
    found = 0
    for each in SHAPES:
        found += each.area()
        each.grow()
    return found
total()
