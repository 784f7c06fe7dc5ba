"""What a flow said of all other rows stands after an edit of functions that changes nothing outside of them (`value_inert`): which
rows of a file came and went, and whether that is all.

An edit is taken on where each file has the definitions and imports that it had, and no other file's names are touched by it. Each
check here gives up, with `Unsure`, rather than to take something for unchanged that may not be.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, NamedTuple

from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.shapes import IS_CALLABLE
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_abstract import RAISED
from lepasserelle.graph.value_asked import FIRST, asked_by, asks_first_for, is_root
from lepasserelle.graph.value_contexts import MOST_ROWS, MOST_SMALL
from lepasserelle.graph.value_inert import Ask, Coming, Held, Project, Side, Unsure
from lepasserelle.graph.value_left import ONLY_OUTSIDE, UNKNOWN, Columns, Left, Outside
from lepasserelle.graph.value_said import Said, said, stays
from lepasserelle.graph.values import OBJECT, OUTSIDE, OUTSIDE_INSTANCE, PREFIX, Result, number_of, pack, receiver_of, tag_of
from lepasserelle.model import FileFacts
from lepasserelle.model.values import ValueOp

_NAMED: Final = frozenset({OUTSIDE, OUTSIDE_INSTANCE, PREFIX})
NEVER: Final = -1
_ENDING: Final = frozenset({int(ValueOp.CALL), int(ValueOp.RAISE)})
_HOOK: Final = "__getattr__"
STATING: Final = frozenset({int(ValueOp.CALL), int(ValueOp.DECORATE)})
"""Rows that a reference states."""


class Names:
    """What lies outside, as the flow would find it, for one file."""

    def __init__(self, survey: Survey, evaluator: Evaluator, file: int) -> None:
        self._survey, self._evaluator, self._row = survey, evaluator, survey.files[file]

    def outer(self, word: str) -> frozenset[Outside] | None:
        """What a name means that nothing in the file binds; None for something of the project."""
        self._evaluator.fresh()
        return self._of(self._evaluator.imports.beyond(self._row, self._row.base, self._survey.strings[word]))

    def attribute(self, value: Outside, word: str) -> frozenset[Outside] | None:
        """A member of something outside."""
        self._evaluator.fresh()
        return self._of(self._evaluator.attribute(self._packed(value), self._survey.strings[word]))

    def called(self, value: Outside) -> frozenset[Outside] | None:
        """What a call of something outside gives."""
        self._evaluator.fresh()
        return self._of(self._evaluator.calls.call(self._packed(value)))

    def leads_outside(self, number: int) -> bool:
        """Whether an import of the file names something outside, wherever that is taken from."""
        self._evaluator.fresh()
        module, member = self._evaluator.imports.targets(self._row.imports[number])
        return all(tag_of(packed) != OBJECT for packed in (*module[0], *member[0]))

    def _packed(self, value: Outside) -> Result:
        tag, text, receiver = value
        return (pack(tag, self._survey.strings[text], receiver),), 0

    def _of(self, result: Result) -> frozenset[Outside] | None:
        texts, found = self._survey.strings.texts, set[Outside]()
        for packed in result[0]:
            tag, text = tag_of(packed), texts[number_of(packed)] if tag_of(packed) in _NAMED else ""
            if tag == OBJECT:
                return None
            if tag in _NAMED and not text.startswith("?"):
                found.add((tag, text, receiver_of(packed)))
        return frozenset(found)


class Rows(NamedTuple):
    """What became of the rows of one file."""

    before: list[Said]
    after: list[Said]
    stays: dict[int, int]
    """Row before → row after."""
    gone: Side
    come: Coming
    loose: set[int]
    """Rows after of which it is not known any more since when they are asked for."""
    rests: set[int]
    """Rows after that nobody asks for any more."""


class Functions(NamedTuple):
    """What a flow left of the functions of one file, by their numbers in it."""

    results: Callable[[int], int]
    """The round in which somebody first asked for what one returns, `NEVER` for nobody."""
    is_copied: Callable[[int], bool]
    """Whether its rows were copied for some call."""
    is_considered: Callable[[int], bool]
    """Whether it was asked if they are to be."""


class Twins(NamedTuple):
    """What the outcome of a flow says of rows that may stand for others."""

    lines: AbstractSet[tuple[int, int]]
    """(scope, line) of places where the syntax calls something."""
    typed: AbstractSet[int]
    """Rows of which only the declared type is known."""
    told_apart: AbstractSet[int]
    """References of calls that enter a function whose calls are told apart."""


def same_but_for_bodies(before: FileFacts, after: FileFacts) -> bool:
    """Whether two versions of a file have the same definitions and imports, but for places, signatures and documentation."""

    def heads(facts: FileFacts) -> list[tuple[object, ...]]:
        return [
            (d.name, d.kind, d.parent, d.flags, d.bases, d.decorators, d.receiver, d.calling, d.also) for d in facts.definitions
        ]

    def imports(facts: FileFacts) -> list[tuple[object, ...]]:
        return [(i.scope, i.module, i.name, i.alias, i.level, i.flags) for i in facts.imports]

    return heads(before) == heads(after) and imports(before) == imports(after)


def rows_after(
    facts: tuple[FileFacts, FileFacts],
    project: Project,
    names: Names,
    left: "LeftOfFile",
    of: Functions,
    said_of: Callable[[], Twins],
) -> Rows:
    """What became of the rows of a file whose `facts` before and after are given, where nothing else changes. Raises `Unsure`."""
    was, now = facts
    if was.values is None or now.values is None or not same_but_for_bodies(was, now):
        raise Unsure
    before, after = said(was.values), said(now.values)
    if len(before) != left.count:
        raise Unsure
    kept = stays(before, after)
    former = {new: old for old, new in kept.items()}
    scopes = scopes_of(before), scopes_of(after)
    gone = Side(before, set(range(len(before))) - kept.keys(), project, names, lambda row: of.results(scopes[0][row]))
    come = Coming(after, set(range(len(after))) - former.keys(), project, names, lambda row: of.results(scopes[1][row]))
    _only_functions(was, (gone, come), scopes, of)
    for side, scope in ((gone, scopes[0]), (come, scopes[1])):
        _none_is_abstract(side, scope, facts)
    if project.keywords is not None:
        _same_keywords(gone, come, project.keywords)
    _reads_no_other_first((gone, come), kept, left.first_reader)
    gone.since = {row: left.since(row) for row in gone.differing}
    gone.holds = {row: left.held(row) for row in gone.differing}
    gone.others, come.others = left.held, lambda term: left.held(former[term])
    askers = _Askers(gone)
    for row, since in gone.since.items():
        if since == UNKNOWN:
            if not askers.is_careless(row):
                raise Unsure
            gone.since[row] = FIRST
            gone.perhaps.add(row)
    come.ask()

    @cache
    def may_be_one(row: int) -> bool:
        twins = said_of()
        is_told_apart = before[row].place >> 1 in twins.told_apart
        return not is_told_apart and row not in twins.typed and (scopes[0][row], line_of(was, before[row])) not in twins.lines

    gone.find_twins(may_be_one, left.since)
    come.find_twins(lambda row: may_be_one(former[row]), lambda row: left.since(former[row]))
    come.follow()
    for side, scope in ((gone, scopes[0]), (come, scopes[1])):
        _returns(side, scope, of)
    lone = _Lone(gone, askers, left, names, {former[ask.term] for ask in _of_others(come)})
    loose = _asks_nothing_new(gone, come, former, left, lambda row: of.results(scopes[0][row]), askers, lone)
    loose |= {kept[row] for row in askers.loose if row in kept}
    return Rows(before, after, kept, gone, come, loose | come.perhaps, {kept[row] for row in lone.found})


class LeftOfFile:
    """What a flow left of the rows of one file."""

    def __init__(self, left: Left, columns: Columns, file: int) -> None:
        self.first, stop = left.rows[file : file + 2]
        self.count = stop - self.first
        self._columns, self._outside, self._readers = columns, left.outside, left.first_readers
        self._given_out = set(left.given_out)

    def is_given_out(self, row: int) -> bool:
        """Whether somebody asked for an import by way of its module."""
        return self.first + row in self._given_out

    def first_reader(self, word: str) -> int | None:
        """The row that stands for all that read a member (`Left.first_readers`): below 0 for one of a file before this, above all
        rows of this for one behind it and for none. None: nobody asks.
        """
        row = self._readers.get(word)
        return None if row is None else row - self.first if row >= 0 else self.count

    def since(self, row: int) -> int:
        """The round in which a row was set up, 0 for one that nobody asks for."""
        return int(self._columns.since[self.first + row])

    def held(self, row: int) -> Held:
        """What it holds."""
        tags, number = int(self._columns.holds[self.first + row]), int(self._columns.outside[self.first + row])
        if not tags:
            return Held(0, frozenset())
        return Held(tags, frozenset(map(tuple, self._outside[number - 1])) if number else None)  # type: ignore[arg-type]


def scopes_of(rows: Sequence[Said]) -> list[int]:
    """The definition in whose code each row stands, by its number in the file."""
    scopes, scope = [], 0
    for row in rows:
        if row.operation == ValueOp.SCOPE:
            scope = row.columns[0]
        scopes.append(scope)
    return scopes


def _only_functions(facts: FileFacts, sides: tuple[Side, Side], scopes: tuple[list[int], list[int]], of: Functions) -> None:
    """Only rows of functions differ, and of none of which it hangs on these rows how calls are told apart (`value_contexts`)."""
    definitions = facts.definitions
    returning = set[int]()
    for side, scope in zip(sides, scopes, strict=True):
        returning |= {scope[row] for row in side.differing if side.rows[row].operation == ValueOp.RETURN}
        if any(row.operation == ValueOp.DEFINITION and number in returning for row, number in zip(side.rows, scope, strict=True)):
            raise Unsure
    sizes = [Counter(scope) for scope in scopes]
    whole = [_with_inner(size, facts) for size in sizes]
    for function in {scope[row] for side, scope in zip(sides, scopes, strict=True) for row in side.differing}:
        if not IS_CALLABLE[definitions[function].kind]:
            raise Unsure
        around = function
        while around > 0:
            if of.is_copied(around) or (of.is_considered(around) and function in returning):
                raise Unsure
            if of.is_considered(around) and not (_alike(sizes, around, MOST_SMALL) and _alike(whole, around, MOST_ROWS)):
                raise Unsure
            around = definitions[around].parent


def _none_is_abstract(side: Side, scopes: Sequence[int], facts: tuple[FileFacts, FileFacts]) -> None:
    """No function whose rows differ, or which has its first branch or none any more, raises what tells abstract methods."""
    branching = [[definition.complexity == 1 for definition in each.definitions] for each in facts]
    changed = {scopes[row] for row in side.differing}
    changed |= {node for node, (before, after) in enumerate(zip(*branching, strict=True)) if before != after}
    for row, scope in zip(side.rows, scopes, strict=True):
        raised = side.rows[row.columns[0]] if row.operation in _ENDING and row.columns[0] > 0 and scope in changed else None
        if raised is not None and raised.operation == ValueOp.OUTER and raised.content[0] == RAISED:
            raise Unsure


def _with_inner(sizes: Counter[int], facts: FileFacts) -> Counter[int]:
    """Rows of each definition with those inside."""
    found = Counter[int]()
    for function, count in sizes.items():
        while function > 0:
            found[function] += count
            function = facts.definitions[function].parent
    return found


def _alike(sizes: Sequence[Counter[int]], function: int, most: int) -> bool:
    """Whether a function has too many rows for something in both versions or in neither."""
    return len({size[function] > most for size in sizes}) == 1


def _same_keywords(gone: Side, come: Side, known: dict[str, bool]) -> None:
    """No call brings a keyword that no other has, or takes away the last of one: constructors may put values under all of them."""
    going, coming = (Counter(word for row in side.differing for word in keywords_of(side.rows[row])) for side in (gone, come))
    for word in going | coming:
        more = coming[word] - going[word]
        if (more > 0 and word not in known) or (more < 0 and (more < -1 or known.get(word, True))):
            raise Unsure


def keywords_of(row: Said) -> list[str]:
    """The keywords of a call."""
    return [kind for kind in row.content[3:-1:2] if isinstance(kind, str)] if row.operation == ValueOp.CALL else []


def _reads_no_other_first(sides: tuple[Side, Side], kept: dict[int, int], first: Callable[[str], int | None]) -> None:
    """No member of those of which one reader stands for all is read first by another row."""
    gone, come = sides
    for number in gone.differing:
        if gone.rows[number].operation == ValueOp.ATTRIBUTE and first(str(gone.rows[number].content[1])) == number:
            raise Unsure
    for number in come.differing:
        row = first(str(come.rows[number].content[1])) if come.rows[number].operation == ValueOp.ATTRIBUTE else None
        if row is not None and row >= 0 and kept.get(row, len(come.rows)) > number:
            raise Unsure


def _returns(side: Side, scopes: Sequence[int], of: Functions) -> None:
    """What comes back from a function is what came back: nothing more is known of it, or another row says the same."""
    others = {
        (scopes[number], row.content, row.terms)
        for number, row in enumerate(side.rows)
        if row.operation == ValueOp.RETURN and number not in side.differing
    }
    for number in side.differing:
        row = side.rows[number]
        term = row.columns[0]
        if row.operation != ValueOp.RETURN or not term or of.results(scopes[number]) == NEVER:
            continue
        if (scopes[number], row.content, row.terms) not in others and side.held(term).tags:
            raise Unsure
        while term > 0 and side.rows[term].operation == ValueOp.NARROW:
            term = side.rows[term].columns[0]
        if term > 0 and side.rows[term].operation == ValueOp.PARAMETER:
            raise Unsure


class _Askers:
    """Who asks for rows of one version. Only rows that both versions have count."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._readers: dict[int, list[int]] = {}
        for number, row in enumerate(side.rows):
            for term in row.terms if number not in side.differing else ():
                self._readers.setdefault(term, []).append(number)
        self._careless: dict[int, bool] = {}
        self.loose: set[int] = set()
        """Rows of which it is not known any more since when they are asked for."""

    def of(self, term: int) -> list[int]:
        """Rows that have a row as an operand."""
        return self._readers.get(term, [])

    def is_careless(self, number: int) -> bool:
        """Whether nothing hangs on when, or if, a row is asked for: it holds nothing, and asks for what is asked for anyway."""
        if number not in self._careless:
            self._careless[number] = False  # in a circle
            asks = self._side.asks_at_any_time(number)
            found = asks is not None and all(self._is_asked_early(term) or self.is_careless(term) for term in asks)
            self._careless[number] = found
            if found:
                self.loose.add(number)
        return self._careless[number]

    def _is_asked_early(self, term: int) -> bool:
        """Whether a row is asked for before whoever is asked for by another row could do so."""
        rows = self._side.rows
        if term in self._side.differing:
            return False
        early = (reader for reader in self.of(term) if self._is_asked_first(reader))
        return self._is_asked_first(term) or any((term, FIRST + 1) in set(asked_by(rows[reader], FIRST, NEVER)) for reader in early)

    def _is_asked_first(self, term: int) -> bool:
        return is_root(self._side.rows[term]) or any(asks_first_for(self._side.rows[reader], term) for reader in self.of(term))


