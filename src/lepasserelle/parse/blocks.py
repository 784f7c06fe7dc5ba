"""Block scopes: locals that a function binds only in a part of it get a name of their own (`x~1`), so that outside that part the
name means what it means around the function.

Only a local whose name is also written elsewhere in its function is renamed; every other one keeps its name. Not here: languages
whose locals belong to the whole function (no `@block` in their query).
"""

from tree_sitter import Node

from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.chains import root_of
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.regions import Regions

MARK = "~"
"""Stands between a local's name and its number; part of no language's names behind their first letter."""

_NOWHERE = (-1, -1)
_WORD = frozenset(bytes([byte]) for byte in range(256) if byte == 95 or byte >= 128 or chr(byte).isalnum())
_OTHER_NAMES = (b".", b"->", b"struct ", b"union ", b"enum ")
"""What stands before the name of a member or of a C type, which no local hides."""


class Blocks:
    """The renamed locals of one file."""

    __slots__ = ("_at", "_data", "_heads", "_regions", "_spans", "is_on", "names")

    def __init__(self, buckets: Buckets, data: bytes) -> None:
        blocks = buckets.nodes("block")
        self.is_on = bool(blocks)  # else nobody looks for a region
        self._data = data
        self._regions = Regions([(node.start_byte, node.end_byte, (node.start_byte, node.end_byte)) for node in blocks], _NOWHERE)
        heads = [(node.start_byte, node.end_byte, node.end_byte) for node in buckets.nodes("declaring")]
        self._heads = Regions(heads, -1)
        self._at: dict[int, str] = {}
        self._spans: dict[int, dict[str, list[tuple[int, int, str]]]] = {}
        self.names: set[str] = set()
        """Names of which some local was renamed."""

    def declare(self, scope: Draft, name: str, node: Node, within: Node | None) -> str:
        """The name that a declared local gets. `within`: the only part of the function that sees it, when not the block around."""
        start, end = node.start_byte, node.end_byte
        if within is not None:
            begin, stop = within.start_byte, within.end_byte
        else:
            stop = min(self._regions.at(start)[1], scope.body_end)
            begin = max(self._heads.at(start), end)
            if stop < start or not self._is_written(name, scope, start, begin, stop):
                return name
        known = self._at.get(start) if within is None else None
        if known is not None:
            return known
        spans = self._spans.setdefault(id(scope), {}).setdefault(name, [])
        renamed = f"{name}{MARK}{len(spans) + 1}"
        spans.append((begin, stop, renamed))
        self.names.add(name)
        if within is None:
            self._at[start] = renamed
        return renamed

    def _is_written(self, name: str, scope: Draft, start: int, begin: int, stop: int) -> bool:
        """Whether the name stands in the function outside of what sees this local."""
        text, first = name.encode(), scope.body_start
        return (
            self._stands(text, first, start)
            or self._stands(text, start + len(text), begin)
            or self._stands(text, stop, scope.body_end)
        )

    def _stands(self, text: bytes, first: int, stop: int) -> bool:
        """Whether a word stands in some bytes, comments and strings included."""
        data = self._data
        while (place := data.find(text, first, stop)) >= 0:
            first = place + len(text)
            if (
                data[place - 1 : place] not in _WORD
                and data[first : first + 1] not in _WORD
                and not data.endswith(_OTHER_NAMES, max(0, place - 7), place)
            ):
                return True
        return False

    def renamed(self, chain: str, scope: Draft, position: int) -> str:
        """The chain as seen from a byte: with its root replaced when it is a renamed local."""
        root = root_of(chain)
        if root not in self.names:
            return chain
        name = self._at.get(position) or self._seen(root, scope, position)
        return name + chain[len(root) :] if name else chain

    def _seen(self, root: str, scope: Draft, position: int) -> str:
        current: Draft | None = scope
        while current is not None:
            spans = self._spans.get(id(current), {}).get(root)
            inside = [span for span in spans if span[0] <= position < span[1]] if spans else []
            if inside:
                return max(inside)[2]
            if current.callable and root in current.bound:
                return ""
            current = current.parent
        return ""
