def portable(*given):
    def mark(klass):
        klass.path = "here"
        return klass
    return mark(*given)
@portable
class Email:
    def check(self): pass
@portable
class Range:
    def check(self): pass
def one():
    Email().check()
def two():
    Range().check()
one()
two()
