"""Which files of C and C++ are compiled together, and which scripts run together, as their inclusions say: where a macro is seen,
and a function of another script.

A macro has no linkage. A file sees it where something that is compiled, which may be another file that includes both, includes its
header. So do scripts of a shell see each other's functions. Not here: in which order, and what `#undef` and conditions make of it.
"""

from collections.abc import Callable
from typing import Final

from lepasserelle.graph.sourced import LOADING, SHELL, known_path
from lepasserelle.graph.survey import NO_NODE, Survey
from lepasserelle.graph.values import OBJECT, Result, number_of, tag_of
from lepasserelle.model import ImportFlag

_INCLUDES: Final = int(ImportFlag.INCLUDE | ImportFlag.SYSTEM)
_MOST_REMEMBERED: Final = 256


class Inclusions:
    """Of one link; the tables are made when the first macro is asked for."""

    def __init__(self, survey: Survey, named: Callable[[int], Result]) -> None:
        self._survey = survey
        self._named = named
        self._includers: dict[int, list[int]] | None = None
        """File → those that include it themselves."""
        self._around: dict[int, frozenset[int]] = {}
        self._unknown: set[int] | None = None
        """Scripts that include something of which it is not known what, themselves or at any distance."""

    def forget(self) -> None:
        """Drop what was remembered of single files."""
        self._around.clear()

    def meet(self, file: int, other: int) -> bool:
        """Whether anything includes both files, at any distance; a file includes itself."""
        return not self._including(file).isdisjoint(self._including(other))

    def may_meet(self, file: int, other: int) -> bool:
        """Whether a script that includes one of both includes something of which it is not known what."""
        if self._unknown is None:
            self._unknown = self._with_unknown()
        return not self._unknown.isdisjoint(self._including(file) | self._including(other))

    def _with_unknown(self) -> set[int]:
        survey, found = self._survey, set[int]()
        for number, row in enumerate(survey.files):
            if row.path.endswith(LOADING):
                found |= self._including(number)
            for each in row.imports if row.family.name == SHELL else ():
                path = survey.strings.texts[survey.import_text[3 * each]]
                if known_path(path) is None or len(self._named(each)[0]) > 1:
                    found |= self._including(number)
        return found

    def _including(self, file: int) -> frozenset[int]:
        known = self._around.get(file)
        if known is None:
            if len(self._around) >= _MOST_REMEMBERED:
                self._around.clear()
            known = self._around[file] = self._closure(file)
        return known

    def _closure(self, file: int) -> frozenset[int]:
        if self._includers is None:
            self._includers = self._reversed()
        found, todo = {file}, [file]
        while todo:
            for other in self._includers.get(todo.pop(), ()):
                if other not in found:
                    found.add(other)
                    todo.append(other)
        return frozenset(found)

    def _reversed(self) -> dict[int, list[int]]:
        survey, includers = self._survey, dict[int, list[int]]()
        numbers = {base: number for number, base in enumerate(survey.bases_of_files)}
        for number, row in enumerate(survey.files):
            is_shell = row.family.name == SHELL
            for each in row.imports if row.family.by_arity or is_shell else ():
                if survey.import_flags[each] & _INCLUDES:
                    values = self._named(each)[0]
                    for value in values if len(values) == 1 or not is_shell else ():
                        if tag_of(value) == OBJECT and survey.lexical_parent[number_of(value)] == NO_NODE:
                            includers.setdefault(numbers[number_of(value)], []).append(number)
        return includers
