from .. import work
from . import work as near
def run():
    work()
    near()
