"""What the rows of one file's value code say, wherever they stand; and which rows of two versions of a file say the same.

A row says the same as another one if everything in it is equal but lines and references, and its operands are rows that say the
same. Rows that stay keep their order, so that nothing that goes by numbers tells the versions apart.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.graph.essence import unpacked
from lepasserelle.graph.value_program import COLUMNS, EXTRA, TERM, WORD
from lepasserelle.graph.value_vague import LINE_IN
from lepasserelle.model.values import Spread, ValueCode, ValueOp

if TYPE_CHECKING:
    from array import array

_MOST_COMPARED: Final = 1_000_000
"""Product of the numbers of rows between what two versions begin and end with, beyond which none of these is taken to stay."""
_BEGINS_WITH_A_NUMBER: Final = frozenset({int(ValueOp.CALL), int(ValueOp.NEW), int(ValueOp.NARROW)})
_IS_PLACE: Final = frozenset({int(ValueOp.CALL), int(ValueOp.NEW), int(ValueOp.DECORATE), int(ValueOp.LOST)})
"""Rows with a number that is 2 × reference, 2 × line + 1 or -1; of which only the kind counts."""
_PLACED: Final = {int(ValueOp.DECORATE): 3, int(ValueOp.LOST): 1}
_ASIDE: Final = {int(op): column for op, (column, _) in EXTRA.items()} | {int(ValueOp.SET_ITEM): 2, int(ValueOp.OPERATE): 3}
"""Column that says where operands begin."""


class Said(NamedTuple):
    """One row."""

    operation: int
    content: tuple[object, ...]
    """Everything but operands that are rows (None stands for each), lines and references."""
    terms: tuple[int, ...]
    """The rows that are operands, in order."""
    given: tuple[int, ...]
    """All that stands in `extra` as it is, without the number that it may begin with."""
    columns: tuple[int, int, int]
    place: int
    """2 × reference, 2 × line + 1, or -1; 0 where the row has none."""


def said(code: ValueCode) -> list[Said]:
    """Every row of a file."""
    rows, extra = unpacked(code)
    return [_one(row, rows, extra, code.words) for row in range(len(rows) >> 2)]


def _one(row: int, rows: "array[int]", extra: "array[int]", words: Sequence[str]) -> Said:
    operation, *columns = rows[4 * row : 4 * row + 4]
    content: list[object] = []
    terms: list[int] = []
    place = _place(operation, columns, extra)
    _columns(operation, columns, words, content, terms)
    given = _given(operation, columns, extra)
    kinds = _kinds(operation, len(given))
    for number, kind in zip(given, kinds, strict=True):
        _put(number, kind, words, content, terms)
    if operation in _IS_PLACE:
        content.append((place < 0, place & 1))
    elif operation == ValueOp.NARROW:
        content.append(extra[columns[1]])
    a, b, c = columns
    return Said(operation, tuple(content), tuple(terms), given, (a, b, c), place)


def _columns(operation: int, columns: Sequence[int], words: Sequence[str], content: list[object], terms: list[int]) -> None:
    left_out = {LINE_IN.get(operation), _ASIDE.get(operation), _PLACED.get(operation)}
    kinds = COLUMNS.get(operation, (0, 0, 0))
    for column, number in enumerate(columns, 1):
        if column in left_out:
            content.append(0)
        elif operation == ValueOp.DISPLAY and column == 1:
            content.append(number & 7)
        else:
            _put(number, kinds[column - 1], words, content, terms)


def _put(number: int, kind: int, words: Sequence[str], content: list[object], terms: list[int]) -> None:
    if kind == TERM and number > 0:
        content.append(None)
        terms.append(number)
    elif kind == TERM and Spread.UNKNOWN < number < 0:
        content.append(words[-number])
    else:
        content.append(words[number] if kind == WORD and number > 0 else number)


def _given(operation: int, columns: Sequence[int], extra: "array[int]") -> tuple[int, ...]:
    if operation in EXTRA:
        column, group = EXTRA[operation]
        start, count = columns[column - 1] + (operation in _BEGINS_WITH_A_NUMBER), columns[column]
        return tuple(extra[start : start + len(group) * count])
    if operation == ValueOp.SET_ITEM:
        return (extra[columns[1]],)
    return (extra[columns[2]],) if operation == ValueOp.OPERATE else ()


def _kinds(operation: int, count: int) -> Sequence[int]:
    if operation in EXTRA:
        group = EXTRA[operation][1]
        return group * (count // len(group))
    return (TERM,) if operation == ValueOp.SET_ITEM else (WORD,) if operation == ValueOp.OPERATE else ()


def _place(operation: int, columns: Sequence[int], extra: "array[int]") -> int:
    if operation in (ValueOp.CALL, ValueOp.NEW):
        return extra[columns[1]]
    if operation in _PLACED:
        return columns[_PLACED[operation] - 1]
    if operation == ValueOp.OPERATE:
        return 2 * extra[columns[2] + 1] + 1
    if operation == ValueOp.SET_ITEM:
        return 2 * extra[columns[1] + 1] + 1
    if operation == ValueOp.DISPLAY:
        return columns[0] >> 3 << 1 | 1
    return 2 * columns[LINE_IN[operation] - 1] + 1 if operation in LINE_IN else 0


def stays(before: Sequence[Said], after: Sequence[Said]) -> dict[int, int]:
    """Row of the version before → row of the version after that says the same, ascending in both."""
    found = _aligned([(row.operation, row.content) for row in before], [(row.operation, row.content) for row in after])
    reading: dict[int, list[int]] = {}
    for number, row in enumerate(before):
        for term in row.terms:
            reading.setdefault(term, []).append(number)
    todo = list(found)
    while todo:
        number = todo.pop()
        now = found.get(number)
        if now is not None and [found.get(term) for term in before[number].terms] != list(after[now].terms):
            del found[number]
            todo += reading.get(number, ())
    return found


def _aligned(before: Sequence[object], after: Sequence[object]) -> dict[int, int]:
    first = sum(1 for _ in takewhile(_same, zip(before, after, strict=False)))
    rest = min(len(before), len(after)) - first
    last = sum(1 for _ in takewhile(_same, zip(before[::-1][:rest], after[::-1][:rest], strict=True)))
    found = {number: number for number in range(first)}
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    if len(old) * len(new) <= _MOST_COMPARED:
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            found.update({first + block.a + place: first + block.b + place for place in range(block.size)})
    ends = len(before) - last, len(after) - last
    found.update({ends[0] + place: ends[1] + place for place in range(last)})
    return found


def _same(pair: tuple[object, object]) -> bool:
    return pair[0] == pair[1]
