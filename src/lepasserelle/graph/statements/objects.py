"""Which objects a place of a body can mean: points-to sets inside one function, without the order of its statements.

After Andersen, "Program Analysis and Specialization for the C Programming Language" (1994), with fields, as bit masks. Objects
are the values that come from outside (one for each parameter, outer name and result of a call that is not known, and one for
each place read through them), and those that displays make here. Assumed: two values that come from outside are not parts of
one another, unless this body connects them; a function that is called reaches what it is given, and may put all of it into one
another: from then on it is one lump. Only what is *inside* values rests on this: whether two assignments to `.name` can mean
the same object is answered by `may_meet`, where everything from outside can.

A body with very many objects is taken coarsely: one object for all of them, which is never wrong and rarely useful.
"""

from typing import Final

from lepasserelle.graph.statements.bits import mask_or, numbers
from lepasserelle.graph.statements.effects import CallEffect
from lepasserelle.model.body import CALLEE, Body, Flows, Place, Statement, StatementFlag, Use, WriteFlag

_DEEPEST: Final = 3
"""Steps through what comes from outside that are told apart."""

MOST_STATEMENTS: Final = 1_000
MOST_OBJECTS: Final = 600

_ANY: Final = "*"

POINTING: Final = frozenset({"c", "cpp", "go"})
"""Languages in which a pointer can lead to a part of something: an item of an array may be the array, by its address."""

_OF_INTERFACES: Final = frozenset({"java", "c_sharp"})
"""Languages in which a function that a container held is called by a method of its interface, which says nothing of it."""
_STORING: Final = frozenset("add addFirst addLast put putIfAbsent set offer push Add Enqueue Push Insert TryAdd".split())  # noqa: SIM905
"""Methods by which containers get something."""


