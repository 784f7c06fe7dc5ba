def work(): return 2
def rest(): return 3
from first import *
from second import *
work()
rest()
