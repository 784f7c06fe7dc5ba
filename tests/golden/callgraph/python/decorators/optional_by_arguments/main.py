def portable(*given, path=None):
    def mark(klass):
        klass.path = path
        return klass
    if not given:
        return mark
    return mark(*given)
@portable
class Email:
    def check(self): pass
@portable(path="here")
class Range:
    def check(self): pass
@portable
class Address:
    def check(self): pass
def one():
    Email().check()
def two():
    Range().check()
one()
two()
Address().check()
