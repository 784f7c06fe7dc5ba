class Kind(tuple):
    def __getattr__(self, name):
        new = Kind(self + (name,))
        setattr(self, name, new)
        return new
    def __contains__(self, other): return short(other, self)
def short(one, two): return one[:len(two)] == two
Top = Kind()
Word = Top.Word
def use():
    return Top.Word.Long
use()
Word.Long in Top
count = Top.count
