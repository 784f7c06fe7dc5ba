"""Sections of the graph that follow from others: which, and how they are made again. What a compressed copy need not hold.

Not the code that links (`freeze`), which has more at hand than sections. Invariant: what is made here is byte for byte what was
linked; whoever leaves a section out has compared the two.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import HOT, SET_BIT
from lepasserelle.model import Derivation, Sections

_HALF: Final = np.uint32(16)
_SMALL: Final = 256


def _by_name(sections: Sections) -> NDArray[np.generic]:
    records = np.asarray(sections["nodes"]).reshape(-1).view(HOT)
    return _ascending(np.ascontiguousarray(records["name"]))


def _in_start(sections: Sections) -> NDArray[np.generic]:
    slots, count = _slots(sections)
    starts = np.zeros(count + 1, np.dtype("<u4"))
    np.cumsum(np.bincount(slots, minlength=count), out=starts[1:])
    return starts


def _in_edge(sections: Sections) -> NDArray[np.generic]:
    """By (slot, kind, source): edges stand by (source, kind, target), so that equal keys keep the order that they have."""
    slots, _ = _slots(sections)
    kinds, rank = np.unique(sections["edge_types"][:, 0], return_inverse=True)
    if int(slots.max(initial=0)) * len(kinds) > 0xFFFF_FFFF - len(kinds):
        raise ValueError("too many nodes and kinds of edges for 32 bits")
    slots *= np.uint32(len(kinds))
    slots += rank.reshape(-1).astype(np.uint8)[sections["out_type"]]
    return _ascending(slots)


def _slots(sections: Sections) -> tuple[NDArray[np.uint32], int]:
    """Whom each edge leads to (nodes, then candidate sets), and how many there are."""
    targets: NDArray[np.uint32] = np.asarray(sections["out_target"], np.uint32)
    nodes, sets = len(sections["out_start"]) - 1, len(sections["set_start"]) - 1
    slots = targets & np.uint32(SET_BIT - 1)
    slots[np.flatnonzero(targets >= SET_BIT)] += np.uint32(nodes)
    return slots, nodes + sets


def _ascending(keys: NDArray[np.uint32]) -> NDArray[np.generic]:
    """The stable order of 32-bit keys, half by half: of 16 bits numpy makes a radix sort, four times as fast as of 32.

    Every fresh array of more than a hundred kilobytes is pages that the system has to clear, as long as the sort itself.
    """
    order = np.argsort(keys.astype(np.uint16), kind="stable").astype("<u4")
    top = int(keys.max(initial=0) >> _HALF)
    if not top:
        return order
    high = np.empty(len(keys), np.uint8 if top < _SMALL else np.uint16)
    np.right_shift(keys, _HALF, out=high, casting="unsafe")
    return order[np.argsort(high[order], kind="stable")]


DERIVED: Final = {
    "by_name": Derivation(("nodes",), _by_name),
    "in_start": Derivation(("set_start", "out_start", "out_target"), _in_start),
    "in_edge": Derivation(("set_start", "out_start", "out_target", "out_type", "edge_types"), _in_edge),
}
"""By section, each of sections that stand before it."""
