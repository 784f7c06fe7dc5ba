"""Reaching definitions of one body: which writes a statement can see.

A definition is a bit. Variables are killed by every certain write. What stands in a field (`x.a`, `x['k']`) is killed by a
certain write to the same place while its variable still means the same object: such a definition has two bits, one that holds
while the variable was not written since, and one for afterwards. What calls may change kills nothing. On the way of an
exception a statement's definitions count as made and as not made.
"""

from dataclasses import dataclass, field
from typing import Final

from lepasserelle.graph.statements.bits import mask_or
from lepasserelle.graph.statements.cfg import ControlFlow
from lepasserelle.graph.statements.dominance import postorder, reverse
from lepasserelle.graph.statements.effects import UNKNOWN, CallEffect
from lepasserelle.graph.statements.objects import Objects
from lepasserelle.model.body import RECEIVER, Body, Flows, Place, Statement, StatementKind, Write, WriteFlag

PENDING: Final = "<pending>"
"""Prefix of the variable that says why a `finally` runs."""


@dataclass(slots=True)
class Definition:
    """One way in which a node gives something a value."""

    node: int
    place: Place
    """Of a call: what it was given is in `objects` alone, and the place is empty."""
    objects: int = 0
    """Of a write to a field the objects that it can be of; of a call everything that it can change."""
    is_certain: bool = True
    """A write, not something that a call may do."""


@dataclass(slots=True)
class Definitions:
    """All of a body, by bit number, with what each node adds and removes."""

    made: list[Definition] = field(default_factory=list)
    variables: dict[str, int] = field(default_factory=dict)
    """Variable → bits of its definitions."""
    inner: int = 0
    """Bits of writes to fields and of calls."""
    shift: int = 0
    """Distance to the second bit of a definition."""
    gen: list[int] = field(default_factory=list)
    kill: list[int] = field(default_factory=list)
    demote: list[int] = field(default_factory=list)
    """Bits that move to their second one."""

    def first(self, bits: int) -> int:
        """Every definition by its first bit."""
        return bits & ((1 << self.shift) - 1) | bits >> self.shift


def definitions(body: Body, flow: ControlFlow, objects: Objects, effects: list[list[CallEffect]]) -> Definitions:
    """Collect the definitions of a body; those of ENTRY are its parameters and the names from outside."""
    return _Collector(body, flow, objects, effects).collect()


