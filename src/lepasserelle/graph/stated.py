"""What resolving by scope states, in columns that another process can be handed. Decides nothing.

Strings that were interned on the way go along as texts: whoever unpacks may have given their numbers to others meanwhile.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.edges import OUTER, EdgeSink, Relation
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.strings import Interner
from lepasserelle.model import EdgeKind

_LOW: Final = np.uint64(0xFFFF_FFFF)
_CALLS: Final = int(EdgeKind.CALLS)
_BOUNDED: Final = int(Reason.BOUNDED)


class Columns(msgspec.Struct, array_like=True):
    """Places, or relations: targets and what is said of them."""

    kind: bytes
    reason: bytes
    target: bytes
    source: bytes = b""
    line: bytes = b""


class Stated(msgspec.Struct, array_like=True):
    """Everything. `lists_end`: where each list of relations ends in `lists`; `numbers`: the list of each reference that waits."""

    places: Columns
    set_members: list[tuple[int, ...]]
    set_names: list[int]
    lists: Columns
    lists_end: bytes
    numbers: bytes
    places_end: bytes
    """Where the places of each file end."""
    numbers_end: bytes
    """Where the references of each file that wait end."""
    cut: list[int]
    """Files in which an answer was cut short."""
    names: dict[int, str] = {}
    """Every string that targets and names of sets mean: whoever unpacks may have another number for it."""


_encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Stated).decode


class Keeper:
    """Collects the relations of references that wait for the flow, each list of relations once."""

    def __init__(self) -> None:
        self._lists: list[list[Relation]] = []
        self._number_of: dict[int, int] = {}
        """Identity of a list that is kept, and so stays where it is → its number."""
        self._numbers = array("I")
        self._places_end, self._numbers_end = array("I"), array("I")
        self._cut: list[int] = []

    def keep(self, stated: Iterable[list[Relation]]) -> None:
        """What the next references state; lists may be shared and are not changed afterwards."""
        numbers, lists = self._number_of, self._lists
        stated = list(stated)
        which = list(map(id, stated))
        for identity, relations in zip(which, stated, strict=True):
            if identity not in numbers:
                numbers[identity] = len(lists)
                lists.append(relations)
        self._numbers.extend(map(numbers.__getitem__, which))

    def rewind(self) -> None:
        """Forget what was kept of the file in question."""
        del self._numbers[self._numbers_end[-1] if self._numbers_end else 0 :]

    def end_file(self, sink: EdgeSink, *, is_cut: bool = False) -> None:
        """No more is stated in the file in question. `is_cut`: an answer in it was cut short."""
        if is_cut:
            self._cut.append(len(self._places_end))
        self._places_end.append(len(sink.kind))
        self._numbers_end.append(len(self._numbers))

    def stated(self, sink: EdgeSink) -> Stated:
        """All of it, and what is in the sink."""
        flat = [relation for relations in self._lists for relation in relations]
        targets = array("Q", [target for _, target, _ in flat])
        return Stated(
            Columns(bytes(sink.kind), bytes(sink.reason), sink.target.tobytes(), sink.source.tobytes(), sink.line.tobytes()),
            sink.set_members,
            sink.set_names,
            Columns(bytes([kind for kind, _, _ in flat]), bytes([reason for _, _, reason in flat]), targets.tobytes()),
            array("I", accumulate(map(len, self._lists))).tobytes(),
            self._numbers.tobytes(),
            self._places_end.tobytes(),
            self._numbers_end.tobytes(),
            self._cut,
        )


def pack(stated: Stated, strings: Interner) -> bytes:
    """The same as bytes, with the texts of its strings."""
    met = {target & int(_LOW) for members in stated.set_members for target in members if OUTER <= target < 2 * OUTER}
    for column in (stated.places.target, stated.lists.target):
        numbers = np.frombuffer(column, dtype=np.uint64)
        met.update((np.unique(numbers[numbers >> np.uint64(32) == 1]) & _LOW).tolist())
    met.update(stated.set_names)
    stated.names = {number: strings.texts[number] for number in sorted(met)}
    return _encode(stated)


class Kept:
    """The relations of the references that wait. `numbers`: of each reference its list."""

    def __init__(self, packed: Stated, moved: dict[int, int]) -> None:
        self.numbers = np.frombuffer(packed.numbers, dtype=np.uint32)
        self._kind = np.frombuffer(packed.lists.kind, dtype=np.uint8)
        self._reason = np.frombuffer(packed.lists.reason, dtype=np.uint8)
        self._target = _renumbered(np.frombuffer(packed.lists.target, dtype=np.uint64), moved)
        self._end = np.frombuffer(packed.lists_end, dtype=np.uint32).astype(np.int64)
        self._start = np.concatenate([[0], self._end])[:-1]

    def relations(self, chosen: NDArray[np.bool_]) -> Iterator[list[Relation]]:
        """The list of each of the chosen references."""
        numbers = self.numbers[chosen]
        kinds, targets, reasons = self._kind.tolist(), self._target.tolist(), self._reason.tolist()
        for start, end in zip(self._start[numbers].tolist(), self._end[numbers].tolist(), strict=True):
            yield list(zip(kinds[start:end], targets[start:end], reasons[start:end], strict=True))

    def call_alone(self, places: NDArray[np.intp], targets: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Whether each of these references states one thing, and that is a call, asserted, of its target."""
        numbers = self.numbers[places]
        alone: NDArray[np.bool_] = self._end[numbers] - self._start[numbers] == 1
        at = self._start[numbers[alone]]
        alone[alone] = (self._kind[at] == _CALLS) & (self._reason[at] < _BOUNDED) & (self._target[at] == targets[alone])
        return alone

    def give(self, sink: EdgeSink, chosen: NDArray[np.bool_], sources: NDArray[np.uint32], lines: NDArray[np.uint32]) -> None:
        """Put what the chosen references state into the sink, as places of these sources and lines."""
        numbers = self.numbers[chosen]
        start, count = self._start[numbers], self._end[numbers] - self._start[numbers]
        places = np.arange(int(count.sum())) + np.repeat(start - np.cumsum(count) + count, count)
        sink.source.frombytes(np.repeat(sources, count).tobytes())
        sink.line.frombytes(np.repeat(lines, count).tobytes())
        sink.kind.extend(self._kind[places].tobytes())
        sink.reason.extend(self._reason[places].tobytes())
        sink.target.frombytes(self._target[places].tobytes())


