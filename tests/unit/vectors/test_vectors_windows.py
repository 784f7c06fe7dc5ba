"""Long nodes are as near as their nearest window: merged, masked, and through a graph, against a plain oracle."""

import numpy as np
import pytest
from fixed_encoder import Fixed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle.model import Sections
from lepasserelle.terms import QueryTerm
from lepasserelle.vectors import Vectors
from lepasserelle.vectors.encoder import UNIT
from lepasserelle.vectors.hnsw import build_graph

ANY = [QueryTerm("any", 1.0)]


def directions(generator: np.random.Generator, count: int, dimensions: int = 32) -> NDArray[np.int8]:
    """Unit vectors in i8."""
    vectors = generator.normal(size=(count, dimensions))
    return np.rint(UNIT * vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.int8)


def sections_of(seed: int, nodes: int, windows: int) -> tuple[Sections, NDArray[np.int8]]:
    """Nodes, windows of some of them, and a question."""
    generator = np.random.default_rng(seed)
    owners = np.sort(generator.integers(0, nodes, windows)).astype(np.uint32)
    spans = np.stack([np.arange(windows), np.arange(windows) + 2], axis=1).astype(np.uint32)
    found: Sections = {
        "vectors": directions(generator, nodes + windows),
        "window_nodes": owners,
        "window_spans": spans,
    }
    return found, directions(generator, 1)[0]


def by_hand(sections: Sections, query: NDArray[np.int8], share: float = 1.0) -> NDArray[np.float64]:
    """The oracle: each node's score as the definition says."""
    rows = sections["vectors"].astype(np.int64) @ query.astype(np.int64)
    nodes = len(rows) - len(sections["window_nodes"])
    scores = rows[:nodes].astype(np.float64)
    for window, node in enumerate(sections["window_nodes"].tolist()):
        scores[node] = max(scores[node], share * rows[nodes + window])
    return scores / UNIT**2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.integers(0, 120), st.booleans(), st.sampled_from([1.0, 0.5]))
def test_hits_merge_by_node(seed: int, nodes: int, windows: int, masked: bool, share: float) -> None:
    """Each node once, with its best score, hidden ones not at all."""
    sections, query = sections_of(seed, nodes, windows)
    mask = np.random.default_rng(seed + 1).random(nodes) < 0.5 if masked else None
    found, scores = Vectors(sections, Fixed(query)).search(ANY, nodes, mask, share)
    expected = by_hand(sections, query, share)
    shown = np.flatnonzero(expected > 0) if mask is None else np.flatnonzero((expected > 0) & mask)
    assert sorted(found.tolist()) == shown.tolist()
    assert scores.tolist() == pytest.approx(expected[found].tolist(), abs=1e-6)
    assert (np.diff(scores) <= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(0, 90))
def test_the_passage_of_a_node_is_its_nearest_window(seed: int, nodes: int, windows: int) -> None:
    """And only what has windows has one; it leads where it is nearer than the node itself."""
    sections, query = sections_of(seed, nodes, windows)
    vectors = Vectors(sections, Fixed(query))
    rows = sections["vectors"].astype(np.int64) @ query.astype(np.int64)
    for node in range(nodes):
        mine = np.flatnonzero(sections["window_nodes"] == node)
        best = mine[np.argmax(rows[nodes + mine])] if mine.size else 0
        expected = (*sections["window_spans"][best].tolist(), rows[nodes + best] > rows[node]) if mine.size else None
        assert vectors.passage(node, ANY) == expected


@pytest.mark.parametrize("share", [1, 2, 40])
def test_a_graph_over_nodes_and_windows_finds_what_exact_search_finds(share: int) -> None:
    """recall@10 of at least 0.95 beside the oracle, with exact scores, nodes hidden or not."""
    met = wanted = 0
    sections, _ = sections_of(5, 1500, 1200)
    graph = {**sections, "hnsw": build_graph(sections["vectors"])}
    mask = np.arange(1500) % share == 0 if share > 1 else None
    for query in sections["vectors"][1500::120]:
        expected = by_hand(sections, query)
        exact, _ = Vectors(sections, Fixed(query)).search(ANY, 10, mask)
        near = Vectors(graph, Fixed(query))
        nodes, scores = near.search(ANY, 10, mask)
        near.close()
        assert len(set(nodes.tolist())) == 10
        assert scores.tolist() == pytest.approx(expected[nodes].tolist(), abs=1e-6)
        met += len(set(nodes.tolist()) & set(exact.tolist()))
        wanted += len(exact)
    assert met / wanted >= 0.95
