"""Tables and edges to the frozen sections. Numbers the external nodes, sorts the edges, packs the sites; decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.graph.edges import EdgeSink, is_outer, low
from lepasserelle.graph.layout import FAR, HOT, MAKING, MORE, NONE, NOT_INSIDE, SET_BIT, TALL, TEXT_BLOCK, TEXT_BREAK, Reason
from lepasserelle.graph.strings import encode, freeze_strings
from lepasserelle.graph.survey import Survey
from lepasserelle.model import Definition, NodeKind, Resolution, Sections

U32 = np.dtype("<u4")
_LEVEL: Final = 6
"""Of the compression of texts."""


class TextBlocks:
    """Signatures and documentation, compressed block by block as the files go by."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []
        self._done = bytearray()
        self._ends: list[int] = []
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)

    def add(self, definitions: Iterable[Definition]) -> None:
        """The texts of one file's definitions."""
        for text in texts_of(definitions):
            self._pending.append(text)
            if len(self._pending) == TEXT_BLOCK:
                self._flush()

    def _flush(self) -> None:
        self._done += pack_block(self._pending, self._compressor)
        self._ends.append(len(self._done))
        self._pending.clear()

    def freeze(self) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        """(all frames, where each one ends)."""
        if self._pending:
            self._flush()
        return np.frombuffer(bytes(self._done), dtype=np.uint8), np.array(self._ends, dtype="<u8")


def texts_of(definitions: Iterable[Definition]) -> Iterator[bytes]:
    """Signature and documentation of each definition, as a block holds them."""
    for definition in definitions:
        yield encode(definition.signature) + TEXT_BREAK + encode(definition.documentation) + TEXT_BREAK


def pack_block(texts: Sequence[bytes], compressor: zstandard.ZstdCompressor | None = None) -> bytes:
    """The frame of one block."""
    return (compressor or zstandard.ZstdCompressor(level=_LEVEL)).compress(b"".join(texts))


def freeze(survey: Survey, owners: dict[int, int], sink: EdgeSink, texts: TextBlocks) -> Sections:
    """All sections of `layout.py`. `owners`: methods that stand outside their class → the class."""
    outer = _outer_names(survey, sink)
    strings = survey.strings.texts
    blob, ends, numbers = freeze_strings(_strings_of(survey, sink, outer))
    count = len(survey.kind)
    external = np.zeros(len(strings), dtype=U32)
    external[[string for string, _, _ in outer]] = np.arange(count, count + len(outer))
    sections: dict[str, NDArray[np.generic]] = {"names": blob, "names_end": ends}
    sections |= _nodes(survey, owners, outer, numbers)
    sections["text"], sections["text_end"] = texts.freeze()
    rows = [(numbers[row.path], numbers[row.module], numbers[row.language]) for row in survey.files]
    sections["files"] = np.array(rows, dtype=U32).reshape(len(rows), 3)
    sections["files_base"] = np.array([*survey.bases_of_files, count], dtype=U32)
    sections |= _sets(sink, external, [numbers[strings[name]] for name in sink.set_names])
    sections |= _edges(sink, external, count + len(outer), survey)
    return sections


def _outer_names(survey: Survey, sink: EdgeSink) -> list[tuple[int, str, str]]:
    """(link string, text before the last dot, last name) of each external node, in the order of their names."""
    targets = np.frombuffer(sink.target, dtype=np.uint64)
    used = set((targets[targets >> np.uint64(32) == 1] & np.uint64(0xFFFF_FFFF)).tolist())
    used |= {low(member) for members in sink.set_members for member in members if is_outer(member)}
    texts = survey.strings.texts
    return [(number, *texts[number].rpartition(".")[::2]) for number in sorted(used, key=lambda number: encode(texts[number]))]


def _strings_of(survey: Survey, sink: EdgeSink, outer: list[tuple[int, str, str]]) -> Iterable[str]:
    texts = survey.strings.texts
    yield ""
    for number in {*survey.name, *sink.set_names, *(name for _, name in survey.also)}:
        yield texts[number]
    for row in survey.files:
        yield from (row.path, row.module, row.language)
    for _, prefix, name in outer:
        yield from (prefix, name)


