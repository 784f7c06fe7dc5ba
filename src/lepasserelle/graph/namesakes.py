"""What a name of C++ that no scope knows can mean in the project, before it is said to lie outside."""

from functools import cached_property
from typing import Final

from lepasserelle.graph.edges import OUTER, low
from lepasserelle.graph.method_names import MethodNames
from lepasserelle.graph.parameters import Parameters
from lepasserelle.graph.shapes import DECLARATION
from lepasserelle.graph.survey import NO_NODE, FileRow, Survey
from lepasserelle.model import NodeKind

_GLOBAL: Final = "<global>."


class Namesakes:
    """Functions and methods by their name alone."""

    def __init__(self, survey: Survey, methods: MethodNames, parameters: Parameters, owners: dict[int, int]) -> None:
        self._survey = survey
        self._parameters = parameters
        self._owners = owners
        self._methods = methods
        self._type = survey.strings["<type>"]

    def of(self, row: FileRow, target: int, scope: int, arity: int) -> tuple[int, ...]:
        """Those that a call of something outside can enter instead: functions of namespaces, by the types of what it is given; in
        a function that a macro makes, which may be a member of any class, methods as well.
        """
        if row.language != "cpp" or target < OUTER:
            return ()
        survey = self._survey
        name = survey.strings.known(survey.strings.texts[low(target)].removeprefix(_GLOBAL))
        found = self._of_namespaces.get(name, ()) if arity > 0 else ()
        methods = self._methods.of(name, row) if name >= 0 else ()
        return tuple(sorted({*found, *self._entered(methods, arity)})) if methods and self._is_made_by_macro(scope) else found

    def _entered(self, methods: tuple[int, ...], arity: int) -> list[int]:
        """Those with so many parameters, else all; what is defined outside of its class by its definition."""
        flags = self._survey.flags
        fitting = [node for node in methods if self._parameters.count(node) == arity] or methods
        defined = {self._owner(node) for node in fitting if not flags[node] & DECLARATION}
        return [node for node in fitting if not flags[node] & DECLARATION or self._owner(node) not in defined]

    def _owner(self, node: int) -> int:
        return self._owners.get(node, self._survey.lexical_parent[node])

    def _is_made_by_macro(self, scope: int) -> bool:
        """Whether a place stands in `MACRO(a, b) { … }`: a function without a type whose name is written as macros are."""
        survey = self._survey
        while scope != NO_NODE:
            if survey.kind[scope] == NodeKind.FUNCTION and not survey.entries(scope, self._type):
                return survey.strings.texts[survey.name[scope]].isupper()
            scope = survey.lexical_parent[scope]
        return False

    @cached_property
    def _of_namespaces(self) -> dict[int, tuple[int, ...]]:
        """Name → functions of C++ that stand in a namespace."""
        survey, found = self._survey, dict[int, list[int]]()
        for row in self._survey.files:
            for node in range(row.base + 1, row.base + row.count) if row.family.by_arity else ():
                if survey.kind[node] == NodeKind.FUNCTION and survey.kind[survey.lexical_parent[node]] == NodeKind.NAMESPACE:
                    found.setdefault(survey.name[node], []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}
