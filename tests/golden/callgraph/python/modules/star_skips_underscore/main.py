def _work(): return 2
from first import *
_work()
