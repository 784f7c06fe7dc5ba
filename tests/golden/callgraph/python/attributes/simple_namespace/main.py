from types import SimpleNamespace
def first():
    pass
def second():
    pass
def third():
    pass
tools = SimpleNamespace(run=first, stop=second)
tools.run()
tools.stop()
tools.more = third
tools.more()
