"""What the flow of values says of each place: by reference where one states the call, by scope and line where the syntax calls."""

from bisect import bisect_right

import msgspec

from lepasserelle.graph.callees import made_elsewhere
from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_abstract import Abstract
from lepasserelle.graph.value_flow import Flow
from lepasserelle.graph.value_hierarchy import Beyond, Hierarchy
from lepasserelle.graph.value_program import Program
from lepasserelle.graph.value_reads import Reads
from lepasserelle.graph.value_remembering import Remembering
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.graph.value_turned_away import TurnedAway
from lepasserelle.graph.value_vague import CALLS, LINE_IN, left_open
from lepasserelle.model.values import ValueOp

Place = tuple[int, int, tuple[int, ...], int]
"""(scope, line, targets, reason)"""

_STATED = CALLS | {int(ValueOp.DECORATE)}
_PARAMETER, _ATTRIBUTE = int(ValueOp.PARAMETER), int(ValueOp.ATTRIBUTE)


class Outcome(msgspec.Struct, array_like=True):
    """Targets of calls, sorted."""

    by_reference: dict[int, tuple[int, ...]] = {}
    implied: dict[int, list[Place]] = {}
    """First node of a file → what its syntax calls."""
    full: set[int] = set()
    """References whose callee holds what a cell holds that had more values than are followed."""
    typed: set[int] = set()
    """References that call a member of something of which only the declared type is known."""
    made: set[int] = set()
    """Classes of which the project makes instances."""
    settled: set[int] = set()
    """References of ECMAScript whose callee is a plain name: what the flow does not find for them is not there."""
    lost: set[int] = set()
    """References that call a name whose value there is nothing that can be followed."""
    cut_short: bool = False
    shared: bool = False
    """Whether contexts share copies of functions, since there was no room for more."""
    makes: dict[int, tuple[int, ...]] = {}
    """References → classes of which they make instances without entering a constructor of those classes, sorted."""

    overridden: dict[int, tuple[int, ...]] = {}
    """Abstract methods → those that say below what they do, sorted."""
    declared: dict[int, tuple[int, ...]] = {}
    """References → abstract methods to which their receivers' classes lead, and which they do not enter, sorted."""
    inherited: dict[int, tuple[int, ...]] = {}
    """References → those of their targets that do not flow there, as the hierarchy of classes has it, sorted."""
    candidates: dict[int, tuple[int, ...]] = {}
    """References → what the classes below the common one of their receivers have there, where more flow there than are followed, or
    more than is asserted; of those in `full` all that they may enter, with those for which a cell had no room."""

    def join(self, other: "Outcome") -> None:
        """Take in what the flow through other files says."""
        self.by_reference.update(other.by_reference)
        self.implied.update(other.implied)
        self.full |= other.full
        self.typed |= other.typed
        self.made |= other.made
        self.settled |= other.settled
        self.lost |= other.lost
        self.cut_short |= other.cut_short
        self.shared |= other.shared
        self.makes.update(other.makes)
        self.overridden.update(other.overridden)
        self.declared.update(other.declared)
        self.inherited.update(other.inherited)
        self.candidates.update(other.candidates)


