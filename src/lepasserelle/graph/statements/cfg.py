"""The control-flow graph of a Body: which statement can run after which.

Node i below the number of statements is statement i; then ENTRY, EXIT, and one node for the end of each `finally` (it decides where
control goes on). Three kinds of edges: `successors`, what really happens; `raising`, among them those that an exception takes,
before or after the statement's own effect; `apparent`, which no run takes: from a jump to the statement that would run if the
jump were removed, and out of endless loops. Control dependence counts apparent edges, data dependence does not (Ball and
Horwitz, "Slicing Programs with Arbitrary Control Flow", 1993).

An exception that no handler of the function can catch ends it, and its edges are left out unless the code raises it by a
statement of its own: what a slice says is said of runs that end normally. Built from the last statement to the first, so that
what comes next is known; recursion follows the nesting of statements only.
"""

from dataclasses import dataclass, field

from lepasserelle.model.body import Arm, Body, StatementFlag, StatementKind

_JUMPS = frozenset(
    {
        StatementKind.RETURN,
        StatementKind.RAISE,
        StatementKind.BREAK,
        StatementKind.CONTINUE,
        StatementKind.GOTO,
        StatementKind.FALL,
    }
)


@dataclass(slots=True)
class ControlFlow:
    """Nodes by number; see the module's docstring."""

    entry: int
    exit: int
    owners: list[int]
    """Statement of each node; -1 of ENTRY and EXIT."""
    successors: list[list[int]]
    raising: set[tuple[int, int]] = field(default_factory=set)
    """Also the way out of a loop over values, on which its target is not written."""
    apparent: list[tuple[int, int]] = field(default_factory=list)
    pending: dict[int, list[int]] = field(default_factory=dict)
    """End of a `finally` → statements that leave through it: they decide where it goes on."""

    @property
    def node_count(self) -> int:
        """All nodes."""
        return len(self.successors)


@dataclass(slots=True)
class _Frame:
    """What stands around a statement and catches control that leaves it."""

    outer: "_Frame | None"
    label: str = ""
    break_to: int = -1
    continue_to: int = -1
    fall_to: int = -1
    takes_plain: bool = False
    """A `break` without label ends here."""
    catches: int = -1
    """An exception goes here."""
    also_outer: bool = False
    """… or further out."""
    final: int = -1
    """First node of a `finally` …"""
    final_end: int = -1
    """… and its end."""


def control_flow(body: Body) -> ControlFlow:
    """The graph of a body."""
    return _Builder(body).build()


