class thing:
    def __init__(self): pass
def thing(): return 1
thing()
