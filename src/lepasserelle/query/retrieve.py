"""Gathers the candidates of a question from every retrieval that its mode allows, with what each said of them.

Not ranking. Over-fetches, so that signals that retrieval does not know (kind, file, calls) can still lift a node.
Invariant: nodes are distinct and ascend; a node that a retrieval did not return has score 0 and rank 0 there.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.seams import GraphTable, Hits, MeaningIndex, WordIndex
from lepasserelle.query.understand import Question, Shape

Floats = NDArray[np.float32]

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


def retrieve(
    graph: GraphTable,
    words: WordIndex,
    meaning: MeaningIndex,
    question: Question,
    mask: NDArray[np.bool_],
    mode: str,
    pool: int,
) -> Candidates:
    """The union of what symbol lookup, words and meaning find within the mask."""
    none: Hits = (np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32))
    named = _named(graph, question, mask) if mode in ("hybrid", "symbol", "lexical") else []
    by_words = words.search(question.terms, pool, mask) if mode in ("hybrid", "lexical", "symbol") else none
    by_meaning = meaning.search(question.terms, pool, mask) if mode in ("hybrid", "semantic") else none
    if mode == "symbol":
        by_words = none
    files = (
        words.by_group(question.terms, graph.files, graph.file_count)
        if mode in ("hybrid", "lexical")
        else np.zeros(graph.file_count, np.float32)
    )
    whole = _whole_files(graph, question, files, mask) if mode in ("hybrid", "lexical") else []
    nodes = np.unique(np.concatenate([np.array(named + whole, dtype=np.uint32), by_words[0], by_meaning[0]]))
    words_score, words_rank = _spread(nodes, by_words)
    meaning_score, meaning_rank = _spread(nodes, by_meaning)
    return Candidates(
        nodes, words_score, words_rank, meaning_score, meaning_rank, np.isin(nodes, np.array(named, dtype=np.uint32)), files
    )


def _named(graph: GraphTable, question: Question, mask: NDArray[np.bool_]) -> list[int]:
    return sorted({node for name in question.names for node in graph.find(name) if mask[node]})


def _whole_files(graph: GraphTable, question: Question, files: Floats, mask: NDArray[np.bool_]) -> list[int]:
    """The own nodes of the files that answer best as a whole, or that a path in the question names."""
    top = [int(file) for file in np.argsort(-files, kind="stable")[:_FILES_KEPT] if files[file] > 0]
    if question.shape is Shape.PATH:
        top.extend(file for file in range(graph.file_count) if ("/" + graph.file_path(file)).endswith("/" + question.path))
    return [node for node in (graph.first_node(file) for file in dict.fromkeys(top)) if mask[node]]


def _spread(nodes: NDArray[np.uint32], hits: Hits) -> tuple[Floats, NDArray[np.int32]]:
    scores = np.zeros(len(nodes), dtype=np.float32)
    ranks = np.zeros(len(nodes), dtype=np.int32)
    at = np.searchsorted(nodes, hits[0])
    scores[at] = hits[1]
    ranks[at] = np.arange(1, len(at) + 1)
    return scores, ranks
