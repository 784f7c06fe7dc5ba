from typing import TYPE_CHECKING
class Relay:
    if TYPE_CHECKING:
        def __getattr__(self, name): ...
class Host:
    def __init__(self):
        self.relay = Relay()
def go(): pass
def use(host):
    return host.relay.go()
h = Host()
setattr(h.relay, "go", go)
use(h)
