"""Whose fields a chain of C or C++ reaches: which structures it may mean, so that a call through a field is told what those hold.

A structure is the variable that is it, or the field of one that it is part of. A pointer means those that it is given; where it is
given something of which that is not known, or is a parameter, it may mean others, too.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.graph.anchors import ANYWHERE, BEYOND
from lepasserelle.graph.chains import CALL, MEMBER, NAME, SUBSCRIPT
from lepasserelle.graph.shapes import IS_TYPE, IS_VARIABLE, MODULE
from lepasserelle.graph.stored import MOST_PLACES
from lepasserelle.graph.survey import ASSIGNED, DEFINED, NO_NODE, PARAMETER, PAYLOAD
from lepasserelle.graph.values import INSTANCE, OBJECT, OUTSIDE, UNKNOWN, Result, number_of, tag_of

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_LOW: Final = 0xFFFF_FFFF
_DEEPEST: Final = 4
"""Steps from a pointer to what it is given that are taken."""
_FAMILY: Final = "c"
_NO_OTHER: Final = frozenset({"<list>", "<none>"})
_TWO: Final = 2

Structure = tuple[int, ...]
"""`scope << 32 | name` of a variable, and the names of fields on the way to a part of it."""


class Meant(NamedTuple):
    """Structures that a chain may mean; `is_all`: no others."""

    structures: frozenset[Structure]
    is_all: bool


_OTHERS: Final = Meant(frozenset(), False)


class Pointed:
    """Follows pointers by demand, a few steps."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self._stored = evaluator.stored
        self._meant: dict[tuple[int, int, int], Meant] = {}

    def forget(self) -> None:
        """Drop what was remembered: after each file, since what was cut short in one is not what another finds."""
        self._meant.clear()

    def settle(self, anchor: int, chain: int, result: Result) -> tuple[Result, Result]:
        """(what a called chain holds for all that is known, what it may hold besides)."""
        scope, chain = self._read(anchor, chain)
        field = self._field(self._evaluator.chain(scope, chain, -1)) if chain >= 0 else -1
        if field < 0:
            return self._evaluator.settle(result), UNKNOWN
        known, others = self._told(scope, chain, field)
        held = self._stored.together(known)
        if held[0]:
            besides, reason = self._stored.together(others)
            return held, (tuple(value for value in besides if value not in held[0]), reason)
        held = self._evaluator.settle(result)
        return (UNKNOWN, held) if len(held[0]) > 1 else (held, UNKNOWN)

    def _read(self, anchor: int, chain: int) -> tuple[int, int]:
        """Scope and chain of the member that is read where a chain is called, or that a local is given and nothing else; -1 for the
        chain where none is.
        """
        survey, scope = self._survey, anchor & _LOW
        end, _, name, _ = survey.chains.parts[chain]
        if anchor < BEYOND and end == NAME:
            given = [entry for entry in survey.entries(scope, name) if entry >> 56 in {ASSIGNED, PARAMETER}]
            if len(given) == 1 and given[0] >> 56 == ASSIGNED:
                chain = survey.chains[survey.strings.texts[survey.flow_source[given[0] & PAYLOAD]]]
                end = survey.chains.parts[chain][0]
        return (scope, chain) if end == MEMBER and anchor < ANYWHERE else (NO_NODE, -1)

    def _field(self, result: Result) -> int:
        """The field of a type of C or C++ that a chain names; -1 where it names something else."""
        survey = self._survey
        if len(result[0]) != 1 or tag_of(result[0][0]) != OBJECT:
            return -1
        node = number_of(result[0][0])
        owner = survey.lexical_parent[node]
        is_field = IS_VARIABLE[survey.kind[node]] and owner != NO_NODE and IS_TYPE[survey.kind[owner]]
        return node if is_field and self._evaluator.row_of(node).family.name == _FAMILY else -1

    def _told(self, scope: int, chain: int, field: int) -> tuple[list[int], list[int]]:
        """(flows that store in a field of the structures that a chain reads it of, those that may)."""
        survey = self._survey
        owner, meant = survey.lexical_parent[field], self._mean(scope, survey.chains.parts[chain][1], _DEEPEST)
        known, others = list[int](), list[int]()
        for flow, place in self._places(survey.name[field], owner).items():
            is_own, may_be = self._reaches(flow, place, owner, meant, _DEEPEST)
            if is_own or may_be:
                (known if is_own else others).append(flow)
        return known, others

    def _places(self, name: int, owner: int) -> dict[int, int]:
        """Flows that may store in the field of that name of a type, with their places."""
        survey, stored = self._survey, self._stored
        names = [survey.name[field] for field in stored.fields_of(owner)]
        numbered = survey.stored.get(survey.strings[f"#{names.index(name)}"], []) if name in names else []
        return dict([*survey.stored.get(name, [])[:MOST_PLACES], *numbered])

    def _reaches(self, flow: int, place: int, owner: int, meant: Meant, steps: int) -> tuple[bool, bool]:
        """(whether a flow stores in the field of one of these structures, whether it may)."""
        survey, text = self._survey, self._survey.strings.texts[place]
        listed = "()." in text
        if listed and any(flow in survey.filled.get(each[0], ()) for each in meant.structures if len(each) == 1):
            return True, False
        if "." not in text or ("#" in text and not listed) or text.endswith("[]") or self._stored.owner(flow, place) != owner:
            return False, False
        if listed:
            return False, not meant.is_all
        there = self._mean(survey.flow_scope[flow], survey.chains[text.rpartition(".")[0]], steps - 1)
        is_anyone = not there.is_all and len(there.structures) < _TWO
        return not meant.structures.isdisjoint(there.structures), is_anyone or not meant.is_all

    # ── what a chain means ────────────────────────────────────────────────────────────────────────────────────────────────

    def _mean(self, scope: int, chain: int, steps: int) -> Meant:
        end, before, name, _ = self._survey.chains.parts[chain]
        if steps <= 0 or end not in {NAME, MEMBER, SUBSCRIPT}:
            return _OTHERS
        if end == SUBSCRIPT:
            return self._mean(scope, before, steps)
        key = (scope, chain, steps)
        known = self._meant.get(key)
        if known is None:
            known = self._of_name(scope, name, steps) if end == NAME else self._of_member(scope, chain, steps)
            self._meant[key] = known
        return known

    def _of_name(self, scope: int, name: int, steps: int) -> Meant:
        """The variable itself, and what it is given."""
        survey = self._survey
        scope = self._binds(scope, name)
        if scope == NO_NODE:
            return _OTHERS
        flows, is_all = list[int](), True
        for entry in survey.entries(scope, name):
            flow = entry & PAYLOAD
            if entry >> 56 == ASSIGNED:
                flows.append(flow)
            elif entry >> 56 == PARAMETER:
                flows, is_all = flows + self._stored.given(scope, flow), False
            elif entry >> 56 == DEFINED:
                places = survey.stored.get(name, [])[:MOST_PLACES]
                flows += [other for other, place in places if self._stored.is_place(other, place, flow, elements=False)]
        return self._given({(scope << 32 | name,)}, flows, is_all=is_all, steps=steps)

    def _binds(self, scope: int, name: int) -> int:
        """The scope whose variable a name is; of one that a header only declares that of the file that says what it holds."""
        survey, here = self._survey, scope
        while here != NO_NODE and not survey.entries(here, name):
            here = survey.lexical_parent[here]
        if here == NO_NODE:
            values, _ = self._evaluator.name(scope, name)
            if len(values) != 1 or tag_of(values[0]) != OBJECT or not IS_VARIABLE[survey.kind[number_of(values[0])]]:
                return NO_NODE
            here = survey.lexical_parent[number_of(values[0])]
        if survey.kind[here] == MODULE and not any(entry >> 56 == ASSIGNED for entry in survey.entries(here, name)):
            elsewhere = self._filled_in_files.get(name, [])
            return elsewhere[0] if len(elsewhere) == 1 else here
        return here

    @cached_property
    def _filled_in_files(self) -> dict[int, list[int]]:
        """Name → files whose variable of that name is made by a list."""
        found: dict[int, list[int]] = {}
        for variable in self._survey.filled:
            if self._survey.kind[variable >> 32] == MODULE:
                found.setdefault(variable & _LOW, []).append(variable >> 32)
        return found

    def _of_member(self, scope: int, chain: int, steps: int) -> Meant:
        """That part of what stands before the name, and what is put there."""
        survey, evaluator = self._survey, self._evaluator
        _, before, name, _ = survey.chains.parts[chain]
        around = self._mean(scope, before, steps - 1)
        values, _ = evaluator.settle(evaluator.chain(scope, survey.chains[survey.chains.texts[before]], -1))
        if not around.structures or len(values) != 1 or tag_of(values[0]) != INSTANCE:
            return _OTHERS
        owner, is_all = number_of(values[0]), around.is_all
        flows = list[int]()
        for flow, place in self._places(name, owner).items():
            is_own, may_be = self._reaches(flow, place, owner, around, steps - 1)
            flows += [flow] if is_own else []
            is_all &= is_own or not may_be
        return self._given({(*each, name) for each in around.structures}, flows, is_all=is_all, steps=steps)

    def _given(self, own: set[Structure], flows: list[int], *, is_all: bool, steps: int) -> Meant:
        """These structures, and those that flows bring."""
        survey, texts, parts = self._survey, self._survey.strings.texts, self._survey.chains.parts
        for flow in flows:
            source, scope = texts[survey.flow_source[flow]], survey.flow_scope[flow]
            if source in _NO_OTHER:
                continue
            chain = survey.chains[source]
            if parts[chain][0] == CALL:
                values, _ = self._evaluator.chain(scope, parts[chain][1], -1)
                is_all &= bool(values) and all(tag_of(value) == OUTSIDE for value in values)  # memory of its own
                continue
            more = self._mean(scope, chain, steps - 1)
            own |= more.structures
            is_all &= more.is_all
        return Meant(frozenset(own), is_all) if len(own) <= MOST_PLACES else _OTHERS
