"""What a solved flow leaves of each row of its program, for an edit that comes after: since when somebody asks for it, and of what
kinds the values are that it holds. Kept beside what the flow said (`flowed`); what an edit changes `value_inert` tells of it.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.value_calls import MOST_CALLERS
from lepasserelle.graph.value_cells import OUTSIDE, SHIFT, TAG
from lepasserelle.graph.value_fields import KEYWORDS
from lepasserelle.graph.value_flow import Flow
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.graph.values import number_of, receiver_of, tag_of
from lepasserelle.model.values import ValueOp

VAGUE: Final = 1 << 15
"""Bit of a row that holds what a cell holds that had more values than are followed; below it a bit for each tag of values."""
ONLY_OUTSIDE: Final = 1 << OUTSIDE
UNKNOWN: Final = 0xFFFF
"""In place of a round: nobody knows since when, if at all, a row is asked for."""
_LEVEL: Final = 3
_MOST_SETS: Final = 0xFFFF
MOST_BROUGHT: Final = 400
"""Rows that edits may bring before a flow is solved again. Each is no more than one call of a function."""
_NEAR_STEPS: Final = 100_000
"""More steps than these rows take: a row holds no more than some dozen values, and hands each to a few others."""
_AT_ONCE: Final = 8192
"""Rows that are looked at together."""

Outside = tuple[int, str, int]
"""(tag, text, receiver) of something outside the project, as `values` packs it."""


class Left(msgspec.Struct, frozen=True, array_like=True):
    """In the numbers of the linking that solved the flow, as those of `Flowed`."""

    rows: list[int]
    """First row of each file, and the number of all."""
    columns: bytes
    """`Columns`, compressed."""
    outside: list[list[Outside]]
    """Sets of what rows hold that hold nothing of the project."""
    typed: list[int]
    """Rows of which only the declared type is known."""
    results: dict[int, int]
    """Function → the round in which somebody first asked for what it returns."""
    copied: list[int]
    """Functions whose rows were copied for some call (`value_contexts`)."""
    considered: list[int]
    """Functions of which a decorator, or a call in such a copy, asked whether they are to be."""
    hooks: list[int]
    """Functions of which it was asked whether they hand on the name of a member that they are asked for."""
    first_readers: dict[str, int]
    """Member for which such a function was asked → the first row that reads one of this name, -1 for none: it stands for all."""
    given_out: list[int]
    """Rows of imports that somebody asked for by way of the module which they stand in."""
    brought: int
    """Rows that edits have brought since the flow was solved: the bounds of calls and steps are as far from what they count."""
    rows_of_copies: int
    keywords: dict[str, bool] | None
    """Keyword of any call → whether perhaps only one has it; None where no constructor puts what it is given under keywords."""
    decides_instances: bool
    """Whether a class says who its instances are."""


_decode = msgspec.msgpack.Decoder(Left).decode


class Columns(NamedTuple):
    """One number a row."""

    since: NDArray[np.uint16]
    """The round in which the row was set up, 0 for one that nobody asks for."""
    holds: NDArray[np.uint16]
    """A bit for each tag of the values that it holds, and `VAGUE`."""
    outside: NDArray[np.uint16]
    """Number of the set in `Left.outside`, from 1, where it holds nothing but what lies outside; 0 where that is not kept."""


def columns_of(left: Left) -> Columns:
    """The columns, to be read only."""
    table = np.frombuffer(zstandard.ZstdDecompressor().decompress(left.columns), dtype="<u2").reshape(3, -1)
    return Columns(*table)


def packed_columns(columns: Columns) -> bytes:
    """The same, packed."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(np.stack(columns).astype("<u2").tobytes())


def unpacked_left(data: bytes) -> Left:
    """What was left, from its bytes."""
    return _decode(data)


def packed_left(left: Left) -> bytes:
    """Its bytes."""
    return msgspec.msgpack.encode(left)


