"""What the flow of values says of each place: by reference where one states the call, by scope and line where the syntax calls."""

from bisect import bisect_right

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_cells import OUTSIDE, TAG
from lepasserelle.graph.value_flow import Flow
from lepasserelle.model.values import ValueOp

Place = tuple[int, int, tuple[int, ...], int]
"""(scope, line, targets, reason)"""

_CALLS = frozenset({int(ValueOp.CALL), int(ValueOp.NEW)})
_STATED = _CALLS | {int(ValueOp.DECORATE)}

_LINE_IN = {
    int(ValueOp.ATTRIBUTE): 3,
    int(ValueOp.ITEM): 3,
    int(ValueOp.PART): 3,
    int(ValueOp.ITERATE): 2,
    int(ValueOp.ENTER): 2,
    int(ValueOp.RAISE): 2,
    int(ValueOp.PROPERTY): 3,
    int(ValueOp.ELEMENT): 3,
}
"""Column that holds the line."""


class Outcome:
    """Targets of calls, sorted. `full`: references whose callee holds what a cell holds that had more values than are followed."""

    def __init__(self, survey: Survey, flow: Flow) -> None:
        self.by_reference: dict[int, tuple[int, ...]] = {}
        self.implied: dict[int, list[Place]] = {}
        """First node of a file → what its syntax calls."""
        self.full: set[int] = set()
        self.typed: set[int] = set()
        """References that call a member of something of which only the declared type is known."""
        self.made = flow.made
        self.settled = self._settled(survey, flow)
        """References of ECMAScript whose callee is a plain name: what the flow does not find for them is not there."""
        self.cut_short = flow.cells.cut_short
        program, rows = flow.program, flow.rows
        self.lost = self._lost(flow)
        vague = flow.cells.vague()
        for row in sorted(flow.targets):
            if rows[4 * row] == ValueOp.PARAMETER:  # unpacked for it (`f(*items)`): the place is the call, which is not known here
                continue
            entered = flow.targets[row]
            targets = (entered,) if isinstance(entered, int) else tuple(sorted(entered))
            file = bisect_right(program.file_rows, row) - 1
            where = self._where(flow, row)
            if _rests_on(flow, row) in vague:
                targets = self._leave_open(survey, flow, row, targets)
            if not targets:
                continue
            if where & 1 or where < 0:
                scope = program.scopes[row]
                line = where >> 1 if where >= 0 else _line_of(survey, rows[4 * row], rows[4 * row + 1])
                inside = tuple(target for target in targets if target < OUTER)
                base = flow.evaluator.row_of(scope).base
                kept = targets if rows[4 * row] in _CALLS else inside
                if kept:
                    reason = Reason.FLOW if rows[4 * row] in _STATED else Reason.PROTOCOL
                    self.implied.setdefault(base, []).append((scope, line, kept, int(reason)))
                continue
            reference = program.references[file] + (where >> 1)
            self.by_reference[reference] = targets
            callee = rows[4 * row + 1]
            if callee in vague:
                self.full.add(reference)
            if rows[4 * callee] == ValueOp.ATTRIBUTE and {rows[4 * callee + 1], flow.whole(rows[4 * callee + 1])} & flow.typed:
                self.typed.add(reference)

    def _leave_open(self, survey: Survey, flow: Flow, row: int, targets: tuple[int, ...]) -> tuple[int, ...]:
        """What the syntax, or a built-in, calls on a value is one of several where so many flow there that they say nothing; what
        lies outside is called all the same, and stays.
        """
        inside, where = tuple(target for target in targets if target < OUTER), self._where(flow, row)
        scope = flow.program.scopes[row]
        if inside:
            line = where >> 1
            if not where & 1:
                file = bisect_right(flow.program.file_rows, row) - 1
                line = survey.reference_line[flow.program.references[file] + (where >> 1)]
            base = flow.evaluator.row_of(scope).base
            self.implied.setdefault(base, []).append((scope, line, inside, int(Reason.BOUNDED)))
        return targets[len(inside) :]

    def _settled(self, survey: Survey, flow: Flow) -> set[int]:
        program, rows, found = flow.program, flow.rows, set[int]()
        for operation in _CALLS:
            for row in program.of(operation):
                where = flow.extra[rows[4 * row + 2]]
                file = bisect_right(program.file_rows, row) - 1
                if where & 1 or where < 0 or not program.is_ecma[file] or flow.cells.cut_short:
                    continue
                reference = program.references[file] + (where >> 1)
                if "." not in survey.chains.texts[survey.reference_chain[reference]]:
                    found.add(reference)
        return found

    @staticmethod
    def _lost(flow: Flow) -> set[int]:
        """References that call a name whose value there is nothing that can be followed."""
        program, rows = flow.program, flow.rows
        found = set()
        for row in program.of(ValueOp.LOST):
            where = rows[4 * row + 1]
            if not where & 1:
                found.add(program.references[bisect_right(program.file_rows, row) - 1] + (where >> 1))
        return found

    @staticmethod
    def _where(flow: Flow, row: int) -> int:
        """2 × reference, 2 × line + 1, or -1 for a class statement or an import."""
        rows, at = flow.rows, 4 * row
        operation = rows[at]
        if operation in _CALLS:
            return flow.extra[rows[at + 2]]
        if operation == ValueOp.DECORATE:
            return rows[at + 3]
        if operation == ValueOp.OPERATE:
            return 2 * flow.extra[rows[at + 3] + 1] + 1
        if operation == ValueOp.SET_ITEM:
            return 2 * flow.extra[rows[at + 2] + 1] + 1
        if operation in (ValueOp.CLASS, ValueOp.IMPORT):
            return -1
        if operation == ValueOp.DISPLAY:
            return rows[at + 1] >> 3 << 1 | 1
        return 2 * rows[at + _LINE_IN[operation]] + 1


def _line_of(survey: Survey, operation: int, number: int) -> int:
    return survey.import_line[number] if operation == ValueOp.IMPORT else survey.span[4 * number + 2]


def _rests_on(flow: Flow, row: int) -> int:
    """The cell whose values say which methods the syntax, or a built-in that is handed it, calls; 0 for a call that is written."""
    rows, at = flow.rows, 4 * row
    if rows[at] not in _CALLS:
        return rows[at + 1] if rows[at] in _LINE_IN or rows[at] == ValueOp.OPERATE else 0
    given = flow.calls.arguments(row)
    outer = all(value & TAG == OUTSIDE for value in flow.cells.held(rows[at + 1]))
    return given[1] if outer and len(given) == 2 and given[1] > 0 else 0
