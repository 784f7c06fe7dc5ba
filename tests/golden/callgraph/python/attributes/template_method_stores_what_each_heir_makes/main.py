class Plain:
    def use(self): pass
class Hammer:
    def use(self): pass
class Saw:
    def use(self): pass
class Base:
    def prepare(self):
        self.tool = self.get_tool()
    def get_tool(self):
        return Plain()
    def work(self):
        self.tool.use()
class Builder(Base):
    def get_tool(self):
        return Hammer()
    def build(self):
        self.tool.use()
class Carpenter(Base):
    def prepare(self):
        super().prepare()
    def get_tool(self):
        tool = Saw()
        return tool
    def cut(self):
        self.tool.use()
class Apprentice(Carpenter):
    def learn(self):
        self.tool.use()
class Child(Base):
    def play(self):
        self.tool.use()
for each in (Builder(), Carpenter(), Apprentice(), Child()):
    each.prepare()
    each.work()
builder, carpenter, apprentice, child = Builder(), Carpenter(), Apprentice(), Child()
builder.prepare()
builder.build()
carpenter.prepare()
carpenter.cut()
apprentice.prepare()
apprentice.learn()
child.prepare()
child.play()