def _nodes(
    survey: Survey, owners: dict[int, int], outer: list[tuple[int, str, str]], numbers: dict[str, int]
) -> dict[str, NDArray[np.generic]]:
    texts = survey.strings.texts
    count, total = len(survey.kind), len(survey.kind) + len(outer)
    hot = np.zeros(total, dtype=HOT)
    linked = np.frombuffer(survey.name, dtype=np.uint32)
    number_of = np.zeros(len(texts), dtype=U32)
    used = np.unique(linked).tolist()
    number_of[used] = [numbers[texts[number]] for number in used]
    hot["name"][:count] = number_of[linked]
    hot["parent"][:count] = np.frombuffer(survey.lexical_parent, dtype=np.uint32)
    for node, owner in owners.items():
        hot["parent"][node] = owner
    spans = np.frombuffer(survey.span, dtype=np.uint32).reshape(count, 4)
    hot["start_byte"][:count], hot["length"][:count], hot["start_line"][:count] = spans[:, 0], spans[:, 1], spans[:, 2]
    hot["line_count"][:count] = np.minimum(spans[:, 3], TALL)
    hot["kind"][:count] = np.frombuffer(survey.kind, dtype=np.uint8)
    hot["flags"][:count] = np.frombuffer(survey.flags, dtype=np.uint8)
    if outer:
        hot["name"][count:] = [numbers[name] for _, _, name in outer]
        hot["parent"][count:] = [numbers[prefix] for _, prefix, _ in outer]
        hot["kind"][count:] = NodeKind.EXTERNAL
    also = sorted((numbers[texts[name]], node) for node, name in survey.also)
    tall = np.flatnonzero(spans[:, 3] >= TALL)
    complexity = np.frombuffer(survey.complexity, dtype=np.uint32)
    steep = np.flatnonzero(complexity >= 255)
    return {
        "nodes": hot.view(np.uint8).reshape(total, HOT.itemsize),
        "by_name": np.argsort(hot["name"], kind="stable").astype(U32),
        "also": np.array(also, dtype=U32).reshape(len(also), 2),
        "tall": np.stack([tall, spans[tall, 3]], axis=1).astype(U32),
        "complexity": np.minimum(complexity, 255).astype(np.uint8),
        "complex": np.stack([steep, complexity[steep]], axis=1).astype(U32),
    }


def _sets(sink: EdgeSink, external: NDArray[np.uint32], names: list[int]) -> dict[str, NDArray[np.generic]]:
    members = [sorted(int(external[low(m)]) if is_outer(m) else m for m in group) for group in sink.set_members]
    flat = np.array([node for group in members for node in group], dtype=U32)
    sizes = [len(group) for group in members]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((owner, flat))
    return {
        "set_start": np.array([0, *accumulate(sizes)], dtype=U32),
        "set_members": flat,
        "set_names": np.array(names, dtype=U32),
        "member_sets": np.stack([flat[order], owner[order]], axis=1).astype(U32),
    }


def _edges(sink: EdgeSink, external: NDArray[np.uint32], nodes: int, survey: Survey) -> dict[str, NDArray[np.generic]]:
    sets = len(sink.set_members)
    places = _Places(sink, external)
    opens = places.opens
    source, target, kind = places.source[opens], places.target[opens], places.kind[opens]
    reason = np.minimum.reduceat(places.reason, opens) if len(opens) else places.reason
    reason = _with_making(places, opens, reason)
    resolution = np.array([Reason(code).resolution if code in _CODES else 0 for code in range(256)], dtype=np.uint8)[reason]
    packed = (kind.astype(np.uint32) << 16) | (resolution.astype(np.uint32) << 8) | reason
    types, type_of = np.unique(packed, return_inverse=True)
    slot = np.where(target >= SET_BIT, target - np.uint32(SET_BIT) + np.uint32(nodes), target)
    sections: dict[str, NDArray[np.generic]] = {
        "out_start": _starts(source, nodes),
        "in_start": _starts(slot, nodes + sets),
        "in_edge": np.lexsort((source, kind, slot)).astype(U32),
        "out_target": target.astype(U32),
        "out_type": type_of.reshape(-1).astype(np.uint8),
        "edge_types": np.stack([types >> 16, types >> 8 & 255, types & 255], axis=1).astype(np.uint8),
    }
    return sections | _sites(places, nodes, survey)


