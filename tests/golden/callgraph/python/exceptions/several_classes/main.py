class E(Exception):
    def show(self): pass
class F(Exception):
    def show(self): pass
def run(n):
    if n:
        raise E()
    raise F()
for n in [0, 1]:
    try:
        run(n)
    except (E, F) as e:
        e.show()
