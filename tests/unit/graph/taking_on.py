"""A fixpoint in rounds that takes changes of its program on: what an edit needs, over facts that say since when they stand and why.

The rules are those of `graph.value_rounds`, as a definition: a fact stands since its earliest support. Its time is (round, depth);
what a run asks for at once is one deeper than the run, so that each support is earlier than what it supports, also within a round.
Facts are looked at in the order of time, so nothing holds itself up, and what did not change is not looked at. After the algorithm
for changing shortest paths of Ramalingam and Reps (1996), with cells that turn away what they have no room for in between.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

Fact = tuple[Any, ...]
"""("run", act, value, first, second), ("value", cell, value) for one that asks for admission, ("copy", source, target),
("watch", cell, act, first, second), or ("side", key, 0 or 1, item) of a relation whose items all meet those of the other side.
"""
Ask = tuple[int, Fact]
"""The depth in the next round at which it begins, or `AT_ONCE`; what a run asks for."""
Time = tuple[int, int]
Values = set[int]

AT_ONCE: Final = -1
VALUES, CELLS, RUNS = range(3)
"""Depths in a round: what arrives, who admits it, and runs that something of an earlier round began."""
NEVER: Final = (1 << 60, 0)
MEET: Final = "meet"
"""The act of two items that meet: first and second of its run; the key is its value."""


class TakingOn:
    """`handler` says what a run asks for, and depends on nothing else; `room` what a cell that holds values admits of others."""

    def __init__(self, handler: Callable[[Fact], set[Ask]], room: Callable[[Values, Values], Values]) -> None:
        self._handler, self._room = handler, room
        self.time: dict[Fact, Time] = {}
        self.history: dict[int, dict[int, int]] = defaultdict(dict)
        """Cell → value → the round that admitted it."""
        self.turned_away: dict[int, Values] = defaultdict(set)
        """Cell → rounds in which it had no room for all."""
        self.looked_at = 0
        self._supports: dict[Fact, set[Fact]] = defaultdict(set)
        self._asks: dict[Fact, set[Ask]] = {}
        self._arrive: dict[int, Values] = defaultdict(set)
        self._copies: dict[int, set[Fact]] = defaultdict(set)
        self._watches: dict[int, set[Fact]] = defaultdict(set)
        self._sides: dict[Any, tuple[set[Any], set[Any]]] = defaultdict(lambda: (set(), set()))
        self._queue: list[tuple[Time, int, Fact]] = []
        self._queued: set[tuple[Time, Fact]] = set()
        self._count = count()

    def begin(self, runs: Iterable[Fact]) -> None:
        """Solve from these runs on."""
        for run in runs:
            self._support(run, ("root",))
        self._solve()

    def again(self, runs: Iterable[Fact]) -> None:
        """The program of these runs is another one: take it on."""
        for run in runs:
            before, now = self._asks.get(run, set()), self._handler(run)
            self._asks[run] = now
            for depth, fact in before - now:
                self._supports[fact].discard(("asked", run, depth))
                self._look_at(fact)
            for depth, fact in now - before:
                self._support(fact, ("asked", run, depth))
        self._solve()

    # ── since when ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _since(self, support: Fact) -> Time:
        """Since when a support holds."""
        kind, *parts = support
        if kind == "asked":
            return self._since_asked(*parts)
        if kind == "copied":
            return self._later_of(parts[0], 0, parts[1:], (1, VALUES))
        if kind == "watched":
            return self._later_of(parts[0], 1, parts[1:], (0, RUNS))
        if kind == "met":
            number, depth = max(self.time.get(side, NEVER) for side in parts)
            return (number, depth + 1) if number < NEVER[0] else NEVER
        return (0, RUNS)

    def _since_asked(self, run: Fact, depth: int) -> Time:
        number, own = self.time.get(run, NEVER)
        if number == NEVER[0]:
            return NEVER
        return (number, own + 1) if depth == AT_ONCE else (number + 1, depth)

    def _later_of(self, reader: Fact, delay: int, admitted: list[int], then: Time) -> Time:
        """A copy hands a value on from its own round, a watcher acts from the next one; neither before the value is there."""
        cell, value = admitted
        at = max(self.time.get(reader, NEVER)[0] + delay, self.history[cell].get(value, NEVER[0]))
        return (at + then[0], then[1]) if at < NEVER[0] else NEVER

    # ── who has to be looked at ───────────────────────────────────────────────────────────────────────────────────────────

    def _support(self, fact: Fact, by: Fact) -> None:
        """A support of a fact came, went, or holds since another time."""
        self._supports[fact].add(by)
        self._look_at(fact)

    def _look_at(self, fact: Fact) -> None:
        self._look(min([self.time.get(fact, NEVER), *map(self._since, self._supports[fact])]), fact)

    def _look(self, at: Time, what: Fact) -> None:
        if at != NEVER and (at, what) not in self._queued:
            self._queued.add((at, what))
            heappush(self._queue, (at, next(self._count), what))

    def _solve(self) -> None:
        while self._queue:
            at, _, what = heappop(self._queue)
            self._queued.discard((at, what))
            self.looked_at += 1
            if what[0] == "cell":
                self._admit(at[0], what[1])
                continue
            now, was = min(map(self._since, self._supports[what]), default=NEVER), self.time.get(what, NEVER)
            if now > at:  # it has not stood since then, or does not any more: gone until a later support proves to stand
                if was == at:
                    self._set(what, was, NEVER)
                self._look(now, what)
            elif now == at != was:
                self._set(what, was, at)

    def _set(self, fact: Fact, was: Time, now: Time) -> None:
        if now == NEVER:
            del self.time[fact]
        else:
            self.time[fact] = now
        kind, *parts = fact
        if kind == "value":
            self._arrive[parts[0]].add(parts[1])
            for number in {was[0], now[0]} - {NEVER[0]}:
                self._look((number, CELLS), ("cell", parts[0]))
        elif kind in ("copy", "watch"):
            (self._copies if kind == "copy" else self._watches)[parts[0]].add(fact)
            for value in self.history[parts[0]]:
                self._hand_on(fact, value)
        elif kind == "side":
            self._meet(*parts)
        else:
            self._run(fact)

    def _hand_on(self, reader: Fact, value: int) -> None:
        kind, cell, target, *numbers = reader
        if kind == "copy":
            self._support(("value", target, value), ("copied", reader, cell, value))
        else:
            self._support(("run", target, value, *numbers), ("watched", reader, cell, value))

    def _meet(self, key: Any, side: int, item: Any) -> None:
        own = self._sides[key]
        own[side].add(item)
        for other in own[1 - side]:
            pair = (other, item) if side else (item, other)
            self._support(("run", MEET, key, *pair), ("met", *(("side", key, at, each) for at, each in enumerate(pair))))

    def _run(self, run: Fact) -> None:
        if run not in self._asks:
            self._asks[run] = self._handler(run)
        for depth, fact in self._asks[run]:
            self._support(fact, ("asked", run, depth))

    def _admit(self, number: int, cell: int) -> None:
        """Look again at what a cell admits in a round, and then at what it had room for later."""
        history, times = self.history[cell], {value: self._arrived(cell, value) for value in self._arrive[cell]}
        came = {value for value, at in times.items() if at == number}
        admitted = self._room({value for value, at in history.items() if at < number}, came)
        (self.turned_away[cell].discard if admitted == came else self.turned_away[cell].add)(number)
        changes = admitted ^ {value for value, at in history.items() if at == number}
        for value in changes:
            if value in admitted:
                history[value] = number
            else:
                del history[value]
        for value in changes:
            for reader in (*self._copies[cell], *self._watches[cell]):
                self._hand_on(reader, value)
        for at in set(times.values()) if changes else ():
            if number < at < NEVER[0]:
                self._look((at, CELLS), ("cell", cell))

    def _arrived(self, cell: int, value: int) -> int:
        return self.time.get(("value", cell, value), NEVER)[0]
