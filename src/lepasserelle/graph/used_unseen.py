"""Methods that are used though no edge says so: called by what lies outside, by way of its own class, or by way of a class beside.

A class that inherits from `threading.Thread` and says what `run` does is called there. A method of a mixin takes the place of a
method that a class below has from another base. What a protocol declares is called on whatever fits.
"""

from typing import TYPE_CHECKING

from lepasserelle.graph.outside_callers import CALLED, PROTOCOLS
from lepasserelle.graph.overriding import methods_named
from lepasserelle.model import EdgeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph


class UsedUnseen:
    """Says it of many methods of one graph: classes are looked through once."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._reached: dict[tuple[int, bool], frozenset[int]] = {}
        self._named: dict[int, frozenset[int]] = {}

    def __call__(self, node: int) -> bool:
        """Whether a definition is such a method."""
        graph, cls = self._graph, self._graph.parent(node)
        if cls < 0 or not graph.kind(node).is_callable or not graph.kind(cls).is_type:
            return False
        above = self._above(cls)
        if self._is_called(node, above) or any(graph.qualified_name(each) in PROTOCOLS for each in self._bases_outside(cls)):
            return True
        beside = self._beside(cls, above)
        return self._is_called(node, beside) or not beside.isdisjoint(self._having(node))

    def _is_called(self, node: int, classes: frozenset[int]) -> bool:
        """Whether one of several classes lies outside and calls its method of this name."""
        name, graph = self._graph.name(node), self._graph
        begins = name[: name.find("_") + 1] + "*" if "_" in name else ""
        outside = {graph.qualified_name(cls) for cls in classes if cls >= graph.definition_count} & CALLED.keys()
        return any(name in CALLED[cls] or begins in CALLED[cls] for cls in outside)

    def _bases_outside(self, cls: int) -> list[int]:
        """The classes outside that a class names as its bases."""
        bases = self._graph.neighbours(cls, EdgeKind.INHERITS, "out", "all")
        return [base for base in bases if base >= self._graph.definition_count]

    def _above(self, cls: int) -> frozenset[int]:
        return self._reach(cls, "out")

    def _beside(self, cls: int, above: frozenset[int]) -> frozenset[int]:
        """Classes that something below inherits from besides: neither above the class nor below it."""
        below = self._reach(cls, "in")
        return frozenset[int]().union(*map(self._above, below)) - above - below - {cls}

    def _reach(self, cls: int, direction: "Direction") -> frozenset[int]:
        key = (cls, direction == "in")
        known = self._reached.get(key)
        if known is None:
            found, todo = set[int](), [cls]
            while todo:
                for other in self._graph.neighbours(todo.pop(), EdgeKind.INHERITS, direction, "all"):
                    if other not in found:
                        found.add(other)
                        todo.append(other)
            known = self._reached[key] = frozenset(found - {cls})
        return known

    def _having(self, node: int) -> frozenset[int]:
        """The classes that have a method of a method's name."""
        name = self._graph.name_numbers[node]
        known = self._named.get(name)
        if known is None:
            known = self._named[name] = frozenset(methods_named(self._graph, name))
        return known
