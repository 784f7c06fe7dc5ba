from typing import TYPE_CHECKING, Any
if TYPE_CHECKING:
    from typing import Protocol
    class Client(Protocol):
        def get(self, key: str) -> Any: ...
class Own:
    def get(self, key): pass
def use(client: "Client"):
    client.get("a")
def nobody(client: "Client"):
    client.get("a")
use(Own())
