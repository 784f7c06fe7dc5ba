def a(): pass
handlers = []
def on(f):
    handlers.append(f)
def fire():
    for h in handlers:
        h()
on(a)
fire()