class _Lone:
    """Imports of what lies outside that nobody asks for any more, and that go nowhere else: they do nothing but to hold it."""

    def __init__(self, gone: Side, askers: _Askers, left: LeftOfFile, names: Names, asked: AbstractSet[int]) -> None:
        """`asked`: what rows ask for that the edit brings."""
        self._gone, self._askers, self._left, self._names, self._asked = gone, askers, left, names, asked
        self.found: set[int] = set()

    def is_one(self, term: int) -> bool:
        """Whether a row that somebody asked for is one: all that read it are gone, but for the name that the module binds."""
        row, left = self._gone.rows[term], self._left
        if row.operation != ValueOp.IMPORT or term in self._asked or left.is_given_out(term) or left.since(term) == UNKNOWN:
            return False
        readers = [self._gone.rows[reader] for reader in self._askers.of(term)]
        is_bound = all(each.operation == ValueOp.MEMBER and each.content[0] == 0 and each.content[1] != _HOOK for each in readers)
        found = is_bound and left.held(term).tags == ONLY_OUTSIDE and self._names.leads_outside(row.columns[0])
        if found:
            self.found.add(term)
        return found


def _asks_nothing_new(
    gone: Side,
    come: Coming,
    former: dict[int, int],
    left: LeftOfFile,
    returned_since: Callable[[int], int],
    askers: _Askers,
    lone: _Lone,
) -> set[int]:
    """Every row that stays is asked for since the round in which it was, or it does not matter; rows after of which that is so."""
    brought = {(former[ask.term], ask.at) for ask in _of_others(come) if ask.is_sure}
    coming = _Askers(come)
    for ask in _of_others(come):
        since = left.since(former[ask.term])
        if (not since or since > ask.at) and not coming.is_careless(ask.term):
            raise Unsure

    def asked_otherwise(term: int, since: int) -> bool:
        if is_root(gone.rows[term]) and since == FIRST:
            return True
        each = (asked_by(gone.rows[number], left.since(number), returned_since(number)) for number in askers.of(term))
        return any((term, since) in set(asks) for asks in each)

    for ask in _of_others(gone):
        since = left.since(ask.term)
        is_same = since < ask.at or (ask.term, since) in brought or asked_otherwise(ask.term, since)
        if not is_same and not askers.is_careless(ask.term) and not lone.is_one(ask.term):
            raise Unsure
    return coming.loose


def _of_others(side: Side) -> Iterator[Ask]:
    return (ask for ask in side.asks() if ask.term not in side.differing)


def line_of(facts: FileFacts, row: Said) -> int:
    """The line that a row names, or that of the reference which states it; 0 for none."""
    if row.place & 1:
        return row.place >> 1 if row.place > 0 else 0
    return facts.references[row.place >> 1].line if row.operation in STATING else 0


def shared_places(rows: Sequence[Said]) -> set[int]:
    """References that several rows state."""
    times = Counter(row.place for row in rows if row.operation in (ValueOp.CALL, ValueOp.DECORATE) and not row.place & 1)
    return {place >> 1 for place, count in times.items() if count > 1}
