"""What a name means that packages of the project and wildcard imports both give: whose turn comes first.

In Java, Kotlin and Groovy the own package hides what a wildcard import brings (JLS 6.4.1; Kotlin specification, "Linked scopes").
In C# each namespace declaration has its turn, from within: the members of its namespace, then its `using`s (C# specification, 7.8).
Of functions, which overloads decide, both stay possible. Not here: what a wildcard import gives.
"""

from collections.abc import Callable, Sequence
from typing import Final

from lepasserelle.graph.layout import Reason
from lepasserelle.graph.packages import Packages
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import NO_NODE, FileRow, Survey
from lepasserelle.graph.values import OBJECT, UNKNOWN, Result, number_of, tag_of

_OWN_FIRST: Final = frozenset({"java", "kotlin", "groovy"})
_IN_BLOCKS: Final = "c_sharp"

Through = Callable[[FileRow, Sequence[int], int], Result]
"""(file, wildcard imports, name) → what the last of them that has the name gives."""


class WildcardOrder:
    """Remembers, by file, where its wildcard imports stand."""

    def __init__(self, survey: Survey, packages: Packages, through: Through) -> None:
        self._survey = survey
        self._packages = packages
        self._through = through
        self._standing: dict[int, dict[int, list[int]]] = {}

    def forget(self) -> None:
        """Drop what was remembered."""
        self._standing.clear()

    def goes_by_place(self, row: FileRow) -> bool:
        """Whether two places of one file may mean different things by a name that no scope binds."""
        return row.language == _IN_BLOCKS

    def of_file(self, row: FileRow, scope: int, name: int) -> Result:
        """What a name means anywhere in a file, where its wildcard imports or what hides them say it."""
        own = self._packages.visible(row, scope, name) if row.language in _OWN_FIRST else UNKNOWN
        if own[0] and all(map(self._is_type, own[0])):
            return own
        found = self._through(row, row.stars, name)
        if not (own[0] and found[0]):
            return found
        return tuple(dict.fromkeys((*own[0], *found[0]))), int(Reason.SEVERAL)

    def at_place(self, row: FileRow, scope: int, name: int) -> Result:
        """The same at one place, declaration by declaration."""
        standing, level = self._standing_in(row), self._survey.import_level
        package: str | None = self._packages.name_around(scope)
        node = scope
        while node != NO_NODE:
            if node in standing or node == row.base:
                inside = [star for star in standing.get(node, ()) if node != row.base or level[star]]
                found, package = self._down_to(row, package, self._packages.name_around(node), name)
                found = found if found[0] else self._through(row, inside, name)
                if found[0]:
                    return found
            node = self._survey.lexical_parent[node]
        found, _ = self._down_to(row, package, "", name)
        return found if found[0] else self._through(row, [star for star in standing.get(row.base, ()) if not level[star]], name)

    def _down_to(self, row: FileRow, package: str | None, last: str, name: int) -> tuple[Result, str | None]:
        """What a namespace and those around it have, up to the last of them; the one that comes next, None behind all."""
        while package is not None:
            found = self._packages.in_package(row, package, name)
            if found[0]:
                return found, None
            is_last, package = package == last, package.rpartition(".")[0] if package else None
            if is_last:
                break
        return UNKNOWN, package

    def _standing_in(self, row: FileRow) -> dict[int, list[int]]:
        """Declarations that hold wildcard imports, and these."""
        known = self._standing.get(row.base)
        if known is None:
            known = self._standing[row.base] = {}
            for star in row.stars:
                known.setdefault(self._survey.import_scope[star], []).append(star)
        return known

    def _is_type(self, value: int) -> bool:
        return tag_of(value) == OBJECT and bool(IS_TYPE[self._survey.kind[number_of(value)]])
