"""Nearness in the graph: forward push against the walk itself, computed to its end over a matrix of all nodes."""

import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.graph import Graph
from lepasserelle.graph.nearness import STOP, WEIGHTS
from lepasserelle.model import EdgeKind, NodeKind
from lepasserelle.storage import Index


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """Of some packages of the standard library."""
    root = tmp_path_factory.mktemp("near") / "project"
    for module in ("json", "concurrent", "wsgiref"):
        shutil.copytree(Path(sysconfig.get_path("stdlib")) / module, root / module, ignore=shutil.ignore_patterns("__pycache__"))
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        folder = leindex.folder
    with Index.open(folder).pin() as snapshot, snapshot.segment("graph") as segment:
        opened = Graph(segment.sections)
        yield opened
        opened.close()
        del opened


@pytest.fixture(scope="module")
def steps(graph: Graph) -> NDArray[np.float64]:
    """Probability of each step, shape (nodes, nodes), from the relations as anybody asks for them; a row of zeros: no way on."""
    matrix = np.zeros((graph.definition_count, graph.definition_count))
    for node in range(graph.definition_count):
        parent = graph.parent(node)
        if parent >= 0 and graph.kind(parent) is not NodeKind.MODULE:
            matrix[node, parent] += WEIGHTS[EdgeKind.CONTAINS]
        for kind in set(WEIGHTS) - {EdgeKind.CONTAINS}:
            for other in (*graph.neighbours(node, kind, "out"), *graph.neighbours(node, kind, "in")):
                if other < graph.definition_count and other != node:
                    matrix[node, other] += WEIGHTS[kind]
    sums = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)


def walked(steps: NDArray[np.float64], starts: dict[int, float]) -> NDArray[np.float64]:
    """The share of walks that stops at each node."""
    share = np.zeros(len(steps))
    for node, weight in starts.items():
        share[node] = weight / sum(starts.values())
    stops = np.where(steps.any(axis=1), STOP, 1.0)
    stopped = np.zeros(len(steps))
    for _ in range(80):  # 0.6 to the power of 80 is 2e-18
        stopped += stops * share
        share = ((1 - stops) * share) @ steps
    return stopped


@settings(max_examples=60)
@given(data=st.data(), least=st.sampled_from([0.1, 0.01, 0.001, 1e-6]))
def test_estimates_lack_exactly_what_was_not_followed(
    graph: Graph, steps: NDArray[np.float64], data: st.DataObject, least: float
) -> None:
    """Never more than the share of walks, in sum less by what is told, and no node is left with more than a push takes."""
    starts = data.draw(st.dictionaries(st.integers(0, graph.definition_count - 1), st.floats(0.1, 5), min_size=1, max_size=6))
    found = graph.nearness(starts, least)
    exact = walked(steps, starts)
    estimates = np.zeros(len(exact))
    for one in found.nodes:
        estimates[one.node] = one.share
    assert len(found.nodes) == len({one.node for one in found.nodes})
    assert (estimates <= exact + 1e-9).all()
    assert exact.sum() - estimates.sum() == pytest.approx(found.left, abs=1e-9)
    assert found.left <= least * (2 * graph.edge_count + graph.definition_count)
    assert found == graph.nearness(dict(reversed(starts.items())), least)


def test_a_precise_estimate_orders_nodes_as_the_walk_does(graph: Graph, steps: NDArray[np.float64]) -> None:
    """From one function: the nearest ten are the nearest ten."""
    (start,) = graph.find("json.dumps")
    nodes = graph.nearness({start: 1.0}, 1e-7).nodes
    exact = walked(steps, {start: 1.0})
    assert [round(float(exact[one.node]), 5) for one in nodes[:10]] == sorted((round(float(x), 5) for x in exact), reverse=True)[
        :10
    ]


def test_what_is_near_says_what_it_is_to_whom(graph: Graph) -> None:
    """Where the walks start nothing is said; around it the relation by which most came."""
    (start,) = graph.find("json.loads")
    roles = {
        graph.qualified_name(one.node): (one.role, graph.qualified_name(one.of)) for one in graph.nearness({start: 1}, 1e-4).nodes
    }
    assert roles["json.loads"] == ("", "json.loads")
    assert roles["json.detect_encoding"] == ("called by", "json.loads")
    assert roles["json.load"] == ("caller of", "json.loads")


def test_nothing_is_near_to_nothing(graph: Graph) -> None:
    """No start, no weight: no node, and nothing left to follow."""
    assert graph.nearness({}, 0.01) == ([], 0)
    assert graph.nearness({3: 0.0}, 0.01) == ([], 0)
