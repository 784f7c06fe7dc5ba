"""Whether rows of functions that come or go change anything in the flow outside of themselves. Says `Unsure` where it cannot tell.

An edit of a body mostly moves calls of what lies outside the project, or of what nothing is known of: these give nobody a value.
What is left of an effect is that they ask for other rows. That changes nothing where somebody else asks for the same ones no later;
so, round by round, every other cell has the history that it had, and what the flow said of all other rows stands.

`Side` looks at the rows of one version that the other does not have. What it needs of other rows is what the flow left
(`value_left`). Each rule below follows one handler of the flow: it gives up where that would do something to others.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple, Protocol

from lepasserelle.graph.builtin_names import PYTHON_TRANSPARENT
from lepasserelle.graph.value_asked import FIRST, asked_by, asks_for_classes, is_root, test_of
from lepasserelle.graph.value_builtin_names import GIVE_ONLY, HOLDERS, KNOWN, PROTOCOLS, STACKS
from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONSTANT,
    CONTAINER,
    FITTING,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    MODULE,
    OPAQUE,
    OUTSIDE,
    PARTIAL,
    PROPERTY,
)
from lepasserelle.graph.value_left import UNKNOWN, VAGUE, Outside
from lepasserelle.graph.value_said import Said
from lepasserelle.graph.values import OUTSIDE as KNOWN_OUTSIDE
from lepasserelle.model.values import Container, Spread, Test, ValueOp


def _bits(*tags: int) -> int:
    return sum(1 << tag for tag in tags)


_HOLDS_OUTSIDE: Final = _bits(OUTSIDE)
_TAGS: Final = VAGUE - 1
_CALLED_FOR_NOTHING: Final = _bits(CONSTANT, MODULE, CONTAINER, GENERATOR)
"""What a call does not enter."""
_WITHOUT_MEMBERS: Final = _bits(CONSTANT, BOUND, METHOD, PARTIAL, OPAQUE, FITTING)
_WITHOUT_ITEMS: Final = _bits(FUNCTION, MODULE, OUTSIDE, CONSTANT, BOUND, PARTIAL, METHOD, FITTING)
_ENTERED_BY_WITH: Final = _bits(INSTANCE, GENERATOR)
_JOINING: Final = ("__add__", "__or__", "__mul__", "__iadd__", "__ior__", "__str__", "__repr__", "__format__")
"""What containers do with an operator."""
_NO_EFFECT: Final = frozenset({int(op) for op in (ValueOp.NOTHING, ValueOp.LOST, ValueOp.PHI, ValueOp.COLLECT, ValueOp.RETURN)})
_ONLY_ASKED: Final = frozenset(
    {int(op) for op in (ValueOp.COPY, ValueOp.REST, ValueOp.SENT, ValueOp.PARENT, ValueOp.IMPORT, ValueOp.STARRED)}
)
"""Rows that do nothing unless somebody asks for them, and of which it is not told what they do then."""


_CALLED: Final = 3
"""The first round in which what a call is given can be set up: its callee holds nothing before the second."""


_HAVE_TWINS: Final = frozenset(
    {
        int(op)
        for op in (
            ValueOp.ATTRIBUTE, ValueOp.CALL, ValueOp.OPERATE, ValueOp.ITEM, ValueOp.PART, ValueOp.ITERATE, ValueOp.ENTER,
            ValueOp.SHARED,
        )
    }
)  # fmt: skip
_HOLD_NOTHING: Final = (_HAVE_TWINS | {int(ValueOp.OUTER), int(ValueOp.PHI), int(ValueOp.NARROW)}) - {int(ValueOp.SHARED)}
_OWN: Final = _bits(CONTAINER, PARTIAL, PROPERTY, OPAQUE)
"""What hangs on the row that makes it."""


class Unsure(Exception):  # noqa: N818 - no error: the answer
    """Something outside may change."""


class Held(NamedTuple):
    """What a row holds."""

    tags: int
    """A bit for each tag, and `VAGUE`."""
    outside: frozenset[Outside] | None = None
    """Exactly what it holds, where that is nothing but what lies outside and it is known."""


NOTHING: Final = Held(0, frozenset())


class Names(Protocol):
    """What names mean that a file does not bind, and what lies outside gives."""

    def outer(self, word: str) -> frozenset[Outside] | None:
        """What a name means; None for something of the project."""

    def attribute(self, value: Outside, word: str) -> frozenset[Outside] | None:
        """A member of something outside."""

    def called(self, value: Outside) -> frozenset[Outside] | None:
        """What a call of something outside gives."""


class Project(NamedTuple):
    """What is true of all of a program."""

    keywords: dict[str, bool] | None
    """As in `Left`."""
    decides_instances: bool
    class_names: AbstractSet[str]
    accessors: AbstractSet[str] = frozenset()
    """Names of accessors: of who reads one it is told (`value_reads`)."""


class Ask(NamedTuple):
    """Somebody asks for a row."""

    term: int
    at: int
    """The round in which it is set up for that."""
    is_sure: bool
    """Whether it is asked for at all, and then; else perhaps, and no earlier."""


class Side:
    """The rows of one version that the other does not have."""

    def __init__(
        self,
        rows: Sequence[Said],
        differing: AbstractSet[int],
        project: Project,
        names: Names,
        returned_since: Callable[[int], int],
    ) -> None:
        """`returned_since`: of a row's function, as `asked_by` wants it."""
        self.rows, self.differing = rows, differing
        self._names = names
        self.since: dict[int, int] = {}
        self.holds: dict[int, Held] = {}
        """Of the rows that differ."""
        self._project, self._returned_since = project, returned_since
        self.others: Callable[[int], Held] = lambda _term: NOTHING
        """What a row holds that both versions have."""
        self.perhaps: set[int] = set()
        """Rows of which it is only known that nobody asks for them before a round."""
        self.twins: dict[int, int] = {}
        """Row → one that both versions have and that says the same: whatever the row does to others, its twin has done."""

    def held(self, term: int) -> Held:
        """What a term or a constant holds."""
        if term <= 0:
            return Held(_bits(CONSTANT)) if term else NOTHING
        return self.holds.get(term, NOTHING) if term in self.differing else self.others(term)

    def find_twins(self, may_be_one: Callable[[int], bool], since: Callable[[int], int]) -> None:
        """Find twins among rows that `may_be_one`, and that were asked for no later (`since`) than the row itself is."""
        rows, known = self.rows, dict[tuple[object, ...], list[int]]()
        wanted = {(rows[number].operation, rows[number].content) for number in self.differing}
        for number, row in enumerate(rows):
            if number not in self.differing and (row.operation, row.content) in wanted and row.operation in _HAVE_TWINS:
                known.setdefault((row.operation, row.content, row.terms), []).append(number)
        for number in sorted(self.differing):
            row, asked = rows[number], self.since.get(number, 0)
            terms = tuple(self.twins.get(term, term) for term in row.terms)
            for other in known.get((row.operation, row.content, terms), ()):
                if (not asked or 0 < since(other) <= asked < UNKNOWN) and self._is_alike(row, asked, other) and may_be_one(other):
                    self.twins[number] = other
                    break

    def _is_alike(self, row: Said, asked: int, other: int) -> bool:
        """Whether a row holds what the other holds: what it makes itself is its own."""
        if row.operation == ValueOp.CALL:
            given = row.given[1::2]
            is_vague = len(given) == 1 and given[0] > 0 and bool(self.held(self.twins.get(given[0], given[0])).tags & VAGUE)
            if row.place & 1 or row.place < 0 or self.rows[other].place & 1 or self.rows[other].place < 0 or is_vague:
                return False
            if self.others(self.rows[other].columns[0]).tags & _bits(FITTING):
                return False  # which functions call it is told (`value_fitting`)
        return not asked or not self.others(other).tags & _OWN

    def asks_at_any_time(self, number: int) -> list[int] | None:
        """What a row asks for when somebody asks for it, if that is all that comes of it; None where it holds or does something."""
        row = self.rows[number]
        if self.held(number).tags or row.operation not in _HOLD_NOTHING:
            return None
        try:
            found = [term for term, _ in (*asked_by(row, FIRST, -1), *self._effects(row, FIRST)) if term > 0]
            return found if self.held_once_asked(number, FIRST) == NOTHING else None
        except Unsure:
            return None

    def asks(self) -> list[Ask]:
        """All that these rows ask for of others, and of each other. Raises `Unsure` where they do anything else to others."""
        found = list[Ask]()
        for number in sorted(self.differing):
            row, since = self.rows[number], self.since.get(number, 0)
            is_sure = number not in self.perhaps
            found += [Ask(term, at, is_sure) for term, at in asked_by(row, since, self._returned_since(number))]
            if number in self.twins:
                self._stands_for_itself(row)
            else:
                found += [Ask(term, at, False) for term, at in self._effects(row, since) if term > 0]
        return found

    def held_once_asked(self, number: int, since: int) -> Held:
        """What a row holds that is asked for."""
        row = self.rows[number]
        if number in self.twins:
            return self.others(self.twins[number])
        if row.operation in (ValueOp.OUTER, ValueOp.ATTRIBUTE, ValueOp.CALL):
            found = self.given(row, since)
            return Held(_HOLDS_OUTSIDE, found) if found else NOTHING
        if row.operation == ValueOp.PHI:
            return _together([self.held(term) for term in row.given])
        if row.operation == ValueOp.NARROW:
            tags = self.held(row.columns[0]).tags
            return Held(tags) if tags else NOTHING
        if row.operation in (ValueOp.DISPLAY, ValueOp.COLLECT):
            return Held(_bits(CONTAINER))
        return NOTHING

    # ── what a row does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _effects(self, row: Said, since: int) -> Iterator[tuple[int, int]]:
        """(term, round) of what a row may ask for besides; no round before that."""
        operation = row.operation
        if operation == ValueOp.CALL:
            yield from self._call(row, since)
        elif operation == ValueOp.ATTRIBUTE:
            self._attribute(row, since)
        elif operation == ValueOp.OPERATE:
            yield from self._operate(row, since)
        elif operation == ValueOp.NARROW:
            yield from self._narrow(row, since)
        elif operation in (ValueOp.ITEM, ValueOp.PART, ValueOp.ITERATE):
            self._only(row.columns[0], _WITHOUT_ITEMS)
        elif operation == ValueOp.ENTER:
            self._enter(row.columns[0])
        elif operation == ValueOp.SET_ITEM:
            self._put_item(row.columns[0])
        elif operation in (ValueOp.RAISE, ValueOp.RAISED):
            self._none(row.columns[0], _bits(CLASS, CONTAINER))
        elif operation == ValueOp.DISPLAY:
            self._display(row, since)
        elif operation == ValueOp.OUTER:
            self.given(row, since)
        elif operation not in _NO_EFFECT and (operation not in _ONLY_ASKED or since):
            raise Unsure

    def _only(self, term: int, tags: int) -> None:
        if self.held(term).tags & _TAGS & ~tags:
            raise Unsure

    def _none(self, term: int, tags: int) -> None:
        if self.held(term).tags & tags:
            raise Unsure

    def _put_item(self, term: int) -> None:
        self._none(term, _bits(CONTAINER, INSTANCE))
        if term > 0 and self.rows[term].operation == ValueOp.ATTRIBUTE and self.rows[term].content[1] == "__dict__":
            raise Unsure  # whether `__getattr__` puts what it gives is looked for in the rows themselves

    def _enter(self, term: int) -> None:
        self._none(term, _ENTERED_BY_WITH)
        held = self.held(term)
        if held.tags & _HOLDS_OUTSIDE and any(name in STACKS for _, name, _ in self._outside(held)):
            raise Unsure

    def _display(self, row: Said, since: int) -> None:
        is_set = row.columns[0] & 3 == Container.SET
        for key, term in zip(row.given[::2], row.given[1::2], strict=True) if since else ():
            if key == Spread.STAR:
                self._none(term, _bits(INSTANCE, CONTAINER, GENERATOR))
            elif is_set or key == Spread.KEY:
                self._none(term, _bits(INSTANCE))

    def _attribute(self, row: Said, since: int) -> None:
        word = row.content[1]
        self._stands_for_itself(row)
        if word == "register" or word in self._project.class_names:
            raise Unsure  # such names are looked for in the rows themselves (`value_narrowing`)
        if since and self.held(row.columns[0]).tags & _TAGS & ~_WITHOUT_MEMBERS & ~_HOLDS_OUTSIDE:
            raise Unsure
        self.given(row, since)

    def _operate(self, row: Said, since: int) -> Iterator[tuple[int, int]]:
        first, second = row.columns[:2]
        self._none(first, _bits(INSTANCE, CONTAINER) if row.content[-1] in _JOINING else _bits(INSTANCE))
        if self.held(first).tags & _bits(CONSTANT) and second > 0:
            self._none(second, _bits(INSTANCE))
            yield second, since + 2

    def _narrow(self, row: Said, since: int) -> Iterator[tuple[int, int]]:
        if not since or not asks_for_classes(row):
            return
        test, negated = test_of(row)
        for operand in row.given:
            tags = self.held(operand).tags
            if test != Test.SAME and not negated and tags & _bits(CONTAINER):
                raise Unsure
            if test == Test.INSTANCE and not negated and tags & _bits(CLASS):
                raise Unsure
        yield row.columns[0], since + 2

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, row: Said, since: int) -> Iterator[tuple[int, int]]:
        self._stands_for_itself(row)
        callee = self.held(row.columns[0])
        if callee.tags & VAGUE or callee.tags & _TAGS & ~_CALLED_FOR_NOTHING & ~_HOLDS_OUTSIDE:
            raise Unsure  # what a full cell had no room for is called there perhaps (`value_outcome`), and is not kept
        if callee.tags & _HOLDS_OUTSIDE:
            if (row.place & 1 or row.place < 0) and targets_of(callee):
                raise Unsure  # of such a call the outcome tells by its line
            for _, name, _ in sorted(self._outside(callee)):
                yield from self._call_outside(name, row, since)
            self.given(row, since)

    def _outside(self, held: Held) -> frozenset[Outside]:
        if held.outside is None:
            raise Unsure
        return held.outside

    def given(self, row: Said, since: int) -> frozenset[Outside]:
        """What lies outside of what arrives at a row that is asked for: a name, a member, a result."""
        if not since:
            return frozenset()
        names, found = self._names, list[frozenset[Outside] | None]()
        if row.operation == ValueOp.OUTER:
            found.append(names.outer(str(row.content[0])))
        elif self.held(row.columns[0]).tags & _HOLDS_OUTSIDE:
            each, word = self._outside(self.held(row.columns[0])), str(row.content[1])
            if row.operation == ValueOp.ATTRIBUTE:
                found += [names.attribute(value, word) for value in sorted(each)]
            else:
                found += [names.called(value) for value in sorted(each) if value[1] not in KNOWN]
        known = [values for values in found if values is not None]
        if len(known) < len(found):
            raise Unsure
        return frozenset[Outside]().union(*known)

    def _stands_for_itself(self, row: Said) -> None:
        """Accessors, calls by which a class is known, and names that are put on values are looked for in the rows themselves."""
        if row.operation == ValueOp.ATTRIBUTE and row.content[1] in self._project.accessors:
            raise Unsure
        callee = row.columns[0] if row.operation == ValueOp.CALL else 0
        while callee > 0 and self.rows[callee].operation in (ValueOp.SHARED, ValueOp.NARROW):
            callee = self.rows[callee].columns[0]
        if callee > 0 and self.rows[callee].operation == ValueOp.CLASS:
            raise Unsure
        if callee > 0 and self.rows[callee].operation == ValueOp.OUTER and self.rows[callee].content[0] == "setattr":
            raise Unsure

    def _call_outside(self, name: str, row: Said, since: int) -> Iterator[tuple[int, int]]:
        if name not in KNOWN:
            if since and name in PYTHON_TRANSPARENT:
                raise Unsure
        elif name == "<builtin>.isinstance":
            if self._project.decides_instances:
                raise Unsure
        elif name in PROTOCOLS or name == "<builtin>.print" or (name in HOLDERS and not since):
            for term in row.given[1::2]:
                self._none(term, _bits(INSTANCE))
                yield term, _CALLED
        elif name not in GIVE_ONLY or since:
            raise Unsure


