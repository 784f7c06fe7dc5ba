"""What a call of a value enters: a function, the constructor of a class or the class itself, what makes an instance callable."""

from collections.abc import Collection, Iterable

from lepasserelle.graph.edges import OUTER, EdgeSink, Relation, low
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.families import Family, called_member
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.overloads import Overloads
from lepasserelle.graph.shapes import CONSTRUCTOR, DECLARATION, IS_CALLABLE, IS_TYPE, MODULE, TYPE
from lepasserelle.graph.survey import DEFINED, PAYLOAD, Survey
from lepasserelle.graph.values import INSTANCE, OBJECT, OUTSIDE, PARENT, Result, Value, number_of, tag_of
from lepasserelle.model import EdgeKind, NodeKind


def made_elsewhere(evaluator: Evaluator, made: Iterable[int], targets: Collection[int]) -> list[int]:
    """Those of the classes of which instances are made that are neither entered themselves nor have a constructor that is."""
    owners, parent = evaluator.owners, evaluator.survey.lexical_parent
    entered = {owners.get(target, parent[target]) for target in targets if target < OUTER}.union(targets)
    return [cls for cls in made if cls not in entered]


def is_each_entered(family: Family, reason: int) -> bool:
    """Whether a call enters each of several functions that a place holds, in turn: they flow there, and are no overloads."""
    return reason == Reason.FLOW or (family.functions_flow and Reason.ASSIGNED <= reason < Reason.BOUNDED)


class Callees:
    """Definitions, and `OUTER | string` for what lies outside, by value."""

    def __init__(self, survey: Survey, evaluator: Evaluator, overloads: Overloads) -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._overloads = overloads

    def of(self, settled: Result, given: int = -1) -> tuple[list[int], int]:
        """(what a call of the values enters, the weakest reason)."""
        values, reason = settled
        if len(values) == 1:
            only, why = self._enters(values[0], given)
            return only or [], reason if only is None else max(reason, why)
        targets: dict[int, None] = {}
        for value in values:
            found, why = self._enters(value, given)
            if found is not None:
                reason = max(reason, why)
                targets.update(dict.fromkeys(found))
        return list(targets), reason

    def _enters(self, value: Value, given: int) -> tuple[list[int] | None, int]:
        tag, number = tag_of(value), number_of(value)
        survey = self._survey
        if tag == OBJECT:
            kind = survey.kind[number]
            if IS_TYPE[kind]:
                return self._made_of(number, kind, given)
            if kind == MODULE:
                entered, why = self.of(self._evaluator.calls.default_of(number))
                return (entered, why) if entered else (None, 0)
            if survey.flags[number] & DECLARATION:
                bodies, why = self._evaluator.imports.packages.body(number)
                if bodies:
                    return bodies, why
            if IS_CALLABLE[kind]:
                if self._evaluator.calls.is_replaced_by_nothing(number):
                    return None, 0
                return [number], Reason.DECORATED if self._evaluator.calls.opaque(number)[0] else 0
            return None, 0
        if tag == OUTSIDE:
            return [OUTER | number], 0
        if tag == INSTANCE:
            member = called_member(self._evaluator.row_of(number).language)
            if member:
                found = self._evaluator.member(number, survey.strings[member])
                nodes = [number_of(v) for v in found[0] if tag_of(v) == OBJECT and IS_CALLABLE[survey.kind[number_of(v)]]]
                return (nodes, max(found[1], Reason.ASSIGNED)) if nodes else (None, 0)
        if tag == PARENT:
            return self._parent_constructor(value, given)
        return None, 0

    def _made_of(self, cls: int, kind: int, given: int) -> tuple[list[int] | None, int]:
        """What making an instance enters: nothing of what C and C++ name that is no class, of functions as a rule."""
        if kind == TYPE and self._evaluator.row_of(cls).family.by_arity:
            return None, 0
        return self.constructor(cls, given)

    def made(self, settled: Result, targets: list[int]) -> list[Relation]:
        """The class that a call makes an instance of, where what it enters does not say so."""
        kind, (values, reason) = self._survey.kind, settled
        made = [number_of(value) for value in values if tag_of(value) == OBJECT and IS_TYPE[kind[number_of(value)]]]
        if not made or not targets or reason >= Reason.BOUNDED:
            return []
        return [(int(EdgeKind.READS), cls, Reason(reason).making) for cls in made_elsewhere(self._evaluator, made, targets)]

    def candidates(self, sink: EdgeSink, besides: Result, given: int, targets: list[int]) -> list[Relation]:
        """One edge to the set of what a call may enter besides what is known; none where that is nothing."""
        members = tuple(sorted(set(self.of(besides, given)[0]).difference(targets))) if besides[0] else ()
        if not members:
            return []
        name = self._survey.name[members[0]] if members[0] < OUTER else low(members[0])
        return [(int(EdgeKind.CALLS), sink.candidates(name, members), Reason.SEVERAL)]

    def constructor(self, cls: int, given: int) -> tuple[list[int], int]:
        """The constructor that creating an instance enters when the project defines one, else the class."""
        if self._evaluator.row_of(cls).family.overloads:
            return self._overloads.constructors(cls, given)
        for name in self._evaluator.row_of(cls).family.constructors:
            number = self._survey.strings.known(name)
            found = self._evaluator.classes.member(cls, number) if number >= 0 else None
            if found is not None:
                nodes = [entry & PAYLOAD for entry in found[1] if entry >> 56 == DEFINED]
                nodes = self._evaluator.preferred(nodes)
                if nodes:
                    return nodes, 0 if found[0] == cls else Reason.INHERITED
        own = [entry & PAYLOAD for entry in self._survey.members(cls) if entry >> 56 == DEFINED]
        own = [node for node in own if self._survey.kind[node] == CONSTRUCTOR]
        return (own, 0 if len(own) == 1 else Reason.REDEFINED) if own else ([cls], 0)

    def _parent_constructor(self, value: Value, given: int) -> tuple[list[int] | None, int]:
        """`super(…)` of ECMAScript and alike: the constructor of the next class."""
        lineage = self._evaluator.classes.lineage(number_of(value))
        above = [cls for cls in lineage.order[1:] if self._survey.kind[cls] != NodeKind.INTERFACE]
        if above:
            return self.constructor(above[0], given)
        return ([OUTER | lineage.outside[0]], 0) if len(lineage.outside) == 1 else (None, 0)
