"""What resolving names stated of a whole project, kept for the next linking: files that a change does not touch state it again.

Sections do not depend on whether any of this was there. Decides nothing about names (`reach` says which files are touched).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.graph.differences import Difference, difference_of
from lepasserelle.graph.edges import OUTER, SET, is_outer, low
from lepasserelle.graph.flowed import Flowed
from lepasserelle.graph.moving import Change
from lepasserelle.graph.reach import touched
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.stated import Columns, Stated, decode
from lepasserelle.graph.survey import Survey

VERSION: Final = 6
_LOW: Final = np.uint64(0xFFFF_FFFF)
_LEVEL: Final = 3

Wide = NDArray[np.uint64]
Ints = NDArray[np.int64]


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """What a linking leaves. `stated`: compressed."""

    version: int
    bases: list[int]
    """First definition of each file, and the number of all."""
    has_stored: bool
    """Whether any file stores functions elsewhere than in names, which every subscript asks."""
    stated: bytes
    flows: dict[str, Flowed]
    """What the flow of values said, by family."""


class Former(NamedTuple):
    """A linking of the same files, some of which have changed since."""

    remembered: Remembered
    changes: Sequence[Change]
    unsure: Sequence[int]
    """Files of which something else is remembered than they say now."""


class Plan(NamedTuple):
    """What of a former linking stays."""

    stated: Stated
    resolves: NDArray[np.bool_]
    """By file: whether its names have to be resolved."""
    nodes: Ints
    """By former definition its number now, -1 for one that is gone."""


def remembered(survey: Survey, packed: bytes, flows: dict[str, Flowed]) -> Remembered:
    """What is kept of this linking, whose names state `packed`."""
    bases = [*survey.bases_of_files, len(survey.kind)]
    return Remembered(VERSION, bases, bool(survey.stored), zstandard.ZstdCompressor(level=_LEVEL).compress(packed), flows)


def plan_of(survey: Survey, former: Former) -> Plan | None:
    """Which files the changes touch; None: all, or what is remembered does not fit."""
    known = former.remembered
    if known.version != VERSION or len(known.bases) != len(survey.files) + 1 or known.has_stored != bool(survey.stored):
        return None
    changes = _changes(survey, former)
    if changes is None or not _fits(survey, known.bases, former.changes):
        return None
    families = {survey.files[change.file].family.name for change in former.changes} - {"python"}
    found = touched(survey, changes)
    if found is None:
        found = {number for number, row in enumerate(survey.files) if row.family.name == "python"}
    found |= {number for number, row in enumerate(survey.files) if row.family.name in families}
    stated = decode(zstandard.ZstdDecompressor().decompress(known.stated))
    resolves = np.zeros(len(survey.files), dtype=bool)
    resolves[[*found, *former.unsure, *stated.cut]] = True
    return Plan(stated, resolves, _nodes(survey, known.bases, changes)) if not resolves.all() else None


def _changes(survey: Survey, former: Former) -> dict[int, tuple[LinkFile, Difference]] | None:
    """By file of Python that changed, what it was and how that differs from what it is."""
    found = {}
    for change in former.changes:
        row = survey.files[change.file]
        if row.family.name == "python":
            difference = difference_of(change.before, change.after)
            if difference is None:
                return None
            found[change.file] = LinkFile(row.path, row.module, row.language, 0, change.before), difference
    return found


def _fits(survey: Survey, bases: Sequence[int], changes: Sequence[Change]) -> bool:
    """Whether each file has the definitions that are remembered of it, or of what it was."""
    counts = np.array([row.count for row in survey.files])
    for change in changes:
        counts[change.file] = len(change.before.definitions)
    return bool(np.array_equal(np.diff(bases), counts))


def _nodes(survey: Survey, bases: Sequence[int], changes: dict[int, tuple[LinkFile, Difference]]) -> Ints:
    counts = np.diff(bases)
    nodes: Ints = np.arange(bases[-1]) + np.repeat(np.array(survey.bases_of_files) - np.array(bases[:-1]), counts)
    for number, row in enumerate(survey.files):
        if number in changes:
            own = np.array(changes[number][1].nodes)
            nodes[bases[number] : bases[number + 1]] = np.where(own >= 0, own + row.base, -1)
    return nodes


def joined(plan: Plan, fresh: Stated, number_of: Callable[[str], int]) -> Stated | None:
    """What all files state: those that were resolved what they state in `fresh`, the others what is remembered of them. None when
    one of these names a definition that is gone. `number_of`: the string of a text.
    """
    strings = np.zeros(max(plan.stated.names, default=0) + 1, dtype=np.uint64)
    for number, text in plan.stated.names.items():
        strings[number] = number_of(text)
    kept = _Part(plan.stated, ~plan.resolves)
    if not kept.renumber(plan.nodes, strings):
        return None
    return _together(kept, _Part(fresh, plan.resolves))


class _Part:
    """What the chosen files state."""

    def __init__(self, stated: Stated, chosen: NDArray[np.bool_]) -> None:
        places, lists = stated.places, stated.lists
        of_place, of_number = (_owners(np.frombuffer(ends, dtype=np.uint32)) for ends in (stated.places_end, stated.numbers_end))
        at = chosen[of_place]
        self.place_file = of_place[at]
        self.place_kind, self.place_reason = (np.frombuffer(column, dtype=np.uint8)[at] for column in (places.kind, places.reason))
        self.place_target = np.frombuffer(places.target, dtype=np.uint64)[at]
        self.source = np.frombuffer(places.source, dtype=np.uint32)[at]
        self.line = np.frombuffer(places.line, dtype=np.uint32)[at]
        at = chosen[of_number]
        self.number_file = of_number[at]
        used, self.numbers = np.unique(np.frombuffer(stated.numbers, dtype=np.uint32)[at], return_inverse=True)
        ends = np.frombuffer(stated.lists_end, dtype=np.uint32).astype(np.int64)
        starts = np.concatenate([[0], ends])[:-1]
        self.sizes = (ends - starts)[used]
        inside = np.arange(int(self.sizes.sum())) + np.repeat(starts[used] - np.cumsum(self.sizes) + self.sizes, self.sizes)
        self.list_kind, self.list_reason = (np.frombuffer(column, dtype=np.uint8)[inside] for column in (lists.kind, lists.reason))
        self.list_target = np.frombuffer(lists.target, dtype=np.uint64)[inside]
        self.set_members, self.set_names = stated.set_members, stated.set_names
        self.resolves = chosen
        self.cut = [file for file in stated.cut if chosen[file]]

    def renumber(self, nodes: Ints, strings: Wide) -> bool:
        """Give definitions and strings their numbers of now. False when one that is gone is named."""
        self.source = nodes[self.source].astype(np.uint32)
        used = np.unique(np.concatenate([self.place_target, self.list_target]))
        sets = (used[used >= SET] & _LOW).tolist()
        members: list[tuple[int, ...]] = [()] * len(self.set_members)
        names = [0] * len(self.set_names)
        try:
            for number in sets:
                inside = [_now(member, nodes, strings) for member in self.set_members[number]]
                members[number], names[number] = tuple(sorted(inside)), int(strings[self.set_names[number]])
            now = np.array([_now(target, nodes, strings) for target in used.tolist()], dtype=np.uint64)
        except _GoneError:
            return False
        self.set_members, self.set_names = members, names
        self.place_target = now[np.searchsorted(used, self.place_target)]
        self.list_target = now[np.searchsorted(used, self.list_target)]
        return True


class _GoneError(Exception):
    """A definition that is there no more is named."""


def _now(target: int, nodes: Ints, strings: Wide) -> int:
    if target >= SET:
        return target
    if is_outer(target):
        return OUTER | int(strings[low(target)])
    node = int(nodes[target])
    if node < 0:
        raise _GoneError
    return node


def _owners(ends: NDArray[np.uint32]) -> Ints:
    """The file of each place, or number."""
    counts = ends.astype(np.int64)
    counts[1:] -= ends[:-1]
    return np.repeat(np.arange(len(ends)), counts)


def _together(first: _Part, second: _Part) -> Stated:
    moved = np.uint64(len(first.set_members))
    for column in (second.place_target, second.list_target):
        column[column >= SET] += moved
    whole = partial(_joined, first, second)
    by_file = np.argsort(whole("place_file"), kind="stable")
    numbers_by_file = np.argsort(whole("number_file"), kind="stable")
    second.numbers = second.numbers + len(first.sizes)
    sizes, numbers = whole("sizes"), whole("numbers")[numbers_by_file]
    places = _Targets(whole("place_file")[by_file], whole("place_target")[by_file])
    lists = _Lists(whole("list_target"), sizes, numbers, whole("number_file")[numbers_by_file])
    members, names, sets = _sets_in_order(first, second, places, lists)
    files = len(first.resolves)
    return Stated(
        Columns(
            whole("place_kind")[by_file].tobytes(),
            whole("place_reason")[by_file].tobytes(),
            _with_sets(places.target, sets).tobytes(),
            whole("source")[by_file].astype(np.uint32).tobytes(),
            whole("line")[by_file].tobytes(),
        ),
        members,
        names,
        Columns(whole("list_kind").tobytes(), whole("list_reason").tobytes(), _with_sets(lists.target, sets).tobytes()),
        np.cumsum(sizes).astype(np.uint32).tobytes(),
        numbers.astype(np.uint32).tobytes(),
        _ends(places.file, files),
        _ends(lists.file, files),
        sorted([*first.cut, *second.cut]),
    )


def _joined(first: _Part, second: _Part, column: str) -> NDArray[Any]:
    both: NDArray[Any] = np.concatenate([getattr(first, column), getattr(second, column)])
    return both


class _Targets(NamedTuple):
    """Places of all files, in order."""

    file: Ints
    target: Wide


class _Lists(NamedTuple):
    """Relations by list, and the lists of all references that wait, in order."""

    target: Wide
    sizes: Ints
    numbers: Ints
    file: Ints


def _sets_in_order(first: _Part, second: _Part, places: _Targets, lists: _Lists) -> tuple[list[tuple[int, ...]], list[int], Wide]:
    """(members, names, by former number of a set its number now): each once, in the order in which files state them, as resolving
    all of them would number them.
    """
    at = np.flatnonzero(places.target >= SET)
    met, first_met = np.unique(lists.numbers, return_index=True)
    when = np.full(len(lists.sizes), -1)
    when[met] = first_met
    inside = np.flatnonzero(lists.target >= SET)
    owner = when[np.repeat(np.arange(len(lists.sizes)), lists.sizes)[inside]]
    of_list = lists.file[owner]
    order = np.lexsort(
        (
            np.concatenate([at, inside]),
            np.concatenate([at, owner]),
            np.repeat([0, 1], [len(at), len(inside)]),
            np.concatenate([places.file[at], of_list]),
        )
    )
    used = (np.concatenate([places.target[at], lists.target[inside]])[order] & _LOW).tolist()
    known_members, known_names = first.set_members + second.set_members, first.set_names + second.set_names
    numbers: dict[tuple[int, tuple[int, ...]], int] = {}
    sets = np.zeros(len(known_members), dtype=np.uint64)
    for number in dict.fromkeys(used):
        sets[number] = numbers.setdefault((known_names[number], known_members[number]), len(numbers))
    return [members for _, members in numbers], [name for name, _ in numbers], sets


def _with_sets(targets: Wide, sets: Wide) -> Wide:
    found = targets.copy()
    at = targets >= SET
    found[at] = sets[(targets[at] & _LOW).astype(np.int64)] | np.uint64(SET)
    return found


def _ends(files: Ints, count: int) -> bytes:
    return np.cumsum(np.bincount(files, minlength=count)).astype(np.uint32).tobytes()
