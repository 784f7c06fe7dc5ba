"""The vectors of a generation out of the former ones, where the same files are in it and a few were written again.

Possible since a vector depends on nothing but the words of its node or window and on how much each of them counts, and that is
rounded (`trained.local_weights`): vectors are made anew where words are others, or where one counts otherwise than before.
Invariant: the bytes of `build` with the encoder of the package, or None.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import Sections
from lepasserelle.terms import FileTerms, TermFile, family
from lepasserelle.vectors.build import EXACT_LIMIT
from lepasserelle.vectors.documents import Corpus, corpus
from lepasserelle.vectors.encoder import Bags
from lepasserelle.vectors.rows import encoded, row_frequency, rows_of
from lepasserelle.vectors.trained import directions_of, local_weights, rounded
from lepasserelle.vectors.words import Words, shipped

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_MOST_SHARE: Final = 4
"""So many of all nodes at most are encoded again: making all of them anew takes little longer."""


class Rewritten(NamedTuple):
    """A file with other terms than in the former generation."""

    before: TermFile
    now: TermFile


class Project(NamedTuple):
    """What is known of the generation that is to be."""

    node_counts: Sequence[int]
    """Of each file."""
    terms_of: Callable[[Sequence[int]], Iterator[tuple[str, FileTerms]]]
    """Paths and terms of the files with these numbers, which ascend."""
    holders: Callable[[str], Ints]
    """The nodes of the former generation that hold a word of a family."""


def rewrite(former: Sections, changed: Sequence[Rewritten], project: Project, exact_limit: int = EXACT_LIMIT) -> Sections | None:
    """What `build` makes of `project`, of whose files `changed`, in the order of their nodes, have other terms. None where most is
    another, or a graph of the vectors was built or is to be.
    """
    before = len(former["vectors"]) - len(former["window_nodes"])
    first_nodes = np.cumsum([0, *project.node_counts])
    now = int(first_nodes[-1])
    if "hnsw" in former or "word_weights" not in former or rounded(np.array([before]))[0] != rounded(np.array([now]))[0]:
        return None
    words = _Counted(former, _more(changed), project.holders, now)
    number_of = _renumbered(before, changed)
    touched = number_of[words.touched]
    is_anew = _written_again(changed, now)
    is_anew[touched[touched >= 0]] = True
    is_anew[_with_windows_beside(number_of[former["window_nodes"]], touched[touched >= 0], first_nodes)] = True
    if int(is_anew.sum()) * _MOST_SHARE > now:
        return None
    files = np.unique(np.searchsorted(first_nodes, np.flatnonzero(is_anew), side="right") - 1).tolist()
    found = corpus(
        TermFile(path, int(first_nodes[number]), project.node_counts[number], terms)
        for number, (path, terms) in zip(files, project.terms_of(files), strict=True)
    )
    owners, spans, vectors = _moved(former, number_of, _written_again(changed, now), found)
    if len(vectors) > exact_limit:
        return None
    chosen = np.flatnonzero(is_anew[: len(found.nodes)])
    windows = np.flatnonzero(is_anew[found.window_nodes])
    parts = [_some(found.nodes, chosen), _some(found.windows, windows)]
    vectors[np.concatenate([chosen, now + _places(owners, found.window_nodes[windows])])] = _encoded(parts, words)
    return {
        **words.sections(),
        "vectors": vectors,
        "window_nodes": owners,
        "window_spans": spans,
        "encoder": former["encoder"],
    }


def _more(changed: Iterable[Rewritten]) -> Counter[str]:
    """In how many more nodes each family stands now."""
    more: Counter[str] = Counter()
    for before, now in changed:
        more.update(_frequency(now))
        more.subtract(_frequency(before))
    return Counter({root: count for root, count in more.items() if count})


def _frequency(file: TermFile) -> dict[str, int]:
    """In how many nodes of a file each family stands."""
    bags = corpus(iter([TermFile(file.path, 0, file.node_count, file.terms)])).nodes
    roots = sorted({family(word) for word in bags.vocabulary})
    column_of = {root: column for column, root in enumerate(roots)}
    rows = rows_of(bags, np.array([column_of[family(word)] for word in bags.vocabulary], dtype=np.int32))
    return dict(zip(roots, row_frequency(rows, len(roots)).tolist(), strict=True))


class _Counted:
    """The project's words with how much each counts, after so many `more` nodes have some of them. `touched`: former nodes that
    hold one which counts otherwise.
    """

    def __init__(self, former: Sections, more: Counter[str], holders: Callable[[str], Ints], nodes: int) -> None:
        text = former["vocabulary"].tobytes()
        self._words = [text[start:end] for start, end in pairwise(former["vocabulary_offsets"].tolist())]
        self._weights: list[float] = former["word_weights"].tolist()
        self.touched = np.zeros(0, dtype=np.int64)
        held = {root: holders(root) for root in more}
        before = np.array([len(found) for found in held.values()], dtype=np.int64)
        now = before + np.array([more[root] for root in held], dtype=np.int64)
        weights = local_weights(now, nodes), local_weights(before, nodes)
        for at, (root, found) in enumerate(held.items()):
            word, number = root.encode("utf-8", "replace"), bisect_left(self._words, root.encode("utf-8", "replace"))
            is_known = number < len(self._words) and self._words[number] == word
            self._words[number : number + is_known] = [word] if now[at] else []
            self._weights[number : number + is_known] = [float(weights[0][at])] if now[at] else []
            if is_known and weights[0][at] != weights[1][at]:
                self.touched = np.union1d(self.touched, found)

    def of(self, roots: Sequence[str]) -> Floats:
        """How much these words count, which the project has."""
        return np.array(
            [self._weights[bisect_left(self._words, root.encode("utf-8", "replace"))] for root in roots], dtype=np.float32
        )

    def sections(self) -> Sections:
        """As `trained.fit`."""
        offsets = np.zeros(len(self._words) + 1, dtype=np.uint32)
        np.cumsum([len(word) for word in self._words], out=offsets[1:])
        return {
            "vocabulary": np.frombuffer(b"".join(self._words), dtype=np.uint8),
            "vocabulary_offsets": offsets,
            "word_weights": np.array(self._weights, dtype=np.float32),
        }


def _moved(
    former: Sections, number_of: Ints, is_new: NDArray[np.bool_], found: Corpus
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.int8]]:
    """(nodes of all windows, their spans, all vectors): what is not of a file that was written again is the former's, under the
    numbers that its nodes have now; vectors of the rest are zeros.
    """
    window_number = number_of[former["window_nodes"]]
    kept, stays = window_number >= 0, number_of >= 0
    new = np.flatnonzero(is_new[found.window_nodes])
    owners = np.concatenate([window_number[kept], found.window_nodes[new].astype(np.int64)])
    order = np.argsort(owners, kind="stable")
    spans = np.concatenate([former["window_spans"].astype(np.uint32)[kept], found.window_spans[new]])[order]
    vectors = np.zeros((len(is_new) + len(owners), former["vectors"].shape[1]), dtype=np.int8)
    vectors[number_of[stays]] = former["vectors"][: len(number_of)][stays]
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    vectors[len(is_new) + place_of[: int(kept.sum())]] = former["vectors"][len(number_of) :][kept]
    return owners[order].astype(np.uint32), spans, vectors


def _written_again(changed: Sequence[Rewritten], node_count: int) -> NDArray[np.bool_]:
    """Which nodes are of files that were."""
    is_new = np.zeros(node_count, dtype=bool)
    for one in changed:
        is_new[one.now.first_node : one.now.first_node + one.now.node_count] = True
    return is_new


def _renumbered(node_count: int, changed: Sequence[Rewritten]) -> Ints:
    """What number each former node has now; -1: it is of a file that was written again."""
    numbers = np.arange(node_count)
    for one in changed:
        numbers[one.before.first_node + one.before.node_count :] += one.now.node_count - one.before.node_count
    for one in changed:
        numbers[one.before.first_node : one.before.first_node + one.before.node_count] = -1
    return numbers


def _with_windows_beside(owners: Ints, touched: Ints, first_nodes: Ints) -> Ints:
    """Those that have windows, in the files of what is touched: a window holds comments before definitions, whose words no longer
    are its node's but the definition's (`terms.collect`). All words of a window stand in some node of its file.
    """
    file_of_owner, file_of_touched = (np.searchsorted(first_nodes, nodes, side="right") for nodes in (owners, touched))
    found: Ints = owners[(owners >= 0) & np.isin(file_of_owner, file_of_touched)]
    return found


def _places(owners: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> Ints:
    """Where the windows of these nodes stand among all of them: those of one node are all there, in their order."""
    first = np.searchsorted(nodes, nodes)
    places: Ints = np.searchsorted(owners, nodes) + np.arange(len(nodes)) - first
    return places


def _some(bags: Bags, rows: NDArray[np.intp]) -> Bags:
    """The bags with these numbers."""
    sizes = np.diff(bags.indptr)[rows]
    indptr = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(sizes, out=indptr[1:])
    at = np.repeat(bags.indptr[rows] - indptr[:-1], sizes) + np.arange(int(indptr[-1]))
    return Bags(bags.vocabulary, indptr, bags.terms[at], bags.weights[at])


def _encoded(parts: Sequence[Bags], counted: _Counted, words: Words | None = None) -> NDArray[np.int8]:
    """As `trained.fit`."""
    words = shipped() if words is None else words
    vocabulary = parts[0].vocabulary
    used = np.unique(np.concatenate([part.terms for part in parts])).tolist()
    family_of = {term: family(vocabulary[term]) for term in used}
    roots = sorted(set(family_of.values()), key=lambda root: root.encode("utf-8", "replace"))
    column_of = {root: column for column, root in enumerate(roots)}
    columns = np.full(len(vocabulary), -1, dtype=np.int32)
    columns[used] = [column_of[family_of[term]] for term in used]
    return encoded(directions_of(roots, counted.of(roots), words), *(rows_of(part, columns) for part in parts))
