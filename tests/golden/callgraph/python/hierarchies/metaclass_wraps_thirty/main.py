def wrap(judge):
    def judged(text):
        return judge(text)
    return staticmethod(judged)
class Meta(type):
    def __new__(mcs, name, bases, namespace):
        if "rate" in namespace:
            namespace["rate"] = wrap(namespace["rate"])
        return type.__new__(mcs, name, bases, namespace)
class Base(metaclass=Meta):
    def rate(text):
        return 0
class C01(Base):
    def rate(text):
        return 1
class C02(Base):
    def rate(text):
        return 2
class C03(Base):
    def rate(text):
        return 3
class C04(Base):
    def rate(text):
        return 4
class C05(Base):
    def rate(text):
        return 5
class C06(Base):
    def rate(text):
        return 6
class C07(Base):
    def rate(text):
        return 7
class C08(Base):
    def rate(text):
        return 8
class C09(Base):
    def rate(text):
        return 9
class C10(Base):
    def rate(text):
        return 10
class C11(Base):
    def rate(text):
        return 11
class C12(Base):
    def rate(text):
        return 12
class C13(Base):
    def rate(text):
        return 13
class C14(Base):
    def rate(text):
        return 14
class C15(Base):
    def rate(text):
        return 15
class C16(Base):
    def rate(text):
        return 16
class C17(Base):
    def rate(text):
        return 17
class C18(Base):
    def rate(text):
        return 18
class C19(Base):
    def rate(text):
        return 19
class C20(Base):
    def rate(text):
        return 20
class C21(Base):
    def rate(text):
        return 21
class C22(Base):
    def rate(text):
        return 22
class C23(Base):
    def rate(text):
        return 23
class C24(Base):
    def rate(text):
        return 24
class C25(Base):
    def rate(text):
        return 25
class C26(Base):
    def rate(text):
        return 26
class C27(Base):
    def rate(text):
        return 27
class C28(Base):
    def rate(text):
        return 28
class C29(Base):
    def rate(text):
        return 29
class C30(Base):
    def rate(text):
        return 30
for cls in (
    Base,
    C01,
    C02,
    C03,
    C04,
    C05,
    C06,
    C07,
    C08,
    C09,
    C10,
    C11,
    C12,
    C13,
    C14,
    C15,
    C16,
    C17,
    C18,
    C19,
    C20,
    C21,
    C22,
    C23,
    C24,
    C25,
    C26,
    C27,
    C28,
    C29,
    C30,
):
    cls.rate('a')
