"""References, imports, bases and decorators of one file to edges. Asserts what evaluation found and nothing else.

A call on an unknown receiver becomes one edge to the set of all methods of that name, marked ambiguous, or, when the project
defines none, to the external node `?.name`; a call of a plain name whose value is unknown (a parameter) becomes no edge.
"""

from bisect import bisect_left
from typing import Final

from lepasserelle.graph.anchors import ANYWHERE
from lepasserelle.graph.callees import Callees, is_each_entered
from lepasserelle.graph.calls import ACCESSOR_PARTS
from lepasserelle.graph.chains import MEMBER, NAME, OWN_MEMBER
from lepasserelle.graph.edges import OUTER, EdgeSink, Relation, is_all_outside
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.method_names import MethodNames
from lepasserelle.graph.namesakes import Namesakes
from lepasserelle.graph.operations import Operations
from lepasserelle.graph.overloads import Overloads
from lepasserelle.graph.pointed import Pointed
from lepasserelle.graph.roles import LEAST, ROLE, arity_in, listed_in, roles_of
from lepasserelle.graph.shapes import ENUM_MEMBER, IS_CALLABLE, IS_PLACE, IS_TYPE, RUN_BY_NAME
from lepasserelle.graph.standing import Standing
from lepasserelle.graph.stated import Keeper
from lepasserelle.graph.survey import DEFINED, IMPORTED, NO_NODE, PAYLOAD, FileRow, Survey
from lepasserelle.graph.values import INSTANCE, OBJECT, OUTSIDE, UNKNOWN, Result, Value, number_of, receiver_of, tag_of
from lepasserelle.model import EdgeKind, NodeKind, Role
from lepasserelle.model.calling import fits
from lepasserelle.model.facts import DELETED, MADE, OPERATIONS

_CALLS: Final = int(EdgeKind.CALLS)
_READS: Final = int(EdgeKind.READS)
_WRITES: Final = int(EdgeKind.WRITES)
_IMPORTS: Final = int(EdgeKind.IMPORTS)
_INHERITS: Final = int(EdgeKind.INHERITS)
_CALL: Final = int(Role.CALL)
_WRITE: Final = int(Role.WRITE)
_NEAR: Final = 64
"""References behind the begin of a definition among which those of its decorators are looked for."""

_DECLARING: Final = frozenset({"javascript", "typescript", "tsx", "java", "c_sharp"})
"""Languages in which an assignment to a name makes no variable."""
_NO_OBJECTS: Final = frozenset({NodeKind.TYPE, NodeKind.ENUM, NodeKind.INTERFACE})
_PARAMETERLESS: Final = "scala"
"""Where naming a method without a list of parameters calls it."""
_RECEIVING: Final = "kotlin"
"""Where a lambda may have a receiver, and a function that extends a type another name by its import."""
_MOST_REMEMBERED: Final = 200_000
_LOW: Final = 0xFFFF_FFFF


