def other(*args): return 2
def swap(f): return other
@swap
def target(): return 1
target()
