from lib import f as g
g()