class _Collector:
    def __init__(self, body: Body, flow: ControlFlow, objects: Objects, effects: list[list[CallEffect]]) -> None:
        self._body = body
        self._flow = flow
        self._objects = objects
        self._effects = effects
        self._found = Definitions()
        self._at: list[list[int]] = [[] for _ in range(flow.node_count)]
        self._certain: list[list[Place]] = [[] for _ in range(flow.node_count)]
        self._killable: dict[Place, int] = {}
        self._based: dict[str, int] = {}

    def collect(self) -> Definitions:
        self._enter()
        self._escaped = self._escaping()
        lazy: dict[int, int] = {}
        rebound = tuple(dict.fromkeys(name for statement in self._body.statements for name in statement.rebound))
        for number, statement in enumerate(self._body.statements):
            for write in statement.writes:
                self._write(number, write)
            given = self._given(number) if statement.calls else []
            for place in range(len(statement.calls)):
                self._call(number, given[place], self._effects[number][place], rebound)
                if self._effects[number][place].is_lazy:
                    generator = self._objects.made_by(number, place)
                    lazy[generator] = lazy.get(generator, 0) | generator | self._objects.reach(given[place])
                    if not _is_kept(statement, place):
                        self._call(number, lazy[generator], UNKNOWN, rebound)
            if statement.calls:
                self._rebind(number)
        for number in range(len(self._body.statements)) if lazy else ():
            self._iterate(number, lazy, rebound)
        for end, leaving in self._flow.pending.items():
            for node in leaving:
                self._add(Definition(node, (f"{PENDING}{end}",), is_certain=False))
        return self._masks()

    def _escaping(self) -> int:
        """Objects of this body that a call may have kept outside, or that were put behind a name from outside."""
        if self._objects.is_coarse or not any(effect.touches for row in self._effects for effect in row):
            return 0
        found, inner = 0, {*self._body.variables}
        for number, statement in enumerate(self._body.statements):
            effects = self._effects[number]
            is_put = any(write.place[0] not in inner for write in statement.writes)
            open_calls = {
                use.call
                for use in statement.uses
                if use.argument == RECEIVER and use.place[0] not in inner and not effects[use.call].is_followed
            }
            for use in statement.uses:
                is_kept = is_put if use.call < 0 else use.argument in effects[use.call].keeps or use.call in open_calls
                if is_kept and use.flows:
                    found |= self._objects.reach(self._objects.of(use.place))
            for place, call in enumerate(statement.calls):
                if (RECEIVER in effects[place].keeps and effects[place].returns_given) or (is_put and call.call < 0):
                    found |= self._objects.reach(self._objects.made_by(number, place))
        return found & self._objects.own

    def _enter(self) -> None:
        names = [parameter.name for parameter in self._body.parameters]
        seen = dict.fromkeys(names)
        inner = set(self._body.variables)
        for statement in self._body.statements:
            for place in [*(use.place for use in statement.uses), *(write.place for write in statement.writes)]:
                if place[0] and place[0] not in inner:
                    seen[place[0]] = None
            seen.update((name, None) for name in (*statement.captured, *statement.rebound) if name not in inner)
        for name in seen:
            self._add(Definition(self._flow.entry, (name,)))

    def _add(self, made: Definition) -> int:
        number = len(self._found.made)
        self._found.made.append(made)
        self._at[made.node].append(number)
        if len(made.place) == 1:
            self._found.variables[made.place[0]] = self._found.variables.get(made.place[0], 0) | 1 << number
        else:
            self._found.inner |= 1 << number
        return number

    def _write(self, node: int, write: Write) -> None:
        place, maybe = write.place, bool(write.flags & WriteFlag.MAYBE)
        if len(place) == 1:
            self._add(Definition(node, place))
            if not maybe:
                self._certain[node].append(place)
            return
        number = self._add(Definition(node, place, self._objects.levels(place[:-1])[-1]))
        if len(place) == 2 and place[0] and place[1] != "[]":
            self._killable[place] = self._killable.get(place, 0) | 1 << number
            self._based[place[0]] = self._based.get(place[0], 0) | 1 << number
            if not maybe:
                self._certain[node].append(place)

    def _call(self, node: int, given: int, effect: CallEffect, rebound: tuple[str, ...]) -> None:
        reached = (self._objects.reach(given) if effect.mutates else 0) | (self._escaped if effect.touches else 0)
        if reached:
            self._add(Definition(node, (), reached, is_certain=False))
        for outer in self._body.outer if effect.writes_outer is None else effect.writes_outer:
            held = self._objects.of(outer[:-1]) if len(outer) > 1 else 0
            self._add(Definition(node, outer, held, is_certain=False))
        if effect.runs_closures:
            for name in rebound:
                self._add(Definition(node, (name,), is_certain=False))

    def _rebind(self, node: int) -> None:
        """A call that is given a variable under another name may write it."""
        if all(effect.rebinds is not None and not effect.rebinds for effect in self._effects[node]):
            return
        for use in self._body.statements[node].uses:
            if use.call < 0 or use.argument < 0 or use.flows != Flows.VALUE or not use.place[0]:
                continue
            rebinds = self._effects[node][use.call].rebinds
            if rebinds is None or use.argument in rebinds:
                held = self._objects.of(use.place[:-1]) if len(use.place) > 1 else 0
                self._add(Definition(node, use.place, held, is_certain=False))

    def _iterate(self, node: int, lazy: dict[int, int], rebound: tuple[str, ...]) -> None:
        """What uses a generator may run it: it changes then what its call may change. `lazy`: generator → that."""
        changed = 0
        for use in self._body.statements[node].uses:
            objects = self._objects.of(use.place)
            for generator, reached in lazy.items():
                changed |= reached if objects & generator else 0
        if changed:
            self._call(node, changed, UNKNOWN, rebound)

    def _given(self, node: int) -> list[int]:
        """The objects that each call of a statement gets and may change, those of calls in its arguments among them."""
        statement, effects = self._body.statements[node], self._effects[node]
        captured = mask_or(self._objects.of((name,)) for name in statement.captured)
        given = [0 if call.is_pure else captured for call in statement.calls]
        for use in statement.uses:
            if use.call >= 0 and use.flows and use.argument not in effects[use.call].kept:
                given[use.call] |= self._objects.of(use.place)
        for inner in range(len(statement.calls) - 1, -1, -1):
            call = statement.calls[inner]
            if 0 <= call.call < inner and call.argument not in effects[call.call].kept and effects[inner].returns_given:
                given[call.call] |= given[inner] | self._objects.given_by(node, inner)
        return given

    def _masks(self) -> Definitions:
        found = self._found
        found.shift = len(found.made)
        count = self._flow.node_count
        found.gen, found.kill, found.demote = [0] * count, [0] * count, [0] * count
        for node in range(count):
            for number in self._at[node]:
                found.gen[node] |= 1 << number
            for place in self._certain[node]:
                if len(place) == 1:
                    found.kill[node] |= found.variables[place[0]]
                    found.demote[node] |= self._based.get(place[0], 0)
                else:
                    found.kill[node] |= self._killable[place]
            for number in self._at[node]:
                made = found.made[number]
                if len(made.place) == 1:
                    found.demote[node] |= self._based.get(made.place[0], 0)
        return found


def _is_kept(statement: Statement, place: int) -> bool:
    """Whether the result of a call is only kept or given back, and not iterated over at once."""
    call = statement.calls[place]
    takes_apart = any(write.flags & WriteFlag.ELEMENT for write in statement.writes)
    return call.call < 0 and call.flows == Flows.VALUE and statement.kind in _KEEPING and not takes_apart


_KEEPING: Final = frozenset({StatementKind.SIMPLE, StatementKind.RETURN})


def reaching(flow: ControlFlow, found: Definitions) -> list[int]:
    """The definitions that reach each node, as bits: a worklist in reverse postorder until nothing changes."""
    count = flow.node_count
    predecessors = reverse(flow.successors)
    order = postorder(flow.successors, flow.entry)[::-1]
    rank = [-1] * count
    for place, node in enumerate(order):
        rank[node] = place
    before = [0] * count
    after = [0] * count
    raised = [0] * count
    dirty = [True] * count
    raising = flow.raising
    changed = True
    while changed:
        changed = False
        for node in order:
            if not dirty[node]:
                continue
            dirty[node] = False
            arriving = 0
            for source in predecessors[node]:
                arriving |= raised[source] if (source, node) in raising else after[source]
            before[node] = arriving
            leaving = _transfer(found, node, arriving)
            if leaving != after[node] or leaving | arriving != raised[node]:
                after[node], raised[node] = leaving, leaving | arriving
                for target in flow.successors[node]:
                    if not dirty[target]:
                        dirty[target] = True
                        changed = changed or rank[target] <= rank[node]
    return before


def _transfer(found: Definitions, node: int, arriving: int) -> int:
    kept = arriving & ~found.kill[node]
    moved = kept & found.demote[node]
    return (kept & ~moved) | moved << found.shift | found.gen[node]
