from first import *
def work(): return 2
work()