def outcome_of(survey: Survey, flow: Flow, vague: set[int], turned_away: TurnedAway) -> Outcome:
    """What a solved flow says. `vague`, `turned_away`: as its cells tell."""
    outcome = Outcome(made=flow.made, settled=_settled(survey, flow, vague), lost=_lost(flow), cut_short=flow.cells.cut_short)
    outcome.shared = flow.contexts.is_short
    program, rows = flow.program, flow.rows
    abstract = Abstract(flow)
    remembering, hierarchy = Remembering(flow), Hierarchy(flow, vague)
    outcome.overridden, are_written = abstract.overridden, abstract.overridden.keys().isdisjoint
    says_all = hierarchy.rows.isdisjoint
    for row, several in flow.contexts.places(flow.targets):
        operation = rows[4 * row]
        if operation == _PARAMETER:  # unpacked for it (`f(*items)`): the place is the call, which is not known here
            continue
        targets = _entered(flow, several)
        where = _where(flow, row)
        candidates, late = left_open(flow, several, targets, vague), []
        if operation == _ATTRIBUTE and not candidates:
            candidates = late = remembering.late(row, targets)
        if candidates:
            _leave_open(outcome, survey, flow, row, where, candidates, Reason.SEVERAL if late else Reason.BOUNDED)
            targets = tuple(sorted(set(targets).difference(candidates)))
        declared = [] if are_written(targets) else abstract.not_entered(several, targets)
        if declared:
            targets = tuple(sorted(set(targets).difference(declared)))
        if not targets and not declared:
            continue
        if where & 1 or where < 0:
            _imply(outcome, survey, flow, row, where, targets)
            for method in declared:
                others = {method, *abstract.overridden[method]}.difference(targets)
                _put(outcome, flow, row, _implied_line(survey, flow, row, where), tuple(sorted(others)), Reason.ABSTRACT)
            continue
        reference = _reference(program, row, where)
        outcome.by_reference[reference] = targets
        if declared:
            outcome.declared[reference] = tuple(declared)
        _mark(outcome, flow, reference, several, vague, turned_away)
        if not says_all(several):
            _go_beyond(outcome, reference, hierarchy.beyond(several, (*targets, *declared), abstract.overridden))
    _make(outcome, flow, vague)
    _read(outcome, flow, abstract, vague)
    for node, fixture in flow.fixtures.asked():
        place = node, survey.span[4 * node + 2], (fixture,), int(Reason.FIXTURE)
        outcome.implied.setdefault(flow.evaluator.row_of(node).base, []).append(place)
    return outcome


def _mark(
    outcome: Outcome,
    flow: Flow,
    reference: int,
    several: list[int],
    vague: set[int],
    turned_away: TurnedAway,
) -> None:
    """What is known of the callee of a reference, in any of its contexts."""
    for row in several:
        callee = flow.rows[4 * row + 1]
        if callee in vague:
            outcome.full.add(reference)
            if more := set(map(flow.contexts.origin, turned_away.functions(callee))):
                known = outcome.candidates.get(reference, outcome.by_reference[reference])
                outcome.candidates[reference] = tuple(sorted({*known, *more}))
        if _is_typed(flow, callee):
            outcome.typed.add(reference)


def _go_beyond(outcome: Outcome, reference: int, beyond: Beyond) -> None:
    """What the hierarchy of classes, or a display, says of a reference to which more flows than is followed."""
    if beyond.entered:
        outcome.by_reference[reference] = tuple(sorted({*outcome.by_reference[reference], *beyond.entered}))
        outcome.inherited[reference] = beyond.entered
        outcome.full.discard(reference)
        outcome.candidates.pop(reference, None)
    elif beyond.candidates:
        followed = outcome.by_reference[reference] if reference in outcome.full else ()  # candidates too, in the same set
        beyond_room = outcome.candidates.get(reference, ())
        outcome.candidates[reference] = tuple(sorted({*followed, *beyond_room, *beyond.candidates}))


def _entered(flow: Flow, several: list[int]) -> tuple[int, ...]:
    """What rows enter that say one call in several contexts, sorted."""
    origin, entered = flow.contexts.origin, flow.targets[several[0]]
    if len(several) == 1 and isinstance(entered, int):  # as most do
        return (origin(entered),)
    found: set[int] = set()
    for row in several:
        entered = flow.targets[row]
        found.update((entered,) if isinstance(entered, int) else entered)
    return tuple(sorted(set(map(origin, found))))


def _read(outcome: Outcome, flow: Flow, abstract: Abstract, vague: set[int]) -> None:
    """The accessors that reads run."""
    for row, several, entered, declared in Reads(flow).told(abstract):
        line = _where(flow, row) >> 1
        if left_open(flow, several, entered, vague):
            _put(outcome, flow, row, line, tuple(sorted({*entered, *declared})), Reason.BOUNDED)
            continue
        if entered:
            owner = flow.rows[4 * row + 1]
            is_typed = owner in flow.typed or flow.whole(owner) in flow.typed
            _put(outcome, flow, row, line, entered, Reason.BELOW if is_typed else Reason.FLOW)
        for method in declared:
            others = {method, *abstract.overridden[method]}.difference(entered)
            _put(outcome, flow, row, line, tuple(sorted(others)), Reason.ABSTRACT)


