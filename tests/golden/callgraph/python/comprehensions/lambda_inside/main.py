def a(): pass
fs = [lambda: a() for _ in range(1)]
fs[0]()
