def a(): pass
def pair():
    return [a, a]
pair()[0]()
