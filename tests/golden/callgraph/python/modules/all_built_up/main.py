from package import *
one()
two()
