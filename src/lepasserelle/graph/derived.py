"""Sections of the graph that follow from others: which, and how they are made again. What a compressed copy need not hold.

Not the code that links (`freeze`), which has more at hand than sections. Invariant: what is made here is byte for byte what was
linked; whoever leaves a section out has compared the two.

Every fresh array of more than a hundred kilobytes is pages that the system has to bring in and clear, which takes longer than
what is done with them. So numbers are sorted and counted by parts of some thousand, and whole columns lie in what `Empty` gives.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import HOT, SET_BIT
from lepasserelle.model import Derivation, Empty, Sections

_PART_ITEMS: Final = 1 << 14
_MOST_PARTS: Final = 1 << 8
"""Each part looks at all items once; more of them would take longer than sorting all twice."""

_SORTED_BITS: Final = 16
"""Numbers so short are sorted by radix."""


def _by_name(sections: Sections, empty: Empty) -> NDArray[np.generic]:
    records = np.asarray(sections["nodes"]).reshape(-1).view(HOT)
    names = empty(len(records), np.uint32)
    names[:] = records["name"]
    return _ascending(names, empty)


def _in_start(sections: Sections, empty: Empty) -> NDArray[np.generic]:
    slots, count = _slots(sections, empty, np.intp)  # what is counted as it is
    starts: NDArray[np.uint32] = empty(count + 1, "<u4")
    starts[0] = 0
    np.cumsum(np.bincount(slots, minlength=count), out=starts[1:])
    return starts


def _in_edge(sections: Sections, empty: Empty) -> NDArray[np.generic]:
    """By (slot, kind, source): edges stand by (source, kind, target), so that equal keys keep the order that they have."""
    slots, _ = _slots(sections, empty, np.uint32)
    kind = np.asarray(sections["edge_types"])[:, 0]
    rank = np.zeros(int(kind.max(initial=0)) + 1, np.uint8)
    rank[kind] = 1
    kinds = int(rank.sum())
    if int(slots.max(initial=0)) * kinds > 0xFFFF_FFFF - kinds:
        raise ValueError("too many nodes and kinds of edges for 32 bits")
    slots *= np.uint32(kinds)
    rank_of_type = (np.cumsum(rank, dtype=np.uint8) - np.uint8(1))[kind]
    slots += rank_of_type.take(sections["out_type"], out=empty(len(slots), np.uint8), mode="clip")
    return _ascending(slots, empty)


def _slots(sections: Sections, empty: Empty, dtype: type[np.integer]) -> tuple[NDArray[np.integer], int]:
    """Whom each edge leads to (nodes, then candidate sets), and how many there are."""
    targets: NDArray[np.uint32] = np.asarray(sections["out_target"], np.uint32)
    nodes, sets = len(sections["out_start"]) - 1, len(sections["set_start"]) - 1
    slots: NDArray[np.integer] = empty(len(targets), dtype)
    np.bitwise_and(targets, np.uint32(SET_BIT - 1), out=slots, casting="unsafe")
    beyond = np.right_shift(targets, np.uint32(SET_BIT.bit_length() - 1), out=empty(len(targets), np.uint32))
    slots += np.multiply(beyond, np.uint32(nodes), out=beyond)
    return slots, nodes + sets


def _ascending(keys: NDArray[np.integer], empty: Empty) -> NDArray[np.generic]:
    """The stable order of 32-bit keys: by parts that share their upper bits, each by radix."""
    most = int(keys.max(initial=0))
    shift = min(_SORTED_BITS, max(0, most.bit_length() - (len(keys) // _PART_ITEMS).bit_length()))
    if most >> shift >= _MOST_PARTS:
        return _by_halves(keys)
    order: NDArray[np.uint32] = empty(len(keys), "<u4")
    done = 0
    for rows in _parts(keys, shift, most, empty):
        order[done : done + len(rows)] = rows.take(np.argsort(keys.take(rows).astype(np.uint16), kind="stable"))
        done += len(rows)
    return order


def _parts(keys: NDArray[np.integer], shift: int, most: int, empty: Empty) -> Iterator[NDArray[np.integer]]:
    """Rows of equal upper bits, ascending, for one value of these after the other."""
    if not most >> shift:
        yield np.arange(len(keys))
        return
    tops = np.right_shift(keys, keys.dtype.type(shift), out=empty(len(keys), np.uint8), casting="unsafe")
    is_here = empty(len(keys), np.bool_)
    for part in range((most >> shift) + 1):
        yield np.flatnonzero(np.equal(tops, np.uint8(part), out=is_here))


def _by_halves(keys: NDArray[np.integer]) -> NDArray[np.generic]:
    """The same by the lower half and then by the upper one."""
    order = np.argsort(keys.astype(np.uint16), kind="stable").astype("<u4")
    high = np.right_shift(keys, keys.dtype.type(_SORTED_BITS)).astype(np.uint16)
    return order.take(np.argsort(high.take(order), kind="stable"))


DERIVED: Final = {
    "by_name": Derivation(("nodes",), _by_name, 0.45),
    "in_start": Derivation(("set_start", "out_start", "out_target"), _in_start, 2.5),
    "in_edge": Derivation(("set_start", "out_start", "out_target", "out_type", "edge_types"), _in_edge, 2.3),
}
"""By section, each of sections that stand before it."""
