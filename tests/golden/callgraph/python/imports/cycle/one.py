import two
def run():
    two.step()
def leaf(): pass
