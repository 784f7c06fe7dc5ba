"""Exact search against brute force, and HNSW against exact search."""

import subprocess
import sys

import numpy as np
import pytest
from fixed_encoder import Fixed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle.foremost import foremost
from lepasserelle.terms import QueryTerm
from lepasserelle.vectors import Vectors, exact
from lepasserelle.vectors.exact import similarities
from lepasserelle.vectors.hnsw import Graph, build_graph


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 700), st.integers(1, 40), st.integers(0, 12))
def test_exact_search_is_brute_force(seed: int, rows: int, dimensions: int, limit: int) -> None:
    """Whole numbers, in any block, and ties in the order of rows."""
    generator = np.random.default_rng(seed)
    vectors = generator.integers(-3, 4, (rows, dimensions)).astype(np.int8)
    query = generator.integers(-127, 128, dimensions).astype(np.int8)
    scores = similarities(vectors, query)
    assert scores.tolist() == (vectors.astype(np.int64) @ query.astype(np.int64)).tolist()
    expected = sorted((row for row in range(rows) if scores[row] > 0), key=lambda row: (-scores[row], row))
    assert foremost(scores, limit).tolist() == expected[:limit]


def test_extreme_components_are_still_exact() -> None:
    """The largest sums that i8 can give stay whole in f32."""
    vectors = np.full((2, 1040), -127, dtype=np.int8)
    assert similarities(vectors, vectors[0]).tolist() == [127 * 127 * 1040] * 2


def test_too_many_dimensions_are_refused() -> None:
    """Beyond 1 040 the sums would round."""
    with pytest.raises(ValueError, match="dimensions"):
        similarities(np.zeros((1, 1041), dtype=np.int8), np.zeros(1041, dtype=np.int8))


def clustered(count: int, dimensions: int = 64) -> NDArray[np.int8]:
    """Unit vectors in i8 that lie in clusters, as code does."""
    generator = np.random.default_rng(11)
    centres = generator.normal(size=(count // 25, dimensions))
    vectors = centres[generator.integers(0, len(centres), count)] + 0.7 * generator.normal(size=(count, dimensions))
    return np.rint(127 * vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.int8)


ANY = [QueryTerm("any", 1.0)]


def test_hnsw_finds_what_exact_search_finds() -> None:
    """recall@10 of at least 0.97, and the scores are the exact ones."""
    vectors = clustered(3000)
    graph = build_graph(vectors)
    found = wanted = 0
    for row in range(0, 3000, 75):
        query = np.clip(vectors[row].astype(int) + 3, -127, 127).astype(np.int8)
        exact_nodes, exact_scores = Vectors({"vectors": vectors}, Fixed(query)).search(ANY, 10)
        near = Vectors({"vectors": vectors, "hnsw": graph}, Fixed(query))
        nodes, scores = near.search(ANY, 10)
        near.close()
        expected = dict(zip(exact_nodes.tolist(), exact_scores.tolist(), strict=True))
        assert all(expected[node] == score for node, score in zip(nodes.tolist(), scores.tolist(), strict=True) if node in expected)
        found += len(set(nodes.tolist()) & set(expected))
        wanted += len(expected)
    assert found / wanted >= 0.97


def test_a_graph_is_the_same_bytes_every_time() -> None:
    """One thread, fixed order."""
    vectors = clustered(500)
    assert build_graph(vectors).tobytes() == build_graph(vectors).tobytes()


def test_empty_rows_are_in_no_graph() -> None:
    """A node without terms has no direction and is nobody's neighbour."""
    vectors = clustered(300)
    vectors[::3] = 0
    graph = Graph(build_graph(vectors), 64)
    assert not np.any(graph.nearest(vectors[1], 50) % 3 == 0)
    graph.close()
    assert graph.nearest(vectors[1], 5).size == 0


@pytest.mark.parametrize("share", [2, 40])
def test_a_mask_is_filled_through_the_graph(share: int) -> None:
    """Half of the nodes shown or a few: the answer is full, and only of them."""
    vectors = np.abs(clustered(2000))
    mask = np.arange(2000) % share == 1
    near = Vectors({"vectors": vectors, "hnsw": build_graph(vectors)}, Fixed(vectors[1]))
    nodes, _ = near.search(ANY, 10, mask)
    assert len(nodes) == 10
    assert mask[nodes].all()
    assert nodes[0] == 1
    near.close()


def test_usearch_is_not_imported_without_a_graph() -> None:
    """A one-shot search must start fast."""
    code = (
        "import sys, numpy as np; from lepasserelle.vectors import Vectors, build;"
        "from lepasserelle.terms import QueryTerm; sections = build(lambda: iter([]));"
        "Vectors(sections).search([QueryTerm('x', 1.0)], 3); assert 'usearch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(data=st.data())
def test_the_native_kernel_gives_the_same_whole_numbers(data: st.DataObject) -> None:
    """A process that has asked much gets the answers of one that asks once, also from a read-only view."""
    shape = data.draw(st.tuples(st.integers(1, 40), st.integers(1, exact.MAX_DIMENSIONS)))
    seed = data.draw(st.integers(0, 2**32 - 1))
    generator = np.random.default_rng(seed)
    vectors = generator.integers(-127, 128, shape).astype(np.int8)
    vectors.flags.writeable = False
    query = generator.integers(-127, 128, shape[1]).astype(np.int8)
    oracle = vectors.astype(np.int64) @ query.astype(np.int64)
    found = exact._Kernel().similarities(vectors, query)
    assert found.dtype == np.float32
    assert found.tolist() == oracle.tolist()


def test_the_native_kernel_is_taken_once_it_pays() -> None:
    """Not for one question; for good after so many bytes."""
    kernel = exact._Kernel(1000)
    assert [kernel.pays(400), kernel.pays(400), kernel.pays(400), kernel.pays(1), kernel.pays(0)] == [
        False,
        False,
        True,
        True,
        False,
    ]
