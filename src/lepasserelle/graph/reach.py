"""Which files of Python a change of some of them touches by names, told from the tables before anything is resolved.

What a chain denotes depends on the bindings of the names that it mentions, and on what the chains denote that those bindings move.
So a binding that came or went touches its name; every name that is bound to something that mentions a touched name is touched
too, and every file that mentions one. A name of a function's own scope touches only what stands within that function, and the first
name of a chain only what stands in the file that binds it, or imports everything from somewhere. Members are compared as
texts, whoever owns them: more may be touched than need be, never less.

Where that is not so (bases, metaclasses, wildcards and what the language calls without naming it), or where much is touched, the
answer is None: everything.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from lepasserelle.graph.differences import DEFINITION, IMPORT, Difference, Item
from lepasserelle.graph.imported_packages import imports_others
from lepasserelle.graph.reach_tables import Tables, Texts
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import NO_NODE, Survey
from lepasserelle.model import FlowKind

MOST_NAMES: Final = 64
"""Names; with more of them touched everything is resolved."""
MOST_LOCALS: Final = 2000
_IMPLICIT: Final = frozenset({"__init__", "__call__", "__getitem__", "__getattr__", "__getattribute__"})
"""Members that are looked up although nobody names them."""
_OF_ANOTHER_SCOPE: Final = frozenset({FlowKind.GLOBAL, FlowKind.NONLOCAL, FlowKind.EXPORT, FlowKind.ARGUMENT})
_RETURNED: Final = frozenset({"<return>", "<type>"})
_FROM_RECEIVER: Final = ("<self>", "<class>")


class _Everything(Exception):  # noqa: N818 - no error: the answer
    """More is touched than can be told by names."""


class _Reach:
    """Follows what is touched to its end."""

    def __init__(self, now: Tables, before: Iterable[Tables]) -> None:
        self._all = [now, *before]
        self.names: dict[str, set[int]] = {}
        """Touched names, each with the files (of `now`) that bind it."""
        self._todo: list[str] = []
        self._locals: set[tuple[int, int, str]] = set()

    def follow(self) -> None:
        """To the end. Raises `_Everything`."""
        while self._todo:
            name = self._todo.pop()
            for tables in self._all:
                self._mentioned(tables, name)

    def item(self, tables: Tables, base: int, first_flow: int, first_import: int, item: Item) -> None:
        """Something that came or went."""
        if item.kind == DEFINITION:
            self._definition(tables, base + item.number)
        elif item.kind == IMPORT:
            self._import(tables, first_import + item.number)
        elif item.content[1] in _OF_ANOTHER_SCOPE:
            raise _Everything
        else:
            self._flow(tables, first_flow + item.number)

    def _definition(self, tables: Tables, node: int) -> None:
        survey = tables.survey
        if IS_TYPE[survey.kind[node]] and len(survey.bases.get(node, ())) > (1 if node in tables.one_sided else 0):
            raise _Everything  # what lies behind what in the order of a class may be another
        self._defined(tables, node)

    def _defined(self, tables: Tables, node: int) -> None:
        self._bind(tables, tables.survey.lexical_parent[node], tables.name_of(node), is_member=True)

    def _import(self, tables: Tables, number: int) -> None:
        survey = tables.survey
        texts = survey.strings.texts
        _, name, alias = (texts[text] for text in survey.import_text[3 * number : 3 * number + 3])
        if name == "*":
            raise _Everything
        if alias:
            self._bind(tables, survey.import_scope[number], alias)

    def _flow(self, tables: Tables, flow: int) -> None:
        for scope, name in tables.bound(flow):
            if name in _RETURNED:
                self._returned(tables, scope)
            elif name.startswith(_FROM_RECEIVER):
                continue  # nothing is looked up under such a name
            elif name[:1] == "<" or name.startswith("export "):
                raise _Everything
            else:
                self._bind(tables, scope, name.removesuffix("[]"))

    def _returned(self, tables: Tables, node: int) -> None:
        """What calling a function gives."""
        if not IS_CALLABLE[tables.survey.kind[node]]:
            raise _Everything
        self._defined(tables, node)

    def _bind(self, tables: Tables, scope: int, name: str, *, is_member: bool = False) -> None:
        """A name of a scope means something else. `is_member`: others than the scope's own code may come to it."""
        is_local = scope != NO_NODE and bool(IS_CALLABLE[tables.survey.kind[scope]])
        if is_local:
            self._local(tables, scope, name)
        if is_local and not is_member:
            return
        if name in _IMPLICIT and scope not in tables.one_sided:
            raise _Everything
        files = self.names.setdefault(name, set())
        file = tables.file_now(scope)
        if file not in files:
            files.add(file)
            self._todo.append(name)
            if len(self.names) > MOST_NAMES:
                raise _Everything

    def _local(self, tables: Tables, scope: int, name: str) -> None:
        key = (id(tables), scope, name)
        if key in self._locals:
            return
        self._locals.add(key)
        if len(self._locals) > MOST_LOCALS:
            raise _Everything
        roots, within = tables.mentioning(name).roots, tables.within(scope)
        flows = tables.flows_within(within)
        for flow in flows[np.isin(tables.flow_source[flows], roots)].tolist():
            self._flow(tables, flow)
        for heads, are_bases in ((tables.bases, True), (tables.decorators, False)):
            found = heads.nodes[np.isin(heads.strings, roots)].tolist()
            self._heads(tables, [node for node in found if tables.survey.lexical_parent[node] in within], are_bases=are_bases)

    def _heads(self, tables: Tables, nodes: Iterable[int], *, are_bases: bool) -> None:
        """Definitions of which a base or a decorator means something else."""
        for node in nodes:
            if are_bases:
                raise _Everything
            self._defined(tables, node)

    def _mentioned(self, tables: Tables, name: str) -> None:
        """Everything that is bound to what mentions a name."""
        mentions, roots = tables.mentioning(name), tables.files_then(self.names[name])
        for flow in tables.touched(tables.flow_source, tables.flow_scope, mentions, roots).tolist():
            self._flow(tables, flow)
        for number in np.flatnonzero(tables.import_name == tables.number(name)).tolist():
            if tables.is_python(np.array([tables.survey.import_scope[number]]))[0]:
                self._import(tables, number)
        for heads, are_bases in ((tables.bases, True), (tables.decorators, False)):
            found = tables.touched(heads.strings, heads.nodes, mentions, roots)
            self._heads(tables, heads.nodes[found].tolist(), are_bases=are_bases)


