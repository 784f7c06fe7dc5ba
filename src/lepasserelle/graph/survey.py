"""The walk over all files: what they define, bind, import and refer to, in compact tables. Nothing is resolved here.

After `Survey.close()` a binding is found by bisection in one sorted array of 64-bit keys `scope << 32 | name`; a file's keys
lie together, because a scope is a node number. No Python object per node, binding or
reference remains.
"""

from __future__ import annotations

import gc
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import numpy as np

from lepasserelle.graph.chains import Chains
from lepasserelle.graph.families import Family, family_of
from lepasserelle.graph.mangling import mangle
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.shapes import ACCESSOR, CONSTRUCTOR, INTERFACE, IS_HOLDER, IS_TYPE
from lepasserelle.graph.strings import Interner
from lepasserelle.graph.value_program import Program
from lepasserelle.model import Flow, FlowKind, NodeFlag, NodeKind
from lepasserelle.model.calling import ALIAS, LISTED, call
from lepasserelle.model.facts import OPERATIONS
from lepasserelle.model.import_maps import NO_MAPS, ImportMaps

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
    imports: range = range(0)
    references: range = range(0)
    """Where the file's references stand in their columns."""
    listed_from: int = -1
    """Where what its calls give begins, -1 where none gives anything that types come from."""
    has_values: bool = False
    """Whether it has code for the flow of values."""


