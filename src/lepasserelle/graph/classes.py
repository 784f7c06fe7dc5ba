"""Base classes, method resolution order and members of the project's classes. Says "unknown" rather than guess.

Linearisation is C3 (Barrett et al. 1996), as in Python, and a safe order for languages with single inheritance and interfaces.
Where C3 has no answer (inconsistent or cyclic bases) the order is depth first, each class once.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lepasserelle.graph.shapes import CONSTRUCTOR, IS_TYPE, STATIC
from lepasserelle.graph.survey import DEFINED, PAYLOAD, Survey
from lepasserelle.graph.values import OBJECT, OUTSIDE, Result, Value, number_of, tag_of

_ENUMS: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where members of a class are looked for."""

    order: tuple[int, ...]
    """Project classes, the class itself first."""
    outside: tuple[int, ...] = ()
    """Strings of bases outside the project, `object` left out."""
    unknown: bool = False
    """Some base was not understood."""


class Classes:
    """Lineages by demand, each computed once."""

    def __init__(
        self,
        survey: Survey,
        evaluate: Callable[[int, int], Result],
        parts: Callable[[int], list[int]],
        keep: Callable[[dict[int, bool], int, bool], None],
    ) -> None:
        self._keep = keep
        self._survey = survey
        self._evaluate = evaluate
        self._parts = parts
        self._lineages: dict[int, Lineage] = {}
        self._running: set[int] = set()
        self._cycles = 0
        self._protocols: dict[int, bool] = {}
        self._metaclass = survey.strings["<metaclass>"]
        self._below: dict[int, list[tuple[int, ...]]] | None = None
        self._members: dict[int, tuple[int, list[int]] | None] = {}

    def forget(self) -> None:
        """Drop what was remembered but lineages."""
        self._protocols.clear()

    def bases(self, node: int) -> list[Result]:
        """What each base of a class denotes, in order."""
        survey = self._survey
        scope = survey.lexical_parent[node]
        found = [self._evaluate(scope, chain) for chain in survey.bases.get(node, ())]
        return [result if len(result[0]) < 2 else (self.without_companions(result[0]), result[1]) for result in found]

    def without_companions(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """Of a type and the object of its name beside it (Scala) the type, which is what a declaration names."""
        if len(values) < 2:
            return values
        flags = self._survey.flags
        kept = tuple(value for value in values if tag_of(value) != OBJECT or not flags[number_of(value)] & STATIC)
        return kept or values

    def lineage(self, node: int) -> Lineage:
        """Where members of this class are looked for."""
        known = self._lineages.get(node)
        if known is not None:
            return known
        if node not in self._survey.bases and not self._parts(node):
            known = self._lineages[node] = Lineage((node,))
            return known
        if node in self._running:
            self._cycles += 1
            return Lineage((node,), unknown=True)
        cycles_before = self._cycles
        self._running.add(node)
        try:
            known = self._linearise(node)
        finally:
            self._running.discard(node)
        if not self._running or self._cycles == cycles_before:
            self._lineages[node] = known
        return known

    def is_enumeration(self, node: int) -> bool:
        """Whether what a class of Python binds are its instances."""
        return any(self._survey.strings.texts[name] in _ENUMS for name in self.lineage(node).outside)

    def _is_lost(self, node: int, name: int) -> bool:
        """Whether a base of Rust is a name of the project that nothing in it defines: what a macro makes of it nothing tells."""
        survey = self._survey
        file = bisect_right(survey.bases_of_files, node) - 1
        return survey.strings.texts[name].startswith("?") and survey.files[file].family.name == "rust"

    def _linearise(self, node: int) -> Lineage:
        parents: list[Lineage] = []
        outside: dict[int, None] = {}
        unknown = False
        parts = self._parts(node)
        for values, _ in [base for each in (node, *parts) for base in self.bases(each)]:
            known = len(values) == 1
            for value in values[:1] if known else ():
                if tag_of(value) == OBJECT and IS_TYPE[self._survey.kind[number_of(value)]]:
                    parents.append(self.lineage(number_of(value)))
                elif tag_of(value) == OUTSIDE and not self._is_lost(node, number_of(value)):
                    if self._survey.strings.texts[number_of(value)] not in _NO_MEMBERS:
                        outside[number_of(value)] = None
                else:
                    known = False
            unknown |= not known
        for parent in parents:
            outside.update(dict.fromkeys(parent.outside))
            unknown |= parent.unknown
        above = [cls for cls in merge([list(parent.order) for parent in parents]) if cls != node and cls not in parts]
        return Lineage((node, *parts, *above), tuple(outside), unknown)

    def member(self, owner: int, name: int) -> tuple[int, list[int]] | None:
        """(class that defines it, its bindings) of the first class in the order that binds the name."""
        key = owner << 32 | name
        if key in self._members:
            return self._members[key]
        found = self.member_in(self.lineage(owner).order, name)
        if not self._running:
            self._members[key] = found
        return found

    def named(self, cls: int, name: int) -> int:
        """The first class of an order that is called so, -1 for none: what the name means within, wherever that class stands."""
        survey = self._survey
        return next((each for each in self.lineage(cls).order if survey.name[each] == name), -1)

    def is_constructor(self, found: tuple[int, list[int]], name: int) -> bool:
        """Whether what `member` found are constructors that are named like their class."""
        survey = self._survey
        return name == survey.name[found[0]] and all(
            entry >> 56 == DEFINED and survey.kind[entry & PAYLOAD] == CONSTRUCTOR for entry in found[1]
        )

    def metaclass(self, cls: int) -> int | None:
        """The project class whose instance a class is, -1 when it is another one; None when no class of its order says."""
        said = (self.own_metaclass(each) for each in self.lineage(cls).order)
        return next((meta for meta in said if meta is not None), None)

    def own_metaclass(self, cls: int) -> int | None:
        """The same as the head of the class itself says it."""
        survey = self._survey
        entries = survey.entries(cls, self._metaclass)
        if not entries:
            return None
        values, _ = self._evaluate(survey.lexical_parent[cls], survey.flow_source[entries[0] & PAYLOAD])
        if len(values) == 1 and tag_of(values[0]) == OBJECT and IS_TYPE[survey.kind[number_of(values[0])]]:
            return number_of(values[0])
        is_abstract = bool(values) and survey.strings.texts[number_of(values[0])] == "abc.ABCMeta"
        return None if is_abstract else -1

    def is_protocol(self, cls: int) -> bool:
        """Whether a class only says what others have: instances of it are of classes that need not inherit from it."""
        known = self._protocols.get(cls)
        if known is None:
            bases = [value for values, _ in self.bases(cls) for value in values]
            texts = self._survey.strings.texts
            known = any(tag_of(value) == OUTSIDE and texts[number_of(value)] in _PROTOCOLS for value in bases)
            if not self._running:
                self._keep(self._protocols, cls, known)
        return known

    def defined_below(self, cls: int, name: int, *, behind: bool) -> bool:
        """Whether a class below binds the name, or (`behind`) one that stands behind this class in the order of a class below."""
        for order in self._orders_with(cls):
            others = order[order.index(cls) + 1 :] if behind else order[: order.index(cls)]
            if self.member_in(others, name) is not None:
                return True
        return False

    def below(self, cls: int) -> list[int]:
        """The classes that inherit from this one, at any distance; asked for once all lineages are known."""
        return [order[0] for order in self._orders_with(cls)]

    def _orders_with(self, cls: int) -> list[tuple[int, ...]]:
        """The orders of the classes below; asked for once all lineages are known."""
        if self._below is None:
            self._below = {}
            for node in sorted(self._lineages):
                order = self._lineages[node].order
                for each in order[1:]:
                    self._below.setdefault(each, []).append(order)
        return self._below.get(cls, [])

    def member_in(self, order: tuple[int, ...], name: int) -> tuple[int, list[int]] | None:
        """The same over a given order."""
        for cls in order:
            entries = self._survey.entries(cls, name)
            if entries:
                return cls, entries
        return None


_PROTOCOLS = {"typing.Protocol", "typing_extensions.Protocol"}
_NO_MEMBERS = {"<builtin>.object", "typing.Generic", "abc.ABC", *_PROTOCOLS}


def merge(orders: list[list[int]]) -> list[int]:
    """C3's merge of the parents' orders, followed by the order of the parents themselves."""
    rows = [list(order) for order in orders if order]
    rows.append([order[0] for order in rows])
    result: list[int] = []
    while rows := [row for row in rows if row]:
        head = next((row[0] for row in rows if not any(row[0] in other[1:] for other in rows)), None)
        if head is None:
            return result + list(dict.fromkeys(cls for row in rows for cls in row))
        result.append(head)
        for row in rows:
            if row[0] == head:
                del row[0]
    return list(dict.fromkeys(result))
