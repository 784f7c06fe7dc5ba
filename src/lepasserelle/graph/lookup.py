"""Names to nodes: exact and suffix lookup over sorted arrays, and likeness for the error message. Resolves nothing."""

from bisect import bisect_left
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import numpy as np

from lepasserelle.graph.definitions import NONE
from lepasserelle.model import EdgeKind, NodeKind
from lepasserelle.terms import folded

if TYPE_CHECKING:
    from difflib import SequenceMatcher

    from lepasserelle.graph.graph import Graph

_FEW = 24
"""So many are compared one by one: sooner than columns of them are."""
_MOST_COMPARED = 400
_MOST_OWNERS = 20
_IN_ONE_FORM: Final = frozenset({"python"})
"""Languages whose names are kept in NFKC, however they are written."""
_LIKE = 0.6
_TRANSPOSED = 0.99
"""Likeness of the same letters in another order."""


def with_name(graph: "Graph", name: str) -> list[int]:
    """Nodes of exactly this simple name, ascending."""
    return [int(node) for node in nodes_named(graph, name)]


def nodes_named(graph: "Graph", name: str) -> "np.ndarray":
    """The same as a column, shape (nodes,): a view."""
    return nodes_by_name(graph, graph.strings.number(name))


def nodes_by_name(graph: "Graph", number: int) -> "np.ndarray":
    """Nodes whose simple name is this string, ascending, as a column: a view. No string has a negative number."""
    order, names = graph.by_name, graph.name_numbers
    start, stop = (bisect_left(order, wanted, key=names.__getitem__) for wanted in (number, number + 1))
    found: np.ndarray = graph.sections["by_name"][start:stop]
    return found


def find(graph: "Graph", name: str) -> list[int]:
    """Nodes whose qualified name equals the dotted name, then those whose qualified name ends with `.` and it; then those of
    languages that compare names in one form, where the name is written in another.
    """
    found = _written_so(graph, name) if name else []
    compared = name if name.isascii() else normalize("NFKC", name)
    if compared != name:
        others = _written_so(graph, compared)
        found += [node for node in others if node not in found and graph.language(node) in _IN_ONE_FORM]
    return found


def _written_so(graph: "Graph", name: str) -> list[int]:
    """Those whose qualified name is or ends with the name letter by letter."""
    parts = name.split(".")
    exact: list[int] = []
    ending: list[int] = []
    for cut in range(len(parts) - 1, 0, -1):
        nodes = nodes_named(graph, ".".join(parts[cut:]))
        for node in _plausibly_below(graph, nodes, parts[:cut]).tolist():
            qualified = graph.qualified_name(node)
            if qualified == name:
                exact.append(node)
            elif qualified.endswith("." + name):
                ending.append(node)
    nodes = nodes_named(graph, name)
    top = [node for node in nodes[_may_be_top(graph, nodes)].tolist() if graph.qualified_name(node) == name]
    ending += nodes.tolist()
    exact = sorted(dict.fromkeys(exact + top))
    return [*exact, *sorted(set(ending).difference(exact))]


def _plausibly_below(graph: "Graph", nodes: "np.ndarray", prefix: list[str]) -> "np.ndarray":
    """Those of the nodes that stand in something whose name may end with this prefix: few, to be compared in full."""
    if len(nodes) < _FEW:
        return nodes
    parents = graph.hot["parent"][nodes]
    outside, top = graph.hot["kind"][nodes] == NodeKind.EXTERNAL, parents == NONE
    found = top & ~outside
    inside = np.flatnonzero(~outside & ~top)
    above = graph.hot["name"][parents[inside]]
    ends = [graph.strings.number(".".join(prefix[at:])) for at in range(len(prefix))]
    whole = ".".join(prefix)
    found[inside] = np.isin(above, ends) | graph.strings.ending(above, "." + whole)
    outside_at = np.flatnonzero(outside)
    roots = parents[outside_at]
    found[outside_at] = (roots == ends[0]) | graph.strings.ending(roots, "." + whole)
    plausible: np.ndarray = nodes[found]
    return plausible


def _may_be_top(graph: "Graph", nodes: "np.ndarray") -> "np.ndarray":
    """Of each node whether its qualified name may be its simple name: nothing stands before that of a module, of what is outside
    and reached without a prefix, and of what stands in a file whose module has no name.
    """
    parents, kinds = graph.hot["parent"][nodes], graph.hot["kind"][nodes]
    nameless = graph.strings.number("")
    if np.any(graph.file_rows[:, 1] == nameless):
        return np.ones(len(nodes), dtype=bool)
    is_top: np.ndarray = np.where(kinds == NodeKind.EXTERNAL, parents == nameless, parents == NONE)
    return is_top


def near(graph: "Graph", name: str, limit: int) -> list[str]:
    """Qualified names like the one that was asked for: the same letters in another case, then by likeness of the last part
    (`difflib`'s ratio: Ratcliff and Obershelp 1988).
    """
    from difflib import SequenceMatcher

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


def _of_owner(graph: "Graph", name: str, matcher: "SequenceMatcher[str]") -> list[str]:
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
