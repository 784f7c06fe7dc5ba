def a(): pass
fs = [f for f in [a]]
fs[0]()
