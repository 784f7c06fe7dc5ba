def a(): pass
def run():
    a()
