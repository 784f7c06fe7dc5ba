"""The dependences of one body: what every statement uses, where it can come from, and what decides whether it runs.

The statement-level program dependence graph, kept as bit sets and asked for one node at a time, so that a generated function of ten
thousand statements costs what is looked at and not its square. Statement i is node i; see `cfg` for the others.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from lepasserelle.graph.statements.bits import mask_of, mask_or, numbers
from lepasserelle.graph.statements.cfg import ControlFlow, control_flow
from lepasserelle.graph.statements.control import control_dependences, with_subjects
from lepasserelle.graph.statements.effects import CallEffect, own_effects
from lepasserelle.graph.statements.objects import POINTING, Objects
from lepasserelle.graph.statements.reaching import PENDING, Definition, definitions, reaching
from lepasserelle.model.body import CALLEE, Arm, Body, Place, Statement, StatementKind, Use


class Source(NamedTuple):
    """Where a used value can come from."""

    node: int
    """ENTRY: from the caller."""
    name: str
    """The place, as people write it; of what a call may have changed the place that was used."""
    is_certain: bool
    """A write; else something that a call may have done."""


class Reads(NamedTuple):
    """The definitions that a node reads, as bits."""

    decide: int
    """Everything that it does depends on them."""
    change: int
    """What its call changes depends on them, not what the call gives back."""
    hand: int
    """It hands them to a function that does not let on what they are: nothing else depends on them."""


class Dependences:
    """All of one body."""

    def __init__(self, body: Body, effects: list[list[CallEffect]] | None = None, *, is_alone: bool = False) -> None:
        """`is_alone`: no other body is looked at, and nothing is said of calls whose callee nobody knows."""
        self.body = body
        self._is_alone = is_alone
        self.effects = own_effects(body) if effects is None else effects
        self.flow: ControlFlow = control_flow(body)
        self.control = with_subjects(body, control_dependences(self.flow))
        self.objects = Objects(body, self.effects)
        self._definitions = definitions(body, self.flow, self.objects, self.effects)
        self._index()
        self._raisers = {node for node, _ in self.flow.raising}
        self._made_at: dict[int, list[Definition]] = {}
        self._numbers_at: dict[int, list[int]] = {}
        for number, made in enumerate(self._definitions.made):
            self._made_at.setdefault(made.node, []).append(made)
            self._numbers_at.setdefault(made.node, []).append(number)
        self._before = reaching(self.flow, self._definitions)
        self._inner: dict[Place, int] = {}
        self._read: dict[int, int] = {}
        self._closures = _closures(body)
        self._captured = self._capturing()
        self._handlers: dict[int, list[int]] = {}
        self._leaving: dict[int, list[int]] = {}
        """What runs when a `with` is left, and may keep an exception back."""
        for number, statement in enumerate(body.statements):
            if statement.arm == Arm.FINALLY and body.statements[statement.parent].kind == StatementKind.WITH:
                self._leaving.setdefault(statement.parent, []).append(number)
            if statement.kind == StatementKind.HANDLE:
                self._handlers.setdefault(statement.parent, []).append(number)

    # ── what a node needs ─────────────────────────────────────────────────────────────────────────────────────────────────

    def uses(self, node: int) -> Iterator[tuple[Place, Use | None]]:
        """Places whose values a node reads, with the use that says so (none: by running a function of the body)."""
        if node >= len(self.body.statements):
            if node in self.flow.pending:
                yield (f"{PENDING}{node}",), None
            return
        statement = self.body.statements[node]
        for use in statement.uses:
            if not self.is_ignored(node, use):
                yield use.place, use
        for name in self._captured[node]:
            yield (name,), None

    def is_ignored(self, node: int, use: Use) -> bool:
        """Whether it stands in an argument on which nothing depends, however deeply."""
        call, argument = use.call, use.argument
        if call < 0:
            return False
        statement = self.body.statements[node]
        while call >= 0:
            if argument in self.effects[node][call].ignored:
                return True
            call, argument = statement.calls[call].call, statement.calls[call].argument
        return False

    def sources(self, node: int) -> list[Source]:
        """Where everything that a node reads can come from, by node."""
        found: dict[Source, None] = {}
        for place, use in self.uses(node):
            found.update(dict.fromkeys(self.sources_of(node, place, use)))
        return sorted(found)

    def sources_of_all(self, nodes: Iterable[int]) -> set[Source]:
        """The same for several nodes, each once, in no order. What a thousand calls may change a thousand others read: bits are put
        together first, and told once.
        """
        read: dict[Place, int] = {}
        for node in nodes:
            for place, use in self.uses(node):
                read[place] = read.get(place, 0) | self._bits_of(node, place, use)
        return {source for place, bits in read.items() for source in self._told(name_of(place), bits)}

    def sources_of(self, node: int, place: Place, use: Use | None = None) -> list[Source]:
        """Where the value that a place has just before a node can come from."""
        return sorted(set(self._told(name_of(place), self._bits_of(node, place, use))))

    def givers_of(self, node: int, place: Place, use: Use | None = None) -> list[int]:
        """The nodes of `sources_of`, each once, ascending."""
        return sorted(self.makers(self._bits_of(node, place, use)))

    def is_from_entry(self, node: int, place: Place, use: Use | None = None) -> bool:
        """Whether the value that a place has just before a node can come from the caller."""
        return bool(self._bits_of(node, place, use) & self._entry_bits)

    def taken(self, nodes: Iterable[int]) -> list[str]:
        """Variables of which these nodes read what they were when the function was entered."""
        bits = mask_or(map(self.source_bits, nodes)) & self._entry_bits
        return [self._definitions.made[number].place[0] for number in numbers(bits)]

    @cached_property
    def _entry_bits(self) -> int:
        return self.definition_bits([self.flow.entry])

    def definition_bits(self, nodes: Iterable[int]) -> int:
        """What these nodes define, as bits."""
        return mask_of([number for node in nodes for number in self._numbers_at.get(node, ())])

    def read_names(self, node: int, within: int) -> list[tuple[str, bool]]:
        """By which names, and whether for certain, a node reads any of these definitions. Those alike are passed over at once."""
        made = self._definitions.made
        found: dict[tuple[str, bool], None] = {}
        for place, use in self.uses(node):
            bits = self._bits_of(node, place, use) & within
            while bits:
                one = made[(bits & -bits).bit_length() - 1]
                found[name_of(one.place or place), one.is_certain] = None
                bits &= ~self._alike[one.place, one.is_certain]
        return sorted(found)

    @cached_property
    def _alike(self) -> dict[tuple[Place, bool], int]:
        """Definitions of one place and certainty, as bits."""
        alike: dict[tuple[Place, bool], list[int]] = {}
        for number, one in enumerate(self._definitions.made):
            alike.setdefault((one.place, one.is_certain), []).append(number)
        return {key: mask_of(members) for key, members in alike.items()}

    def _told(self, name: str, bits: int) -> Iterator[Source]:
        made = self._definitions.made
        for number in numbers(bits):
            one = made[number]
            yield Source(one.node, name if not one.place else name_of(one.place), one.is_certain)

    def _bits_of(self, node: int, place: Place, use: Use | None) -> int:
        reading = _reading(use)
        if reading == _BASE and node in self._raisers:
            reading = _WHOLE  # whether a store raises depends on what is there
        elif self._is_alone and reading == _CALLED and use is not None and self._is_state(node, use):
            reading = _WHOLE
        return self._definitions.first(self._before[node] & self._affecting(place, reading))

    def _is_state(self, node: int, use: Use) -> bool:
        """Whether a call runs what was made elsewhere, and is not looked into: it may read what earlier calls of it changed."""
        effect = self.effects[node][use.call]
        if not effect.mutates or effect.is_followed or use.place[0] not in self._own_variables or use.place[-1][0] == ".":
            return False  # what stands before a dot is read as a whole
        return bool(self.objects.of(use.place) & self._made_elsewhere)

    @cached_property
    def _own_variables(self) -> frozenset[str]:
        return frozenset(self.body.variables)

    @cached_property
    def _made_elsewhere(self) -> int:
        """Objects that calls gave, or the caller."""
        if self.objects.is_coarse:
            return 0
        given = mask_or(self.objects.of((one.name,)) for one in self.body.parameters if not one.is_receiver)
        for node, row in enumerate(self.effects):
            for place, effect in enumerate(row):
                given |= self.objects.given_by(node, place) if effect.returns_outside and not effect.is_followed else 0
        return given

    def reads(self, node: int) -> Reads:
        """The definitions that a node reads, by what of it depends on them."""
        decide = change = hand = 0
        effects = self.effects[node] if node < len(self.effects) else []
        uses = self.body.statements[node].uses if node < len(self.effects) else ()
        hands = any(one.unreturned for one in effects)
        kept = effects[0].unreturned if len(effects) == 1 and all(use.call == 0 for use in uses) else frozenset()
        for place, use in self.uses(node):
            bits = self._bits_of(node, place, use)
            if use is not None and use.argument in kept:
                change |= bits
            else:
                decide |= bits
        for use in uses if hands else ():
            if self.is_ignored(node, use):
                hand |= self._bits_of(node, use.place, use)
        return Reads(decide, change, hand)

    def reads_of(self, node: int, use: Use) -> int:
        """The definitions that one use of a node reads, as bits, whether anything depends on them or not."""
        return self._bits_of(node, use.place, use)

    def source_bits(self, node: int) -> int:
        """The definitions that a node reads, as bits."""
        bits = self._read.get(node)
        if bits is None:
            bits = 0
            for place, use in self.uses(node):
                bits |= self._bits_of(node, place, use)
            self._read[node] = bits
        return bits

    def makers(self, bits: int) -> set[int]:
        """The nodes that make some definitions."""
        made = self._definitions.made
        return {made[number].node for number in numbers(bits)}

    def changed_bits(self, node: int) -> int:
        """The definitions that calls of a node make, not its own writes."""
        made = self._definitions.made
        return mask_of([number for number in self._numbers_at.get(node, ()) if not made[number].is_certain])

    def made_bits(self, nodes: Iterable[int], names: set[str] | None = None) -> int:
        """The definitions that nodes make; with names only those of these variables and of what they hold."""
        members = [number for node in nodes for number in self._numbers_at.get(node, ())]
        if names is not None:
            inside = 0
            for name in names:
                inside |= self.objects.reach(self.objects.of((name,)))
            made = self._definitions.made
            members = [one for one in members if (made[one].place[:1] or ("",))[0] in names or made[one].objects & inside]
        return mask_of(members)

    def nodes_before(self, node: int) -> list[int]:
        """The nodes that a node depends on: by data, by decision, and because it cannot stand without them."""
        return sorted(self.makers(self.source_bits(node)).union(self.control[node], self.holders(node)))

    def holders(self, node: int) -> list[int]:
        """Statements without which this one means something else: what it stands in, the handlers of its `try`, the subject of
        its case, and of the end of a `finally` its `try`.
        """
        if node >= len(self.body.statements):
            owner = self.flow.owners[node]
            return [owner] if owner >= 0 else []
        statement = self.body.statements[node]
        found = [statement.parent] if statement.parent >= 0 else []
        found += self._leaving.get(node, ())
        if statement.kind == StatementKind.TRY:
            found += self._handlers.get(node, [])
            found += [end for end in self.flow.pending if self.flow.owners[end] == node and len(self.flow.successors[end]) > 1]
        return found

    def definitions_at(self, node: int) -> list[Definition]:
        """What a node gives values to."""
        return self._made_at.get(node, [])

    @cached_property
    def outer_names(self) -> tuple[str, ...]:
        """Variables from outside that the body names, or functions in it do."""
        inner = set(self.body.variables)
        found: dict[str, None] = {}
        for statement in self.body.statements:
            for place in [*(use.place for use in statement.uses), *(write.place for write in statement.writes)]:
                found[place[0]] = None
            found.update(dict.fromkeys((*statement.captured, *statement.rebound)))
        return tuple(name for name in found if name and name not in inner)

    @cached_property
    def outer_reach(self) -> dict[str, int]:
        """Variable from outside → the objects that are reached by its name, without functions that are only called; empty where
        objects are not told apart.
        """
        if self.objects.is_coarse:
            return {}
        statements = self.body.statements
        used = {use.place[0] for one in statements for use in one.uses if use.argument != CALLEE}
        used.update(write.place[0] for one in statements for write in one.writes)
        used.update(name for one in statements for name in one.captured)
        return {name: self.objects.reach(self.objects.of((name,))) for name in self.outer_names if name in used}

    def at_end(self, place: Place) -> list[Source]:
        """Where the value that a place has when the function ends can come from."""
        return self.sources_of(self.flow.exit, place)

    # ── which definitions concern a place ─────────────────────────────────────────────────────────────────────────────────

    def _affecting(self, place: Place, reading: str) -> int:
        variable = self._definitions.variables.get(place[0], 0) if place[0] else 0
        shift = self._definitions.shift
        inner = self._inner.get((reading, *place))
        if inner is None:
            inner = self._inner[(reading, *place)] = self._inner_affecting(place, reading)
        moved = self._moved_affecting(place) if self._points and len(place) > 1 else 0
        return variable | inner | (inner | moved) << shift

    def _inner_affecting(self, place: Place, reading: str) -> int:
        """Writes to fields and calls that can change what a place holds: a step of it, or something inside its value."""
        if not self._definitions.inner:
            return 0
        levels, meets = self.objects.levels(place), self.objects.may_meet
        inside = 0 if reading else self.objects.reach(levels[-1])
        on_the_way = 0
        for level in levels[:-1]:
            on_the_way |= level
        found = 0
        for objects, bits in self._stores.items():
            if objects & inside:
                found |= bits
        for objects, bits in self._calls.items() if reading != _CALLED else ():
            if objects & (inside | on_the_way):
                found |= bits
        for step, level in zip(place[1:], levels[:-1], strict=True):
            for other in self._same_as(step):
                for objects, bits in self._by_step[other].items():
                    if meets(objects, level):
                        found |= bits
        return found | self._pointed_affecting(place, levels) if self._points else found

    def _pointed_affecting(self, place: Place, levels: list[int]) -> int:
        """Writes by what points to the same place under another step: an item of an array by a pointer that was moved there, a
        field by its address or by an item, a whole by its fields.
        """
        found = 0
        for at, level in enumerate(levels[:-1], start=1):
            step = place[at]
            if step[0] == "[":
                found |= mask_or(bits for objects, bits in self._by_field.items() if objects & level)
                if step != "[]":
                    found |= self._of_other_items(place[:at], level)
            else:
                found |= mask_or(bits for objects, bits in self._by_item.items() if objects & level)
                around = self.objects.in_one_place(level)
                found |= mask_or(bits for objects, bits in self._by_step.get(step, {}).items() if objects & around)
        return found

    def _of_other_items(self, before: Place, level: int) -> int:
        """Writes to items of other numbers, by another variable; by the same one an item of another number is another item."""
        found = mask_or(bits for objects, bits in self._numbered.items() if self.objects.may_meet(objects, level))
        is_moved = len(before) > 1 and before[-1] in self._by_step
        return found if is_moved else found & ~self._numbered_by.get(before, 0)

    def _moved_affecting(self, place: Place) -> int:
        """Writes to items by the same pointer, before it was moved."""
        return self._numbered_by.get(place[:1], 0) if place[1][0] == "[" else 0

    def _same_as(self, step: str) -> list[str]:
        """Written steps that can lead to the same place: equal, or two subscripts of which one is not known."""
        if step == "[]":
            return [other for other in self._by_step if other[0] == "["]
        return [other for other in dict.fromkeys((step, "[]" if step[0] == "[" else step)) if other in self._by_step]

    def _index(self) -> None:
        """Definitions of fields by step and object, those of calls by object: a place concerns few of them."""
        self._stores: dict[int, int] = {}
        self._calls: dict[int, int] = {}
        self._by_step: dict[str, dict[int, int]] = {}
        for number, one in enumerate(self._definitions.made):
            if not one.place:
                self._calls[one.objects] = self._calls.get(one.objects, 0) | 1 << number
            elif len(one.place) > 1:
                self._stores[one.objects] = self._stores.get(one.objects, 0) | 1 << number
                by_object = self._by_step.setdefault(one.place[-1], {})
                by_object[one.objects] = by_object.get(one.objects, 0) | 1 << number
        self._points = self.body.language in POINTING
        """Whether one place can be named by several steps."""
        self._by_field: dict[int, int] = {}
        self._by_item: dict[int, int] = {}
        self._numbered: dict[int, int] = {}
        self._numbered_by: dict[Place, int] = {}
        if self._points and self._by_step:
            self._index_steps()

    def _index_steps(self) -> None:
        """Definitions of fields and of items by object; of items that a number names also by what has them."""
        is_moving = self.body.language in MOVING
        for number in numbers(self._definitions.inner):
            one = self._definitions.made[number]
            if len(one.place) > 1:
                kinds = [self._by_item if one.place[-1][0] == "[" else self._by_field]
                if is_moving and one.place[-1][0] == "[" and one.place[-1] != "[]":
                    kinds.append(self._numbered)
                    self._numbered_by[one.place[:-1]] = self._numbered_by.get(one.place[:-1], 0) | 1 << number
                for by_object in kinds:
                    by_object[one.objects] = by_object.get(one.objects, 0) | 1 << number

    # ── closures ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _capturing(self) -> list[tuple[str, ...]]:
        """For each statement the variables that functions of this body read when it runs them: those that it names or passes on,
        and all that an unknown call could reach.
        """
        statements = self.body.statements
        if not self._closures:
            return [()] * len(statements)
        holding = _holding(body=self.body, closures=self._closures)
        found = []
        for number, statement in enumerate(statements):
            names: dict[str, None] = dict.fromkeys(statement.captured) if not _binds_only(statement) else {}
            for use in statement.uses:
                for name in holding.get(use.place[0], ()):
                    names[name] = None
            del number
            found.append(tuple(names))
        return found


MOVING: Final = frozenset({"c", "cpp"})
"""Languages whose pointers are moved, so that one item has several numbers."""

_WHOLE, _BASE, _CALLED = "", "&", "()"


def _reading(use: Use | None) -> str:
    """How much of a value a use reads: all of it, which object it is, or which function it is. Calls are taken not to replace
    methods.
    """
    if use is None or not (use.is_base or use.argument == CALLEE):
        return _WHOLE
    return _BASE if use.is_base else _CALLED


def _closures(body: Body) -> dict[str, set[str]]:
    """Variable that is given a function of this body → the variables that this function reads."""
    found: dict[str, set[str]] = {}
    for statement in body.statements:
        if statement.captured:
            for write in statement.writes:
                found.setdefault(write.place[0], set()).update(statement.captured)
            for use in statement.uses:
                found.setdefault(use.place[0], set()).update(statement.captured)
    return {name: captured for name, captured in found.items() if name}


def _holding(body: Body, closures: dict[str, set[str]]) -> dict[str, set[str]]:
    """Variable → what functions that it may hold read: spread over assignments until nothing changes, both ways, since a list may
    be given a function later.
    """
    found = {name: set(captured) for name, captured in closures.items()}
    links = []
    for statement in body.statements:
        names = {use.place[0] for use in statement.uses if use.flows} | {write.place[0] for write in statement.writes}
        if len(names) > 1:
            links.append(names)
    changed = True
    while changed:
        changed = False
        for names in links:
            held: set[str] = set()
            for name in names:
                held |= found.get(name, set())
            if held:
                for name in names:
                    if not held <= found.get(name, set()):
                        found[name] = found.get(name, set()) | held
                        changed = True
    return found


def _binds_only(statement: Statement) -> bool:
    """Making a function reads nothing of what it will read; an expression with a function in it may run it at once."""
    return statement.kind == StatementKind.DEFINE


def name_of(place: Place) -> str:
    """A place as people write it: `self.items[]`."""
    return "".join((place[0].partition("#")[0] or "…", *place[1:]))
