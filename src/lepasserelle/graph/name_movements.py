"""Where functions of C get to, and where what is called comes from, by the names of what moves alone.

A graph of names: a local or parameter of one function, a field or variable of any file, what functions of a name give, what they
are given at each place. An edge for each movement of the survey's tables; reached forward from functions, and backward from what
is called (a flow-insensitive closure over names, coarser than Andersen, 1994). Evaluates nothing. Invariant: says no only where
following values finds no function, or where nothing that is called leads to.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.roles import ROLE
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE, IS_VARIABLE, MACRO, STATIC
from lepasserelle.graph.survey import ASSIGNED, DEFINED, NO_NODE, PARAMETER, PAYLOAD, Survey
from lepasserelle.model import Role

_FAMILY: Final = "c"
_LOW: Final = 0xFFFF_FFFF
_CALL: Final = int(Role.CALL)
_MOST_ARGUMENTS: Final = 31
"""Places of arguments that are told apart; further ones count as this one."""

_NAMED: Final = 1 << 62
"""Above the name of a field or variable of any file. What is below it is a name of a function, with its scope above."""
_RESULT: Final = 2 << 62
"""Above the name of functions: what they give."""
_ARGUMENT: Final = 3 << 62
"""Above the name of functions, with the place above that: what they are given."""
_ANY_RESULT: Final = _RESULT | _LOW << 8
"""What a function gives that is called by another name than its own."""
_FUNCTION: Final = _RESULT | _LOW << 9
"""Some function. Leads to whatever is given one by its name."""
_CALLED: Final = _RESULT | _LOW << 10
"""Being called. Whatever is called leads to it."""


class NameMovements:
    """Parameters and names that a function gets to, and from which one gets to a call."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._sources, self._targets = array("Q"), array("Q")
        self._parameters: dict[int, int] = {}
        self._results: set[int] = set()
        self._shared: set[int] = set()
        """Names of what files define for all others and is not called."""
        self._rows = [row for row in survey.files if row.family.name == _FAMILY]
        self._callable, self._other = self._names()
        self._move()
        self._hand_over()
        self._call()
        for name in self._results:
            self._lead(_RESULT | name, _ANY_RESULT)
        self._reached = self._on_the_way()
        self._callable, self._other, self._shared, self._results = set(), set(), set(), set()
        self._sources, self._targets = array("Q"), array("Q")

    def parameter(self, flow: int) -> bool:
        """Whether a parameter is, by its flow."""
        return self._parameters.get(flow, -1) in self._reached

    def named(self, name: int) -> bool:
        """Whether a field or variable of this name is, or what it holds."""
        return _NAMED | name in self._reached

    def _lead(self, source: int, target: int) -> None:
        self._sources.append(source)
        self._targets.append(target)

    def _names(self) -> tuple[set[int], set[int]]:
        """(names of what can be called, names of everything else); macros that are written as constants are in neither."""
        survey, callables, others = self._survey, set[int](), set[int]()
        bases = {row.base for row in self._rows}
        for node in self._nodes():
            kind, name = survey.kind[node], survey.name[node]
            if IS_CALLABLE[kind]:
                callables.add(name)
            elif kind != MACRO:
                others.add(name)
                if survey.lexical_parent[node] in bases and not survey.flags[node] & STATIC:
                    self._shared.add(name)
            elif not survey.strings.texts[name].isupper():
                callables.add(name)
        return callables, others

    def _nodes(self) -> Iterator[int]:
        for row in self._rows:
            yield from range(row.base, min(row.base + row.count, len(self._survey.kind)))

    # ── what moves where ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _move(self) -> None:
        """Every assignment and result, and what is stored elsewhere than in a name of its own scope."""
        survey = self._survey
        returned = survey.strings.known("<return>")
        for scope, name, kind, flow in self._bound():
            if kind == PARAMETER:
                self._parameters[flow] = scope << 32 | name
            elif name == returned:
                self._results.add(survey.name[scope])
                self._from(flow, _RESULT | survey.name[scope])
            else:
                self._from(flow, scope << 32 | name if IS_CALLABLE[survey.kind[scope]] else _NAMED | name)
        for name, places in survey.stored.items():
            for flow, place in places:
                self._from(flow, _place(name, survey.strings.texts[place]))

    def _bound(self) -> Iterator[tuple[int, int, int, int]]:
        """(scope, name, kind, flow) of assignments and parameters. The name of what a container holds is its own."""
        survey = self._survey
        keys, values = np.frombuffer(survey.keys, dtype=np.uint64), np.frombuffer(survey.values, dtype=np.uint64)
        kinds = values >> np.uint64(56)
        wanted = (kinds == ASSIGNED) | (kinds == PARAMETER)
        for row in self._rows:
            edges = np.array([row.base << 32, row.base + row.count << 32], dtype=np.uint64)
            start, stop = np.searchsorted(keys, edges).tolist()
            at = start + np.flatnonzero(wanted[start:stop])
            for key, kind, value in zip(keys[at].tolist(), kinds[at].tolist(), values[at].tolist(), strict=True):
                yield key >> 32, self._bare(key & _LOW), kind, value & PAYLOAD

    def _bare(self, name: int) -> int:
        text = self._survey.strings.texts[name]
        bare = self._survey.strings.known(text.removesuffix("[]")) if text.endswith("[]") else name
        return bare if bare >= 0 else name

    def _hand_over(self) -> None:
        """From arguments to parameters of functions of that name, from places of a list in braces to fields of every type."""
        survey = self._survey
        parameters: dict[int, list[int]] = {}
        for flow in sorted(self._parameters):
            parameters.setdefault(survey.flow_scope[flow], []).append(self._parameters[flow])
        for function, keys in parameters.items():
            for index, key in enumerate(keys):
                last = _MOST_ARGUMENTS if index == len(keys) - 1 else index  # it may take every further one
                for place in range(min(index, _MOST_ARGUMENTS), last + 1):
                    self._lead(_ARGUMENT | place << 32 | survey.name[function], key)
        for index, field in self._fields():
            listed = survey.strings.known(f"#{index}")
            if listed >= 0:
                self._lead(_NAMED | listed, _NAMED | survey.name[field])

    def _fields(self) -> Iterator[tuple[int, int]]:
        """(place, node) of the fields of types."""
        survey, latest = self._survey, dict[int, int]()
        for node in self._nodes():
            owner = survey.lexical_parent[node]
            if owner != NO_NODE and IS_VARIABLE[survey.kind[node]] and IS_TYPE[survey.kind[owner]]:
                latest[owner] = latest.get(owner, -1) + 1
                yield latest[owner], node

    # ── from where, and what is called ────────────────────────────────────────────────────────────────────────────────────

    def _from(self, flow: int, target: int) -> None:
        """What one movement moves comes to a target."""
        text = self._survey.strings.texts[self._survey.flow_source[flow]]
        while text.endswith("[]"):
            text = text[:-2]
        if not text or text[0] == "?" or (text[0] == "<" and not text.startswith(("<lambda", "<self>", "<class>"))):
            return
        last = text.removesuffix("()").rpartition(".")[2].removesuffix("()").removesuffix("[]")
        name = self._survey.strings.known(last)
        if name < 0 or not last.replace("~", "_").isidentifier():
            self._lead(_FUNCTION, target)
        elif text.endswith("()"):
            self._results.add(name)
            self._lead(_RESULT | name, target)
            if last != text[:-2] or name in self._other or name not in self._callable:
                self._lead(_ANY_RESULT, target)
        elif "." in text:
            self._lead(_NAMED | name, target)
        else:
            source = self._name(self._survey.flow_scope[flow], name)
            self._lead(source, target)
            if name in self._callable or not (last.isupper() or self._is_known(source, name, flow)):
                self._lead(_FUNCTION, target)

    def _is_known(self, source: int, name: int, flow: int) -> bool:
        """Whether a bare name means something that the project defines. A field or what is of another file alone hides no function
        that is declared outside.
        """
        survey = self._survey
        if source < _NAMED:
            return name in self._other
        base = survey.bases_of_files[bisect_right(survey.bases_of_files, survey.flow_scope[flow]) - 1]
        return name in self._shared or any(entry >> 56 == DEFINED for entry in survey.entries(base, name))

    def _name(self, scope: int, name: int) -> int:
        """What a bare name means: one of the function or of one around it, else one of any file."""
        survey = self._survey
        while scope != NO_NODE and IS_CALLABLE[survey.kind[scope]]:
            if any(entry >> 56 != DEFINED for entry in survey.entries(scope, name)):
                return scope << 32 | name
            scope = survey.lexical_parent[scope]
        return _NAMED | name

    def _call(self) -> None:
        """Whatever is called by another name than that of a function."""
        survey = self._survey
        texts, scopes = survey.chains.texts, survey.reference_scope
        for row in self._rows:
            for at in row.references:
                if survey.reference_role[at] & ROLE == _CALL:
                    self._called(scopes[at], texts[survey.reference_chain[at]])

    def _called(self, scope: int, text: str) -> None:
        while text.endswith("[]"):
            text = text[:-2]
        name = self._survey.strings.known(text.removesuffix("()").rpartition(".")[2])
        if name < 0:
            return
        if text.endswith("()"):
            self._lead(_RESULT | name, _CALLED)
            self._lead(_ANY_RESULT, _CALLED)
        else:
            self._lead(_NAMED | name if "." in text else self._name(scope, name), _CALLED)

    # ── on the way from a function to a call ──────────────────────────────────────────────────────────────────────────────

    def _on_the_way(self) -> set[int]:
        ends = np.array([self._sources, self._targets], dtype=np.uint64)
        keys, numbers = np.unique(np.append(ends, np.array([_FUNCTION, _CALLED], dtype=np.uint64)), return_inverse=True)
        first, last = (int(number) for number in numbers[-2:])
        sources, targets = numbers[:-2].reshape(2, -1)
        there = _reached(sources, targets, first, len(keys)) & _reached(targets, sources, last, len(keys))
        return set(keys[there].tolist())


def _place(name: int, place: str) -> int:
    before, mark, index = place.partition("#")
    if not mark or before[-3:] == "().":
        return _NAMED | name
    return _ARGUMENT | min(int(index), _MOST_ARGUMENTS) << 32 | name


def _reached(sources: NDArray[np.intp], targets: NDArray[np.intp], start: int, count: int) -> NDArray[np.bool_]:
    """What edges lead to from one number, breadth first."""
    order = np.argsort(sources, kind="stable")
    targets = targets[order]
    starts = np.searchsorted(sources[order], np.arange(count + 1))
    found = np.zeros(count, dtype=np.bool_)
    found[start] = True
    front = np.array([start])
    while len(front):
        sizes = starts[front + 1] - starts[front]
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        come = np.unique(targets[np.repeat(starts[front], sizes) + within])
        front = come[~found[come]]
        found[front] = True
    return found
