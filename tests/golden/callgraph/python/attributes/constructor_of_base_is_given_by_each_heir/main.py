class Pen:
    def use(self): pass
class Brush:
    def use(self): pass
class Worker:
    def __init__(self, tool):
        self.tool = tool
    def work(self):
        self.tool.use()
class Writer(Worker):
    def __init__(self):
        super().__init__(Pen())
    def write(self):
        self.tool.use()
class Painter(Worker):
    def __init__(self):
        super().__init__(tool=Brush())
    def paint(self):
        self.tool.use()
Writer().write()
Painter().paint()
Writer().work()
Painter().work()
