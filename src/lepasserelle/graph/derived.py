"""Sections of the graph that follow from others: which, and how they are made again. What a compressed copy need not hold.

Not the code that links (`freeze`), which has more at hand than sections. Invariant: what is made here is byte for byte what was
linked; whoever leaves a section out has compared the two.

Every fresh array of more than a hundred kilobytes is pages that the system has to bring in and clear, which takes longer than
what is done with them. So numbers are sorted and put in their places by parts of some thousand, and whole columns lie in what
`Empty` gives.
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


def _out_target(sections: Sections, empty: Empty) -> NDArray[np.generic]:
    """Each slot (node, then candidate set) written at the edges that lead to it."""
    starts, edges = np.asarray(sections["in_start"], np.uint32), np.asarray(sections["in_edge"], np.uint32)
    nodes, slots = len(sections["out_start"]) - 1, len(starts) - 1
    if int(starts[-1]) != len(edges) or slots < nodes or np.any(starts[1:] < starts[:-1]):
        raise ValueError("edges do not lie in slots one behind the other")
    target_of: NDArray[np.uint32] = empty(slots, "<u4")
    target_of[:nodes] = np.arange(nodes, dtype=np.uint32)
    target_of[nodes:] = np.arange(SET_BIT, SET_BIT + slots - nodes, dtype=np.uint32)
    targets: NDArray[np.uint32] = empty(len(edges), "<u4")
    ends = np.searchsorted(starts, np.arange(_PART_ITEMS, len(edges) + _PART_ITEMS, _PART_ITEMS), "right") - 1
    begin = 0
    for end in (*ends.tolist(), slots):
        part = starts[begin : end + 1]
        at = edges[part[0] : part[-1]].astype(np.intp)  # as it is, writing would take twice as long
        targets[at] = np.repeat(target_of[begin:end], np.diff(part))
        begin = end
    return targets


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
    "out_target": Derivation(("out_start", "in_start", "in_edge"), _out_target, 0.9),
}
"""By section, each of sections that stand before it."""
