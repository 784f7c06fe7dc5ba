"""What an operator calls: what the type of its operand defines, or a function of C++ that takes the type. Where the type is not
known, or not of the project, nothing: an operator of its own is rare.
"""

from functools import cached_property
from typing import Final

from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.parameters import Parameters
from lepasserelle.graph.shapes import DECLARATION, INTERFACE, IS_CALLABLE, IS_TYPE, STATIC
from lepasserelle.graph.survey import FileRow, Survey
from lepasserelle.graph.values import INSTANCE, OBJECT, number_of, tag_of
from lepasserelle.model.calling import KNOWN
from lepasserelle.model.facts import ALONE, BEHIND

_STEPS: Final = ("++", "--")
"""Operators that have a parameter where they stand behind their operand."""


class Operations:
    """Operators of one link, by demand; asked for once all lineages are known."""

    def __init__(self, survey: Survey, evaluator: Evaluator, parameters: Parameters) -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._parameters = parameters

    def of(self, row: FileRow, anchor: int, chain: int, line: int, arity: int) -> tuple[list[int], int]:
        """(definitions that an operator enters, how they were found); none where the operand's type is not known."""
        _, before, name, _ = self._survey.chains.parts[chain]
        evaluator = self._evaluator
        values, reason = evaluator.settle(evaluator.ask_at(anchor, before, line))
        if len(values) != 1 or tag_of(values[0]) != INSTANCE or not IS_TYPE[self._survey.kind[number_of(values[0])]]:
            return [], 0
        cls = number_of(values[0])
        operands = 0 if arity == ALONE else 1 + (self._survey.strings.texts[name] == "set")
        if arity != BEHIND:
            found, why = self._member(row, cls, name, operands)
            if found:
                return found, max(reason, why)
        return self._function(row, cls, name, operands, place=int(arity == BEHIND)), max(reason, Reason.DECLARED)

    def _member(self, row: FileRow, cls: int, name: int, operands: int) -> tuple[list[int], int]:
        survey = self._survey
        values, reason = self._evaluator.member(cls, name)
        nodes = [number_of(value) for value in values if tag_of(value) == OBJECT and IS_CALLABLE[survey.kind[number_of(value)]]]
        is_bare = any(self._is_bare(node) for node in nodes)
        if len(nodes) != len(values) or (is_bare and not row.family.overloads) or self._is_behind_another(row, cls, name):
            return [], 0
        reason = max(reason, Reason.OVERRIDDEN) if is_bare else reason
        return [node for node in nodes if self._takes(row, node, name, operands)], reason

    def _is_behind_another(self, row: FileRow, cls: int, name: int) -> bool:
        """Whether a loop of Rust asks something else of a type: `next` of what `into_iter` gives, if it has that."""
        if row.language != "rust" or self._survey.strings.texts[name] != "next":
            return False
        known = self._survey.strings.known("into_iter")
        return known >= 0 and any(tag_of(value) == OBJECT for value in self._evaluator.member(cls, known)[0])

    def _takes(self, row: FileRow, node: int, name: int, operands: int) -> bool:
        """Whether a member takes so many operands beside its receiver, one more where it has none; labels do not count."""
        survey, calling = self._survey, self._survey.calling[node]
        if row.family.overloads:
            count = operands + bool(survey.flags[node] & STATIC)
            return not calling & KNOWN or calling >> 8 & 255 <= count <= calling >> 16 & 255
        if not row.family.by_arity:
            return True
        named = self._parameters.count(node)
        steps = survey.strings.texts[name].endswith(_STEPS)
        least = 0 if survey.flags[node] & DECLARATION or steps else operands
        return least <= named <= operands + (operands > 0 or steps)

    def _is_bare(self, node: int) -> bool:
        """Whether an interface only wants it: some implementation is entered."""
        survey = self._survey
        return bool(survey.flags[node] & DECLARATION) and survey.kind[survey.lexical_parent[node]] == INTERFACE

    def _function(self, row: FileRow, cls: int, name: int, operands: int, place: int) -> list[int]:
        """The functions of that name of which a parameter is of the type, or of one above it."""
        if not row.family.by_arity:
            return []
        order = self._evaluator.classes.lineage(cls).order
        found = []
        for node in self._free.get(name, ()):
            flows = self._parameters.flows(node)
            if len(flows) == operands + 1 and any(self._is_of(flows[place], each) for each in order):
                found.append(node)
        return self._evaluator.preferred(found)

    def _is_of(self, flow: int, cls: int) -> bool:
        self._evaluator.fresh()
        values, _ = self._evaluator.held.declared(flow, -1)
        return len(values) == 1 and tag_of(values[0]) == INSTANCE and number_of(values[0]) == cls

    @cached_property
    def _free(self) -> dict[int, tuple[int, ...]]:
        """Name → functions of C++ outside of classes that are called like an operator."""
        survey, found = self._survey, dict[int, list[int]]()
        for row in self._survey.files:
            for node in range(row.base + 1, row.base + row.count) if row.language == "cpp" else ():
                if IS_CALLABLE[survey.kind[node]] and survey.strings.texts[survey.name[node]].startswith("operator"):
                    found.setdefault(survey.name[node], []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}
