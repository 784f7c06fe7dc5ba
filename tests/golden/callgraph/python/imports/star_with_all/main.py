from lib import *
_g()
