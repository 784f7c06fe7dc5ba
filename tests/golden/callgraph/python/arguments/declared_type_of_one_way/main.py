class Missing:
    def __bool__(self): return False
    def __len__(self): return 0
def named(value: str):
    return len(value)
def tested(value: object):
    if value:
        return 1
    return 0
def pick(flag):
    return Missing() if flag else "text"
def send(values):
    for function, value in values:
        function(value)
send([(named, pick(False)), (tested, pick(True))])
