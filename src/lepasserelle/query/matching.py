"""Which functions each call of a body enters, and the calls that stand nowhere in its text.

The graph tells what a function enters in a line; the body tells what it calls there by which name. What agrees in line and name is
the same. What is left goes by another name (`H["b"]()`, a stored method), and is entered by the calls of the line that nothing else
explains; or no call of the text stands for it (`a + b`, a property, `key=`), and the statement gets one that is given all that the
statement reads. A `with` whose manager is code of the project gets a statement that runs when it is left.

Only tables in and out; not here: what the graph says, and what a call does.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import structs

from lepasserelle.model.body import (
    CALLEE,
    IMPLIED,
    RECEIVER,
    YIELD,
    Arm,
    Body,
    Call,
    Flows,
    Place,
    Statement,
    StatementFlag,
    StatementKind,
    Use,
    Write,
    WriteFlag,
)

Target = tuple[int, bool]
"""(function, whether its first parameter is bound)."""

_BY_A_CALL: Final = frozenset({"__init__", "__new__", "__call__", "__post_init__"})
_LEAVING: Final = frozenset({"__exit__", "__aexit__"})


class Known(NamedTuple):
    """What the graph says of one function; every table by line."""

    entered: dict[int, list[int]]
    """Functions and classes of the project that calls enter."""
    outside: dict[int, set[str]]
    """Last names of what is called and no part of the project."""
    possible: set[tuple[str, int]]
    """(name, line) of calls that others than the entered ones may answer, too."""
    accessors: dict[int, list[int]]
    """Functions that reading or writing a property runs."""
    methods: dict[int, set[str]]
    """Names of methods that are mentioned: such a value holds what it is bound to."""


class Nodes(NamedTuple):
    """What is asked of functions and classes."""

    name: Callable[[int], str]
    goes_by: Callable[[int, str], bool]
    """Whether a call by this last name can mean it."""
    entered: Callable[[int], int | None]
    """The function that runs: of a class its constructor; None: nothing that can be read."""
    is_bound: Callable[[int, Call], bool]
    is_lazy: Callable[[int], bool]
    """Whether it runs when it is iterated over."""
    is_kept: Callable[[int], bool]
    """Whether what it gives is kept in the attribute of its name."""
    is_taken: Callable[[int, Call], bool]
    """Whether it is none of a class and called behind a dot, so that what stands before it may be given, too."""


class Matched(NamedTuple):
    """A body with every call that is known, and what each enters."""

    body: Body
    targets: list[list[tuple[Target, ...]]]
    """`targets[statement][call]`; empty: not known."""


def match(body: Body, known: Known, nodes: Nodes) -> Matched:
    """The body with the calls that stand nowhere, and the targets of all."""
    return _Matching(body, known, nodes).run()


class _Matching:
    def __init__(self, body: Body, known: Known, nodes: Nodes) -> None:
        self._body = body
        self._known = known
        self._nodes = nodes
        self._by_name: dict[tuple[int, int], list[int]] = {}
        self._loose: dict[tuple[int, int], list[int]] = {}
        self._implied: dict[int, dict[int, None]] = {}
        self._kept: dict[int, set[str]] = {}
        """Line → attributes that keep what was computed when they were read first."""
        self._own: set[tuple[int, int]] = set()
        """Calls of a function of the project that has the name of a built-in one."""

    def run(self) -> Matched:
        at_line: dict[int, list[tuple[int, int]]] = {}
        for number, statement in enumerate(self._body.statements):
            for place, call in enumerate(statement.calls):
                at_line.setdefault(call.line, []).append((number, place))
        for line in {*self._known.entered, *self._known.accessors}:
            self._line(line, at_line.get(line, []))
        statements: list[Statement] = []
        targets: list[list[tuple[Target, ...]]] = []
        leaving: list[tuple[int, list[int]]] = []
        for number, statement in enumerate(self._body.statements):
            made, entered = self._statement(number, statement)
            if statement.kind == StatementKind.WITH and (left := self._left_by(number, made, entered)):
                made = _kept(made)
                leaving.append((number, left))
            statements.append(made)
            targets.append(entered)
        for number, left in leaving:
            statements.append(_leave(statements[number], number))
            targets.append([tuple((one, True) for one in left)])
        hidden = [_manager(statements[number]) for number, _ in leaving]
        body = structs.replace(self._body, statements=tuple(statements), variables=(*self._body.variables, *hidden))
        return Matched(body, targets)

    # ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, line: int, calls: list[tuple[int, int]]) -> None:
        entered = dict.fromkeys(self._known.entered.get(line, []))
        outside = self._known.outside.get(line, set())
        nodes, explained, open_calls = self._nodes, set[int](), []
        for key in calls:
            call = self._call(key)
            if call.chain == YIELD:
                continue
            name = call.chain.rpartition(".")[2]
            found = [one for one in entered if nodes.goes_by(one, name)]
            if found and any(nodes.is_taken(one, call) for one in found):
                self._loose[key] = found
                explained.update(found)
            elif found:
                self._by_name[key] = found
                if call.is_pure and "." not in call.chain and not any(nodes.is_bound(one, call) for one in found):
                    self._own.add(key)
                explained.update(found)
            elif not call.is_pure and name not in outside:
                open_calls.append(key)
        left = [one for one in entered if one not in explained]
        plain = [one for one in left if not self._is_special(one)]
        for key in open_calls if plain else ():
            self._loose[key] = plain
        if open_calls and plain and not self._runs_others(calls, outside):
            left = [one for one in left if one not in plain]
        self._imply(line, [*left, *self._known.accessors.get(line, [])])
        kept = {nodes.name(one) for one in self._known.accessors.get(line, []) if nodes.is_kept(one)}
        if kept:
            self._kept.setdefault(line, set()).update(kept)

    def _runs_others(self, calls: list[tuple[int, int]], outside: set[str]) -> bool:
        """Whether something built in or from outside is called, which may run what it is given."""
        return any(call.is_pure or call.chain.rpartition(".")[2] in outside for call in map(self._call, calls))

    def _is_special(self, node: int) -> bool:
        name = self._nodes.name(node)
        return name.startswith("__") and name.endswith("__") and name not in _BY_A_CALL

    def _imply(self, line: int, found: list[int]) -> None:
        if not found:
            return
        for number, statement in enumerate(self._body.statements):
            if statement.start_line <= line <= statement.end_line:
                self._implied.setdefault(number, {}).update(dict.fromkeys(found))

    def _call(self, key: tuple[int, int]) -> Call:
        return self._body.statements[key[0]].calls[key[1]]

    # ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _statement(self, number: int, statement: Statement) -> tuple[Statement, list[tuple[Target, ...]]]:
        entered = [self._targets((number, place)) for place in range(len(statement.calls))]
        calls = tuple(
            structs.replace(call, is_loose=(number, place) in self._loose, is_partial=self._is_partial(call))
            if (number, place) in self._loose or self._is_partial(call)
            else call
            for place, call in enumerate(statement.calls)
        )
        made = statement if calls == statement.calls else structs.replace(statement, calls=calls)
        made = _entering(made, {place for at, place in self._own if at == number})
        loose = {place for place, call in enumerate(calls) if call.is_loose}
        made = _holding_receivers(_giving_callees(made, loose), self._known.methods)
        made = _keeping(made, self._kept) if self._kept else made
        implied = self._implied.get(number, {})
        found = [
            one
            for one in map(self._nodes.entered, implied)
            if one is not None and not (statement.kind == StatementKind.WITH and self._nodes.name(one) in _LEAVING)
        ]
        if not found:
            return made, entered
        return _imply(made), [tuple((one, True) for one in dict.fromkeys(found)), *entered]

    def _is_partial(self, call: Call) -> bool:
        return bool(self._known.possible) and (call.chain.rpartition(".")[2], call.line) in self._known.possible

    def _targets(self, key: tuple[int, int]) -> tuple[Target, ...]:
        found = self._by_name.get(key) or self._loose.get(key, [])
        if self._call(key).is_pure and key not in self._loose and key not in self._own:
            return ()
        entered = [(one, self._nodes.entered(one)) for one in found]
        if not entered or all(one is None for _, one in entered):
            return ()
        bound = {one: self._nodes.is_bound(one, self._call(key)) for _, one in entered if one is not None}
        return tuple(bound.items())

    def _left_by(self, number: int, made: Statement, entered: list[tuple[Target, ...]]) -> list[int]:
        """What runs when a `with` is left: the method for that, or the rest of a generator."""
        found = [one for one in self._implied.get(number, {}) if self._nodes.name(one) in _LEAVING]
        for call, targets in zip(made.calls, entered, strict=True):
            if call.chain != IMPLIED:
                found += [one for one, _ in targets if self._nodes.is_lazy(one)]
        return [one for one in map(self._nodes.entered, dict.fromkeys(found)) if one is not None]


def _entering(statement: Statement, own: set[int]) -> Statement:
    """Calls that were taken for built-in ones are like all others: what they are given and give back may be the value itself."""
    if not own:
        return statement
    calls = [
        structs.replace(call, is_pure=False, flows=Flows.VALUE) if place in own else call
        for place, call in enumerate(statement.calls)
    ]
    uses = [structs.replace(use, flows=use.flows or Flows.VALUE) if use.call in own else use for use in statement.uses]
    return structs.replace(statement, calls=tuple(calls), uses=tuple(uses))


def _giving_callees(statement: Statement, loose: set[int]) -> Statement:
    """What is called under another name may hold what it works on (an instance, a bound method): it is given, too."""
    more = [
        structs.replace(use, argument=RECEIVER, flows=Flows.VALUE)
        for use in statement.uses
        if use.call in loose and use.argument == CALLEE
    ]
    return structs.replace(statement, uses=(*statement.uses, *more)) if more else statement


def _holding_receivers(statement: Statement, methods: dict[int, set[str]]) -> Statement:
    """A method that is mentioned and not called holds what it is bound to."""
    names = {name for line in range(statement.start_line, statement.end_line + 1) for name in methods.get(line, ())}
    more = [
        structs.replace(use, place=use.place[:-1], flows=Flows.HELD)
        for use in statement.uses
        if len(use.place) > 1 and use.place[0] and use.place[-1][1:] in names and use.flows
    ]
    return structs.replace(statement, uses=(*statement.uses, *more)) if more else statement


def _keeping(statement: Statement, kept: dict[int, set[str]]) -> Statement:
    """Reading such an attribute for the first time gives it its value."""
    names = {name for line in range(statement.start_line, statement.end_line + 1) for name in kept.get(line, ())}
    places = dict.fromkeys(use.place for use in statement.uses if len(use.place) > 1 and use.place[-1][1:] in names)
    more = [Write(place, WriteFlag.MAYBE) for place in places]
    return structs.replace(statement, writes=(*statement.writes, *more)) if more else statement


def _imply(statement: Statement) -> Statement:
    """With a call around everything, first of all, that is given each value that the statement reads."""
    places: dict[Place, None] = {}
    for place in [*(use.place for use in statement.uses), *(write.place[:-1] for write in statement.writes)]:
        if place and place[0]:
            places.update(dict.fromkeys(place[:end] for end in range(1, len(place) + 1)))
    moved = [structs.replace(use, call=use.call + 1) if use.call >= 0 else use for use in statement.uses]
    calls = [structs.replace(call, call=call.call + 1, argument=call.argument if call.call >= 0 else 0) for call in statement.calls]
    first = Call(IMPLIED, statement.start_line, ("",), is_loose=True)
    given = [Use(place, 0, 0) for place in places]
    return structs.replace(
        statement,
        uses=(*moved, *given),
        calls=(first, *calls),
        flags=statement.flags | StatementFlag.CAN_RAISE,
    )


def _manager(statement: Statement) -> str:
    return f"<with {statement.start_byte}>"


def _kept(statement: Statement) -> Statement:
    """A `with` that keeps its manager for whoever leaves it."""
    return structs.replace(statement, writes=(*statement.writes, Write((_manager(statement),))))


def _leave(statement: Statement, number: int) -> Statement:
    """What runs when a `with` is left: it is given the manager, and decides whether an exception goes on."""
    return Statement(
        StatementKind.SIMPLE,
        number,
        Arm.FINALLY,
        statement.start_byte,
        statement.end_byte,
        statement.start_line,
        statement.end_line,
        statement.end_line,
        uses=(Use((_manager(statement),), 0, 0), *(Use(write.place, 0, 0) for write in statement.writes[:-1])),
        calls=(Call(IMPLIED, statement.start_line, ("",), is_loose=True),),
        flags=int(StatementFlag.CAN_RAISE),
    )
