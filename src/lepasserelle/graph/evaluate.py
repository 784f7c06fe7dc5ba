"""What a chain of a scope denotes: names through scopes and imports, members through classes; the core of resolution.

Demand driven: nothing is evaluated that no reference asks for. `held.py` says what variables hold, `calls.py` what calls give,
`imports.py` what lies beyond the file. A cycle (`x = x.y`) is found where it closes (`once`) and contributes nothing; what leans on
a question that is still open is not remembered, so an answer does not depend on what was asked before. Depth and steps are bounded:
what is cut short is unknown; where functions flow it is remembered within its file, and on that file alone it may depend.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from lepasserelle.graph.anchors import ANYWHERE, BEYOND, NOWHERE, OUTER, Anchors
from lepasserelle.graph.builtin_members import may_have
from lepasserelle.graph.builtin_names import OF_EVERYTHING, OF_OBJECT
from lepasserelle.graph.calls import Calls
from lepasserelle.graph.chains import CALL, GLOBAL_ROOT, LAMBDA, LITERAL, MEMBER, NAME, OWN_MEMBER, RECEIVER, SUBSCRIPT
from lepasserelle.graph.classes import Classes
from lepasserelle.graph.companions import objects_of
from lepasserelle.graph.contents import Contents
from lepasserelle.graph.extensions import Extensions
from lepasserelle.graph.held import Held
from lepasserelle.graph.homonyms import Homonyms
from lepasserelle.graph.imports import Imports
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.leaning import NEVER, ONLY_CUT, both, is_closed
from lepasserelle.graph.outside_members import OutsideMembers
from lepasserelle.graph.parameters import Parameters
from lepasserelle.graph.passing import Passing
from lepasserelle.graph.receivers import Receivers
from lepasserelle.graph.shapes import IS_TYPE, MODULE, NAMESPACE, RUN_BY_NAME
from lepasserelle.graph.stored import Stored
from lepasserelle.graph.survey import ASSIGNED, DEFINED, IMPORTED, NO_NODE, PAYLOAD, TO_MODULE, TO_OUTER, FileRow, Survey
from lepasserelle.graph.values import (
    CONTENT,
    INSTANCE,
    MEMBER_OUTSIDE,
    OBJECT,
    OUTSIDE,
    OUTSIDE_INSTANCE,
    PARENT,
    PREFIX,
    UNKNOWN,
    Result,
    Value,
    pack,
    receiver_of,
    union,
)

_DEEPEST: Final = 64
_MOST_STEPS: Final = 4000
_MOST_REMEMBERED: Final = 200_000
_LOW: Final = 0xFFFF_FFFF
_SCOPE, _MEMBER, _RECEIVER = Reason.SCOPE, Reason.MEMBER, Reason.RECEIVER  # looking one up takes longer than its use
_ELSEWHERE: Final = frozenset({TO_MODULE, TO_OUTER})


class Evaluator:
    """Answers `chain`. Remembers a file's chains until `forget`, and what variables hold and functions return for longer."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.texts = survey.strings.texts
        self._parts = survey.chains.parts
        self.owners: dict[int, int] = {}
        """Methods that stand outside their class → the class."""
        self.holders = survey.holders()
        """By node: whether it is a variable, or a method that is read like one."""
        self.receivers = Receivers(self)
        self.anchors = Anchors(survey, self.row_of, self.class_around, self.receivers.has_closure)
        self._chains: dict[tuple[int, int, int], Result] = {}
        self._anywhere: dict[tuple[int, int, int], Result] = {}
        self._active: dict[object, int] = {}
        self._leaning: dict[object, tuple[Result, int]] = {}
        """Results that lean on an open question, with the depth of the outermost one: good until it closes."""
        self._shallow: dict[object, tuple[Result, int]] = {}
        """What was cut short for its depth, with the depth, of one file: where functions flow, which is far."""
        self._keeps_short = False
        self._depth = 0
        self._lowest = NEVER
        self._by_line = False
        self._prepared, self._has_objects = False, any(row.language == "scala" for row in survey.files)
        self._private = frozenset(survey.bound_as.values())
        self._hooks = [survey.strings[hook] for hook in ("__getattr__", "__getattribute__")]
        self._steps = 0
        self.cuts = 0  # answers that were cut short
        self.passing = Passing()
        self.keep = self.passing.keep
        self._row = survey.files[0] if survey.files else None
        self.imports = Imports(survey, self)
        self.classes = Classes(survey, self._chain_of_string, self.imports.packages.parts, self.keep)
        self.extensions = Extensions(survey, self)
        self.outside = OutsideMembers(self)
        self.contents = Contents(self.texts)
        self.parameters = Parameters(survey)
        self.stored = Stored(self)
        self.held = Held(self)
        self.calls = Calls(self)
        self.settle = self.held.settle
        self.homonyms = Homonyms(self)
        self.preferred = self.homonyms.preferred

    def begin(self, row: FileRow) -> None:
        """A file begins."""
        self.passing.begin()
        self._keeps_short = row.family.functions_flow

    def forget(self) -> None:
        """Drop what was remembered of the last file's chains."""
        self._chains.clear()
        self._shallow.clear()
        self.anchors.clear()
        if len(self._anywhere) > _MOST_REMEMBERED:
            self._anywhere.clear()
        self.held.trim()
        self.survey.chains.trim()

    def forget_all(self) -> None:
        """Drop all that was remembered but lineages, so that what is asked next does not depend on what was asked before."""
        self._anywhere.clear()
        for memory in (self, self.imports, self.held, self.calls, self.stored, self.classes):
            memory.forget()

    def adopt(self, node: int, owner: int) -> None:
        """Make a class the owner of a method that stands outside it."""
        self.owners[node] = owner
        self.anchors.clear()

    def row_of(self, node: int) -> FileRow:
        """The file that a definition stands in."""
        row = self._row
        if row is None or not row.base <= node < row.base + row.count:
            row = self._row = self.survey.files[self.file_of(node)]
        return row

    def file_of(self, node: int) -> int:
        """The same, as its number."""
        return bisect_right(self.survey.bases_of_files, node) - 1

    # ── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, scope: int, chain: int, line: int) -> Result:
        """What a chain denotes at a line of a scope: the entrance for references, with a fresh allowance of steps."""
        return self.ask_at(self.anchors[scope << 32 | self._parts[chain][3]], chain, line)

    def ask_at(self, anchor: int, chain: int, line: int, *, is_called: bool = False) -> Result:
        """The same for a chain whose anchor is known. `is_called`: what it denotes where it is called."""
        self._steps = 0
        if self._leaning:
            self._leaning.clear()
        self._by_line, self._lowest = False, NEVER
        return self.homonyms.called(anchor, chain, -1, line) if is_called else self.at(anchor, chain, -1, line)

    def fresh(self) -> None:
        """A fresh allowance of steps for a question that is not a reference's."""
        self._steps = 0
        self._leaning.clear()

    def mark_by_line(self) -> None:
        """Say that the answer in the making holds at its line only."""
        self._by_line = True

    @property
    def depends_on_line(self) -> bool:
        """Whether the last answer of `ask` holds at its line only, or was cut short."""
        return self._by_line or self._lowest < 0

    def prepare(self, cls: int) -> None:
        """Know the lineage of a class before references ask for its members."""
        self.fresh()
        self.classes.lineage(cls)

    def prepared(self) -> None:
        """All lineages are known."""
        self._prepared = True

    def chain(self, scope: int, chain: int, receiver: int = -1, line: int = 0) -> Result:
        """What a chain denotes. Variables and accessors stay themselves; `settle` gives what they hold."""
        anchor = self.anchors[scope << 32 | self._parts[chain][3]]
        return self.at(anchor, chain, receiver if anchor < OUTER else -1, line)

    def _chain_of_string(self, scope: int, string: int) -> Result:
        return self.chain(scope, self.survey.chains[self.texts[string]])

    def at(self, anchor: int, chain: int, receiver: int, line: int) -> Result:
        """What a chain denotes that hangs from an anchor."""
        memo = self._chains if anchor < ANYWHERE else self._anywhere
        key = (anchor, chain, receiver)
        known = memo.get(key)
        if known is not None:
            return known
        depth = self._depth
        self._steps += 1
        if depth >= _DEEPEST or self._steps > _MOST_STEPS:
            return self._cut_short(UNKNOWN)
        if self._shallow:
            shallow = self._shallow.get(key)
            if shallow is not None and shallow[1] <= depth:
                return self._cut_short(shallow[0])
        outer_lowest, self._lowest = self._lowest, NEVER
        outer_by_line, self._by_line = self._by_line, False
        self._depth = depth + 1
        result = self._step(anchor, chain, receiver, line)
        self._depth = depth
        if self._lowest == NEVER:
            self._lowest = outer_lowest
            if not self._by_line:
                memo[key] = result
                if self.passing.is_circular:
                    self.keep(memo, key, result)
        else:
            if self._lowest == ONLY_CUT and self._keeps_short and not self._by_line and self._steps <= _MOST_STEPS:
                self._shallow[key] = result, depth
            self._lowest = both(self._lowest, outer_lowest)
        if outer_by_line:
            self._by_line = True
        return result

    def once(self, memo: dict[tuple[int, int], Result], key: tuple[int, int], compute: Callable[[], Result]) -> Result:
        """A result that does not depend on the line that asks, remembered unless it leans on a question that is still open or
        was cut short. Every way from a chain back to itself passes here.
        """
        known = memo.get(key)
        if known is not None:
            return known
        mark = (id(memo), key)
        open_at = self._active.get(mark)
        if open_at is not None:
            self.passing.turn_back()
            self._lowest = both(self._lowest, open_at)
            return UNKNOWN
        leaning = self._leaning.get(mark)
        if leaning is not None:
            self._lowest = both(self._lowest, leaning[1])
            return leaning[0]
        depth = self._depth
        if depth >= _DEEPEST:
            return self._cut_short(UNKNOWN)
        shallow = self._shallow.get(mark)
        if shallow is not None and shallow[1] <= depth:
            return self._cut_short(shallow[0])
        outer_lowest, self._lowest = self._lowest, NEVER
        outer_by_line = self._by_line
        self._active[mark] = depth
        self._depth = depth + 1
        result = compute()
        self._depth = depth
        del self._active[mark]
        lowest = self._lowest
        if lowest >= depth:
            self._lowest = outer_lowest
            self.keep(memo, key, result)
            if self._leaning:
                self._leaning = {other: found for other, found in self._leaning.items() if found[1] < depth}
        else:
            if self._keeps_short and is_closed(lowest, depth) and self._steps <= _MOST_STEPS:
                self._shallow[mark] = result, depth
                lowest = ONLY_CUT
            else:
                self._leaning[mark] = result, lowest
            self._lowest = both(lowest, outer_lowest)
        self._by_line = outer_by_line
        return result

    def _cut_short(self, result: Result) -> Result:
        """What is known of an answer that is cut short."""
        self.cuts += 1
        self._lowest = both(self._lowest, ONLY_CUT)
        return result

    def _step(self, anchor: int, chain: int, receiver: int, line: int) -> Result:
        end, before, name, _ = self._parts[chain]
        if end == NAME:
            return self._named(anchor, name, receiver, line)
        if end in (MEMBER, OWN_MEMBER):
            found = self.settle(self.at(anchor, before, receiver, line))
            return self.attribute(found, name, own=end == OWN_MEMBER, scope=anchor & _LOW) if found[0] else UNKNOWN
        if end == CALL:
            itself = self.receivers.gives_itself(anchor, before, line)
            if itself is not None:
                return itself
            called = self.settle(self.homonyms.called(anchor, before, receiver, line))
            is_name = self._parts[before][0] == NAME
            return self.calls.call(self.calls.as_type(anchor & _LOW, before, called, line) if is_name else called)
        if end == SUBSCRIPT:
            return self.stored.subscript(anchor, before, receiver, line)
        if end == RECEIVER:
            return self.receivers.of(anchor, self.texts[name], receiver)
        if end == LAMBDA:
            return self._named(anchor, name, receiver, 0)
        if end != LITERAL:
            return UNKNOWN
        if self.texts[name] == GLOBAL_ROOT:
            return self.imports.packages.prefix(self.row_of(anchor & _LOW).family, "")
        return ((pack(OUTSIDE_INSTANCE, name),), Reason.LITERAL)

    def _named(self, anchor: int, name: int, receiver: int, line: int) -> Result:
        scope = anchor & _LOW
        if anchor < OUTER:
            entries = self.survey.entries(scope, name)
            return self.bindings(scope, name, entries, receiver, line) if entries else self.name(scope, name, receiver, line)
        if anchor < BEYOND:
            return self.bindings(scope, name, self.survey.entries(scope, name), -1, 0)
        return self.imports.beyond(self.row_of(scope), scope, name) if anchor < NOWHERE else UNKNOWN

    def class_around(self, scope: int) -> int:
        """The class whose method a scope is or lies in, `NO_NODE` outside of classes."""
        survey = self.survey
        while scope != NO_NODE and not IS_TYPE[survey.kind[scope]]:
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
            if not first and IS_TYPE[survey.kind[here]] and not family.class_scope:
                implied = self.implicit(here, name, receiver) if family.implicit_members else None
                if implied is not None:
                    return implied
            else:
                entries = survey.entries(here, name)
                if entries:
                    return self.bindings(here, name, entries, receiver if first else -1, line if first else 0)
                implied = self.receivers.implied(here, name, receiver) if family.implicit_members else None
                if implied is not None:
                    return implied
            here, first = survey.lexical_parent[here], False
        return self.calls.maker(scope, name, receiver) or self.imports.beyond(row, scope, name)

    def implicit(self, cls: int, name: int, receiver: int) -> Result | None:
        """A member named without its receiver (Java, C++, C#, …); None when the class has none of this name."""
        found = self.homonyms.member(cls, name)
        if self.row_of(cls).family.injects_names and (found is None or all(entry >> 56 == IMPORTED for entry in found[1])):
            named = self.classes.named(cls, name)  # `using Base::Base` takes constructors, and gives the name no other meaning
            if named >= 0:
                return ((pack(OBJECT, named),), _SCOPE if named == cls else Reason.INHERITED)
        if found is None:
            return None
        reason = _RECEIVER if found[0] == cls else Reason.INHERITED
        if self.classes.is_constructor(found, name):
            return ((pack(OBJECT, found[0]),), reason)  # C++: a class has its own name for a member, and a constructor has none
        return self._found_member(found, name, receiver if receiver >= 0 else cls, reason)

    def bindings(self, scope: int, name: int, entries: list[int], receiver: int, line: int) -> Result:
        """What the bindings of a name in one scope denote together."""
        if len(entries) == 1 and (kind := entries[0] >> 56) not in _ELSEWHERE:
            if kind == DEFINED:
                return ((pack(OBJECT, entries[0] & PAYLOAD, receiver),), _SCOPE)
            is_flow = kind != IMPORTED
            return self.held.by_flows(entries, receiver, line) if is_flow else self.imports.value(entries[0] & PAYLOAD)
        nodes: list[int] = []
        flows: list[int] = []
        results: list[Result] = []
        imported = 0
        for entry in entries:
            kind = entry >> 56
            if kind == DEFINED:
                nodes.append(entry & PAYLOAD)
            elif kind == IMPORTED:
                results.append(self.imports.value(entry & PAYLOAD))
                imported = max(imported, self.survey.import_line[entry & PAYLOAD])
            elif kind in _ELSEWHERE:
                return self._elsewhere(scope, name, to_module=kind == TO_MODULE)
            else:
                flows.append(entry)
        python = bool(flows) and self.row_of(scope).family.name == "python"
        if python and imported and (not nodes or self.holders[self.preferred(nodes)[0]]):
            return self._rebound(scope, results, imported, flows, receiver, line)
        if nodes:
            nodes = self.homonyms.read(scope, name, nodes)
            reason = _SCOPE if len(nodes) == 1 else Reason.REDEFINED
            results.append((tuple([pack(OBJECT, node, receiver) for node in nodes]), reason))
            if python and not self.holders[nodes[0]]:
                last = max(self.survey.span[4 * node + 2] for node in nodes)
                return self._rebound(scope, results, max(last, imported), flows, receiver, line)
        elif flows:
            results.append(self.held.by_flows(flows, receiver, line))
        return results[0] if len(results) == 1 else union(results)

    def _rebound(self, scope: int, results: list[Result], last: int, flows: list[int], receiver: int, line: int) -> Result:
        """Functions, classes or imports whose name is given another value behind the last of them: what it means then is not
        asserted.
        """
        survey = self.survey
        if line:
            self.mark_by_line()
        weakest, later = 0, []
        for flow in [entry & PAYLOAD for entry in flows if entry >> 56 == ASSIGNED]:
            if last < survey.flow_line[flow] and (not line or survey.flow_line[flow] < line or survey.flow_scope[flow] != scope):
                kept = survey.flow_scope[flow] != scope or self.calls.keeps(scope, self.texts[survey.flow_source[flow]])
                weakest = max(weakest, Reason.REDEFINED if kept else Reason.SEVERAL)
                later += [] if kept else [ASSIGNED << 56 | flow]
        values, reason = union([*results, self.held.by_flows(later, receiver, 0)] if later else results)
        return (values, max(reason, weakest)) if values else UNKNOWN

    def _elsewhere(self, scope: int, name: int, *, to_module: bool) -> Result:
        survey = self.survey
        row = self.row_of(scope)
        here = row.base if to_module else survey.lexical_parent[scope]
        while here != NO_NODE:
            if not IS_TYPE[survey.kind[here]]:
                entries = [entry for entry in survey.entries(here, name) if entry >> 56 not in {TO_MODULE, TO_OUTER}]
                if entries:
                    return self.bindings(here, name, entries, -1, 0)
            here = survey.lexical_parent[here]
        return self.imports.beyond(row, scope, name)

    # ── members ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def attribute(self, result: Result, name: int, *, own: bool = False, scope: int = NO_NODE) -> Result:
        """The member of each of the (settled) values; `scope`: where it is asked for, which decides about extensions."""
        held = objects_of(self, result[0]) if self._has_objects else result[0]
        found = [self._attribute_of(value, name, scope) for value in held]
        values, reason = found[0] if len(found) == 1 else self.outside.of_one(found, scope)
        if not values:
            return UNKNOWN
        if own and reason == _MEMBER:
            reason = _RECEIVER
        return values, max(reason, result[1])

    def _attribute_of(self, value: Value, name: int, scope: int) -> Result:
        tag, number = value & 7, value >> 3 & _LOW
        if tag == OBJECT:
            return self._member_of_object(value, number, name)
        text = self.texts[name]
        if tag == INSTANCE:
            return ((pack(OBJECT, number),), _RECEIVER) if text == "__class__" else self.member(number, name)
        if tag == PARENT:
            return self._member_of_parent(number, receiver_of(value), name)
        if tag == PREFIX:
            return self.imports.prefix_member(number, text)
        if tag == CONTENT:
            held = self.contents.held(value)
            return self.contents.member(value, text, self.survey.strings, lambda: self.attribute((held, 0), name, scope=scope))
        return self.outside.member(value, self.texts[number], text, scope)

    def _member_of_object(self, value: Value, node: int, name: int) -> Result:
        kind = self.survey.kind[node]
        if kind == MODULE:
            return self.imports.file_member(self.file_of(node), name)
        if IS_TYPE[kind]:
            return self.member(node, name, of_class=True)
        if kind in RUN_BY_NAME and self.row_of(node).family.reads_call:
            return self.attribute(self.settle(self.calls.call(((value,), 0))), name, scope=node)
        return self.imports.namespace_member(node, name) if kind == NAMESPACE else UNKNOWN

    def member(self, cls: int, name: int, *, of_class: bool = False) -> Result:
        """A member of a class (`of_class`) or of its instances, through its bases; then of the class's class; the external base's
        when that is the only place left.
        """
        found = self.homonyms.member(cls, name, of_class=of_class)
        if found is not None:
            return self._found_member(found, name, cls, _MEMBER if found[0] == cls else Reason.INHERITED)
        meta = self.classes.metaclass(cls) if of_class else None
        if meta is None:
            return self.calls.making(cls, name) or self._from_outside(cls, name)
        found = self.classes.member(meta, name) if meta >= 0 else None
        if found is not None:
            return self._found_member(found, name, meta, Reason.INHERITED)
        return self._from_outside(cls, name) if meta >= 0 and not self.classes.lineage(meta).unknown else UNKNOWN

    def _found_member(self, found: tuple[int, list[int]], name: int, receiver: int, reason: Reason) -> Result:
        values, why = self.bindings(found[0], name, found[1], receiver, 0)
        return (values, max(why, reason)) if values else UNKNOWN

    def _member_of_parent(self, cls: int, receiver: int, name: int) -> Result:
        order = self.classes.lineage(receiver).order
        rest = order[order.index(cls) + 1 :] if cls in order else self.classes.lineage(cls).order[1:]
        found = self.classes.member_in(rest, name)
        if found is not None:
            return self._found_member(found, name, receiver, Reason.INHERITED)
        return self._from_outside(cls, name, behind=True, root=self.row_of(cls).family.name == "python")

    def _from_outside(self, cls: int, name: int, *, behind: bool = False, root: bool = False) -> Result:
        lineage = self.classes.lineage(cls)
        if lineage.unknown or self.texts[name] in OF_EVERYTHING:
            return UNKNOWN
        if root and not lineage.outside and self.texts[name] in OF_OBJECT:
            return ((pack(OUTSIDE, self.survey.strings["<builtin>.object." + self.texts[name]]),), Reason.INHERITED)
        if len(lineage.outside) != 1 or name in self._private or any(self.classes.member(cls, hook) for hook in self._hooks):
            return UNKNOWN
        owner, text = self.texts[lineage.outside[0]], self.texts[name]
        if not may_have(owner, text):
            return UNKNOWN
        if not self._prepared:
            self._lowest = both(self._lowest, ONLY_CUT)  # which classes lie below is not known yet: asked again later
            return UNKNOWN
        if self.classes.defined_below(cls, name, behind=behind):
            return UNKNOWN
        return ((pack(OUTSIDE, self.survey.strings[f"{owner}.{text}"], MEMBER_OUTSIDE),), Reason.EXTERNAL_BASE)
