"""Bodies of a generation as slices across calls ask for them, and what their text alone says of names from outside.

Each is found once. Not here: what a name means (`program`).
"""

from collections.abc import Iterator
from typing import Final, Protocol

from msgspec import structs

from lepasserelle.graph import Graph
from lepasserelle.graph.statements.outside import altered, is_plain
from lepasserelle.model.body import CALLEE, Body, Place, Statement, StatementFlag, WriteFlag
from lepasserelle.query.managers import with_managers

CLASS: Final = ".__class__"
"""The step from an instance to its class."""


class Bodies(Protocol):
    """Makes the bodies of a generation."""

    @property
    def languages(self) -> frozenset[str]:
        """Those that have bodies."""

    def body(self, node: int) -> Body | None:
        """The body of a node; None when nothing with a body is there."""

    def outline(self, node: int) -> Body | None:
        """The same without what functions inside share with it, which costs much less."""


class Lowered:
    """The bodies of one generation."""

    def __init__(self, graph: Graph, bodies: Bodies) -> None:
        self._graph = graph
        self._bodies = bodies
        self._lowered: dict[int, Body | None] = {}
        self._outlined: dict[int, Body | None] = {}
        self._altered: dict[int, frozenset[str]] = {}
        self._touching: dict[int, frozenset[str]] = {}
        self._putting: dict[int, frozenset[str]] = {}
        self._made_names: dict[int, frozenset[str]] = {}

    def body(self, function: int) -> Body | None:
        """The body as its text says it; of a class every name is one that others see."""
        if function not in self._lowered:
            graph = self._graph
            has_body = function < graph.definition_count and graph.language(function) in self._bodies.languages
            body = self._bodies.body(function) if has_body else None
            if body is not None and graph.kind(function).is_type:
                body = structs.replace(body, variables=())
            body = with_managers(graph, function, body) if body is not None else None
            self._lowered[function] = body
        return self._lowered[function]

    def outline(self, function: int) -> Body | None:
        """The body of which only writes and what runs where it stands matter."""
        graph = self._graph
        if function in self._lowered or graph.language(function) != "python" or graph.kind(function).is_callable:
            return self.body(function)
        if function not in self._outlined:
            self._outlined[function] = self._bodies.outline(function)
        return self._outlined[function]

    def is_lazy(self, function: int) -> bool:
        """Whether it runs when what it returned is iterated over."""
        body = self.body(function)
        return body is not None and any(one.flags & StatementFlag.YIELDS for one in body.statements)

    def altered(self, function: int) -> frozenset[str]:
        """Names from outside that a function writes or changes inside, as its text says."""
        if function not in self._altered:
            body = self.body(function)
            each = [altered(body, one) for one in body.statements] if body is not None else []
            self._altered[function] = frozenset[str]().union(*each)
        return self._altered[function]

    def changes(self, function: int, name: str) -> bool:
        """Whether a function may change what a name from outside holds, as far as its own text tells."""
        if function not in self._touching:
            body = self.outline(function)
            places = [place for one in body.statements for place in _touched_by(one)] if body is not None else []
            self._touching[function] = frozenset(name for place in places for name in _names(place))
        return name in self._touching[function]

    def by_class(self, function: int) -> frozenset[str]:
        """Names of attributes of a class that a function of Python names by an instance, calls left out."""
        body = self.body(function)
        if body is None or body.language != "python":
            return frozenset()
        places = [use.place for one in body.statements for use in one.uses if use.argument != CALLEE]
        places += [write.place for one in body.statements for write in one.writes]
        behind = [place[place.index(CLASS) + 1 :] for place in places if CLASS in place]
        return frozenset(steps[0][1:] for steps in behind if steps and not steps[0].startswith("._"))

    def puts(self, function: int, name: str) -> bool:
        """Whether a function gives a new value to an attribute or item of what a name from outside holds."""
        if function not in self._putting:
            body = self.outline(function)
            writes = [write for one in body.statements for write in one.writes] if body is not None else []
            places = [write.place[:-1] for write in writes if len(write.place) > 1 and not write.flags & WriteFlag.MAYBE]
            self._putting[function] = frozenset(name for place in places for name in _names(place))
        return name in self._putting[function]

    def makes(self, function: int, name: str) -> bool:
        """Whether a body gives a name a value, other than by only defining or importing it."""
        if function not in self._made_names:
            body = self.outline(function)
            makers = [one for one in body.statements if not is_plain(one)] if body is not None else []
            writes = [write for one in makers for write in one.writes]
            self._made_names[function] = frozenset(write.place[0] for write in writes if len(write.place) == 1)
        return name in self._made_names[function]


def _touched_by(statement: Statement) -> Iterator[Place]:
    """Places in which a statement writes a part, or that it gives a call or another name."""
    yield from (write.place for write in statement.writes if len(write.place) > 1)
    for use in statement.uses:
        if statement.writes or (use.call >= 0 and use.argument != CALLEE):
            yield use.place


def _names(place: Place) -> tuple[str, ...]:
    """By which names from outside a place can be meant; what a class holds is also meant by `self.__class__`."""
    start = place.index(CLASS) + 1 if CLASS in place else 1
    return (place[0].partition("#")[0], *(step[1:] for step in place[start : start + 1]))
