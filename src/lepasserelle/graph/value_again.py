"""A flow that is said again after an edit that it does not feel (`value_kept`), in the numbers of now: of rows that stay what was
said of them, of those that came what they enter outside the project.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec
import numpy as np

from lepasserelle.graph.differences import FLOW, Difference, Item, difference_of
from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.flowed import Flowed, moving, starts_of
from lepasserelle.graph.moving import Change
from lepasserelle.graph.reach import touched
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_contexts import room_for
from lepasserelle.graph.value_inert import Held, Project, Unsure, targets_of
from lepasserelle.graph.value_kept import (
    NEVER,
    STATING,
    Functions,
    LeftOfFile,
    Names,
    Rows,
    Twins,
    keywords_of,
    line_of,
    rows_after,
    shared_places,
)
from lepasserelle.graph.value_left import (
    MOST_BROUGHT,
    UNKNOWN,
    Columns,
    Left,
    Outside,
    columns_of,
    packed_columns,
    packed_left,
    unpacked_left,
)
from lepasserelle.graph.value_outcome import Outcome, Place
from lepasserelle.graph.value_reads import accessor_words
from lepasserelle.graph.value_said import Said
from lepasserelle.model import FlowKind
from lepasserelle.model.values import ValueOp

Moving = Callable[[int], int]
_DECLARING: Final = frozenset({FlowKind.PARAMETER, FlowKind.DECLARE})


class Again(NamedTuple):
    """What a flow says now."""

    outcome: Outcome
    left: bytes
    """Packed (`value_left`)."""


def said_again(
    survey: Survey, evaluator: Evaluator, changes: Sequence[Change], flowed: Flowed, outcome: Callable[[], Outcome]
) -> Again | None:
    """What the flow of Python, which said `outcome` before these changes of its files, says after them; None: solve it.

    The survey may know more strings afterwards: `rewound` is for who calls this.
    """
    try:
        again = _Again(survey, evaluator, flowed, unpacked_left(flowed.left))
        try:
            again.follow(changes, outcome)
        finally:
            evaluator.forget_all()
        _touches_no_other(survey, changes)
        return Again(again.outcome(outcome()), packed_left(again.left()))
    except (Unsure, msgspec.DecodeError):
        return None


def _touches_no_other(survey: Survey, changes: Sequence[Change]) -> None:
    found: dict[int, tuple[LinkFile, Difference]] = {}
    for change in changes:
        row, difference = survey.files[change.file], difference_of(change.before, change.after)
        if difference is None:
            raise Unsure
        if any(_declares(item) for item in (*difference.gone, *difference.come)):
            raise Unsure  # what a parameter admits, and holds where nobody passes anything, hangs on its type
        found[change.file] = LinkFile(row.path, row.module, row.language, 0, change.before), difference
    files = touched(survey, found)
    if files is None or not files <= found.keys():
        raise Unsure


def _declares(item: Item) -> bool:
    """Whether something says a type."""
    return item.kind == FLOW and item.content[1] in _DECLARING and bool(item.content[-1])


class _Again:
    """One program after some changes."""

    def __init__(self, survey: Survey, evaluator: Evaluator, flowed: Flowed, left: Left) -> None:
        self._survey, self._evaluator, self._flowed, self._left = survey, evaluator, flowed, left
        self._columns = columns_of(left)
        self._copied, self._considered = {*left.copied, *left.hooks}, set(left.considered)
        self._changes: dict[int, Change] = {}
        self._rows: dict[int, Rows] = {}

    def follow(self, changes: Sequence[Change], before: Callable[[], Outcome]) -> None:
        """Look at each file that changed. `before`: what was said of it. Raises `Unsure`."""
        survey, left = self._survey, self._left
        if left.rows_of_copies > room_for(survey.programs["python"].row_count):
            raise Unsure
        names = {survey.strings.texts[survey.name[node]] for node in np.flatnonzero(_types(survey)).tolist()}
        keywords = left.keywords
        if keywords is not None and len(changes) > 1:  # what each file takes away is told apart from the others
            keywords = dict.fromkeys(keywords, True)
        accessors = {survey.strings.texts[word] for word in accessor_words(survey, "python")}
        project = Project(keywords, left.decides_instances, names, accessors)
        for change in changes:
            base = self._flowed.bases[change.file]
            functions = Functions(
                lambda node, base=base: left.results.get(base + node, NEVER),  # type: ignore[misc]
                lambda node, base=base: base + node in self._copied,  # type: ignore[misc]
                lambda node, base=base: base + node in self._considered,  # type: ignore[misc]
            )
            self._changes[change.file] = change
            self._rows[change.file] = rows_after(
                (change.before, change.after),
                project,
                Names(survey, self._evaluator, change.file),
                LeftOfFile(left, self._columns, change.file),
                functions,
                partial(self._twins, change.file, before),
            )

        if self._brought() > MOST_BROUGHT:
            raise Unsure

    def _brought(self) -> int:
        return self._left.brought + sum(len(rows.come.differing) for rows in self._rows.values())

    def _twins(self, file: int, said: Callable[[], Outcome]) -> Twins:
        """What was said of the rows of a file that may stand for others."""
        before, base, rows = said(), self._flowed.bases[file], range(*self._left.rows[file : file + 2])
        references = range(*self._flowed.references[file : file + 2])
        special = self._copied | self._considered
        return Twins(
            {(scope - base, line) for scope, line, _, _ in before.implied.get(base, ())},
            {row - rows.start for row in self._left.typed if row in rows},
            {
                number - references.start
                for number in references
                for found in (before.by_reference, before.declared)
                if not special.isdisjoint(found.get(number, ()))
            },
        )

    # ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def outcome(self, before: Outcome) -> Outcome:
        """The outcome, in the numbers of now."""
        bases, references = starts_of(self._survey)
        node = moving(self._flowed.bases, bases)
        unchanged = moving(self._flowed.references, references)
        moved: dict[int, int | None] = {}
        for file, rows in self._rows.items():
            moved.update(_references(rows, self._flowed.references[file : file + 2], references[file]))

        lines = {self._flowed.bases[file]: _lines(self._changes[file], rows) for file, rows in self._rows.items()}

        def reference(number: int) -> int | None:
            return moved[number] if number in moved else unchanged(number)

        def there(targets: Iterable[int]) -> tuple[int, ...]:
            return tuple([node(target) for target in targets])

        def each(numbers: Iterable[int]) -> set[int]:
            return {now for number in numbers if (now := reference(number)) is not None}

        now = Outcome(
            {at: there(targets) for number, targets in before.by_reference.items() if (at := reference(number)) is not None},
            {node(base): self._places(lines.get(base), places, node) for base, places in before.implied.items()},
            each(before.full),
            each(before.typed),
            set(map(node, before.made)),
            set(before.settled),
            self._lost(each(before.lost), references),
            before.cut_short,
            before.shared,
            {at: there(classes) for number, classes in before.makes.items() if (at := reference(number)) is not None},
            {node(method): there(below) for method, below in before.overridden.items()},
            {at: there(methods) for number, methods in before.declared.items() if (at := reference(number)) is not None},
            {at: there(targets) for number, targets in before.inherited.items() if (at := reference(number)) is not None},
            {at: there(targets) for number, targets in before.candidates.items() if (at := reference(number)) is not None},
        )
        for file, rows in self._rows.items():
            self._state_new(now, file, rows, references[file])
            self._state_twins(now, rows, references[file])
        return now

    def _state_twins(self, outcome: Outcome, rows: Rows, first: int) -> None:
        """A call that came says what one says that stays."""
        for number, twin in rows.come.twins.items():
            if rows.after[number].operation == ValueOp.CALL:
                here, there = (first + (rows.after[row].place >> 1) for row in (number, twin))
                for targets in (outcome.by_reference, outcome.makes, outcome.declared, outcome.inherited, outcome.candidates):
                    if there in targets:
                        targets[here] = targets[there]
                for references in (outcome.full, outcome.typed):
                    if there in references:
                        references.add(here)

    def _lost(self, others: set[int], references: Sequence[int]) -> set[int]:
        """References that call a name whose value is nothing: of files that changed as their rows say."""
        spans = [range(*references[file : file + 2]) for file in self._rows]
        found = {number for number in others if not any(number in span for span in spans)}
        for file, rows in self._rows.items():
            places = [row.place for row in rows.after if row.operation == ValueOp.LOST]
            found.update(references[file] + (place >> 1) for place in places if not place & 1)
        return found

    def _places(self, lines: dict[int, set[int]] | None, places: Sequence[Place], node: Moving) -> list[Place]:
        return [(node(scope), _moved(line, lines), tuple(map(node, targets)), why) for scope, line, targets, why in places]

    def _state_new(self, outcome: Outcome, file: int, rows: Rows, first: int) -> None:
        """What the rows enter that came, and which names are lost."""
        strings, typed = self._survey.strings, set(self._left.typed)
        former = {new: old for old, new in rows.stays.items()}
        start = self._left.rows[file]
        for number in sorted(rows.come.differing):
            row = rows.after[number]
            if row.operation != ValueOp.CALL or number in rows.come.twins:
                continue
            callee = rows.come.held(row.columns[0])
            targets = targets_of(callee)
            if not targets:
                continue
            reference = first + (row.place >> 1)
            outcome.by_reference[reference] = tuple(sorted(OUTER | strings[name] for name in targets))
            owners = _owners(rows.after, row.columns[0])
            if any(owner in former and start + former[owner] in typed for owner in owners):
                outcome.typed.add(reference)

    # ── what it leaves ────────────────────────────────────────────────────────────────────────────────────────────────────

    def left(self) -> Left:
        """What is left of it for the next edit."""
        left, bases = self._left, starts_of(self._survey)[0]
        node, sets = moving(self._flowed.bases, bases), [list(each) for each in left.outside]
        parts: list[list[np.ndarray]] = [[], [], []]
        typed, rows = list[int](), [0]
        known, readers, given_out = np.array(left.typed, dtype=np.int64), dict(left.first_readers), list[int]()
        for file, (start, stop) in enumerate(zip(left.rows, left.rows[1:], strict=False)):
            own = known[(known >= start) & (known < stop)] - start
            readers.update(self._readers(file, start, stop, rows[-1]))
            given_out += self._there(file, [row - start for row in left.given_out if start <= row < stop], rows[-1])
            if file in self._rows:
                found = self._rows[file]
                table = _table(found, Columns(*(column[start:stop] for column in self._columns)), sets)
                own = np.array([found.stays[row] for row in own.tolist() if row in found.stays], dtype=np.int64)
            else:
                table = Columns(*(column[start:stop] for column in self._columns))
            for part, column in zip(parts, table, strict=True):
                part.append(column)
            typed += (own + rows[-1]).tolist()
            rows.append(rows[-1] + len(table.since))
        return Left(
            rows,
            packed_columns(Columns(*map(np.concatenate, parts))),
            sets,
            typed,
            {node(function): number for function, number in left.results.items()},
            [node(function) for function in left.copied],
            [node(function) for function in left.considered],
            [node(function) for function in left.hooks],
            readers,
            given_out,
            self._brought(),
            left.rows_of_copies,
            self._keywords(),
            left.decides_instances,
        )

    def _readers(self, file: int, start: int, stop: int, now: int) -> dict[str, int]:
        """Where those of `Left.first_readers` stand that stood in a file, which begins `now` with another row."""
        here = {word: row - start for word, row in self._left.first_readers.items() if start <= row < stop}
        return dict(zip(here, self._there(file, list(here.values()), now), strict=True))

    def _there(self, file: int, rows: list[int], now: int) -> list[int]:
        """Where rows of a file, which begins `now` with another row, stand that all stay."""
        return [now + (self._rows[file].stays[row] if file in self._rows else row) for row in rows]

    def _keywords(self) -> dict[str, bool] | None:
        """Keywords of which one may have gone are perhaps those of one call alone from here on."""
        gone = [word for rows in self._rows.values() for row in rows.gone.differing for word in keywords_of(rows.before[row])]
        return None if self._left.keywords is None else {**self._left.keywords, **dict.fromkeys(gone, True)}


def _types(survey: Survey) -> np.ndarray:
    return np.frombuffer(IS_TYPE, dtype=np.uint8)[np.frombuffer(survey.kind, dtype=np.uint8)]


def _references(rows: Rows, span: Sequence[int], first: int) -> dict[int, int | None]:
    """By reference of the file before its number now, None for one that no row states any more. Raises `Unsure` where several rows
    state one.
    """
    start, stop = span
    found: dict[int, int | None] = dict.fromkeys(range(start, stop))
    states = STATING | {int(ValueOp.LOST)}
    for old, new in rows.stays.items():
        was, now = rows.before[old], rows.after[new]
        if was.operation in states and not was.place & 1:
            at = first + (now.place >> 1)
            if found[start + (was.place >> 1)] not in (None, at):
                raise Unsure
            found[start + (was.place >> 1)] = at
    for side, said in ((rows.gone, rows.before), (rows.come, rows.after)):
        shared = shared_places(said)
        if any(said[row].operation in STATING and said[row].place >> 1 in shared for row in side.differing):
            raise Unsure
    return found


def _lines(change: Change, rows: Rows) -> dict[int, set[int]]:
    """Where that stands now which stood on each line."""
    before, after, found = change.before, change.after, dict[int, set[int]]()

    def add(old: int, new: int) -> None:
        found.setdefault(old, set()).add(new)

    for definition, now in zip(before.definitions, after.definitions, strict=True):
        add(definition.start_line, now.start_line)
    for statement, here in zip(before.imports, after.imports, strict=True):
        add(statement.line, here.line)
    for number, place in rows.stays.items():
        line = line_of(before, rows.before[number])
        if line:
            add(line, line_of(after, rows.after[place]))
    return found


def _moved(line: int, lines: dict[int, set[int]] | None) -> int:
    if lines is None:
        return line
    now = lines.get(line, set())
    if len(now) != 1:
        raise Unsure
    return next(iter(now))


def _owners(rows: Sequence[Said], callee: int) -> set[int]:
    """Of what a callee is a member, and of which row tests leave that."""
    if callee <= 0 or rows[callee].operation != ValueOp.ATTRIBUTE:
        return set()
    owner = whole = rows[callee].columns[0]
    while whole > 0 and rows[whole].operation == ValueOp.NARROW:
        whole = rows[whole].columns[0]
    return {owner, whole}


def _table(rows: Rows, before: Columns, sets: list[list[Outside]]) -> Columns:
    """The columns of a file's rows now. Sets that no row held so far come behind the others."""
    table = Columns(*(np.zeros(len(rows.after), dtype=np.uint16) for _ in range(3)))
    old, new = (np.array(list(each), dtype=np.int64) for each in (rows.stays.keys(), rows.stays.values()))
    for column, former in zip(table, before, strict=True):
        column[new] = former[old]
    table.since[sorted(rows.loose)] = UNKNOWN
    for column in table:
        column[sorted(rows.rests)] = 0
    for row in sorted(rows.come.differing):
        held = rows.come.holds.get(row, Held(0))
        table.since[row], table.holds[row] = (
            UNKNOWN if row in rows.come.twins or row in rows.loose else rows.come.since.get(row, 0),
            held.tags,
        )
        if held.tags and held.outside is not None and len(sets) < 0xFFFF:
            each = sorted(held.outside)
            if each not in sets:
                sets.append(each)
            table.outside[row] = sets.index(each) + 1
    return table
