"""Bodies of functions of one generation, made when a question needs them: the seam between parsing and flow analysis.

The text of one file is read from the generation, parsed in this process (a child is a rule for indexing, where thousands of
files that nobody has seen are parsed; here it is one file that was parsed before), and dropped again; the memory that this
takes is reserved first. What was lowered is kept by the analysis cache. Not here: what a body means.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from lepasserelle.model.body import BODY_VERSION, Body

if TYPE_CHECKING:
    from lepasserelle.leindex.generation import OpenGeneration

KIND: Final = "bodies"
"""Kind of the entries in the analysis cache."""

_PARSING: Final = threading.Lock()
"""One parser a language and process."""


def pack(body: Body | None) -> bytes:
    """For the cache."""
    return msgspec.msgpack.encode(body)


def unpack(packed: bytes) -> Body | None:
    """What `pack` packed."""
    return msgspec.msgpack.decode(packed, type=Body | None)


class GenerationBodies:
    """Satisfies `query.slices.Bodies`. `keep(key, make)` is the analysis cache, `reserve(bytes, tag)` claims memory."""

    def __init__(
        self,
        generation: "OpenGeneration",
        keep: Callable[[bytes, Callable[[], Body | None]], Body | None],
        reserve: Callable[[int, str], AbstractContextManager[object]],
    ) -> None:
        self._generation = generation
        self._keep = keep
        self._reserve = reserve

    @property
    def languages(self) -> frozenset[str]:
        """Those that have bodies."""
        from lepasserelle.parse.bodies import BODY_LANGUAGES

        return BODY_LANGUAGES

    def body(self, node: int) -> Body | None:
        """The body of a node. Raises `BudgetExceededError` when parsing its file would pass the memory limit."""
        key = self._generation.fingerprint + BODY_VERSION.to_bytes(2, "big") + node.to_bytes(4, "big")
        return self._keep(key, lambda: self._make(node, is_outline=False))

    def outline(self, node: int) -> Body | None:
        """The same without what functions inside share with it. Raises as `body`."""
        key = self._generation.fingerprint + BODY_VERSION.to_bytes(2, "big") + node.to_bytes(4, "big") + b"outline"
        return self._keep(key, lambda: self._make(node, is_outline=True))

    def _make(self, node: int, *, is_outline: bool) -> Body | None:
        from lepasserelle.parse.bodies import TREE_BYTES_PER_BYTE, lower

        graph = self._generation.graph()
        file = graph.file_of(node)
        data = self._generation.text().read(file)
        with self._reserve(len(data) * TREE_BYTES_PER_BYTE, "parsing a file for its statements"), _parsing():
            if node == graph.first_node(file):
                return lower(data, graph.file_language(file), is_outline=is_outline)
            parent = graph.parent(node)
            class_start = graph.byte_span(parent)[0] if graph.kind(parent).is_type else -1
            return lower(data, graph.file_language(file), *graph.byte_span(node), class_start, is_outline=is_outline)


@contextmanager
def _parsing() -> Iterator[None]:
    with _PARSING:
        yield
