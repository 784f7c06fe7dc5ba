import importlib
from importlib import import_module
def use():
    module = importlib.import_module("plug")
    return module.start()
use()
import_module("other.deep").begin()
__import__("plug").stop()
