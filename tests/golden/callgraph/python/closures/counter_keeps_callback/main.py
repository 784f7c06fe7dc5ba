def a(): pass
def counter(callback):
    n = 0
    def step():
        nonlocal n
        n += 1
        callback()
    return step
s = counter(a)
s()