def unpack(data: bytes, sink: EdgeSink, strings: Interner) -> Kept:
    """Put what was in the packed sink into an empty one, with the numbers that new strings have here; what is kept."""
    packed = decode(data)
    moved = {number: strings[text] for number, text in packed.names.items()}
    moved = {before: after for before, after in moved.items() if before != after}
    places = packed.places
    sink.source.frombytes(places.source)
    sink.line.frombytes(places.line)
    sink.kind.extend(places.kind)
    sink.reason.extend(places.reason)
    sink.target.frombytes(_renumbered(np.frombuffer(places.target, dtype=np.uint64), moved).tobytes())
    outer = {OUTER | before: OUTER | after for before, after in moved.items()}
    for name, members in zip(packed.set_names, packed.set_members, strict=True):
        if not outer.keys().isdisjoint(members):
            members = tuple(sorted([outer.get(member, member) for member in members]))
        sink.candidates(moved.get(name, name), members)
    return Kept(packed, moved)


def _renumbered(targets: NDArray[np.uint64], moved: dict[int, int]) -> NDArray[np.uint64]:
    if not moved:
        return targets
    before = np.array(sorted(moved), dtype=np.uint64)
    after = np.array([moved[number] for number in sorted(moved)], dtype=np.uint64)
    place = np.minimum(np.searchsorted(before, targets & _LOW), len(before) - 1)
    hit = (targets >> np.uint64(32) == 1) & (before[place] == targets & _LOW)
    return np.where(hit, after[place] | np.uint64(OUTER), targets)
