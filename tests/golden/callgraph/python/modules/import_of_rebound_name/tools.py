def work(): return 1
def real(): return 2
work = real
