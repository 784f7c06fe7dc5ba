"""The first walk over all files: what they define, bind and import, in compact tables. Nothing is resolved here.

After `Survey.close()` a binding is found by bisection in one sorted array of 64-bit keys `scope << 32 | name`; a file's keys
lie together, because a scope is a node number. No Python object per node or binding remains.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from lepasserelle.graph.families import Family, family_of
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.strings import Interner
from lepasserelle.model import Definition, FlowKind, NodeFlag

DEFINED, IMPORTED, ASSIGNED, PARAMETER, DECLARED, TO_MODULE, TO_OUTER = range(7)
"""Kinds of a binding, in the top byte of its value; below it a node, an import or a flow."""

NO_NODE = 0xFFFF_FFFF
PAYLOAD = (1 << 56) - 1
_FILE_FLAGS = int(NodeFlag.TEST | NodeFlag.SECONDARY)


@dataclass(slots=True)
class FileRow:
    """What linking keeps of one file while it walks."""

    path: str
    module: str
    language: str
    package: str
    family: Family
    base: int
    count: int
    stars: list[int] = field(default_factory=list)
    """Imports of everything in the module's own scope, in order."""
    exports: list[int] = field(default_factory=list)
    """Names that the file lists as its exports."""


@dataclass(slots=True)
class Survey:
    """The compact tables. Columns of nodes, flows and imports run parallel."""

    strings: Interner = field(default_factory=Interner)
    files: list[FileRow] = field(default_factory=list)
    bases_of_files: list[int] = field(default_factory=list)
    name: array[int] = field(default_factory=lambda: array("I"))
    lexical_parent: array[int] = field(default_factory=lambda: array("I"))
    kind: bytearray = field(default_factory=bytearray)
    flags: bytearray = field(default_factory=bytearray)
    span: array[int] = field(default_factory=lambda: array("I"))
    """start byte, length, start line, line count of each node."""
    complexity: array[int] = field(default_factory=lambda: array("I"))
    bases: dict[int, tuple[int, ...]] = field(default_factory=dict)
    decorators: dict[int, tuple[int, ...]] = field(default_factory=dict)
    receivers: dict[int, int] = field(default_factory=dict)
    flow_scope: array[int] = field(default_factory=lambda: array("I"))
    flow_source: array[int] = field(default_factory=lambda: array("I"))
    flow_line: array[int] = field(default_factory=lambda: array("I"))
    import_scope: array[int] = field(default_factory=lambda: array("I"))
    import_text: array[int] = field(default_factory=lambda: array("I"))
    """module, name, alias of each import."""
    import_level: bytearray = field(default_factory=bytearray)
    import_flags: array[int] = field(default_factory=lambda: array("H"))
    import_line: array[int] = field(default_factory=lambda: array("I"))
    keys: array[int] = field(default_factory=lambda: array("Q"))
    values: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, file: LinkFile) -> None:
        """Read one file into the tables."""
        facts = file.facts
        base = len(self.kind)
        row = FileRow(file.path, file.module, file.language, facts.package, family_of(file.language), base, len(facts.definitions))
        self.files.append(row)
        self.bases_of_files.append(base)
        for index, definition in enumerate(facts.definitions):
            self._define(base, index, definition, file)
        self._bind_imports(row, file)
        self._bind_flows(row, file)

    def _define(self, base: int, index: int, definition: Definition, file: LinkFile) -> None:
        node = base + index
        text = definition.name if index else last_segment(file.module)
        name = self.strings(text)
        parent = base + definition.parent if index else NO_NODE
        self.name.append(name)
        self.lexical_parent.append(parent)
        self.kind.append(definition.kind)
        self.flags.append((definition.flags | file.flags & _FILE_FLAGS) & 0xFF)
        lines = max(1, definition.end_line - definition.start_line + 1)
        self.span.extend((definition.start_byte, max(0, definition.end_byte - definition.start_byte), definition.start_line, lines))
        self.complexity.append(definition.complexity)
        if index:
            self._bind(parent, name, DEFINED, node)
        if definition.bases:
            self.bases[node] = tuple(map(self.strings, definition.bases))
        if definition.decorators:
            self.decorators[node] = tuple(map(self.strings, definition.decorators))
        if definition.receiver:
            self.receivers[node] = self.strings(definition.receiver)

    def _bind(self, scope: int, name: int, kind: int, payload: int) -> None:
        self.keys.append(scope << 32 | name)
        self.values.append(kind << 56 | payload)

    def _bind_imports(self, row: FileRow, file: LinkFile) -> None:
        for record in file.facts.imports:
            number = len(self.import_line)
            scope = row.base + record.scope
            alias = self.strings(record.alias)
            self.import_scope.append(scope)
            self.import_text.extend((self.strings(record.module), self.strings(record.name), alias))
            self.import_level.append(min(record.level, 255))
            self.import_flags.append(record.flags)
            self.import_line.append(record.line)
            if record.name == "*" or (row.family.includes and not record.alias):
                row.stars.append(number)
            if record.alias:
                self._bind(scope, alias, IMPORTED, number)

    def _bind_flows(self, row: FileRow, file: LinkFile) -> None:
        strings = self.strings
        outer: set[tuple[int, str]] = set()
        for flow in file.facts.flows:
            kind, target, scope = flow.kind, flow.target, row.base + flow.scope
            if kind == _EXPORT:
                name = strings(target)
                row.exports.append(name)
                self._bind(row.base, strings("export " + target), ASSIGNED, self._flow(row.base, flow.source, flow.line))
            elif kind == _RETURN:
                name = strings(target or "<return>")
                self._bind(scope, name, DECLARED if target else ASSIGNED, self._flow(scope, flow.source, flow.line))
            elif kind == _GLOBAL:
                outer.add((scope, target))
                self._bind(scope, strings(target), TO_MODULE, 0)
            elif kind == _NONLOCAL:
                self._bind(scope, strings(target), TO_OUTER, 0)
            elif (scope, target) in outer:
                self._bind(row.base, strings(target), _BINDING_OF[kind], self._flow(scope, flow.source, flow.line))
            else:
                self._bind_value(scope, target, _BINDING_OF[kind], self._flow(scope, flow.source, flow.line))

    def _bind_value(self, scope: int, target: str, kind: int, flow: int) -> None:
        owner, dot, attribute = target.rpartition(".")
        if not dot:
            holder = self.class_around(scope) if target[0:1] == "@" else NO_NODE
            self._bind(scope if holder == NO_NODE else holder, self.strings(target), kind, flow)
        elif owner in {"<self>", "<class>"}:
            holder = self.class_around(scope)
            if holder != NO_NODE:
                self._bind(holder, self.strings(attribute), kind, flow)

    def _flow(self, scope: int, source: str, line: int) -> int:
        self.flow_scope.append(scope)
        self.flow_source.append(self.strings(source))
        self.flow_line.append(line)
        return len(self.flow_line) - 1

    def class_around(self, scope: int) -> int:
        """The class whose method the scope is or lies in, `NO_NODE` outside of classes."""
        while scope != NO_NODE and not IS_TYPE[self.kind[scope]]:
            scope = self.lexical_parent[scope]
        return scope

    def close(self) -> None:
        """Sort the bindings; `entries` works from here on. May be called again after more were bound."""
        keys = np.frombuffer(self.keys, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        values = np.frombuffer(self.values, dtype=np.uint64)[order]
        sorted_keys = keys[order]
        del keys
        self.keys = array("Q", sorted_keys.tobytes())
        self.values = array("Q", values.tobytes())

    def bind_member(self, owner: int, node: int) -> None:
        """Make a method that stands outside its class a member of it; `close` again afterwards."""
        self._bind(owner, self.name[node], DEFINED, node)

    def entries(self, scope: int, name: int) -> list[int]:
        """The bindings of a name in exactly one scope, in the order of the file's tables: definitions, imports, flows."""
        key = scope << 32 | name
        keys = self.keys
        start = bisect_left(keys, key)
        found: list[int] = []
        while start < len(keys) and keys[start] == key:
            found.append(self.values[start])
            start += 1
        return found

    def members(self, scope: int) -> Iterator[int]:
        """Every binding of one scope."""
        start = bisect_left(self.keys, scope << 32)
        stop = bisect_left(self.keys, (scope + 1) << 32, start)
        yield from self.values[start:stop]


def last_segment(module: str) -> str:
    """`query` of `django.db.models.query`."""
    return module.rpartition(".")[2]


_BINDING_OF: dict[int, int] = {FlowKind.PARAMETER: PARAMETER, FlowKind.ASSIGN: ASSIGNED, FlowKind.DECLARE: DECLARED}
_EXPORT, _RETURN, _GLOBAL, _NONLOCAL = map(int, (FlowKind.EXPORT, FlowKind.RETURN, FlowKind.GLOBAL, FlowKind.NONLOCAL))
