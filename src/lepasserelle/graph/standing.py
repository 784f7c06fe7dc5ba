"""Which methods stand in for the one that a call names, in Go, Rust and C++: those that implement an interface or a trait, and
those that override a virtual method. Candidates, never asserted.

Go's interfaces are met by having their methods, so a type counts that has every one of them, promoted ones included. Traits and
base classes are named by the types below. Nothing follows from one name alone.
"""

from typing import TYPE_CHECKING

from lepasserelle.graph.shapes import CONSTRUCTOR, DECLARATION, INTERFACE, IS_CALLABLE, IS_TYPE, STATIC
from lepasserelle.graph.survey import DEFINED, PAYLOAD, Survey
from lepasserelle.model.calling import CLOSED, OF_TRAIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from lepasserelle.graph.evaluate import Evaluator


class Standing:
    """Candidates by method and receiver; asked for once all lineages are known."""

    def __init__(self, survey: Survey, evaluator: "Evaluator", named: "Callable[[int, int], tuple[int, ...]]") -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._named = named
        self._found: dict[tuple[int, int], tuple[int, ...]] = {}

    def owner(self, node: int) -> int:
        """The type that a method belongs to."""
        return self._evaluator.owners.get(node, self._survey.lexical_parent[node])

    def is_bare(self, node: int) -> bool:
        """Whether a method is only declared by an interface or a trait, so that a call always enters another one."""
        owner = self.owner(node)
        is_declared = owner < len(self._survey.kind) and self._survey.kind[owner] == INTERFACE
        return is_declared and bool(self._survey.flags[node] & DECLARATION)

    def candidates(self, node: int, receiver: int) -> tuple[int, ...]:
        """Methods that can be entered in place of one that is called on a receiver of this type, ascending."""
        key = (node, receiver)
        known = self._found.get(key)
        if known is None:
            family = self._evaluator.row_of(node).family.name
            find = self._meeting if family == "go" else self._below
            known = self._found[key] = tuple(sorted(find(node, receiver) - {node})) if self._is_open(node, receiver) else ()
        return known

    def _is_open(self, node: int, receiver: int) -> bool:
        survey = self._survey
        if not IS_CALLABLE[survey.kind[node]] or survey.kind[node] == CONSTRUCTOR or survey.flags[node] & STATIC:
            return False
        if self._evaluator.row_of(node).family.name != "c":
            return survey.kind[receiver] == INTERFACE
        above = [
            other for cls in self._evaluator.classes.lineage(receiver).order for other in self._methods(cls, survey.name[node])
        ]
        return any(not survey.calling[other] & CLOSED for other in above)

    def _methods(self, cls: int, name: int) -> list[int]:
        found = [entry & PAYLOAD for entry in self._survey.entries(cls, name) if entry >> 56 == DEFINED]
        return [node for node in found if IS_CALLABLE[self._survey.kind[node]]]

    def _below(self, node: int, receiver: int) -> set[int]:
        name = self._survey.name[node]
        found: set[int] = set()
        for cls in self._evaluator.classes.below(receiver):
            methods = self._methods(cls, name)
            of_traits = [node for node in methods if self._survey.calling[node] & OF_TRAIT]
            found.update(self._evaluator.preferred(of_traits or methods))
        return found

    def _meeting(self, node: int, receiver: int) -> set[int]:
        """The methods of the types that have every method of a Go interface. It demands what is called on it, too: `error`, which
        stands outside of the project, may be embedded in it.
        """
        survey, classes = self._survey, self._evaluator.classes
        name = survey.name[node]
        wanted = {name} | {
            survey.name[entry & PAYLOAD]
            for cls in classes.lineage(receiver).order
            for entry in survey.members(cls)
            if entry >> 56 == DEFINED and IS_CALLABLE[survey.kind[entry & PAYLOAD]]
        }
        owners = {self.owner(method) for method in self._named(name, node)}
        types = {cls for owner in owners for cls in (owner, *classes.below(owner)) if self._is_concrete(cls)}
        found: set[int] = set()
        for cls in types:
            members = {each: classes.member(cls, each) for each in wanted}
            if all(member is not None and any(entry >> 56 == DEFINED for entry in member[1]) for member in members.values()):
                owner = members[name]
                if owner is not None and survey.kind[owner[0]] != INTERFACE:
                    found.update(self._methods(owner[0], name))
        return found

    def _is_concrete(self, cls: int) -> bool:
        return bool(IS_TYPE[self._survey.kind[cls]]) and self._survey.kind[cls] != INTERFACE