@dataclass(slots=True)
class Survey:
    """The compact tables. Columns of nodes, flows, imports and references run parallel."""

    maps: ImportMaps = NO_MAPS
    """What configuration files of the project say about where imports lead."""
    strings: Interner = field(default_factory=Interner)
    chains: Chains = field(init=False)
    programs: dict[str, Program] = field(default_factory=dict)
    """How values move, of the files that say it, by the family of their language: values of one never reach code of another."""
    files: list[FileRow] = field(default_factory=list)
    bases_of_files: list[int] = field(default_factory=list)
    name: array[int] = field(default_factory=lambda: array("I"))
    lexical_parent: array[int] = field(default_factory=lambda: array("I"))
    kind: bytearray = field(default_factory=bytearray)
    flags: bytearray = field(default_factory=bytearray)
    span: array[int] = field(default_factory=lambda: array("I"))
    """start byte, length, start line, line count of each node."""
    complexity: array[int] = field(default_factory=lambda: array("I"))
    calling: array[int] = field(default_factory=lambda: array("Q"))
    """What a call must give (`model/calling.py`), of each node."""
    bases: dict[int, tuple[int, ...]] = field(default_factory=dict)
    decorators: dict[int, tuple[int, ...]] = field(default_factory=dict)
    receivers: dict[int, int] = field(default_factory=dict)
    flow_scope: array[int] = field(default_factory=lambda: array("I"))
    flow_source: array[int] = field(default_factory=lambda: array("I"))
    flow_line: array[int] = field(default_factory=lambda: array("I"))
    stored: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """What is stored elsewhere than in a name of its own scope, in families whose functions flow: last name of the place (or of the
    callee) → (flow, chain of the place)."""
    filled: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Variables of C and C++ that a list in braces makes, `scope << 32 | name` → flows by which that fills their fields."""
    import_scope: array[int] = field(default_factory=lambda: array("I"))
    import_text: array[int] = field(default_factory=lambda: array("I"))
    """module, name, alias of each import."""
    import_level: bytearray = field(default_factory=bytearray)
    import_flags: array[int] = field(default_factory=lambda: array("H"))
    import_line: array[int] = field(default_factory=lambda: array("I"))
    reference_role: bytearray = field(default_factory=bytearray)
    reference_scope: array[int] = field(default_factory=lambda: array("I"))
    reference_chain: array[int] = field(default_factory=lambda: array("I"))
    reference_line: array[int] = field(default_factory=lambda: array("I"))
    reference_arity: array[int] = field(default_factory=lambda: array("i"))
    """Arguments of a call, at most 127, in families with overloads with what else it gives (`model/calling.py`); -1 unknown."""
    reference_listed: array[int] = field(default_factory=lambda: array("I"))
    """String of the arguments that a call gives, 0 for none that types come from; of files whose row says where they begin."""
    keys: array[int] = field(default_factory=lambda: array("Q"))
    values: array[int] = field(default_factory=lambda: array("Q"))

    bound_as: dict[int, int] = field(default_factory=dict)
    """Definitions that are bound by another name than they are written with (private names of Python)."""
    also: list[tuple[int, int]] = field(default_factory=list)
    """Definition and a second name that it has."""
    near: dict[int, int] = field(default_factory=dict)
    """Where the bindings of each key of one file begin: of the file whose names are asked for most."""
    near_nodes: range = range(0)

    def __post_init__(self) -> None:
        self.chains = Chains(self.strings)

    @contextmanager
    def rewound(self) -> Iterator[None]:
        """Forget afterwards which strings and chains were met in the block, so that what comes behind numbers them as if it came
        first. What the block remembered elsewhere must be gone with it.
        """
        strings, chains = len(self.strings.texts), len(self.chains.texts)
        try:
            yield
        finally:
            self.chains.rewind(chains)
            self.strings.rewind(strings)

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Afterwards nothing that the block made lives in these tables: strings and chains that it met are other objects, under
        the same numbers, made when all else is gone.
        """
        strings, chains = len(self.strings.texts), len(self.chains.texts)
        yield
        cut_chains, cut_strings = self.chains.cut(chains), self.strings.cut(strings)
        gc.collect()  # circles, and the interpreter's own stock of free tuples
        self.strings.mend(*cut_strings)
        self.chains.mend(*cut_chains)

    def add(self, file: LinkFile) -> None:
        """Read one file into the tables."""
        family = family_of(file.language)
        private: dict[int, str] = {}
        if family.name == "python":
            facts, private = mangle(file.facts)
            file = file if facts is file.facts else msgspec.structs.replace(file, facts=facts)
        facts = file.facts
        base = len(self.kind)
        row = FileRow(file.path, file.module, file.language, facts.package, family, base, len(facts.definitions))
        first = len(self.keys) - 1
        self._define(row, file)
        for number, name in private.items():
            bound = self.bound_as[base + number] = self.strings[name]
            self.keys[first + number] = self.lexical_parent[base + number] << 32 | bound
        self.files.append(row)
        self.bases_of_files.append(base)
        self._hide_constructors(row)
        self._describe(row, file)
        self._bind_imports(row, file)
        self._bind_flows(row, file)
        self._refer(row, file)
        if facts.values is not None:
            row.has_values = True
            program = self.programs.setdefault(family.name, Program(self.strings, family.name))
            program.add(facts.values, base, row.imports.start, row.references.start)

    def _define(self, row: FileRow, file: LinkFile) -> None:
        base, definitions = row.base, file.facts.definitions
        inner = definitions[1:]
        names = list(map(self.strings.__getitem__, [last_segment(file.module), *[definition.name for definition in inner]]))
        parents = [base + definition.parent for definition in inner]
        self.name.extend(names)
        self.lexical_parent.extend([NO_NODE, *parents])
        own = file.flags & _FILE_FLAGS
        self.kind.extend([definition.kind for definition in definitions])
        self.flags.extend([(definition.flags | own) & 0xFF for definition in definitions])
        self.complexity.extend([definition.complexity for definition in definitions])
        self.calling.extend([definition.calling for definition in definitions])
        self.also += [(base + at, self.strings[each.also]) for at, each in enumerate(definitions) if each.also]
        for definition in definitions:
            start, line = definition.start_byte, definition.start_line
            self.span.extend((start, max(0, definition.end_byte - start), line, max(1, definition.end_line - line + 1)))
        keys = [parent << 32 | name for parent, name in zip(parents, names[1:], strict=True)]
        if row.family.puts_apart and any(definition.receiver for definition in inner):
            bound = [number for number, each in enumerate(inner) if not each.receiver or each.receiver in _GLOBAL_OBJECTS]
            self.keys.extend([keys[number] for number in bound])
            self.values.extend([DEFINED << 56 | base + 1 + number for number in bound])
            return
        self.keys.extend(keys)
        self.values.extend(range(DEFINED << 56 | base + 1, DEFINED << 56 | base + row.count))
        if row.family.open_types:
            self._open(row)

    def _open(self, row: FileRow) -> None:
        """Bind the members of types where the types stand, too."""
        types = {self.name[node] for node in range(row.base + 1, row.base + row.count) if IS_TYPE[self.kind[node]]}
        for node in range(row.base + 1, row.base + row.count):
            owner = self.opened(row, node)
            if owner != NO_NODE and self.name[node] not in types:
                self._bind(self.lexical_parent[owner], self.name[node], DEFINED, node)

    def opened(self, row: FileRow, node: int) -> int:
        """The type of which a definition is a member that is named without it, `NO_NODE` for every other definition."""
        owner = self.lexical_parent[node]
        if not row.family.open_types or owner == NO_NODE or not IS_TYPE[self.kind[owner]]:
            return NO_NODE
        kind = self.kind[node]
        return owner if kind in _OPENED or (kind == _METHOD and self.kind[owner] == INTERFACE) else NO_NODE

    def _hide_constructors(self, row: FileRow) -> None:
        """Bind constructors that are named like their type by a name that nothing else has."""
        if not row.family.constructor_is_type_name:
            return
        keys, hidden = self.keys, self.strings["<constructor>"]
        first = len(keys) - row.count + 1
        for node in range(row.base + 1, row.base + row.count):
            if self.kind[node] == CONSTRUCTOR and self.name[node] == self.name[self.lexical_parent[node]]:
                self.bound_as[node] = hidden
                keys[first + node - row.base - 1] = self.lexical_parent[node] << 32 | hidden

    def _describe(self, row: FileRow, file: LinkFile) -> None:
        for node, definition in enumerate(file.facts.definitions, row.base):
            if definition.bases:
                self.bases[node] = tuple(map(self.strings.__getitem__, definition.bases))
            if definition.decorators:
                self.decorators[node] = tuple(map(self.strings.__getitem__, definition.decorators))
            if definition.receiver:
                self.receivers[node] = self.strings[definition.receiver]

    def _bind(self, scope: int, name: int, kind: int, payload: int) -> None:
        self.keys.append(scope << 32 | name)
        self.values.append(kind << 56 | payload)

    def _bind_imports(self, row: FileRow, file: LinkFile) -> None:
        first = len(self.import_line)
        row.imports = range(first, first + len(file.facts.imports))
        for number, record in zip(row.imports, file.facts.imports, strict=True):
            scope = row.base + record.scope
            alias = self.strings[record.alias]
            self.import_scope.append(scope)
            self.import_text.extend((self.strings[record.module], self.strings[record.name], alias))
            self.import_level.append(min(record.level, 255))
            self.import_flags.append(record.flags)
            self.import_line.append(record.line)
            if record.name == "*" or (row.family.includes and not record.alias):
                row.stars.append(number)
            if record.alias:
                self._bind(scope, alias, IMPORTED, number)

    def _bind_flows(self, row: FileRow, file: LinkFile) -> None:
        base, strings, flows = row.base, self.strings, file.facts.flows
        keys, values = self.keys, self.values
        outer: set[tuple[int, str]] = set()
        first = len(self.flow_line)
        self.flow_source.extend([strings[flow.source] for flow in flows])
        self.flow_scope.extend([base + flow.scope for flow in flows])
        self.flow_line.extend([flow.line for flow in flows])
        if row.family.functions_flow:
            numbered: Iterable[tuple[int, Flow]] = self._store(flows, first)
            if row.family.by_arity:
                self._fill(base, flows, first)
        else:
            numbered = enumerate(flows, first)
        for number, flow in numbered:
            kind, target = flow.kind, flow.target
            if kind > _DECLARE or outer or target[:1] == "@" or "." in target:
                self._bind_unusual(row, flow, number, outer)
            else:
                keys.append(base + flow.scope << 32 | strings[target])
                values.append(_TOP_OF[kind] | number)

    def _store(self, flows: Sequence[Flow], first: int) -> list[tuple[int, Flow]]:
        """Keep aside what moves to a place that another scope binds; the other flows with their numbers."""
        declared: set[tuple[int, str]] = set()
        kept: list[tuple[int, Flow]] = []
        for number, flow in enumerate(flows, first):
            target = flow.target
            if flow.kind in {_PARAMETER, _DECLARE}:
                declared.add((flow.scope, target))
            elif flow.kind == _ARGUMENT or (
                flow.kind == _ASSIGN
                and target != "<return>[]"
                and ("." in target or (flow.scope, target.removesuffix("[]")) not in declared)
            ):
                place, _, index = target.partition("#")
                name = f"#{index}" if place[-3:] == "()." else place.rpartition(".")[2].removesuffix("[]")
                if _may_be_function(flow.source):
                    self.stored.setdefault(self.strings[name], []).append((number, self.strings[target]))
                if flow.kind == _ARGUMENT or not target.startswith("<self>."):
                    continue
            kept.append((number, flow))
        return kept

    def _fill(self, base: int, flows: Sequence[Flow], first: int) -> None:
        """Know of each variable that a list in braces makes what fills its fields: it is told right behind, by their type."""
        types: dict[tuple[int, str], str] = {}
        latest: dict[int, tuple[str, int]] = {}
        for number, flow in enumerate(flows, first):
            scope, target = flow.scope, flow.target
            if flow.kind == _DECLARE:
                types[scope, target] = flow.source
            elif flow.kind == _ASSIGN and flow.source == "<list>" and "." not in target:
                latest[scope] = f"{types.get((scope, target))}()", base + scope << 32 | self.strings[target]
                self.filled.setdefault(latest[scope][1], ())
            elif flow.kind == _ASSIGN and scope in latest and target.rpartition(".")[0] == latest[scope][0]:
                self.filled[latest[scope][1]] += (number,)

    def _bind_unusual(self, row: FileRow, flow: Flow, number: int, outer: set[tuple[int, str]]) -> None:
        """One that does more than give a name of its own scope a value."""
        strings = self.strings
        kind, target, scope = flow.kind, flow.target, row.base + flow.scope
        if kind == _EXPORT:
            row.exports.append(strings[target])
            self.flow_scope[number] = row.base
            self._bind(row.base, strings["export " + target], ASSIGNED, number)
        elif kind == _RETURN:
            self._bind(scope, strings[target or "<return>"], DECLARED if target else ASSIGNED, number)
        elif kind == _GLOBAL:
            outer.add((scope, target))
            self._bind(scope, strings[target], TO_MODULE, 0)
        elif kind == _NONLOCAL:
            self._bind(scope, strings[target], TO_OUTER, 0)
        elif kind == _ARGUMENT:  # only of use where calls are followed by flows, which has taken them before
            return
        elif (scope, target) in outer:
            self._bind(row.base, strings[target], _BINDING_OF[kind], number)
        else:
            self._bind_value(scope, target, _BINDING_OF[kind], number)

    def _bind_value(self, scope: int, target: str, kind: int, flow: int) -> None:
        owner, dot, attribute = target.rpartition(".")
        if not dot:
            holder = self.class_around(scope) if target[0:1] == "@" else NO_NODE
            self._bind(scope if holder == NO_NODE else holder, self.strings[target], kind, flow)
        elif owner in {"<self>", "<class>"}:
            holder = self.class_around(scope)
            if holder != NO_NODE:
                self._bind(holder, self.strings[attribute], kind, flow)

    def _refer(self, row: FileRow, file: LinkFile) -> None:
        base, chains, references = row.base, self.chains, file.facts.references
        first = len(self.reference_line)
        row.references = range(first, first + len(references))
        self.reference_role.extend([reference.role for reference in references])
        self.reference_scope.extend([base + reference.scope for reference in references])
        self.reference_chain.extend([chains[reference.chain] for reference in references])
        self.reference_line.extend([reference.line for reference in references])
        if row.family.overloads:
            self.reference_arity.extend(
                [
                    reference.arity if reference.arity in OPERATIONS else call(reference.arity, reference.given)
                    for reference in references
                ]
            )
            row.listed_from = len(self.reference_listed) if file.facts.arguments else -1
            if file.facts.arguments:
                lists = [0, *map(self.strings.__getitem__, file.facts.arguments)]
                self.reference_listed.extend([lists[reference.given >> LISTED] for reference in references])
        else:
            self.reference_arity.extend([min(reference.arity, 127) for reference in references])

    def class_around(self, scope: int) -> int:
        """The class whose method the scope is or lies in, `NO_NODE` outside of classes."""
        while scope != NO_NODE and not IS_TYPE[self.kind[scope]]:
            scope = self.lexical_parent[scope]
        return scope

    def close(self) -> None:
        """Sort the bindings; `entries` works from here on. May be called again after more were bound."""
        self.near, self.near_nodes = {}, range(0)
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

    def come_near(self, row: FileRow) -> None:
        """Find the bindings of one file, and of no other, without bisection from here on."""
        nodes = self.near_nodes = range(row.base, row.base + row.count)
        start = bisect_left(self.keys, nodes.start << 32)
        stop = bisect_left(self.keys, nodes.stop << 32, start)
        self.near = dict(zip(reversed(self.keys[start:stop]), range(stop - 1, start - 1, -1), strict=True))

    def binds(self, scope: int, name: int) -> int:
        """Where the bindings of a name in exactly one scope begin, -1 when there is none."""
        key = scope << 32 | name
        if scope in self.near_nodes:
            return self.near.get(key, -1)
        start = bisect_left(self.keys, key)
        return start if start < len(self.keys) and self.keys[start] == key else -1

    def entries(self, scope: int, name: int) -> list[int]:
        """The bindings of a name in exactly one scope, in the order of the file's tables: definitions, imports, flows."""
        start = self.near.get(scope << 32 | name, -1) if scope in self.near_nodes else self.binds(scope, name)
        if start < 0:
            return []
        keys, end = self.keys, start + 1
        key = keys[start]
        if end == len(keys) or keys[end] != key:
            return [self.values[start]]
        while end < len(keys) and keys[end] == key:
            end += 1
        return self.values[start:end].tolist()

    def bindings_of(self, node: int) -> list[int]:
        """The bindings of the name that a definition is bound by, in the scope around it."""
        return self.entries(self.lexical_parent[node], self.bound_as.get(node, self.name[node]))

    def holders(self) -> bytes:
        """By node: whether it is a variable, a method that is read like one, or another name of a type."""
        kinds = np.frombuffer(self.kind, dtype=np.uint8)
        flags = np.frombuffer(self.flags, dtype=np.uint8)
        aliases = np.frombuffer(self.calling, dtype=np.uint64) & np.uint64(ALIAS) != 0
        return bytes((np.frombuffer(IS_HOLDER, dtype=np.uint8)[kinds] != 0) | (flags & ACCESSOR != 0) | aliases)

    def members(self, scope: int) -> Iterator[int]:
        """Every binding of one scope."""
        start = bisect_left(self.keys, scope << 32)
        stop = bisect_left(self.keys, (scope + 1) << 32, start)
        yield from self.values[start:stop]


