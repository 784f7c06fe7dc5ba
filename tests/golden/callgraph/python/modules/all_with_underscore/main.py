from first import *
_shown()
