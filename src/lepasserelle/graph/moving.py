"""The sections of a graph whose edges stayed: some files were written again, and nothing that linking reads has changed but places.

Edges are taken from the former sections; places, signatures and documentation come from the new facts.
Invariant: equal, byte for byte, to what linking all files anew would give; None where that cannot be told from these files alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from lepasserelle.graph.essence import essence_of
from lepasserelle.graph.freeze import U32, pack_block, texts_of
from lepasserelle.graph.layout import FAR, HOT, LACKED_MEMORY, MORE, NONE, TALL, TEXT_BLOCK, TEXT_BREAK
from lepasserelle.model import FileFacts, Sections

Ints = NDArray[np.int64]


class Change(NamedTuple):
    """A file that was written again."""

    file: int
    """Its number, which has stayed."""
    before: FileFacts
    after: FileFacts


class _Lines(NamedTuple):
    """Where the nodes of a changed file stand, and what has become of its lines."""

    nodes: slice
    before: Ints
    after: Ints


def moved(former: Sections, changes: Sequence[Change]) -> Sections | None:
    """The sections after these changes; None when the files have to be linked."""
    if former["bounds"][0] & LACKED_MEMORY:  # there may be more of it now
        return None
    found = []
    for change in changes:
        before, after = essence_of(change.before), essence_of(change.after)
        nodes = _nodes_of(former, change.file)
        if before.content != after.content or not _stands_alone(former, nodes):
            return None
        found.append(_Lines(nodes, *(np.array(lines, np.int64) for lines in (before.lines, after.lines))))
    sections = {**former, "nodes": former["nodes"].copy(), "complexity": former["complexity"].copy()}
    _move_nodes(sections, changes, found)
    if not _move_sites(sections, former, found):
        return None
    _write_texts(sections, changes, found)
    return sections


def _nodes_of(former: Sections, file: int) -> slice:
    begin, end = former["files_base"][file : file + 2].tolist()
    return slice(begin, end)


def _stands_alone(former: Sections, nodes: slice) -> bool:
    """Whether no owner of a node lies in another file, as far as this one goes: then only lines of one file are compared."""
    parents = _records(former["nodes"])["parent"][: int(former["files_base"][-1])]
    is_inside = (parents >= nodes.start) & (parents < nodes.stop)
    own = is_inside[nodes] | (parents[nodes] == NONE)
    return bool(own.all()) and int(is_inside.sum()) == int(is_inside[nodes].sum())


def _records(nodes: NDArray[np.generic]) -> NDArray[np.void]:
    records: NDArray[np.void] = nodes.reshape(-1).view(HOT)
    return records


def _move_nodes(sections: dict[str, NDArray[np.generic]], changes: Sequence[Change], found: list[_Lines]) -> None:
    hot, complexity = _records(sections["nodes"]), sections["complexity"]
    tall, steep = [sections["tall"]], [sections["complex"]]
    for change, lines in zip(changes, found, strict=True):
        own = change.after.definitions
        spans = np.array([(d.start_byte, max(0, d.end_byte - d.start_byte), d.start_line) for d in own], np.int64)
        counts = np.array([max(1, d.end_line - d.start_line + 1) for d in own], np.int64)
        hot["start_byte"][lines.nodes], hot["length"][lines.nodes], hot["start_line"][lines.nodes] = spans.T
        hot["line_count"][lines.nodes] = np.minimum(counts, TALL)
        decisions = np.array([d.complexity for d in own], np.int64)
        complexity[lines.nodes] = np.minimum(decisions, 255).astype(np.uint8)
        tall = [_outside(tall[0], lines.nodes), *tall[1:], _table(counts, TALL, lines.nodes.start)]
        steep = [_outside(steep[0], lines.nodes), *steep[1:], _table(decisions, 255, lines.nodes.start)]
    sections["tall"], sections["complex"] = _in_order(tall), _in_order(steep)


def _outside(table: NDArray[np.generic], nodes: slice) -> NDArray[np.generic]:
    kept: NDArray[np.generic] = table[(table[:, 0] < nodes.start) | (table[:, 0] >= nodes.stop)]
    return kept


def _table(values: Ints, least: int, first: int) -> NDArray[np.uint32]:
    at = np.flatnonzero(values >= least)
    return np.stack([at + first, values[at]], axis=1).astype(U32)


def _in_order(parts: Sequence[NDArray[np.generic]]) -> NDArray[np.uint32]:
    table = np.concatenate(parts).astype(U32)
    ordered: NDArray[np.uint32] = table[np.argsort(table[:, 0], kind="stable")]
    return ordered


def _move_sites(sections: dict[str, NDArray[np.generic]], former: Sections, found: list[_Lines]) -> bool:
    """Write the lines of the edges anew; False when an edge stands on a line that the facts do not name."""
    starts = former["site_start"].astype(np.int64)
    was, now = (_records(of["nodes"])["start_line"].astype(np.int64) for of in (former, sections))
    sites, far = former["sites"].astype(np.int64), former["far_sites"]
    for lines in found:
        at = slice(int(starts[lines.nodes.start]), int(starts[lines.nodes.stop]))
        counts = np.diff(starts[lines.nodes.start : lines.nodes.stop + 1])
        delta, more = sites[at] & ~MORE, sites[at] & MORE
        place = delta + np.repeat(was[lines.nodes], counts)
        is_far = delta == FAR
        place[is_far] = far[np.searchsorted(far[:, 0], at.start + np.flatnonzero(is_far)), 1]
        rank = np.searchsorted(lines.before, place)
        if not np.array_equal(lines.before[np.minimum(rank, len(lines.before) - 1)], place):
            return False
        place = lines.after[rank]
        delta = place - np.repeat(now[lines.nodes], counts)
        is_far = (delta < 0) | (delta >= FAR)
        sites[at] = np.where(is_far, FAR, delta) | more
        out = np.flatnonzero(is_far)
        far = _in_order([_outside(far, at), np.stack([out + at.start, place[out]], axis=1)])
    sections["sites"], sections["far_sites"] = sites.astype("<u2"), far
    return True


def _write_texts(sections: dict[str, NDArray[np.generic]], changes: Sequence[Change], found: list[_Lines]) -> None:
    """Pack the blocks anew in which a signature or a documentation has changed."""
    ends = sections["text_end"].astype(np.int64).tolist()
    data = sections["text"].tobytes()
    blocks = [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    opened: dict[int, list[bytes]] = {}
    for change, lines in zip(changes, found, strict=True):
        before, after = texts_of(change.before.definitions), texts_of(change.after.definitions)
        for node, (old, new) in enumerate(zip(before, after, strict=True), lines.nodes.start):
            if old != new:
                number, place = divmod(node, TEXT_BLOCK)
                if number not in opened:
                    opened[number] = _texts_in(blocks[number])
                opened[number][place] = new
    for number, texts in opened.items():
        blocks[number] = pack_block(texts)
    sections["text"] = np.frombuffer(b"".join(blocks), dtype=np.uint8)
    sections["text_end"] = np.cumsum([len(block) for block in blocks]).astype("<u8")


def _texts_in(block: bytes) -> list[bytes]:
    """The texts of the nodes of one block, as `texts_of` gives them."""
    parts = zstandard.ZstdDecompressor().decompress(block).split(TEXT_BREAK)[:-1]
    return [first + TEXT_BREAK + second + TEXT_BREAK for first, second in zip(parts[::2], parts[1::2], strict=True)]
