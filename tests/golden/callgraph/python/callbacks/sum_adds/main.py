class V:
    def __add__(self, other):
        return self
    def __radd__(self, other):
        return self
    def go(self): pass
class W:
    def __add__(self, other):
        return W()
def a(): pass
def add_up():
    sum([V(), V()]).go()
    sum([W()], W())
    sum([[a], [a]], [])[0]()
add_up()
