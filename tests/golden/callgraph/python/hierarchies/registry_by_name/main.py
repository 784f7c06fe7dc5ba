from shop import make
from shop.names import NAMES

for _, name in NAMES.values():
    make(name, 1).start()
