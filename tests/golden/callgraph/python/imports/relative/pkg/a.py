from . import b
from .b import g
def run():
    b.f()
    g()
