def work(): return 2
from first import *
work()