class Objects:
    """The points-to sets of one body. `effects[statement][call]` says what each call does."""

    def __init__(self, body: Body, effects: list[list[CallEffect]]) -> None:
        self._body = body
        self._effects = effects
        self._values: dict[str, int] = {}
        self._fields: dict[int, dict[str, int]] = {}
        self._depths: list[int] = []
        self._made: dict[tuple[int, int], int] = {}
        self._results: dict[int, list[int]] = {}
        """Statement → what each of its calls can give."""
        self.outside = 0
        self._around: dict[int, int] | None = {} if body.language in POINTING else None
        """Item → the objects whose item it is, which have its fields where a pointer leads to them."""
        self._displays = 0
        """Objects of displays and literals, which may hold others that are written inside them."""
        self.is_coarse = len(body.statements) > MOST_STATEMENTS
        self._changed = True
        self._reached: dict[int, int] = {}
        self._lumps = 0
        """Objects that stand for several which calls may have put into one another."""
        self._gone = 0
        """Objects that a lump stands for …"""
        self._lump_of: dict[int, int] = {}
        """… and which."""
        if not self.is_coarse:
            self._solve()
        if self.is_coarse:
            self.outside = 1

    # ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def of(self, place: Place) -> int:
        """Objects that the value of a place can be."""
        if len(place) == 1 and place[0] and not self.is_coarse:
            return self._variable(place[0])
        return self.levels(place)[-1]

    def levels(self, place: Place) -> list[int]:
        """Objects of the place's variable, then of each longer part of it, its own value last."""
        if self.is_coarse:
            return [1] * len(place)
        if not place or not place[0]:
            return [self._everything()] * max(1, len(place))
        found = [self._variable(place[0])]
        for step in place[1:]:
            found.append(self._get(found[-1], step))
        return [self._now(one) for one in found] if self._gone else found

    def reach(self, objects: int) -> int:
        """These and everything that is inside them."""
        if self.is_coarse or not objects:
            return objects
        known = self._reached.get(objects)
        if known is None:
            known = self._reached[objects] = self._spread(objects)
        return known

    def made_by(self, statement: int, call: int) -> int:
        """The object that a call makes."""
        return 1 if self.is_coarse else self._now(self._made.get((statement, call), 0))

    def given_by(self, statement: int, call: int) -> int:
        """The objects that a call can give."""
        return 1 if self.is_coarse else self._now(self._results[statement][call])

    @property
    def own(self) -> int:
        """Everything that is made here or given by the caller."""
        given = mask_or(self.reach(self.of((one.name,))) for one in self._body.parameters)
        return mask_or(self._now(one) for one in self._made.values()) | given

    def may_meet(self, left: int, right: int) -> bool:
        """Whether two sets can mean one object when nothing is assumed of what comes from outside."""
        return bool(left & right) or bool(left & self.outside and right & self.outside)

    def in_one_place(self, objects: int) -> int:
        """These, their items, and what they are items of: where a field of one may be a field of the other."""
        if self.is_coarse or self._around is None:
            return objects
        found = objects
        for number in numbers(objects):
            found |= self._fields[number].get("[]", 0) | self._around.get(number, 0)
        return self._now(found)

    def _everything(self) -> int:
        return ((1 << len(self._depths)) - 1) & ~self._gone

    # ── making ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _object(self, depth: int, *, outside: bool) -> int:
        number = len(self._depths)
        self._depths.append(depth)
        self._fields[number] = {}
        if outside:
            self.outside |= 1 << number
        return 1 << number

    def _variable(self, name: str) -> int:
        held = self._values.get(name)
        if held is None:
            inner = name in self._inner and name not in self._given
            held = self._values[name] = 0 if inner else self._object(0, outside=True)
        return self._now(held) if held & self._gone else held

    def _made_at(self, statement: int, part: int, *, outside: bool) -> int:
        key = (statement, part)
        if key not in self._made:
            self._made[key] = self._object(0, outside=outside)
        return self._now(self._made[key])

    # ── fields ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _get(self, objects: int, step: str) -> int:
        if step[0] == "[":
            step = "[]"
        found = 0
        for number in numbers(objects) if objects & (objects - 1) else (objects.bit_length() - 1,) if objects else ():
            fields = self._fields[number]
            if step not in fields and ((self.outside | self._displays) & ~self._lumps) >> number & 1:
                depth = self._depths[number]
                fields[step] = self._inside(number, depth, is_item=step == "[]")
                self._grow()
            found |= fields.get(step, 0) | fields.get(_ANY, 0)
            if self._around is not None and step[0] == ".":
                for other in numbers(self._now(fields.get("[]", 0) | self._around.get(number, 0))):
                    found |= self._fields[other].get(step, 0)
        return self._now(found) if found & self._gone else found

    def _inside(self, number: int, depth: int, *, is_item: bool) -> int:
        """An object inside one that comes from outside, or that a display holds and no variable names."""
        if depth >= _DEEPEST:
            return 1 << number
        made = self._object(depth + 1, outside=bool(self.outside >> number & 1))
        if self._around is not None and is_item:
            self._around[made.bit_length() - 1] = 1 << number
        if self._displays >> number & 1:
            self._displays |= made
        return made

    def _content(self, objects: int) -> int:
        """What is directly inside."""
        found = 0
        for number in numbers(objects):
            if self.outside >> number & 1:
                found |= self._get(1 << number, "[]")
            for held in self._fields[number].values():
                found |= held
        return self._now(found)

    def _put(self, objects: int, step: str, held: int) -> None:
        step = _class_of(step) if step != _ANY else _ANY
        for number in numbers(objects):
            fields = self._fields[number]
            if step not in fields and self.outside >> number & 1 and step != _ANY:
                self._get(1 << number, step)
            before = self._now(fields.get(step, 0))
            if before | held != before:
                fields[step] = before | held
                self._grow()

    def _spread(self, objects: int) -> int:
        found, new = objects, objects
        while new:
            inside = 0
            for number in numbers(new):
                for held in self._fields[number].values():
                    inside |= held
            new = self._now(inside) & ~found
            found |= new
        return found

    # ── lumps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _now(self, objects: int) -> int:
        """The same with lumps for what they stand for."""
        gone = objects & self._gone
        if not gone:
            return objects
        objects ^= gone
        for number in numbers(gone):
            lump = self._lump_of[number]
            while 1 << lump & self._gone:
                lump = self._lump_of[lump]
            self._lump_of[number] = lump
            objects |= 1 << lump
        return objects

    def _connect(self, objects: int) -> int:
        """Everything in a closed set may be inside everything else in it: one lump stands for all (Steensgaard, 1996)."""
        if not objects & (objects - 1) and objects & self._lumps:
            return objects
        members = numbers(objects)
        lump = 1 << members[0]
        for number in members[1:]:
            self._lump_of[number] = members[0]
            self._gone |= 1 << number
        if objects & self.outside:
            self.outside |= lump
        self._lumps |= lump
        self._fields[members[0]] = {_ANY: lump}
        self._grow()
        return lump

    # ── solving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _solve(self) -> None:
        self._inner = frozenset(self._body.variables)
        self._given = {parameter.name for parameter in self._body.parameters}
        for parameter in self._body.parameters:
            self._variable(parameter.name)
        busy = [number for number, one in enumerate(self._body.statements) if one.writes or one.calls or one.uses]
        while self._changed:
            self._changed = False
            for number in busy:
                self._constrain(number, self._body.statements[number])
                if len(self._depths) > MOST_OBJECTS:
                    self.is_coarse = True
                    return
        self._reached.clear()

    def _constrain(self, number: int, statement: Statement) -> None:
        results = self._calls(number, statement) if statement.calls else []
        value, held = self._sources(statement, results)
        if statement.writes:
            if held:
                made = self._made_at(number, -1, outside=False)
                self._displays |= made & ~self._lumps
                self._put(made, _ANY, held)
                value |= made
            elif _makes(statement):
                made = self._made_at(number, -1, outside=False)
                self._displays |= made & ~self._lumps
                value |= made
            self._write(number, statement, self._now(value))

    def _sources(self, statement: Statement, results: list[int]) -> tuple[int, int]:
        """What flows to the writes of a statement itself, and what only inside something new."""
        value = held = 0
        for name in statement.captured:
            held |= self._variable(name)
        for use in statement.uses:
            objects = self.of(use.place)
            if use.call < 0 and use.flows:
                if use.flows == Flows.VALUE:
                    value |= objects
                else:
                    held |= objects | self._content(objects)
        for call, result in zip(statement.calls, results, strict=True):
            if call.call < 0 and call.flows:
                if call.flows == Flows.VALUE:
                    value |= result
                else:
                    held |= result | self._content(result)
        return self._now(value), self._now(held)

    def _write(self, number: int, statement: Statement, value: int) -> None:
        content = 0
        if not value and self._around is not None and len(statement.writes) > 1:
            value = self._made_at(number, -2, outside=False)  # one of several that it declares may be an array
            self._displays |= value & ~self._lumps
        if any(write.flags & WriteFlag.ELEMENT for write in statement.writes):
            content = self._content(value)
        for write in statement.writes:
            got = value | content if write.flags & WriteFlag.ELEMENT else value
            if len(write.place) > 1:
                self._put(self.of(write.place[:-1]), write.place[-1], got)
            else:
                name = write.place[0]
                before = self._variable(name)
                if before | got != before:
                    self._values[name] = before | got
                    self._grow()

    def _calls(self, number: int, statement: Statement) -> list[int]:
        """The objects that each call of a statement can return, inner calls first."""
        results = [0] * len(statement.calls)
        given: list[int] = [0] * len(statement.calls)
        for use in statement.uses:
            if use.call >= 0:
                is_held = use.argument == CALLEE and self._effects[number][use.call].returns_held
                given[use.call] |= self.of(use.place) if is_held else self._given_by(use)
        if statement.captured and self._body.language in _OF_INTERFACES:
            self._keep(statement, given)
        for place in range(len(statement.calls) - 1, -1, -1):
            call, effect = statement.calls[place], self._effects[number][place]
            results[place] = self._result(number, place, given[place], effect)
            if call.call >= 0 and call.call < place and call.flows:
                given[call.call] |= results[place]
        self._results[number] = results = [self._now(result) for result in results]
        return results

    def _keep(self, statement: Statement, given: list[int]) -> None:
        """A container that gets a function holds what that sees: whoever calls it later may change that."""
        for place, call in enumerate(statement.calls):
            if call.chain.rpartition(".")[2] in _STORING:
                given[place] |= mask_or(map(self._variable, statement.captured))

    def _given_by(self, use: Use) -> int:
        objects = self.of(use.place) if use.flows else 0
        return objects | self._content(objects) if use.flows == Flows.HELD else objects

    def _result(self, number: int, place: int, given: int, effect: CallEffect) -> int:
        if not effect.returns_given and not effect.connects:
            return self._made_at(number, place, outside=effect.returns_outside) if effect.returns_outside else 0
        reached = self.reach_now(self._now(given))
        if effect.connects and reached:
            reached = self._connect(reached)
            if effect.returns_given and not effect.is_lazy:
                return reached
        made = self._made_at(number, place, outside=effect.returns_outside)
        if not effect.returns_given:
            return made
        self._put(made, _ANY, reached)
        return made if effect.is_lazy else made | reached

    def reach_now(self, objects: int) -> int:
        """As `reach`, while the sets still grow."""
        known = self._reached.get(objects)
        if known is None:
            known = self._reached[objects] = self._spread(objects)
        return known

    def _grow(self) -> None:
        self._changed = True
        self._reached.clear()


def _class_of(step: str) -> str:
    return "[]" if step[0] == "[" else step


def _makes(statement: Statement) -> bool:
    """Whether it writes something new that what is read does not explain: a display, a comprehension, a literal."""
    is_new = bool(statement.flags & StatementFlag.MAKES) or not (statement.uses or statement.calls)
    return is_new or any(use.flows == Flows.HELD for use in statement.uses)
