"""What a chain of a scope hangs from, so that all scopes that see the same by its first name ask once. Evaluates nothing.

An anchor is one integer: a kind in the high half, a node in the low half. Chains of one anchor and one text denote the same.

    OWN       the scope itself binds the first name, or the family's rules (for a literal: those of extensions) need the scope
    OF_CLASS  `<self>` and alike: the class around the scope, `NO_NODE` outside of classes; OWN where a file extends a class of
              another one whose imports are not its own, and in closures that have a receiver
    OUTER     the nearest scope around it that binds the first name and is seen from within
    BEYOND    no scope of the file binds it: the file's module, whose wildcard imports may
    ANYWHERE  nothing of the file counts but the family of its language: one module stands for all of the family's
    NOWHERE   the first name is bound to something of which nothing is known; the module as for ANYWHERE
"""

from collections.abc import Callable
from typing import Final

from lepasserelle.graph.chains import LITERAL, NAME, NOTHING, RECEIVER
from lepasserelle.graph.extensions import SCOPED
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import ASSIGNED, DEFINED, NO_NODE, PARAMETER, PAYLOAD, FileRow, Survey
from lepasserelle.model import NodeKind

OWN, OF_CLASS, OUTER, BEYOND, ANYWHERE, NOWHERE = (kind << 32 for kind in range(6))
_LOW: Final = 0xFFFF_FFFF
_METHOD: Final = int(NodeKind.METHOD)
_NEVER_BARE: Final = {
    "go": frozenset({NodeKind.FIELD, NodeKind.METHOD}),
    "rust": frozenset({NodeKind.FIELD, NodeKind.METHOD}),
    "c": frozenset({NodeKind.FIELD}),
    "cpp": frozenset({NodeKind.CONSTRUCTOR}),
}
"""Language → what the code of a type does not mean by a bare name: `node` in `struct { node *node }` is the type."""


class Anchors(dict[int, int]):
    """`scope << 32 | chain of one name` to the anchor, found when it is first asked for; `clear` when the file changes."""

    __slots__ = ("_class_around", "_families", "_has_closure", "_nothing", "_parts", "_row_of", "_survey")

    def __init__(
        self,
        survey: Survey,
        row_of: Callable[[int], FileRow],
        class_around: Callable[[int], int],
        has_closure: Callable[[int], bool],
    ) -> None:
        super().__init__()
        self._survey = survey
        self._parts = survey.chains.parts
        self._row_of = row_of
        self._class_around = class_around
        self._has_closure = has_closure
        self._families: dict[str, int] = {}
        self._nothing = frozenset({survey.strings[text] for text in NOTHING_KNOWN})

    def __missing__(self, key: int) -> int:
        anchor = self[key] = self._find(key >> 32, key & _LOW)
        return anchor

    def _find(self, scope: int, root: int) -> int:
        end, _, name, _ = self._parts[root]
        row = self._row_of(scope)
        if end == RECEIVER:
            cls = self._class_around(scope)
            elsewhere = row.language in SCOPED and cls != NO_NODE and not row.base <= cls < row.base + row.count
            return (OWN | scope) if elsewhere or self._has_closure(scope) else (OF_CLASS | cls)
        if end in {LITERAL, NOTHING}:
            return OWN | scope if row.language in SCOPED else self._beyond(row)
        survey, here, puts = self._survey, scope, row.family.puts_apart
        if puts and self._needs_receiver(scope, name, row.language):
            return self[survey.lexical_parent[scope] << 32 | root]
        if row.family.implicit_members:
            return OWN | scope
        binds = survey.near if scope in survey.near_nodes else None
        start = survey.binds(here, name) if binds is None else binds.get(here << 32 | name, -1)
        puts = puts and row.family.name == "ecma"
        if start >= 0 and not (puts and self._is_put_on(here, name)):
            return NOWHERE | self._of_family(row) if self._says_nothing(start, row) else OWN | scope
        parent, kind = survey.lexical_parent, survey.kind
        through_classes = row.family.class_scope
        while (here := parent[here]) != NO_NODE:
            if (
                (through_classes or not IS_TYPE[kind[here]])
                and (survey.binds(here, name) >= 0 if binds is None else here << 32 | name in binds)
                and not (puts and self._is_put_on(here, name))
            ):
                return OUTER | here
        return self._beyond(row) if row.family.package == "none" else OWN | scope

    def _needs_receiver(self, scope: int, name: int, language: str) -> bool:
        """Whether a type's own binding of a name is not what its code means by the bare name."""
        survey, hidden = self._survey, _NEVER_BARE.get(language, frozenset())
        return bool(hidden and IS_TYPE[survey.kind[scope]]) and any(
            entry >> 56 == DEFINED and survey.kind[entry & PAYLOAD] in hidden for entry in survey.entries(scope, name)
        )

    def _is_put_on(self, scope: int, name: int) -> bool:
        """Whether a function has a name only because a method is put on it (ECMAScript): no bare name of its code means that."""
        survey = self._survey
        return bool(IS_CALLABLE[survey.kind[scope]]) and all(
            entry >> 56 == DEFINED and survey.kind[entry & PAYLOAD] == _METHOD for entry in survey.entries(scope, name)
        )

    def of_write(self, scope: int, chain: int) -> int:
        """The anchor of a name that is written, in a language where an assignment makes no variable: the scope that declares it."""
        end, _, name, root = self._parts[chain]
        survey, here = self._survey, scope
        if end != NAME or any(entry >> 56 != ASSIGNED for entry in survey.entries(scope, name)):
            return self[scope << 32 | root]
        while (here := survey.lexical_parent[here]) != NO_NODE:
            if any(entry >> 56 != ASSIGNED for entry in survey.entries(here, name)):
                return OUTER | here
        return self[scope << 32 | root]

    def _beyond(self, row: FileRow) -> int:
        return BEYOND | row.base if row.stars else ANYWHERE | self._of_family(row)

    def _of_family(self, row: FileRow) -> int:
        """A module that stands for all of the family; never one whose wildcard imports may bind what others ask for."""
        return row.base if row.stars else self._families.setdefault(row.family.name, row.base)

    def _says_nothing(self, start: int, row: FileRow) -> bool:
        """Whether a name has one binding, a parameter without type or an assignment that was not followed."""
        survey = self._survey
        keys, entry = survey.keys, survey.values[start]
        if entry >> 56 not in {ASSIGNED, PARAMETER} or survey.flow_source[entry & PAYLOAD] not in self._nothing:
            return False
        if entry >> 56 == PARAMETER and row.family.functions_flow:
            return False
        return start + 1 == len(keys) or keys[start + 1] != keys[start]


NOTHING_KNOWN: Final = ("", "?", "<none>")
"""Sources of a value that tell nothing of it."""