def last_segment(module: str) -> str:
    """`query` of `django.db.models.query`."""
    return module.rpartition(".")[2]


def _may_be_function(source: str) -> bool:
    return source not in {"", "?", "<none>"} and (source[0] != "<" or source.startswith(("<lambda", "<self>.", "<class>.")))


_GLOBAL_OBJECTS = frozenset({"window", "globalThis", "global", "self"})
"""What is put on them is named bare as well (ECMAScript)."""
_OPENED = frozenset({int(NodeKind.FIELD), int(NodeKind.ENUM_MEMBER)})
_METHOD = int(NodeKind.METHOD)
_DECLARE = int(FlowKind.DECLARE)
_PARAMETER, _ASSIGN, _ARGUMENT = int(FlowKind.PARAMETER), int(FlowKind.ASSIGN), int(FlowKind.ARGUMENT)
_BINDING_OF: dict[int, int] = {FlowKind.PARAMETER: PARAMETER, FlowKind.ASSIGN: ASSIGNED, FlowKind.DECLARE: DECLARED}
_EXPORT, _RETURN, _GLOBAL, _NONLOCAL = map(int, (FlowKind.EXPORT, FlowKind.RETURN, FlowKind.GLOBAL, FlowKind.NONLOCAL))
_TOP_OF = {kind: binding << 56 for kind, binding in _BINDING_OF.items()}
