"""Functions that extend types outside the project (`fun String.toPage()`), by name; not those that are members of its own types."""

from typing import Final

_WRITTEN_AS: Final = {
    "<str>": ("String", "string", "str", "CharSequence"),
    "<int>": ("Int", "int", "Integer", "Long", "long"),
    "<float>": ("Double", "double", "Float", "float"),
    "<bool>": ("Boolean", "boolean", "Bool", "bool"),
    "<list>": ("List", "Array", "Iterable", "Sequence", "Collection"),
}
"""Literal → types that a function may extend to be called on it."""


class Extensions:
    """Filled while methods outside their class are given to it."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[tuple[str, int]]] = {}

    def add(self, name: str, receiver: str, node: int) -> None:
        """A function that extends a type; of the type the last name counts, since imports are not followed out of the project."""
        self._by_name.setdefault(name, []).append((receiver.rpartition(".")[2], node))

    def of(self, owner: str, name: str) -> int:
        """The only function of a name for instances of a type outside, -1 when there is none or several."""
        last, written = owner.rpartition(".")[2], _WRITTEN_AS.get(owner, ())
        found = [node for receiver, node in self._by_name.get(name, ()) if receiver == last or receiver in written]
        return found[0] if len(found) == 1 else -1
