"""Names that look like one that was not found, for the error message. Apart from `lookup`: who finds a name pays for none of it."""

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from lepasserelle.graph.lookup import find, with_name
from lepasserelle.model import EdgeKind, NodeKind
from lepasserelle.terms import folded

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_MOST_COMPARED = 400
_MOST_OWNERS = 20
_LIKE = 0.6
_TRANSPOSED = 0.99
"""Likeness of the same letters in another order."""


def near(graph: "Graph", name: str, limit: int) -> list[str]:
    """Qualified names like the one that was asked for: the same letters in another case, then by likeness of the last part
    (`difflib`'s ratio: Ratcliff and Obershelp 1988).
    """
    wanted = folded(name.rpartition(".")[2])
    if not wanted:
        return []
    kinds = graph.hot["kind"]
    used = np.unique(graph.hot["name"][(kinds != NodeKind.EXTERNAL) & (kinds != NodeKind.SECTION)])
    scored: list[tuple[float, str]] = []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    letters = sorted(wanted)
    for text in _plausible(graph.strings.texts(used), wanted):
        matcher.set_seq1(folded(text))
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _LIKE:
            ratio = _TRANSPOSED if sorted(folded(text)) == letters else matcher.ratio()
            if ratio >= _LIKE:
                scored.append((-ratio, text))
    others = _qualified(graph, [text for _, text in sorted(scored)], name, limit)
    return list(dict.fromkeys([*_of_owner(graph, name, matcher), *others]))[:limit]


def _of_owner(graph: "Graph", name: str, matcher: SequenceMatcher[str]) -> list[str]:
    """For `Owner.member` the members of that owner whose names are like the last part, however short, best first."""
    scored = set()
    for owner in find(graph, name.rpartition(".")[0])[:_MOST_OWNERS]:
        for node in graph.neighbours(owner, EdgeKind.CONTAINS, "out"):
            matcher.set_seq1(folded(graph.name(node)))
            if graph.kind(node) != NodeKind.SECTION and matcher.ratio() >= _LIKE:
                scored.add((-matcher.ratio(), graph.qualified_name(node)))
    return [qualified for _, qualified in sorted(scored)]


def _plausible(texts: list[str], wanted: str) -> list[str]:
    """The names that share the most pairs of letters with the wanted one, or all its letters, few enough to compare in full.
    `texts` are sorted.
    """
    lowered = [folded(text) for text in texts]
    lengths = np.fromiter(map(len, lowered), dtype=np.int64, count=len(lowered))
    letters = np.frombuffer("\0".join(lowered).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    owner = np.repeat(np.arange(len(texts)), lengths + 1)[:-1]
    shared = np.zeros(len(texts), dtype=np.int64)
    for pair in {wanted[i : i + 2] for i in range(len(wanted) - 1)} or {wanted}:
        found = letters == ord(pair[0])
        if len(pair) > 1:
            found[:-1] &= letters[1:] == ord(pair[1])
            found[-1:] = False
        shared[np.unique(owner[found])] += 1
    reordered = sorted(wanted)
    for number in np.flatnonzero(lengths == len(wanted)).tolist():
        if sorted(lowered[number]) == reordered:
            shared[number] = len(wanted)
    chosen = np.flatnonzero(shared)
    score = np.abs(lengths[chosen] - len(wanted)) - 2 * shared[chosen]
    return [texts[number] for number in chosen[np.argsort(score, kind="stable")[:_MOST_COMPARED]].tolist()]


def _qualified(graph: "Graph", texts: list[str], name: str, limit: int) -> list[str]:
    context = set(name.lower().split(".")[:-1])
    found: list[str] = []
    for text in texts:
        names = {graph.qualified_name(node) for node in with_name(graph, text)[:50] if node < graph.definition_count}
        found += sorted(names, key=lambda q: (-len(context & set(q.lower().split("."))), len(q), q))
        if len(found) >= limit * 4:
            break
    return list(dict.fromkeys(found))[:limit]
