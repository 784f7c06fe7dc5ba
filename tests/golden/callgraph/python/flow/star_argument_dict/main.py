def a(): return 1
def b(): return 2
def run(first, second): second()
run(**{"first": a, "second": b})