class Coming(Side):
    """The rows that an edit brings: also what they hold, and since when, has to be told."""

    def follow(self) -> None:
        """What these hold that are asked for. Raises `Unsure`."""
        while True:
            self._hold()
            asks = [ask for ask in self.asks() if ask.term in self.differing and not 0 < self.since.get(ask.term, 0) <= ask.at]
            if not asks:
                break
            if any(ask.term in self.twins for ask in asks):  # perhaps before its twin
                raise Unsure
            for ask in asks:
                self.since[ask.term] = ask.at
                self.perhaps.add(ask.term)
        if any(self.holds.get(number, NOTHING).tags for number in self.perhaps):
            raise Unsure

    def _hold(self) -> None:
        asked = [number for number in sorted(self.differing) if self.since.get(number)]
        changed = True
        while changed:
            changed = False
            for number in asked:
                found = self.held_once_asked(number, self.since[number])
                if found != self.holds.get(number, NOTHING):
                    self.holds[number], changed = found, True

    def ask(self) -> None:
        """Tell which of them are asked for, and since when."""
        todo = sorted(self.differing)
        for number in todo:
            if is_root(self.rows[number]):
                self.since[number] = FIRST
        while todo:
            number = todo.pop()
            for term, at in asked_by(self.rows[number], self.since.get(number, 0), self._returned_since(number)):
                if term in self.differing and at < self.since.get(term, at + 1):
                    self.since[term] = at
                    todo.append(term)


def _together(several: Sequence[Held]) -> Held:
    tags = 0
    for held in several:
        tags |= held.tags
    outside = [held.outside for held in several]
    exact = [each for each in outside if each is not None]
    return Held(tags, frozenset[Outside]().union(*exact) if len(exact) == len(outside) and not tags & ~_HOLDS_OUTSIDE else None)


def targets_of(callee: Held) -> tuple[str, ...]:
    """The names of what a call enters that lies outside, as the outcome of a flow has them."""
    return tuple(name for tag, name, _ in sorted(callee.outside or ()) if tag == KNOWN_OUTSIDE)
