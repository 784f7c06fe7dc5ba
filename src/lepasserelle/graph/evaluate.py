"""What a chain of a scope denotes: names through scopes and imports, members through classes, calls through what they return.

Demand driven: nothing is evaluated that no reference asks for. Values flow through assignments, declared types and returns without
regard to order, except that within one scope an assignment after the place that asks is not seen when there is one before it.
A cycle (`x = x.y`) contributes nothing; its members are not remembered, so an answer never depends on what was asked before.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from lepasserelle.graph.builtin_names import LITERAL_TYPES, RESULT_TYPES, TYPE_METHODS
from lepasserelle.graph.classes import Classes
from lepasserelle.graph.imports import Imports
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.survey import (
    ASSIGNED,
    DECLARED,
    DEFINED,
    IMPORTED,
    NO_NODE,
    PARAMETER,
    TO_MODULE,
    TO_OUTER,
    FileRow,
    Survey,
    is_class,
)
from lepasserelle.graph.values import (
    INSTANCE,
    OBJECT,
    OUTSIDE,
    OUTSIDE_INSTANCE,
    PARENT,
    PREFIX,
    UNKNOWN,
    Result,
    Value,
    number_of,
    pack,
    receiver_of,
    tag_of,
    union,
)
from lepasserelle.model import NodeFlag, NodeKind

_DEEPEST: Final = 48
_MOST_STEPS: Final = 4000
_NEVER: Final = 1 << 30

_VARIABLES: Final = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.PROPERTY})
_FUNCTIONS: Final = frozenset({NodeKind.FUNCTION, NodeKind.METHOD, NodeKind.CONSTRUCTOR, NodeKind.LAMBDA, NodeKind.MACRO})
_OPAQUE_RETURN: Final = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})


class Evaluator:
    """Answers `chain` and what it needs. Holds memos that a file's resolution clears (`forget`) and small ones that stay."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.texts = survey.strings.texts
        self.imports = Imports(survey, self)
        self.classes = Classes(survey, lambda scope, chain: self.chain(scope, chain))
        self.owners: dict[int, int] = {}
        """Methods that stand outside their class → the class."""
        self._chains: dict[tuple[int, str, int], Result] = {}
        self._flows: dict[tuple[int, int], Result] = {}
        self._returns: dict[tuple[int, int], Result] = {}
        self._opaque: dict[int, tuple[bool, bool]] = {}
        self._active: dict[object, int] = {}
        self._depth = 0
        self._lowest = _NEVER
        self._by_line = False
        self._steps = 0

    def forget(self) -> None:
        """Drop what was remembered of the last file's chains."""
        self._chains.clear()
        if len(self._flows) > 200_000:
            self._flows.clear()
            self._returns.clear()

    def file_of(self, node: int) -> int:
        """The file that a definition stands in."""
        return bisect_right(self.survey.bases_of_files, node) - 1

    def row_of(self, node: int) -> FileRow:
        """The same, as its row."""
        return self.survey.files[self.file_of(node)]

    # ── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, scope: int, chain: str, line: int) -> Result:
        """What a chain denotes at a line of a scope: the entrance for references, with a fresh allowance of steps."""
        self._steps = 0
        self._by_line = False
        self._lowest = _NEVER
        return self.chain(scope, chain, line=line)

    @property
    def depends_on_line(self) -> bool:
        """Whether the last answer of `ask` holds at its line only, or was cut short."""
        return self._by_line or self._lowest < 0

    def prepare(self, cls: int) -> None:
        """Know the lineage of a class before references ask for its members."""
        self._steps = 0
        self.classes.lineage(cls)

    def chain(self, scope: int, chain: str, receiver: int = -1, line: int = 0) -> Result:
        """What a chain denotes. Variables and accessors stay themselves; `settle` gives what they hold."""
        key = (scope, chain, receiver)
        known = self._chains.get(key)
        if known is not None:
            return known
        if key in self._active:
            self._lowest = min(self._lowest, self._active[key])
            return UNKNOWN
        self._steps += 1
        if self._depth >= _DEEPEST or self._steps > _MOST_STEPS:
            self._lowest = -1
            return UNKNOWN
        outer_lowest, self._lowest = self._lowest, _NEVER
        outer_by_line, self._by_line = self._by_line, False
        depth = self._active[key] = self._depth
        self._depth += 1
        result = self._step(scope, chain, receiver, line)
        self._depth -= 1
        del self._active[key]
        if self._lowest >= depth:
            self._lowest = _NEVER
            if not self._by_line:
                self._chains[key] = result
        self._lowest = min(self._lowest, outer_lowest)
        self._by_line |= outer_by_line
        return result

    def _step(self, scope: int, chain: str, receiver: int, line: int) -> Result:
        if chain.endswith("()"):
            return self.call(self.settle(self.chain(scope, chain[:-2], receiver, line)))
        if chain.endswith("[]"):
            return self._subscript(self.settle(self.chain(scope, chain[:-2], receiver, line)))
        prefix, dot, name = chain.rpartition(".")
        if not dot:
            return self._root(scope, name, receiver, line)
        found = self.settle(self.chain(scope, prefix, receiver, line))
        return self.attribute(found, name, own=prefix == "<self>") if found[0] else UNKNOWN

    def _root(self, scope: int, name: str, receiver: int, line: int) -> Result:
        if name[:1] == "<" and name[-1:] == ">":
            if name in {"<self>", "<class>", "<super>"}:
                return self._receiver(scope, name, receiver)
            if not name.startswith("<lambda"):
                return UNKNOWN if name == "<none>" else ((pack(OUTSIDE_INSTANCE, self.survey.strings(name)),), Reason.LITERAL)
        if name == "?" or not name:
            return UNKNOWN
        return self.name(scope, self.survey.strings(name), receiver, line)

    def _receiver(self, scope: int, name: str, receiver: int) -> Result:
        cls = self.class_around(scope)
        if cls == NO_NODE:
            return UNKNOWN
        actual = receiver if receiver >= 0 else cls
        if name == "<super>":
            return ((pack(PARENT, cls, actual),), Reason.RECEIVER)
        return ((pack(INSTANCE if name == "<self>" else OBJECT, actual),), Reason.RECEIVER)

    def class_around(self, scope: int) -> int:
        """The class whose method a scope is or lies in, `NO_NODE` outside of classes."""
        survey = self.survey
        while scope != NO_NODE and not is_class(survey.kind[scope]):
            owner = self.owners.get(scope)
            if owner is not None:
                return owner
            scope = survey.lexical_parent[scope]
        return scope

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def name(self, scope: int, name: int, receiver: int = -1, line: int = 0) -> Result:
        """What a bare name means in a scope: scopes outwards, then what the family makes visible, then the language's own names."""
        survey = self.survey
        row = self.row_of(scope)
        family = row.family
        here, first = scope, True
        while here != NO_NODE:
            if not first and is_class(survey.kind[here]) and not family.class_scope:
                if family.implicit_members:
                    found = self.member(here, name, INSTANCE, receiver if receiver >= 0 else here)
                    if found[0]:
                        return found
            else:
                entries = survey.entries(here, name)
                if entries:
                    return self.bindings(here, name, entries, receiver if first else -1, line if first else 0)
            owner = self.owners.get(here)
            if owner is not None and family.implicit_members:
                found = self.member(owner, name, INSTANCE, receiver if receiver >= 0 else owner)
                if found[0]:
                    return found
            here, first = survey.lexical_parent[here], False
        return self.imports.beyond(row, scope, name)

    def bindings(self, scope: int, name: int, entries: list[int], receiver: int, line: int) -> Result:
        """What the bindings of a name in one scope denote together."""
        nodes: list[int] = []
        flows: list[int] = []
        results: list[Result] = []
        for entry in entries:
            kind, payload = entry >> 56, entry & 0xFF_FFFF_FFFF
            if kind == DEFINED:
                nodes.append(payload)
            elif kind == IMPORTED:
                results.append(self.imports.value(payload))
            elif kind in {TO_MODULE, TO_OUTER}:
                return self._elsewhere(scope, name, to_module=kind == TO_MODULE)
            else:
                flows.append(entry)
        if nodes:
            nodes = self.preferred(nodes)
            reason = Reason.SCOPE if len(nodes) == 1 else Reason.REDEFINED
            results.append((tuple(pack(OBJECT, node, receiver) for node in nodes), reason))
        elif flows:
            results.append(self._held(scope, flows, receiver, line))
        return results[0] if len(results) == 1 else union(results)

    def preferred(self, nodes: list[int]) -> list[int]:
        """Of several definitions of one name in one scope those that a use can mean: bodies over prototypes, the getter, not its setter;
        of variables the first.
        """
        if len(nodes) < 2:
            return nodes
        survey = self.survey
        bodies = [node for node in nodes if not survey.flags[node] & NodeFlag.DECLARATION] or nodes
        accessors = [node for node in bodies if survey.flags[node] & NodeFlag.ACCESSOR]
        if accessors:
            return accessors[:1]
        others = [node for node in bodies if survey.kind[node] not in _VARIABLES]
        return others or bodies[:1]

    def _elsewhere(self, scope: int, name: int, *, to_module: bool) -> Result:
        survey = self.survey
        base = self.row_of(scope).base
        here = base if to_module else survey.lexical_parent[scope]
        while here != NO_NODE:
            if not is_class(survey.kind[here]):
                entries = survey.entries(here, name)
                if entries and entries[0] >> 56 not in {TO_MODULE, TO_OUTER}:
                    return self.bindings(here, name, entries, -1, 0)
            here = survey.lexical_parent[here]
        return self.imports.beyond(self.row_of(scope), scope, name)

    # ── values that names hold ────────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, result: Result) -> Result:
        """Variables and accessors replaced by what they hold; everything else as it is."""
        kind, flags = self.survey.kind, self.survey.flags
        values, reason = result
        if not any(value & 7 == OBJECT and self.is_holder(number_of(value), kind, flags) for value in values):
            return result
        results: list[Result] = []
        for value in values:
            node = number_of(value)
            if value & 7 == OBJECT and self.is_holder(node, kind, flags):
                results.append(self._held_by(node, receiver_of(value)))
            else:
                results.append(((value,), reason))
        found, why = union(results)
        return found, max(why, reason)

    def is_holder(self, node: int, kind: bytearray, flags: bytearray) -> bool:
        """Whether a node is a variable, or a method that is read like one."""
        return kind[node] in _VARIABLES or kind[node] == NodeKind.ENUM_MEMBER or bool(flags[node] & NodeFlag.ACCESSOR)

    def _held_by(self, node: int, receiver: int) -> Result:
        survey = self.survey
        if survey.kind[node] == NodeKind.ENUM_MEMBER:
            return ((pack(INSTANCE, survey.lexical_parent[node]),), Reason.MEMBER)
        if survey.flags[node] & NodeFlag.ACCESSOR and survey.kind[node] in _FUNCTIONS:
            return self.returned(node, receiver)
        scope = survey.lexical_parent[node]
        flows = [entry for entry in survey.entries(scope, survey.name[node]) if entry >> 56 in {ASSIGNED, PARAMETER, DECLARED}]
        return self._held(scope, flows, receiver, 0) if flows else UNKNOWN

    def _held(self, scope: int, flows: list[int], receiver: int, line: int) -> Result:
        """What the assignments to one name give together: its declared type when there is one, else every value."""
        for entry in flows:
            if entry >> 56 in {DECLARED, PARAMETER}:
                declared = self._flow(entry & 0xFF_FFFF_FFFF, receiver, declared=True)
                if declared[0]:
                    return declared
        assigned = [entry & 0xFF_FFFF_FFFF for entry in flows if entry >> 56 == ASSIGNED]
        if line and len(flows) > 1:
            self._by_line = True
            before = [flow for flow in assigned if self.survey.flow_line[flow] < line]
            if before or any(entry >> 56 == PARAMETER for entry in flows):
                assigned = before
        values, reason = union([self._flow(flow, receiver, declared=False) for flow in assigned])
        return values, max(reason, Reason.ASSIGNED) if values else 0

    def _flow(self, flow: int, receiver: int, *, declared: bool) -> Result:
        survey = self.survey
        source = self.texts[survey.flow_source[flow]]
        if source in {"", "?", "<none>"}:
            return UNKNOWN
        if receiver >= 0 and not source.startswith(("<self>", "<class>", "<super>")) and survey.flow_scope[flow] != NO_NODE:
            receiver = receiver if self._is_method_local(flow, source) else -1
        key = (flow, receiver)
        known = self._flows.get(key)
        if known is not None:
            return known
        outer_by_line, self._by_line = self._by_line, False
        if declared:
            result = self._once(key, self._flows, lambda: self.instance_of(self.chain(survey.flow_scope[flow], source), receiver))
        else:
            line = survey.flow_line[flow]
            result = self._once(key, self._flows, lambda: self.settle(self.chain(survey.flow_scope[flow], source, receiver, line)))
        self._by_line = outer_by_line
        return result

    def _once(self, key: tuple[int, int], memo: dict[tuple[int, int], Result], compute: Callable[[], Result]) -> Result:
        """A result that is remembered unless it leans on one that is still being computed, or was cut short."""
        mark = (id(memo), *key)
        if mark in self._active:
            self._lowest = min(self._lowest, self._active[mark])
            return UNKNOWN
        if self._depth >= _DEEPEST:
            self._lowest = -1
            return UNKNOWN
        outer, self._lowest = self._lowest, _NEVER
        depth = self._active[mark] = self._depth
        self._depth += 1
        result = compute()
        self._depth -= 1
        del self._active[mark]
        if self._lowest >= depth:
            self._lowest = _NEVER
            memo[key] = result
        self._lowest = min(self._lowest, outer)
        return result

    def _is_method_local(self, flow: int, source: str) -> bool:
        """Whether the source names something of the same function, whose value may in turn come from the receiver."""
        root = self.survey.strings.get(source.partition(".")[0].rstrip("()[]"))
        return root >= 0 and bool(self.survey.entries(self.survey.flow_scope[flow], root))

    def instance_of(self, result: Result, receiver: int = -1) -> Result:
        """Instances of the types that a declaration names."""
        values: list[Value] = []
        for value in result[0]:
            tag, number = tag_of(value), number_of(value)
            if tag == OBJECT and is_class(self.survey.kind[number]):
                values.append(pack(INSTANCE, number))
            elif tag == OUTSIDE:
                text = self.texts[number]
                if text in {"typing.Self", "typing_extensions.Self"}:
                    values += [pack(INSTANCE, receiver)] if receiver >= 0 else []
                elif text.startswith("<builtin>.") and text[10:] in LITERAL_TYPES:
                    values.append(pack(OUTSIDE_INSTANCE, self.survey.strings(f"<{text[10:]}>")))
                elif not text.startswith(("typing", "collections.abc", "<builtin>.", "?")):
                    values.append(pack(OUTSIDE_INSTANCE, number))
        return (tuple(values), Reason.DECLARED) if values else UNKNOWN

    # ── members ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def attribute(self, result: Result, name: str, *, own: bool = False) -> Result:
        """The member of each of the values."""
        results = [self._attribute_of(value, name) for value in result[0]]
        values, reason = union(results) if len(results) != 1 else results[0]
        if not values:
            return UNKNOWN
        if own and reason == Reason.MEMBER:
            reason = Reason.RECEIVER
        return values, max(reason, result[1])

    def _attribute_of(self, value: Value, name: str) -> Result:
        tag, number = tag_of(value), number_of(value)
        if tag == OBJECT:
            return self._member_of_object(number, name)
        if tag == INSTANCE:
            if name == "__class__":
                return ((pack(OBJECT, number),), Reason.RECEIVER)
            return self.member(number, self.survey.strings(name), INSTANCE, number)
        if tag == PARENT:
            return self._member_of_parent(number, receiver_of(value), name)
        if tag == PREFIX:
            return self.imports.module_value(f"{self.texts[number]}.{name}", -1, only_project=True)
        text = self.texts[number]
        if text.startswith("?"):
            return UNKNOWN
        if tag == OUTSIDE_INSTANCE and text in TYPE_METHODS and name not in TYPE_METHODS[text]:
            return UNKNOWN
        return ((pack(OUTSIDE, self.survey.strings(f"{text}.{name}")),), Reason.MEMBER)

    def _member_of_object(self, node: int, name: str) -> Result:
        kind = self.survey.kind[node]
        if kind == NodeKind.MODULE:
            return self.imports.file_member(self.file_of(node), self.survey.strings(name))
        if is_class(kind):
            return self.member(node, self.survey.strings(name), OBJECT, node)
        if kind == NodeKind.NAMESPACE:
            return self.imports.namespace_member(node, self.survey.strings(name))
        return UNKNOWN

    def member(self, cls: int, name: int, tag: int, receiver: int) -> Result:
        """A member of a class or of its instances, through its bases; the external base's when that is the only place left."""
        found = self.classes.member(cls, name)
        if found is not None:
            return self._found_member(found, name, receiver, Reason.MEMBER if found[0] == cls else Reason.INHERITED)
        return self._from_outside(cls, name) if tag in {INSTANCE, OBJECT} else UNKNOWN

    def _found_member(self, found: tuple[int, list[int]], name: int, receiver: int, reason: Reason) -> Result:
        values, why = self.bindings(found[0], name, found[1], receiver, 0)
        return (values, max(why, reason)) if values else UNKNOWN

    def _member_of_parent(self, cls: int, receiver: int, text: str) -> Result:
        name = self.survey.strings(text)
        order = self.classes.lineage(receiver).order
        rest = order[order.index(cls) + 1 :] if cls in order else self.classes.lineage(cls).order[1:]
        found = self.classes.member_in(rest, name)
        if found is not None:
            return self._found_member(found, name, receiver, Reason.INHERITED)
        return self._from_outside(cls, name, root=self.row_of(cls).family.name == "python")

    def _from_outside(self, cls: int, name: int, *, root: bool = False) -> Result:
        lineage = self.classes.lineage(cls)
        if lineage.unknown:
            return UNKNOWN
        if root and not lineage.outside and self.texts[name] in _OF_OBJECT:
            return ((pack(OUTSIDE, self.survey.strings("<builtin>.object." + self.texts[name])),), Reason.INHERITED)
        if len(lineage.outside) != 1:
            return UNKNOWN
        text = f"{self.texts[lineage.outside[0]]}.{self.texts[name]}"
        return ((pack(OUTSIDE, self.survey.strings(text)),), Reason.EXTERNAL_BASE)

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def call(self, result: Result) -> Result:
        """What calling the (settled) values gives."""
        if not result[0]:
            return UNKNOWN
        found, why = union([self._call_of(value) for value in result[0]])
        return (found, max(why, result[1])) if found else UNKNOWN

    def _call_of(self, value: Value) -> Result:
        tag, number = tag_of(value), number_of(value)
        if tag == OBJECT:
            if is_class(self.survey.kind[number]):
                return ((pack(INSTANCE, number),), Reason.CONSTRUCTED)
            return self.returned(number, receiver_of(value)) if self.survey.kind[number] in _FUNCTIONS else UNKNOWN
        if tag == INSTANCE:
            member = self.row_of(number).family.call_member
            return self._call_result(number, member) if member else UNKNOWN
        if tag == OUTSIDE:
            text = self.texts[number]
            known = RESULT_TYPES.get(text)
            if known is not None:
                return ((pack(OUTSIDE_INSTANCE, self.survey.strings(known)),), Reason.RETURNED)
            if _named_like_class(text):
                return ((pack(OUTSIDE_INSTANCE, number),), Reason.CONVENTION)
        return UNKNOWN

    def _call_result(self, cls: int, member: str) -> Result:
        return self.call(self.settle(self.member(cls, self.survey.strings(member), INSTANCE, cls)))

    def _subscript(self, result: Result) -> Result:
        results: list[Result] = []
        for value in result[0]:
            tag, number = tag_of(value), number_of(value)
            if tag == OBJECT and is_class(self.survey.kind[number]):
                results.append(((value,), result[1]))
            elif tag == INSTANCE and self.row_of(number).family.name == "python":
                results.append(self._call_result(number, "__getitem__"))
        return union(results)

    def returned(self, node: int, receiver: int) -> Result:
        """What a function returns: its declared type, else the values of its `return`s."""
        key = (node, receiver)
        known = self._returns.get(key)
        if known is not None:
            return known
        if self.opaque(node)[1]:
            return UNKNOWN
        return self._once(key, self._returns, lambda: self._returned(node, receiver))

    def _returned(self, node: int, receiver: int) -> Result:
        survey = self.survey
        for entry in survey.entries(node, survey.strings("<type>")):
            declared = self._flow(entry & 0xFF_FFFF_FFFF, receiver, declared=True)
            if declared[0]:
                return declared[0], Reason.RETURNED
        flows = [entry & 0xFF_FFFF_FFFF for entry in survey.entries(node, survey.strings("<return>"))]
        values, reason = union([self._flow(flow, receiver, declared=False) for flow in flows])
        return (values, max(reason, Reason.RETURNED)) if values else UNKNOWN

    def opaque(self, node: int) -> tuple[bool, bool]:
        """(whether a decorator may have replaced the function, whether what it returns is then unknown)."""
        chains = self.survey.decorators.get(node)
        if chains is None:
            return False, False
        known = self._opaque.get(node)
        if known is None:
            self._opaque[node] = (True, True)
            known = self._opaque[node] = self._judge_decorators(node, chains)
        return known

    def _judge_decorators(self, node: int, chains: tuple[int, ...]) -> tuple[bool, bool]:
        transparent = self.row_of(node).family.transparent
        replaced = hidden = False
        for number in chains:
            chain = self.texts[number].removesuffix("()")
            if chain.endswith((".setter", ".getter", ".deleter")) or not transparent:
                continue
            values, _ = self.chain(self.survey.lexical_parent[node], chain)
            names = {self.texts[number_of(value)] for value in values if tag_of(value) == OUTSIDE}
            if len(values) != 1 or not names & transparent:
                replaced = hidden = True
            hidden |= bool(names & _OPAQUE_RETURN)
        return replaced, hidden


_OF_OBJECT: Final = frozenset(
    """__init__ __new__ __repr__ __str__ __eq__ __ne__ __hash__ __lt__ __le__ __gt__ __ge__ __getattribute__ __setattr__ __delattr__
    __reduce__ __reduce_ex__ __init_subclass__ __subclasshook__ __format__ __sizeof__ __dir__ __getstate__""".split()
)


def _named_like_class(text: str) -> bool:
    """Whether the last name is written in capital camel case, as classes are in every language that has a convention."""
    name = text.rpartition(".")[2]
    return name[:1].isupper() and not name.isupper() and "_" not in name and not text.startswith(("<builtin>", "?", "typing"))
