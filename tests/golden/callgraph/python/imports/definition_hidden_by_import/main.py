def f(): pass
from lib import f
f()
