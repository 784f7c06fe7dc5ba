"""Gathers the candidates of a question from every retrieval that its mode allows, with what each said of them.

Not ranking. Over-fetches, so that signals that retrieval does not know (kind, file, calls) can still lift a node.
Invariant: nodes are distinct and ascend; a node that a retrieval did not return has score 0 and rank 0 there.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.runs import begins
from lepasserelle.query.seams import GraphTable, Hits, MeaningIndex, WordIndex
from lepasserelle.query.understand import Question, Shape

Floats = NDArray[np.float32]

_MOST_ALIKE = 20
"""Names like one that was not found that are looked through for those that differ in case alone."""

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
) -> Candidates:
    """The union of what symbol lookup, words and meaning find within the mask."""
    nothing: Hits = (np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32))
    reads_words, reads_meaning = mode in ("hybrid", "lexical"), mode in ("hybrid", "semantic")
    exact = _named(graph, question, mask) if mode != "semantic" else []
    alike = _named_but_for_case(graph, question, mask) if mode == "symbol" and not exact else []
    by_words = words.search(question.terms, pool, mask) if reads_words else nothing
    by_meaning = meaning.search(question.terms, pool, mask, window_share) if reads_meaning else nothing
    files = (
        words.by_group(question.terms, graph.files, graph.file_count)
        if reads_words
        else np.zeros(graph.file_count, dtype=np.float32)
    )
    whole = _best_files(graph, files, mask) if reads_words else []
    nodes = _distinct(np.concatenate([np.array(exact + alike + whole, dtype=np.uint32), by_words[0], by_meaning[0]]))
    words_score, words_rank = _spread(nodes, by_words)
    meaning_score, meaning_rank = _spread(nodes, by_meaning)
    is_exact = np.zeros(len(nodes), dtype=bool)
    is_exact[np.searchsorted(nodes, np.array(exact, dtype=np.uint32))] = True
    return Candidates(nodes, words_score, words_rank, meaning_score, meaning_rank, is_exact, files)


def _distinct(nodes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Ascending, each once. `np.unique` imports `numpy.ma`, a tenth of what a one-shot search imports."""
    nodes.sort()
    distinct: NDArray[np.uint32] = nodes[begins(nodes)]
    return distinct


def _named(graph: GraphTable, question: Question, mask: NDArray[np.bool_]) -> list[int]:
    """What has the name, or is the file, that the question gives."""
    found = {node for name in question.names for node in graph.find(name)}
    if question.shape is Shape.PATH:
        found |= {
            graph.first_node(file) for file in range(graph.file_count) if f"/{graph.file_path(file)}".endswith(f"/{question.path}")
        }
    return sorted(node for node in found if mask[node])


def _named_but_for_case(graph: GraphTable, question: Question, mask: NDArray[np.bool_]) -> list[int]:
    """What has the name in other letters, large or small: other modes find it by its words."""
    found: set[int] = set()
    for name in question.names:
        ending = f".{name.lower()}"
        for like in graph.near(name, _MOST_ALIKE):
            if f".{like.lower()}".endswith(ending):
                found.update(graph.find(like))
    return sorted(node for node in found if mask[node])


def _best_files(graph: GraphTable, files: Floats, mask: NDArray[np.bool_]) -> list[int]:
    """The own nodes of the files that answer best as a whole."""
    top = [int(file) for file in np.argsort(-files, kind="stable")[:_FILES_KEPT] if files[file] > 0]
    return [node for node in map(graph.first_node, top) if mask[node]]


def _spread(nodes: NDArray[np.uint32], hits: Hits) -> tuple[Floats, NDArray[np.int32]]:
    scores = np.zeros(len(nodes), dtype=np.float32)
    ranks = np.zeros(len(nodes), dtype=np.int32)
    at = np.searchsorted(nodes, hits[0])
    scores[at] = hits[1]
    ranks[at] = np.arange(1, len(at) + 1)
    return scores, ranks
