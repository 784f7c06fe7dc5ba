plugins = []
def add(f):
    plugins.append(f)
def run():
    for p in plugins:
        p()
