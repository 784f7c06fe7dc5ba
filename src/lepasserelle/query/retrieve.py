"""Gathers the candidates of a question from every retrieval that its mode allows, with what each said of them.

Not ranking. Over-fetches, so that signals that retrieval does not know (kind, file, calls) can still lift a node.
Invariant: nodes are distinct and ascend; a node that a retrieval did not return has score 0 and rank 0 there.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.foremost import foremost
from lepasserelle.query.runs import begins
from lepasserelle.query.seams import GraphTable, Hits, MeaningIndex, WordIndex
from lepasserelle.query.understand import Question
from lepasserelle.query.whereabouts import NOWHERE, Whereabouts
from lepasserelle.terms import folded

Floats = NDArray[np.float32]

_MOST_ALIKE = 20
"""Names like one that was not found that are looked through for those that differ in case alone."""

_IN_NAMED_FILES = 60
"""Taken from each retrieval of what is in files that the question names, and of their own nodes."""

_FOREMOST = 0.5
"""How much more the foremost of several places counts."""

_FILES_KEPT = 12
"""Files whose own nodes become candidates because the file as a whole answers well."""


class Candidates(msgspec.Struct, frozen=True):
    """Nodes and what the retrievals said of them, in parallel arrays."""

    nodes: NDArray[np.uint32]
    words: Floats
    """BM25F."""
    words_rank: NDArray[np.int32]
    """1 is best, 0 not found."""
    meaning: Floats
    """Cosine."""
    meaning_rank: NDArray[np.int32]
    exact: NDArray[np.bool_]
    """Found by name."""
    placed: Floats
    """Above 0: named by a path, or by a line of it; 1, more for the foremost of several."""
    lift: Floats
    """How far the file of each is named by a path, 0…1."""
    file_words: Floats
    """BM25F of each file as one text, shape (files,)."""

    def only(self, at: NDArray[np.int64]) -> "Candidates":
        """The candidates at these indices, which ascend."""
        return Candidates(
            self.nodes[at],
            self.words[at],
            self.words_rank[at],
            self.meaning[at],
            self.meaning_rank[at],
            self.exact[at],
            self.placed[at],
            self.lift[at],
            self.file_words,
        )


def retrieve(
    graph: GraphTable,
    words: WordIndex,
    meaning: MeaningIndex,
    question: Question,
    mask: NDArray[np.bool_],
    mode: str,
    pool: int,
    window_share: float = 1.0,
    places: Whereabouts = NOWHERE,
) -> Candidates:
    """The union of what symbol lookup, words and meaning find within the mask, and of what they find in the files that `places`
    names.
    """
    nothing: Hits = (np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32))
    reads_words, reads_meaning = mode in ("hybrid", "lexical"), mode in ("hybrid", "semantic")
    exact = _named(graph, question, mask) if mode != "semantic" else []
    alike = _named_but_for_case(graph, question, mask) if mode == "symbol" and not exact else []
    hidden = None if mask.all() else mask
    by_words = words.search(question.terms, pool, hidden) if reads_words else nothing
    by_meaning = meaning.search(question.terms, pool, hidden, window_share) if reads_meaning else nothing
    files = (
        words.by_group(question.terms, graph.files, graph.file_count)
        if reads_words
        else np.zeros(graph.file_count, dtype=np.float32)
    )
    whole = _best_files(graph, files, mask) if reads_words else []
    placed = [node for node in places.nodes if mask[node]]
    words_inside = meaning_inside = nothing
    if places.files:
        inside = mask & np.isin(graph.files[: len(mask)], list(places.files))
        placed_files = [graph.first_node(file) for file in list(places.files)[:_IN_NAMED_FILES]]
        whole += [node for node in placed_files if mask[node]]
        words_inside = words.search(question.terms, _IN_NAMED_FILES, inside) if reads_words else nothing
        meaning_inside = meaning.search(question.terms, _IN_NAMED_FILES, inside, window_share) if reads_meaning else nothing
    by_name = np.array(exact + alike + whole + placed, dtype=np.uint32)
    nodes = _distinct(np.concatenate([by_name, by_words[0], by_meaning[0], words_inside[0], meaning_inside[0]]))
    words_score, words_rank = _spread(nodes, by_words, words_inside)
    meaning_score, meaning_rank = _spread(nodes, by_meaning, meaning_inside)
    return Candidates(
        nodes,
        words_score,
        words_rank,
        meaning_score,
        meaning_rank,
        _among(nodes, exact),
        _placed(nodes, placed, places),
        _lifts(graph, nodes, places),
        files,
    )


def _placed(nodes: NDArray[np.uint32], placed: list[int], places: Whereabouts) -> Floats:
    found = np.zeros(len(nodes), dtype=np.float32)
    for node in placed:
        found[np.searchsorted(nodes, np.uint32(node))] = 1 + _FOREMOST * (node in places.foremost)
    return found


def _lifts(graph: GraphTable, nodes: NDArray[np.uint32], places: Whereabouts) -> Floats:
    if not places.files:
        return np.zeros(len(nodes), dtype=np.float32)
    return np.array([places.files.get(file, 0.0) for file in graph.files[nodes].tolist()], dtype=np.float32)


def _among(nodes: NDArray[np.uint32], some: list[int]) -> NDArray[np.bool_]:
    found = np.zeros(len(nodes), dtype=bool)
    found[np.searchsorted(nodes, np.array(some, dtype=np.uint32))] = True
    return found


def _distinct(nodes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Ascending, each once. `np.unique` imports `numpy.ma`, a tenth of what a one-shot search imports."""
    nodes.sort()
    distinct: NDArray[np.uint32] = nodes[begins(nodes)]
    return distinct


def _named(graph: GraphTable, question: Question, mask: NDArray[np.bool_]) -> list[int]:
    """What has the name that the question gives."""
    found = {node for name in question.names for node in graph.find(name)}
    return sorted(node for node in found if mask[node])


def _named_but_for_case(graph: GraphTable, question: Question, mask: NDArray[np.bool_]) -> list[int]:
    """What has the name in other letters, large or small: other modes find it by its words."""
    found: set[int] = set()
    for name in question.names:
        ending = f".{folded(name)}"
        for like in graph.near(name, _MOST_ALIKE):
            if f".{folded(like)}".endswith(ending):
                found.update(graph.find(like))
    return sorted(node for node in found if mask[node])


def _best_files(graph: GraphTable, files: Floats, mask: NDArray[np.bool_]) -> list[int]:
    """The own nodes of the files that answer best as a whole."""
    return [node for node in map(graph.first_node, foremost(files, _FILES_KEPT).tolist()) if mask[node]]


def _spread(nodes: NDArray[np.uint32], hits: Hits, inside: Hits) -> tuple[Floats, NDArray[np.int32]]:
    """Scores and ranks of the nodes; what was found `inside` named files alone has no rank."""
    scores = np.zeros(len(nodes), dtype=np.float32)
    if inside[0].size:
        scores[np.searchsorted(nodes, inside[0])] = inside[1]
    ranks = np.zeros(len(nodes), dtype=np.int32)
    at = np.searchsorted(nodes, hits[0])
    scores[at] = hits[1]
    ranks[at] = np.arange(1, len(at) + 1)
    return scores, ranks