def _make(outcome: Outcome, flow: Flow, vague: set[int]) -> None:
    """The classes of which rows that say one call make instances and that what is entered does not name."""
    for row, several in flow.contexts.places(flow.makes.keys() & flow.targets.keys()):
        where = _where(flow, row)
        reference = -1 if where & 1 or where < 0 else _reference(flow.program, row, where)
        if reference in outcome.full:
            continue
        targets = _entered(flow, several)
        found = set(map(flow.contexts.origin, set[int]().union(*map(flow.makes.__getitem__, several))))
        entered = outcome.by_reference.get(reference, targets)
        made = tuple(made_elsewhere(flow.evaluator, sorted(found), entered)) if len(found) <= MOST_VALUES else ()
        if not made or left_open(flow, several, targets, vague):
            continue
        if reference >= 0:
            outcome.makes[reference] = made
        elif where >= 0:
            _put(outcome, flow, row, where >> 1, made, Reason.MADE_OF_VALUE)


def _put(outcome: Outcome, flow: Flow, row: int, line: int, targets: tuple[int, ...], reason: Reason) -> None:
    """What no reference states: by the scope and a line."""
    scope = flow.program.scopes[row]
    outcome.implied.setdefault(flow.evaluator.row_of(scope).base, []).append((scope, line, targets, int(reason)))


def _is_typed(flow: Flow, callee: int) -> bool:
    """Whether only the declared type is known of what a callee is a member of."""
    if flow.rows[4 * callee] != _ATTRIBUTE:
        return False
    owner = flow.rows[4 * callee + 1]
    return owner in flow.typed or flow.whole(owner) in flow.typed


def _imply(outcome: Outcome, survey: Survey, flow: Flow, row: int, where: int, targets: tuple[int, ...]) -> None:
    """The syntax calls them, on a line."""
    operation, line = flow.rows[4 * row], _implied_line(survey, flow, row, where)
    kept = targets if operation in CALLS else tuple(target for target in targets if target < OUTER)
    if kept:
        _put(outcome, flow, row, line, kept, Reason.FLOW if operation in _STATED else Reason.PROTOCOL)


def _leave_open(outcome: Outcome, survey: Survey, flow: Flow, row: int, where: int, candidates: list[int], reason: Reason) -> None:
    """What the syntax, or a built-in, calls on a value is one of several where so many flow there that they say nothing, and where
    the first read of a member alone runs it; what lies outside is called all the same, and stays.
    """
    line = where >> 1 if where & 1 else survey.reference_line[_reference(flow.program, row, where)]
    _put(outcome, flow, row, line, tuple(candidates), reason)


def _reference(program: Program, row: int, where: int) -> int:
    """The reference that states a call, by its number in the file."""
    return program.references[bisect_right(program.file_rows, row) - 1] + (where >> 1)


def _settled(survey: Survey, flow: Flow, vague: set[int]) -> set[int]:
    program, rows, found = flow.program, flow.rows, set[int]()
    if program.family != "ecma" or flow.cells.cut_short:
        return found
    for operation in CALLS:
        for row in program.of(operation):
            where = flow.extra[rows[4 * row + 2]]
            if where & 1 or where < 0 or rows[4 * row + 1] in vague:
                continue
            reference = _reference(program, row, where)
            if "." not in survey.chains.texts[survey.reference_chain[reference]]:
                found.add(reference)
    return found


def _lost(flow: Flow) -> set[int]:
    program, rows = flow.program, flow.rows
    places = ((row, rows[4 * row + 1]) for row in program.of(ValueOp.LOST))
    return {_reference(program, row, where) for row, where in places if not where & 1}


def _where(flow: Flow, row: int) -> int:
    """2 × reference, 2 × line + 1, or -1 for a class statement or an import."""
    rows, at = flow.rows, 4 * row
    operation = rows[at]
    if operation in CALLS:
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
    return 2 * rows[at + LINE_IN[operation]] + 1


def _implied_line(survey: Survey, flow: Flow, row: int, where: int) -> int:
    """The line on which the syntax calls something."""
    if where >= 0:
        return where >> 1
    operation, number = flow.rows[4 * row], flow.rows[4 * row + 1]
    return survey.import_line[number] if operation == ValueOp.IMPORT else survey.span[4 * number + 2]
