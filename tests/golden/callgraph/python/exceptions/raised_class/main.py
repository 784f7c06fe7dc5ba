class E(Exception):
    def __init__(self, text):
        self.text = text
    def show(self): pass
def run():
    raise E("x")
try:
    run()
except E as e:
    e.show()