def _with_making(places: "_Places", opens: NDArray[np.intp], reason: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The reasons of edges, where a place that makes an instance is not lost behind one that only names the class."""
    makes = np.isin(places.reason, [int(code) for code in MAKING])
    if not makes.any():
        return reason
    making = np.array([Reason(code).making if code in _CODES else 0 for code in range(256)], dtype=np.uint8)
    return np.where(np.logical_or.reduceat(makes, opens), making[reason], reason)


class _Places:
    """The places of the sink by (source, kind, target, line), each once. `opens`: the first place of each edge."""

    def __init__(self, sink: EdgeSink, external: NDArray[np.uint32]) -> None:
        source, kind = np.frombuffer(sink.source, dtype=np.uint32), np.frombuffer(sink.kind, dtype=np.uint8)
        line, target = np.frombuffer(sink.line, dtype=np.uint32), _targets(sink, external)
        order = np.lexsort((line, target, kind, source))
        self.source, self.kind, self.target, self.line = source[order], kind[order], target[order], line[order]
        self.reason = _true_of_target(np.frombuffer(sink.reason, dtype=np.uint8)[order], self.target, external)
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = _changes(self.source) | _changes(self.kind) | _changes(self.target)
        self.opens = np.flatnonzero(begins)
        self.kept = begins.copy()
        """Of places of one edge in one line the first."""
        self.kept[1:] |= _changes(self.line)


def _true_of_target(reason: NDArray[np.uint8], target: NDArray[np.uint32], external: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The reasons, without those of a name that is not in the project where the target is: it was found by way of such a name."""
    outside = external[external > 0]
    if not len(outside):
        return reason
    inside = (target < outside.min()) | (target >= SET_BIT)  # what a set holds is known
    instead = np.arange(256, dtype=np.uint8)
    for code in NOT_INSIDE:
        instead[code] = Reason.SEVERAL if code.resolution == Resolution.AMBIGUOUS else Reason.FLOW
    return np.where(inside, instead[reason], reason)


def _targets(sink: EdgeSink, external: NDArray[np.uint32]) -> NDArray[np.uint32]:
    targets = np.frombuffer(sink.target, dtype=np.uint64)
    where, number = (targets >> np.uint64(32)).astype(np.uint8), targets.astype(np.uint32)
    return np.where(
        where == 1, external[np.where(where == 1, number, 0)], np.where(where == 2, number | np.uint32(SET_BIT), number)
    )


def _changes(column: NDArray[np.generic]) -> NDArray[np.bool_]:
    changed: NDArray[np.bool_] = column[1:] != column[:-1]
    return changed


def _starts(keys: NDArray[np.uint32], count: int) -> NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))]).astype(U32)


def _sites(places: _Places, nodes: int, survey: Survey) -> dict[str, NDArray[np.generic]]:
    lines, owner = places.line[places.kept].astype(np.int64), places.source[places.kept]
    ends = np.append((np.cumsum(places.kept) - 1)[places.opens], len(lines))[1:]
    first = np.frombuffer(survey.span, dtype=np.uint32).reshape(-1, 4)[:, 2].astype(np.int64)
    delta = lines - first[owner] if len(lines) else lines
    far = (delta < 0) | (delta >= FAR)
    sites = np.where(far, FAR, delta)
    more = np.ones(len(lines), dtype=bool)
    more[ends - 1] = False
    sites = sites | np.where(more, MORE, 0)
    far_at = np.flatnonzero(far)
    return {
        "site_start": _starts(owner, nodes),
        "sites": sites.astype("<u2"),
        "far_sites": np.stack([far_at, lines[far_at]], axis=1).astype(U32),
    }


_CODES = frozenset(int(code) for code in Reason)
_ = NONE