class _Builder:
    def __init__(self, body: Body) -> None:
        self._statements = body.statements
        count = len(body.statements)
        self._flow = ControlFlow(count, count + 1, [*range(count), -1, -1], [[] for _ in range(count + 2)])
        self._children: dict[tuple[int, int], list[int]] = {}
        for number, statement in enumerate(body.statements):
            self._children.setdefault((statement.parent, statement.arm), []).append(number)
        self._labels = {one.label: number for number, one in enumerate(body.statements) if one.kind == StatementKind.LABEL}
        self._raises = self._subtrees_that_raise()

    def build(self) -> ControlFlow:
        flow = self._flow
        first = self._run(self._arm(-1, Arm.BODY), flow.exit, None)
        self._link(flow.entry, first)
        return flow

    def _arm(self, number: int, arm: Arm) -> list[int]:
        return self._children.get((number, arm), [])

    def _link(self, source: int, target: int) -> None:
        if target not in self._flow.successors[source]:
            self._flow.successors[source].append(target)

    def _subtrees_that_raise(self) -> set[int]:
        """Statements that contain a `raise` or an assertion of their own."""
        found: set[int] = set()
        for number in range(len(self._statements) - 1, -1, -1):
            statement = self._statements[number]
            if statement.kind in (StatementKind.RAISE, StatementKind.ASSERT) or number in found:
                found.add(number)
                if statement.parent >= 0 and statement.parent not in found:
                    found.add(statement.parent)
        return found

    # ── one after another ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self, numbers: list[int], after: int, frame: _Frame | None) -> int:
        """Link a run of statements that goes on with `after`; its first node."""
        for number in reversed(numbers):
            after = self._statement(number, after, frame)
        return after

    def _statement(self, number: int, after: int, frame: _Frame | None) -> int:
        statement = self._statements[number]
        kind = statement.kind
        if statement.flags & StatementFlag.CAN_RAISE and kind not in (StatementKind.TRY, StatementKind.RAISE):
            self._may_raise(number, frame)
        if statement.flags & StatementFlag.MAY_LEAVE:
            self._leave(number, "return", "", frame)
        if kind in _JUMPS:
            self._jump(number, after, frame)
            return number
        if kind == StatementKind.BRANCH:
            return self._branch(number, after, frame)
        if kind in (StatementKind.LOOP, StatementKind.EACH, StatementKind.POST_LOOP):
            return self._loop(number, after, frame)
        if kind == StatementKind.SWITCH:
            return self._switch(number, after, frame)
        if kind == StatementKind.TRY:
            return self._try(number, after, frame)
        if kind == StatementKind.ASSERT:
            self._raise(number, frame)
        self._link(number, self._inside(number, after, frame))
        return number

    def _inside(self, number: int, after: int, frame: _Frame | None) -> int:
        """What runs after a statement that only holds others."""
        statement = self._statements[number]
        body = self._arm(number, Arm.BODY)
        if not body:
            return after
        if left := self._arm(number, Arm.FINALLY):
            after, frame = self._finally(number, left, after, frame)
        if statement.flags & StatementFlag.SWALLOWS:
            frame = _Frame(frame, catches=after, also_outer=True)
        elif statement.label and statement.kind == StatementKind.BLOCK:
            frame = _Frame(frame, label=statement.label, break_to=after)
        return self._run(body, after, frame)

    # ── leaving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _jump(self, number: int, after: int, frame: _Frame | None) -> None:
        statement = self._statements[number]
        kind = StatementKind(statement.kind)
        if not statement.flags & StatementFlag.EXPRESSION:
            self._flow.apparent.append((number, after))
        if kind == StatementKind.RAISE:
            self._raise(number, frame)
        elif kind == StatementKind.GOTO:
            self._go_to(number, statement.label)
        else:
            words = {
                StatementKind.RETURN: "return",
                StatementKind.BREAK: "break",
                StatementKind.CONTINUE: "continue",
                StatementKind.FALL: "fall",
            }
            self._leave(number, words[kind], statement.label, frame)

    def _go_to(self, number: int, label: str) -> None:
        """To a label; one that is not there (`goto case 1`) may be any case."""
        targets = [self._labels[label]] if label in self._labels else []
        targets = targets or [place for place, one in enumerate(self._statements) if one.kind == StatementKind.CASE]
        for target in targets or [self._flow.exit]:
            self._link(number, target)

    def _leave(self, node: int, word: str, label: str, frame: _Frame | None) -> None:
        """Link `node` to where `return`, `break`, `continue` or `fallthrough` leads, through every `finally` on the way."""
        statement = node
        while frame is not None:
            if frame.final >= 0:
                self._link(node, frame.final)
                self._flow.pending[frame.final_end].append(statement)
                node = frame.final_end
            elif word == "break" and frame.break_to >= 0 and (frame.label == label if label else frame.takes_plain):
                self._link(node, frame.break_to)
                return
            elif word == "continue" and frame.continue_to >= 0 and (not label or frame.label == label):
                self._link(node, frame.continue_to)
                return
            elif word == "fall" and frame.fall_to >= 0:
                self._link(node, frame.fall_to)
                return
            frame = frame.outer
        self._link(node, self._flow.exit)

    def _raise(self, number: int, frame: _Frame | None) -> None:
        """An exception that the statement itself makes."""
        self._throw(number, number, frame, certain=True)

    def _may_raise(self, number: int, frame: _Frame | None) -> None:
        """An exception that something in the statement may make; it counts where it can be caught."""
        self._throw(number, number, frame, certain=False)

    def _throw(self, node: int, statement: int, frame: _Frame | None, *, certain: bool) -> None:
        while frame is not None:
            if frame.catches >= 0:
                self._link(node, frame.catches)
                if node == statement:
                    self._flow.raising.add((node, frame.catches))
                if not frame.also_outer:
                    return
            if frame.final >= 0:
                self._link(node, frame.final)
                if node == statement:
                    self._flow.raising.add((node, frame.final))
                if not certain and not _is_caught(frame.outer):
                    return
                self._flow.pending[frame.final_end].append(statement)
                node = frame.final_end
            frame = frame.outer
        if certain:
            self._link(node, self._flow.exit)

    # ── compound statements ───────────────────────────────────────────────────────────────────────────────────────────────

    def _branch(self, number: int, after: int, frame: _Frame | None) -> int:
        """A chain of `else if`s is linked from its end, in a loop."""
        chain = [number]
        while True:
            otherwise = self._arm(chain[-1], Arm.ELSE)
            if len(otherwise) != 1 or self._statements[otherwise[0]].kind != StatementKind.BRANCH:
                break
            chain.append(otherwise[0])
        entry = self._run(self._arm(chain[-1], Arm.ELSE), after, frame)
        for one in reversed(chain):
            self._link(one, self._run(self._arm(one, Arm.THEN), after, frame))
            self._link(one, entry)
            if one != number and self._statements[one].flags & StatementFlag.CAN_RAISE:
                self._may_raise(one, frame)
            entry = one
        return number

    def _loop(self, number: int, after: int, frame: _Frame | None) -> int:
        statement = self._statements[number]
        step = self._run(self._arm(number, Arm.STEP), number, frame)
        inner = _Frame(frame, statement.label, after, step, takes_plain=True)
        body = self._run(self._arm(number, Arm.BODY), step, inner)
        self._link(number, body)
        left = self._run(self._arm(number, Arm.ELSE), after, frame)
        if statement.flags & StatementFlag.ENDLESS:
            self._flow.apparent.append((number, left))
        else:
            self._link(number, left)
        if statement.kind == StatementKind.EACH:
            self._flow.raising.add((number, left))
        return body if statement.kind == StatementKind.POST_LOOP else number

    def _switch(self, number: int, after: int, frame: _Frame | None) -> int:
        cases = self._arm(number, Arm.BODY)
        breakable = bool(self._statements[number].flags & StatementFlag.BREAKABLE)
        entries: dict[int, int] = {}
        following = after
        for case in reversed(cases):
            falls = self._statements[case].flags & StatementFlag.FALLS
            label = self._statements[number].label
            inner = _Frame(frame, label, after if breakable else -1, -1, following, takes_plain=breakable)
            entries[case] = following = self._run(self._arm(case, Arm.BODY), following if falls else after, inner)
        tests = [case for case in cases if not self._statements[case].flags & StatementFlag.DEFAULT]
        defaults = [case for case in cases if self._statements[case].flags & StatementFlag.DEFAULT]
        failing = after
        for case in [*reversed(defaults), *reversed(tests)]:
            self._link(case, entries[case])
            flags = self._statements[case].flags
            if not flags & (StatementFlag.DEFAULT | StatementFlag.CATCH_ALL):
                self._link(case, failing)
            if flags & StatementFlag.CAN_RAISE:
                self._may_raise(case, frame)
            failing = case
        self._link(number, failing)
        return number

    def _try(self, number: int, after: int, frame: _Frame | None) -> int:
        final = self._arm(number, Arm.FINALLY)
        if final:
            after, frame = self._finally(number, final, after, frame)
        handlers = self._arm(number, Arm.HANDLER)
        inner = frame
        if handlers:
            inner = _Frame(frame, catches=self._handlers(number, handlers, after, frame))
        otherwise = self._run(self._arm(number, Arm.ELSE), after, frame)
        self._link(number, self._run(self._arm(number, Arm.BODY), otherwise, inner))
        return number

    def _finally(self, number: int, final: list[int], after: int, frame: _Frame | None) -> tuple[int, _Frame]:
        """What runs whichever way a statement is left: its first node, and the frame of what stands before it."""
        end = len(self._flow.successors)
        self._flow.successors.append([])
        self._flow.owners.append(number)
        self._flow.pending[end] = []
        self._link(end, after)
        first = self._run(final, end, frame)
        return first, _Frame(frame, final=first, final_end=end)

    def _handlers(self, number: int, handlers: list[int], after: int, frame: _Frame | None) -> int:
        """The handlers in the order in which they are tried; the first of them."""
        following = -1
        for handler in reversed(handlers):
            self._link(handler, self._run(self._arm(handler, Arm.BODY), after, frame))
            if not self._statements[handler].flags & StatementFlag.CATCH_ALL:
                if following >= 0:
                    self._link(handler, following)
                elif any(one in self._raises for one in self._arm(number, Arm.BODY)):
                    self._throw(handler, handler, frame, certain=True)
                else:
                    self._throw(handler, handler, frame, certain=False)
            following = handler
        return following


def _is_caught(frame: _Frame | None) -> bool:
    while frame is not None:
        if frame.catches >= 0:
            return True
        frame = frame.outer
    return False