def left_by(flow: Flow, vague: AbstractSet[int], rows_of_files: Sequence[int]) -> bytes:
    """What a solved flow in rounds leaves, packed; empty where it was, or nearly was, cut short. `vague`: as its cells tell;
    `rows_of_files`: as in `Left`.
    """
    if flow.cells.steps > flow.cells.most_steps - _NEAR_STEPS or flow.contexts.is_short:
        return b""
    if any(len(callers) > 2 * (MOST_CALLERS - MOST_BROUGHT) for callers in flow.calls.callers.values()):
        return b""
    count = flow.contexts.first_row
    holds, outside, sets = _holds(flow, count)
    holds[[cell for cell in vague if cell < count]] |= VAGUE
    strings = flow.strings
    left = Left(
        list(rows_of_files),
        packed_columns(Columns(_since(flow, count), holds, outside)),
        [[(tag_of(packed), strings.texts[number_of(packed)], receiver_of(packed)) for packed in each] for each in sets],
        sorted(term for term in flow.typed if term < count),
        dict(flow.results_since),
        sorted(flow.contexts.copied),
        _considered(flow),
        sorted(flow.contexts.asked_hooks()),
        {strings.texts[word]: row for word, row in flow.contexts.first_readers().items()},
        sorted(term for term in flow.members.given_out if term > 0 and flow.rows[4 * term] == ValueOp.IMPORT),
        0,
        flow.contexts.rows_of_copies,
        _keywords(flow) if any(KEYWORDS in words for words in flow.fields.setters.values()) else None,
        flow.members.binds(strings["__instancecheck__"]),
    )
    return packed_left(left)


def _since(flow: Flow, count: int) -> NDArray[np.uint16]:
    assert isinstance(flow.cells, Rounds)
    return np.frombuffer(flow.cells.set_up_in, dtype=np.uint16)[:count]


def _holds(flow: Flow, count: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16], list[list[int]]]:
    """(tags by row, number of a set by row, the sets). Some rows at a time: beside a whole flow there is no room for more."""
    tags, outside = (np.zeros(count, dtype=np.uint16) for _ in range(2))
    numbers: dict[int | frozenset[int], int] = {}
    for start in range(0, count, _AT_ONCE):
        held = flow.cells.values[start : min(start + _AT_ONCE, count)]
        single = np.fromiter((value if value.__class__ is int else -1 for value in held), dtype=np.int64, count=len(held))
        part = tags[start : start + len(held)]
        part[:] = np.where(single < 0, 0, 1 << (single & TAG))
        alone: list[tuple[int, int | frozenset[int]]] = [
            (row, int(single[row])) for row in np.flatnonzero(part == ONLY_OUTSIDE).tolist()
        ]
        for row, values in enumerate(held):
            if values is not None and not isinstance(values, int):
                part[row] = _tags(values)
                if part[row] == ONLY_OUTSIDE:
                    alone.append((row, frozenset(values)))
        for row, key in alone:
            number = numbers.setdefault(key, len(numbers) + 1)
            outside[start + row] = number if number <= _MOST_SETS else 0
    sets = [key if isinstance(key, frozenset) else (key,) for key in list(numbers)[:_MOST_SETS]]
    return tags, outside, [sorted(flow.outside[value >> SHIFT] for value in each) for each in sets]


def _tags(values: AbstractSet[int]) -> int:
    found = 0
    for tag in {value & TAG for value in values}:
        found |= 1 << tag
    return found


def _keywords(flow: Flow) -> dict[str, bool]:
    words, times = np.unique(flow.program.keywords(), return_counts=True)
    return {flow.strings.texts[word]: count == 1 for word, count in zip(words.tolist(), times.tolist(), strict=True)}


def _considered(flow: Flow) -> list[int]:
    """Functions that decorators enter, and calls that may be told apart."""
    contexts, targets, found = flow.contexts, flow.targets, set[int]()
    asking = {
        *flow.program.of(ValueOp.DECORATE),
        *contexts.giving_decorators,
        *[row for row in targets if row >= contexts.first_row],
    }
    for row in asking & targets.keys():
        entered = targets[row]
        found.update((entered,) if isinstance(entered, int) else entered)
    found = {target for target in found if target < OUTER} | contexts.giving()
    return sorted(set(map(contexts.origin, found)))
