def hidden(): return 2
from first import *
hidden()
shown()
