"""Functions that extend types outside the project (`fun String.toPage()`), and where each is in scope; not those of its own types.

Languages call none but their own. Kotlin, Scala and C# see those of the place's own package and of the classes and objects around
it, and what the file imports; the other languages see them in the whole project.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.packages import join
from lepasserelle.graph.shapes import IS_TYPE, MODULE, NAMESPACE
from lepasserelle.graph.survey import IMPORTED, NO_NODE, PAYLOAD, Survey
from lepasserelle.model import ImportFlag

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

SCOPED: Final = frozenset({"kotlin", "scala", "c_sharp"})
"""Languages in which an extension counts only where it is in scope."""
_WRITTEN_AS: Final = {
    "<str>": ("String", "string", "str", "CharSequence"),
    "<int>": ("Int", "int", "Integer", "Long", "long"),
    "<float>": ("Double", "double", "Float", "float"),
    "<bool>": ("Boolean", "boolean", "Bool", "bool"),
    "<list>": ("List", "Array", "Iterable", "Sequence", "Collection"),
}
"""Literal → types that a function may extend to be called on it."""


class Extensions:
    """Filled while methods outside their class are given to it."""

    def __init__(self, survey: Survey, evaluator: "Evaluator") -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._by_name: dict[str, list[tuple[str, int]]] = {}

    def add(self, name: str, receiver: str, node: int) -> None:
        """A function that extends a type; of the type the last name counts, since imports are not followed out of the project."""
        self._by_name.setdefault(name, []).append((receiver.rpartition(".")[2], node))

    def of(self, owner: str, name: str, scope: int) -> list[int]:
        """The functions of a name for instances of a type outside that a scope sees: one, or its overloads; none where they
        extend several types or stand in several places.
        """
        if scope == NO_NODE or not self._by_name:
            return []
        last, written = owner.rpartition(".")[2], _WRITTEN_AS.get(owner, ())
        found = [(receiver, node) for receiver, node in self._named(name, scope) if receiver == last or receiver in written]
        places = {(receiver, self._survey.lexical_parent[node]) for receiver, node in found}
        return [node for _, node in found] if len(places) == 1 else []

    def _named(self, name: str, scope: int) -> Iterator[tuple[str, int]]:
        """(type, function) of what a name means for the scope: its own name, or the one that an import gives it."""
        language = self._evaluator.row_of(scope).language
        for receiver, node in self._by_name.get(self._imported_as(name, scope) if language in SCOPED else name, ()):
            if self._is_seen(node, name, scope):
                yield receiver, node

    def _is_seen(self, node: int, name: str, scope: int) -> bool:
        theirs, row = self._evaluator.row_of(node), self._evaluator.row_of(scope)
        if row.language not in SCOPED or theirs.language != row.language:
            return theirs.family is row.family and not {theirs.language, row.language} & SCOPED
        holder = self._survey.lexical_parent[node]
        own = name == self._survey.strings.texts[self._survey.name[node]]
        return (own and self._is_around(holder, scope)) or self._is_imported(node, name, scope)

    def _is_around(self, holder: int, scope: int) -> bool:
        """Whether what holds a function is the scope's package, or stands around the scope, or is above a class that does."""
        survey, above = self._survey, self._evaluator.classes
        path, here = self._path(holder), scope
        row = self._evaluator.row_of(scope)
        if row.language == "c_sharp":
            return path.rpartition(".")[0] in _prefixes(self._package(scope))
        while here != NO_NODE:
            if here == holder or (IS_TYPE[survey.kind[here]] and holder in above.lineage(here).order):
                return True
            here = survey.lexical_parent[here]
        outer = row.language in row.family.nested_packages and path and row.package.startswith(path + ".")
        return survey.kind[holder] == MODULE and (path == row.package or bool(outer))

    def _is_imported(self, node: int, name: str, scope: int) -> bool:
        """Whether an import names a function under this name, or takes in all that stands beside it."""
        survey, texts = self._survey, self._survey.strings.texts
        row = self._evaluator.row_of(scope)
        path, own = self._path(survey.lexical_parent[node]), texts[survey.name[node]]
        for number in (*row.imports, *(self._everywhere if row.language == "c_sharp" else ())):
            module, taken, alias = (texts[text] for text in survey.import_text[3 * number : 3 * number + 3])
            if row.language == "c_sharp":
                places = {join(outer, module) for outer in _prefixes(self._package(scope))}
                met = taken == "*" and bool(places & {path, path.rpartition(".")[0]})
            else:
                places = {module, self._evaluator.imports.packages.seen_from(row, module)}
                met = path in places and ((taken == "*" and name == own) or (taken == own and alias == name))
            if met:
                return True
        return False

    @cached_property
    def _everywhere(self) -> list[int]:
        """Imports of C# that hold in all files (`global using`)."""
        survey = self._survey
        rows = [row for row in survey.files if row.language == "c_sharp"]
        return [number for row in rows for number in row.imports if survey.import_flags[number] & ImportFlag.REEXPORT]

    def _imported_as(self, name: str, scope: int) -> str:
        """What the file imports under a name has in its own place; the name itself where no import renames."""
        survey, row = self._survey, self._evaluator.row_of(scope)
        for entry in survey.entries(row.base, survey.strings[name]):
            if entry >> 56 == IMPORTED:
                return survey.strings.texts[survey.import_text[3 * (entry & PAYLOAD) + 1]]
        return name

    def _path(self, holder: int) -> str:
        """The dotted name of what holds a function, from the top."""
        survey, path = self._survey, ""
        while holder != NO_NODE and survey.kind[holder] != MODULE:
            path = join(survey.strings.texts[survey.name[holder]], path)
            holder = survey.lexical_parent[holder]
        return join(self._evaluator.row_of(holder).package, path)

    def _package(self, scope: int) -> str:
        """The namespace that stands around a scope of C#."""
        survey, here = self._survey, scope
        while survey.kind[here] not in {MODULE, NAMESPACE}:
            here = survey.lexical_parent[here]
        return self._path(here)


def _prefixes(package: str) -> set[str]:
    """A dotted name and all that it begins with, the empty one among them."""
    parts = package.split(".")
    return {".".join(parts[:end]) for end in range(len(parts) + 1)}