def touched(survey: Survey, changes: dict[int, tuple[LinkFile, Difference]]) -> set[int] | None:
    """The files, by their numbers, whose names may mean something else after these changes of files of Python; None: any file's.

    `changes`: by file, what it was, and how that differs from what it is.
    """
    now = Tables(survey)
    former: list[Tables] = []
    alones: dict[int, Survey] = {}
    for file, (was, found) in changes.items():
        alone = alones[file] = Survey()
        alone.add(was)
        alone.close()
        before = Tables(alone, file)
        base = survey.files[file].base
        before.one_sided = _classes(before, 0, found.gone, {item.content[1] for item in found.come if item.kind == DEFINITION})
        now.one_sided |= _classes(now, base, found.come, {item.content[1] for item in found.gone if item.kind == DEFINITION})
        former.append(before)
    if imports_others(survey, alones):
        return None
    reach = _Reach(now, former)
    try:
        for (file, (_, found)), before in zip(changes.items(), former, strict=True):
            row = survey.files[file]
            for item in found.gone:
                reach.item(before, 0, 0, 0, item)
            for item in found.come:
                reach.item(now, row.base, now.first_flow(file), row.imports.start, item)
        reach.follow()
    except _Everything:
        return None
    return set(changes) | _mention_any(now, reach.names)


def _classes(tables: Tables, base: int, items: Iterable[Item], others: set[object]) -> set[int]:
    """Types among definitions that came (or went) whose place in the tree the other version does not have."""
    kind = tables.survey.kind
    definitions = [item for item in items if item.kind == DEFINITION]
    return {base + item.number for item in definitions if item.content[1] not in others and IS_TYPE[kind[base + item.number]]}


def _mention_any(tables: Tables, names: dict[str, set[int]]) -> set[int]:
    """The files of Python in which one of the names stands and may mean something else."""
    survey, found = tables.survey, set[int]()
    if not names:
        return found
    chains = Texts(survey.chains.texts)
    chain_of, scope_of = (np.array(column, dtype=np.int64) for column in (survey.reference_chain, survey.reference_scope))
    for name, roots in names.items():
        mentions = tables.mentioning(name)
        importing = tables.import_scope[tables.import_name == tables.number(name)]
        nodes = [
            scope_of[tables.touched(chain_of, scope_of, chains.mentioning(name), roots)],
            tables.flow_scope[tables.touched(tables.flow_source, tables.flow_scope, mentions, roots)],
            importing[tables.is_python(importing)],
            *(heads.nodes[tables.touched(*heads, mentions, roots)] for heads in (tables.bases, tables.decorators)),
        ]
        found |= set(tables.files_of(np.concatenate(nodes)).tolist())
    return found