class Resolver:
    """Turns one file after the other into edges."""

    def __init__(self, survey: Survey, evaluator: Evaluator, sink: EdgeSink, keeper: Keeper) -> None:
        self._survey = survey
        self._keeper = keeper
        self._evaluator, self._functions = evaluator, evaluator.stored.functions
        self._sink = sink
        self._methods = MethodNames(survey, evaluator.owners)
        self._arity = -LEAST
        """Arguments of the call in question; -1 unknown, `MADE`, `DELETED`, `OPERATIONS`, `-LEAST` if the family does not ask."""
        self._parameters = evaluator.parameters
        self._overloads = Overloads(survey, evaluator)
        self._namesakes = Namesakes(survey, self._methods, self._parameters, evaluator.owners)
        self._callees = Callees(survey, evaluator, self._overloads)
        self._standing = Standing(survey, evaluator, lambda name, node: self._methods.of(name, evaluator.row_of(node)))
        self._pointed = Pointed(evaluator)
        self._operations = Operations(survey, evaluator, self._parameters)
        self._known: dict[tuple[int, int, int], list[Relation]] = {}
        self._known_anywhere: dict[tuple[int, int, int], list[Relation]] = {}
        self._described = sorted(survey.bases.keys() | survey.decorators.keys())

    def file(self, row: FileRow) -> None:
        """All edges whose source is in this file, but for those that wait for what the flow of values says of their places.

        What is cut short may depend on what was remembered when it was asked. So a file with such answers is resolved with nothing
        remembered: what it states is the same whichever files were resolved before.
        """
        cuts, places, sets = self._evaluator.cuts, len(self._sink.kind), len(self._sink.set_members)
        self._resolve(row)
        is_cut = self._evaluator.cuts != cuts
        if is_cut:
            self._sink.rewind(places, sets)
            self._keeper.rewind()
            self._known_anywhere.clear()
            self._evaluator.forget_all()
            self._resolve(row)
        self._keeper.end_file(self._sink, is_cut=is_cut)

    def pass_over(self) -> None:
        """A file of which nothing is asked."""
        self._keeper.end_file(self._sink)

    def _resolve(self, row: FileRow) -> None:
        self._survey.come_near(row)
        self._evaluator.begin(row)
        self._evaluator.calls.class_names = row.family.class_names
        self._arity = -LEAST
        self._imports(row)
        self._heads(row)
        self._references(row)
        self._known.clear()
        if len(self._known_anywhere) > _MOST_REMEMBERED:
            self._known_anywhere.clear()
        self._evaluator.passing.end()
        self._evaluator.forget()
        self._pointed.forget()

    def _heads(self, row: FileRow) -> None:
        start = bisect_left(self._described, row.base)
        for node in self._described[start : bisect_left(self._described, row.base + row.count, start)]:
            line = self._survey.span[4 * node + 2]
            self._bases(node, line)
            self._decorators(row, node, line)

    # ── references ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _references(self, row: FileRow) -> None:
        survey, at = self._survey, slice(row.references.start, row.references.stop)
        scopes, chains, lines = survey.reference_scope[at], survey.reference_chain[at], survey.reference_line[at]
        anchors, parts, evaluator = self._evaluator.anchors, survey.chains.parts, self._evaluator
        declares = row.language in _DECLARING
        of_file, anywhere, passing, types = self._known, self._known_anywhere, evaluator.passing, self._overloads.types
        stated: list[list[Relation]] = []
        roles = roles_of(survey, row)
        counts, types.were_asked = not isinstance(roles, bytearray), False
        for role, scope, chain, line in zip(roles, scopes, chains, lines, strict=True):
            if declares and role & ROLE == _WRITE:
                anchor = anchors.of_write(scope, chain)
            else:
                anchor = anchors[scope << 32 | parts[chain][3]]
            memo = of_file if anchor < ANYWHERE else anywhere
            key = (anchor, role, chain)
            relations = memo.get(key)
            if relations is None:
                given = self._come_to(row, role, scope, line) if counts else -1
                relations = self._relations(row, anchor, role & ROLE, chain, line, given)
                if not (evaluator.depends_on_line or types.were_asked):
                    memo[key] = relations
                    if passing.is_circular:
                        passing.keep(memo, key, relations)
            stated.append(relations)
        if row.has_values:
            self._keeper.keep(stated)
        else:
            self._sink.add(scopes, lines, stated)

    def _come_to(self, row: FileRow, role: int, scope: int, line: int) -> int:
        """What a place gives when it is a call, -1 where overloads are not told apart by it."""
        self._arity = arity_in(role)
        if not row.family.overloads:
            return -1
        self._overloads.types.come_to(scope, line, listed_in(role), self._arity)
        return self._arity

    def _relations(self, row: FileRow, anchor: int, role: int, chain: int, line: int, given: int) -> list[Relation]:
        """What one place states. `given`: what it gives when it is a call."""
        if role == _CALL and self._arity in OPERATIONS:
            return self._operate(row, anchor, chain, line)
        result = self._evaluator.ask_at(anchor, chain, line, is_called=role == _CALL)
        relations: list[Relation] = []
        if row.family.reads_call and self._survey.chains.texts[chain] == row.family.makes:
            role = _CALL
        if role == _CALL and self._arity in {MADE, DELETED} and row.family.by_arity:
            self._of_object(result, relations)
        elif role == _CALL:
            if row.family.overloads:
                result = self._overloads.chosen(self._overloads.as_called(anchor, chain, result, given), given)
            self._call(row, chain, result, relations, given, anchor)
            if row.family.overloads:
                self._stand_in(anchor, chain, line, result, relations)
            elif row.family.functions_flow:
                self._implement(anchor, chain, line, relations)
        else:
            self._touch(row, self._functions.read(self._survey.chains.texts[chain], result, row), relations, writes=role == _WRITE)
        is_plain = row.family.name == "python"  # where naming runs nothing, and hands on nothing
        for owner in self._survey.chains.owners[chain]:
            values, reason = self._evaluator.at(anchor, owner, -1, line)
            if len(values) != 1 or values[0] & 7:  # no `OBJECT`
                continue
            node = values[0] >> 3 & _LOW
            through = not is_plain and self._is_run(row, owner, node)
            reads = self._evaluator.holders[node] or (not is_plain and self._is_handed_on(row, role, chain, owner, node))
            if through or reads or (IS_TYPE[self._survey.kind[node]] and is_all_outside(relations)):
                relations.append((_CALLS if through else _READS, node, reason))
        return relations

    def _is_run(self, row: FileRow, chain: int, node: int) -> bool:
        """Whether naming a definition on the way to a member runs it: a method of Scala that is read like a field, in Ruby every
        method, but not what a variable holds.
        """
        survey = self._survey
        if row.family.reads_call:
            return survey.kind[node] in RUN_BY_NAME and survey.chains.parts[chain][2] == survey.name[node]
        return row.language == _PARAMETERLESS and bool(self._evaluator.holders[node] and IS_CALLABLE[survey.kind[node]])

    def _is_handed_on(self, row: FileRow, role: int, chain: int, owner: int, node: int) -> bool:
        """Whether a function is read that is not called here: `f.bind(x)` of ECMAScript, or what `f.prototype` is given to."""
        _, before, name, _ = self._survey.chains.parts[chain]
        text = self._survey.strings.texts[name] if row.family.name == "ecma" and before == owner else ""
        is_read = text == "bind" or (text == "prototype" and role not in {_CALL, _WRITE})
        return is_read and bool(IS_CALLABLE[self._survey.kind[node]])

    def _operate(self, row: FileRow, anchor: int, chain: int, line: int) -> list[Relation]:
        """What an operator enters, and nothing where that is not known."""
        relations: list[Relation] = []
        targets, reason = self._operations.of(row, anchor, chain, line, self._arity)
        if targets:
            self._state(_CALLS, targets, reason, relations, overloads=row.family.overloads)
            if row.family.overloads:
                self._stand_in(anchor, chain, line, self._evaluator.ask_at(anchor, chain, line), relations)
        return relations

    def _touch(self, row: FileRow, result: Result, relations: list[Relation], *, writes: bool) -> None:
        values, reason = result
        kind = self._survey.kind
        if len(values) != 1:
            nodes = [number_of(value) for value in values if tag_of(value) == OBJECT and not IS_PLACE[kind[number_of(value)]]]
        else:
            node = values[0] >> 3 & _LOW
            nodes = [] if values[0] & 7 or IS_PLACE[kind[node]] else [node]
        if not nodes or len(nodes) != len(values):
            return
        if writes:
            nodes = [self._setter(node) for node in nodes if self._evaluator.holders[node]]
        called = not writes and all(IS_CALLABLE[self._survey.kind[node]] for node in nodes)
        called &= row.family.reads_call or row.language == _PARAMETERLESS
        if nodes:
            self._state(_CALLS if called else _WRITES if writes else _READS, nodes, reason, relations)

    def _setter(self, node: int) -> int:
        """The definition that a write to a property enters."""
        survey = self._survey
        if not IS_CALLABLE[survey.kind[node]]:
            return node
        entries = survey.bindings_of(node)
        texts = survey.strings.texts
        for entry in entries:
            other = entry & PAYLOAD
            if entry >> 56 == DEFINED and any(texts[d].endswith(".setter") for d in survey.decorators.get(other, ())):
                return other
        return node

    def _of_object(self, result: Result, relations: list[Relation]) -> None:
        """What declaring an object or deleting one enters: a constructor without arguments, or the class; its destructor."""
        values, reason = self._evaluator.settle(result)
        if len(values) != 1 or tag_of(values[0]) not in {OBJECT, INSTANCE} or not IS_TYPE[self._survey.kind[number_of(values[0])]]:
            return
        cls, survey = number_of(values[0]), self._survey
        if self._arity == MADE and tag_of(values[0]) == OBJECT and survey.kind[cls] not in _NO_OBJECTS:
            targets, _ = self._callees.constructor(cls, -1)
            targets = self._parameters.fitting(targets, 0)
        elif self._arity == DELETED and tag_of(values[0]) == INSTANCE:
            name = survey.strings.known("~" + survey.strings.texts[survey.name[cls]])
            found = self._evaluator.classes.member_in((cls,), name) if name >= 0 else None
            targets = self._evaluator.preferred([entry & PAYLOAD for entry in found[1]]) if found is not None else []
        else:
            return
        if targets:
            self._state(_CALLS, targets, reason, relations)

    def _call(self, row: FileRow, chain: int, result: Result, relations: list[Relation], given: int, anchor: int) -> None:
        holders = [v for v in result[0] if tag_of(v) == OBJECT and self._evaluator.holders[number_of(v)]]
        if len(holders) == 1 == len(result[0]):
            of_types = row.family.functions_flow or row.family.open_types
            variant = of_types and self._survey.kind[number_of(holders[0])] == ENUM_MEMBER
            relations.append((_CALLS if variant else _READS, number_of(holders[0]), result[1]))
            if variant or row.family.reads_call or row.family.open_types:
                return  # naming an attribute of Ruby reads it, whatever it holds, and so does giving a record to its field
        may_differ = holders or (len(result[0]) > 1 and row.family.name == "c")
        settled, besides = self._pointed.settle(anchor, chain, result) if may_differ else (result, UNKNOWN)
        targets, reason = self._callees.of(settled, given)
        if self._arity >= 0 and targets and not row.family.overloads:
            targets = self._fitting(row, targets, reason)
            if not targets:
                return
        others = self._callees.candidates(self._sink, besides, given, targets)
        relations += [*self._callees.made(settled, targets), *others]
        if others and not targets:
            return
        namesakes = self._namesakes.of(row, targets[0], anchor & _LOW, self._arity) if len(targets) == 1 else ()
        namesakes = namesakes or self._of_receivers(row, targets, chain, given, anchor)
        if namesakes:
            relations.append((_CALLS, self._sink.candidates(self._survey.name[namesakes[0]], namesakes), Reason.SAME_NAME))
        elif len(targets) > 1 and is_each_entered(row.family, reason):
            relations += [(_CALLS, target, Reason.FLOW) for target in targets]
        elif targets:
            self._state(_CALLS, targets, reason, relations, overloads=row.family.overloads)
            if row.family.open_types and len(targets) == 1 and targets[0] < OUTER:
                self._instances(row, targets[0], relations)
        elif not holders or "." in self._survey.chains.texts[chain]:
            self._unknown_call(row, self._survey.chains.texts[chain], relations, given, anchor)

    def _instances(self, row: FileRow, method: int, relations: list[Relation]) -> None:
        """The methods of instances that a call of a class's method can enter instead (Haskell)."""
        survey = self._survey
        if survey.kind[method] != NodeKind.METHOD or survey.kind[survey.lexical_parent[method]] != NodeKind.INTERFACE:
            return
        others = tuple(node for node in self._methods.of(survey.name[method], row) if node != method)
        if others:
            kind, target, reason = relations.pop()
            relations.append((kind, target, max(reason, Reason.OVERRIDDEN)))
            relations.append((_CALLS, self._sink.candidates(survey.name[method], others), Reason.OVERRIDES))

    def _of_receivers(self, row: FileRow, targets: list[int], chain: int, given: int, anchor: int) -> tuple[int, ...]:
        """The methods that a name which is found nowhere can mean in a lambda of Kotlin, which may have a receiver
        (`with(n) { go() }`).
        """
        end, _, name, _ = self._survey.chains.parts[chain]
        if row.language != _RECEIVING or end != NAME or len(targets) != 1 or targets[0] < OUTER:
            return ()
        parent, scope = self._survey.lexical_parent, anchor & _LOW
        while scope != NO_NODE and self._survey.kind[scope] != NodeKind.LAMBDA:
            scope = parent[scope]
        if scope == NO_NODE or self._survey.strings.texts[targets[0] & _LOW].startswith("<builtin>."):
            return ()
        return tuple([node for node in self._methods.of(name, row) if fits(self._survey.calling[node], given)])

    def _imported_as(self, row: FileRow, name: int) -> int:
        """What a name is called where it comes from (`import p.ext as e`); the same where no import gives it."""
        survey = self._survey
        for entry in survey.entries(row.base, name):
            if entry >> 56 == IMPORTED:
                for value in self._evaluator.imports.value(entry & PAYLOAD)[0]:
                    number = number_of(value)
                    if tag_of(value) == OBJECT:
                        return survey.name[number]
                    if tag_of(value) == OUTSIDE:
                        return survey.strings[survey.strings.texts[number].rpartition(".")[2]]
        return name

    def _fitting(self, row: FileRow, targets: list[int], reason: int) -> list[int]:
        """Those that a call with so many arguments enters: no conversion, and of several overloads those that take as many."""
        if row.family.conversions:
            kind, texts = self._survey.kind, self._survey.strings.texts
            return [
                target
                for target in targets
                if (target < OUTER and not IS_TYPE[kind[target]])
                or (target >= OUTER and texts[target & _LOW].removeprefix("<builtin>.") not in row.family.conversions)
            ]
        outside = [target for target in targets if target >= OUTER] if reason >= Reason.ASSIGNED else []
        inside = [target for target in targets if target not in outside] if outside else targets
        return self._parameters.fitting(inside, self._arity) + outside if len(inside) > 1 or outside else targets

    def _stand_in(self, anchor: int, chain: int, line: int, result: Result, relations: list[Relation]) -> None:
        """The methods of types below that can stand in for the one that a call names, as one set of candidates."""
        if len(result[0]) != 1 or not relations:
            return
        node, receiver = number_of(result[0][0]), receiver_of(result[0][0])
        end, before, _, _ = self._survey.chains.parts[chain]
        if tag_of(result[0][0]) != OBJECT or receiver < 0 or (end == MEMBER and not self._is_instance(anchor, before, line)):
            return
        below = self._overloads.standing_in(node, receiver)
        if not below:
            return
        for place, (kind, target, reason) in enumerate(relations):
            if kind == _CALLS and target == node:
                relations[place] = (kind, target, max(reason, Reason.OVERRIDDEN))
        relations.append((_CALLS, self._sink.candidates(self._survey.name[node], below), Reason.OVERRIDES))

    def _implement(self, anchor: int, chain: int, line: int, relations: list[Relation]) -> None:
        """The same where traits, interfaces and `virtual` say what can stand in, for every method that a call names."""
        end, before, name, _ = self._survey.chains.parts[chain]
        for place, (kind, node, reason) in enumerate(relations[:]):
            owner = self._standing.owner(node) if kind == _CALLS and node < OUTER else _LOW
            if owner >= len(self._survey.kind) or not IS_TYPE[self._survey.kind[owner]] or self._survey.name[node] != name:
                continue
            below: set[int] = set()
            for receiver in self._receivers(anchor, before, line, owner) if end in {MEMBER, OWN_MEMBER} else (owner,):
                below.update(self._standing.candidates(node, receiver))
            if below or (self._standing.is_bare(node) and end != OWN_MEMBER):
                relations[place] = (kind, node, max(reason, Reason.OVERRIDDEN))
            if below:
                relations.append((_CALLS, self._sink.candidates(name, tuple(sorted(below))), Reason.OVERRIDES))

    def _receivers(self, anchor: int, chain: int, line: int, owner: int) -> list[int]:
        """The types on whose values a method is called; a trait that is named itself stands for all that have it."""
        survey = self._survey
        values, _ = self._evaluator.settle(self._evaluator.at(anchor, chain, -1, line))
        found = [number_of(value) for value in values if tag_of(value) == INSTANCE]
        if not found and survey.kind[owner] == NodeKind.INTERFACE:
            found = [number_of(value) for value in values if tag_of(value) == OBJECT and number_of(value) == owner]
        return found

    def _is_instance(self, anchor: int, chain: int, line: int) -> bool:
        values, _ = self._evaluator.settle(self._evaluator.at(anchor, chain, -1, line))
        return any(tag_of(value) == INSTANCE for value in values)

    def _state(self, kind: int, targets: list[int], reason: int, relations: list[Relation], *, overloads: bool = False) -> None:
        """One target for sure, or one edge to the set of them; `overloads`: what tells them apart is not known."""
        if len(targets) == 1:
            relations.append((kind, targets[0], reason))
            return
        survey = self._survey
        targets = sorted(set(targets))
        nodes = [target for target in targets if target < OUTER]
        name = survey.name[nodes[0]] if nodes else min([target & _LOW for target in targets], key=survey.strings.texts.__getitem__)
        alike = len(nodes) == len(targets) and len({(self._place(n), survey.name[n]) for n in nodes}) == 1
        weakest = max(reason, Reason.REDEFINED) if alike and reason < Reason.SEVERAL else max(reason, Reason.SEVERAL)
        if overloads and alike:
            weakest = Reason.OVERLOADED
        relations.append((kind, self._sink.candidates(name, tuple(targets)), weakest))

    def _place(self, node: int) -> int:
        return self._evaluator.owners.get(node, self._survey.lexical_parent[node])

    def _unknown_call(self, row: FileRow, chain: str, relations: list[Relation], given: int, anchor: int) -> None:
        _, dot, name = chain.rpartition(".")
        if not dot or name[-1:] in {")", "]", "?", ">", "`", ""}:
            return
        number = self._survey.strings[name]
        members = self._methods.of(self._imported_as(row, number) if row.language == _RECEIVING else number, row)
        if row.family.overloads:
            members = self._overloads.below_self(anchor, chain, number) or members
            members = tuple([node for node in members if fits(self._survey.calling[node], given)])
        if members:
            relations.append((_CALLS, self._sink.candidates(number, members), Reason.SAME_NAME))
        else:
            relations.append((_CALLS, OUTER | self._survey.strings["?." + name], Reason.UNKNOWN))

    # ── imports, bases, decorators ────────────────────────────────────────────────────────────────────────────────────────

    def _imports(self, row: FileRow) -> None:
        lines, stated = list[int](), list[list[Relation]]()
        for number in row.imports:
            for values, reason in self._evaluator.imports.targets(number):
                if targets := [each for each in map(self._import_target, values) if each is not None and each != row.base]:
                    lines.append(self._survey.import_line[number])
                    stated.append([])
                    self._state(_IMPORTS, targets, reason, stated[-1])
        self._sink.add([row.base] * len(lines), lines, stated)

    def _import_target(self, value: Value) -> int | None:
        tag, number = tag_of(value), number_of(value)
        if tag == OBJECT:
            return number
        return OUTER | number if tag == OUTSIDE else None

    def _bases(self, node: int, line: int) -> None:
        for values, reason in self._evaluator.classes.bases(node):
            targets = [number_of(v) for v in values if tag_of(v) == OBJECT and IS_TYPE[self._survey.kind[number_of(v)]]]
            targets += [OUTER | number_of(v) for v in values if tag_of(v) == OUTSIDE]
            relations: list[Relation] = []
            if targets:
                self._state(_INHERITS, targets, reason, relations)
            self._sink.add((node,), (line,), ([relation for relation in relations if relation[1] != node],))

    def _decorators(self, row: FileRow, node: int, line: int) -> None:
        survey = self._survey
        scope, texts = survey.lexical_parent[node], survey.strings.texts
        place = bisect_left(survey.reference_line, line, row.references.start, row.references.stop)
        for number in survey.decorators.get(node, ()):
            place, line = self._written(row, place, line, survey.chains[texts[number].removesuffix("()")])
            if not row.family.decorators_call:
                relations: list[Relation] = []
                chain = survey.chains[texts[number].removesuffix("()")]
                self._touch(row, self._evaluator.ask(scope, chain, line), relations, writes=False)
            else:
                relations = self._decorated_by(scope, texts[number], line)
            self._sink.add((scope,), (line,), (relations,))

    def _written(self, row: FileRow, place: int, line: int, chain: int) -> tuple[int, int]:
        """The next reference from this one on with a decorator's chain, and its line; what was given when none is near."""
        survey = self._survey
        for near in range(place, min(place + _NEAR, row.references.stop)):
            if survey.reference_chain[near] == chain and survey.reference_line[near] >= line:
                return near + 1, survey.reference_line[near]
        return place, line

    def _decorated_by(self, scope: int, chain: str, line: int) -> list[Relation]:
        if chain.endswith(ACCESSOR_PARTS):
            return []
        relations: list[Relation] = []
        targets, reason = self._callees.of(self._evaluator.settle(self._evaluator.ask(scope, self._survey.chains[chain], line)))
        texts = self._survey.strings.texts
        if any(target >= OUTER and texts[target & 0xFFFF_FFFF].startswith("<builtin>.") for target in targets):
            return []
        if targets:
            self._state(_CALLS, targets, max(reason, Reason.DECORATOR), relations)
        return relations
