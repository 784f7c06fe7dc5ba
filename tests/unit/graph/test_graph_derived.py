"""Sections of the graph that a copy leaves out come back as they were linked, for any graph."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.graph.derived import DERIVED
from lepasserelle.graph.layout import HOT, SET_BIT
from lepasserelle.model import Sections


@st.composite
def graphs(draw: st.DrawFn) -> Sections:
    """Sections with nodes, candidate sets and edges between them, put in order as linking puts them: by `numpy.lexsort`."""
    nodes, sets = draw(st.integers(1, 90_000)), draw(st.integers(0, 40))
    chance = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    count, kinds, types = draw(st.sampled_from([0, 1, 300, 40_000])), draw(st.integers(1, 9)), draw(st.integers(1, 20))
    source, target = chance.integers(0, nodes, count), chance.integers(0, nodes + sets, count)
    edge_types = np.stack([np.sort(chance.integers(0, kinds, types)), chance.integers(0, 3, types), np.arange(types)], axis=1)
    type_of = chance.integers(0, types, count)
    kind = edge_types[type_of, 0]
    order = np.lexsort((target, kind, source))
    source, target, kind, type_of = source[order], target[order], kind[order], type_of[order]
    records = np.zeros(nodes, dtype=HOT)
    records["name"] = chance.integers(0, draw(st.integers(1, 1 << 20)), nodes)
    return {
        "nodes": records.view(np.uint8).reshape(nodes, HOT.itemsize),
        "by_name": np.argsort(records["name"], kind="stable").astype("<u4"),
        "set_start": np.arange(sets + 1, dtype="<u4"),
        "out_start": np.searchsorted(source, np.arange(nodes + 1)).astype("<u4"),
        "in_start": np.searchsorted(np.sort(target), np.arange(nodes + sets + 1)).astype("<u4"),
        "in_edge": np.lexsort((source, kind, target)).astype("<u4"),
        "out_target": np.where(target >= nodes, target - nodes + SET_BIT, target).astype("<u4"),
        "out_type": type_of.astype(np.uint8),
        "edge_types": edge_types.astype(np.uint8),
    }


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_what_follows_is_what_was_linked(sections: Sections) -> None:
    """To the byte, from those sections that are named and no others."""
    for name, how in DERIVED.items():
        made = how.make({one: sections[one] for one in how.of}, np.empty)
        assert made.dtype == sections[name].dtype
        assert np.array_equal(made, sections[name]), name


def test_edges_that_many_lead_to_one_node_come_back() -> None:
    """A node may have more incoming edges than are written at once, at either end and in the middle."""
    nodes, count = 5, 100_000
    target = np.random.default_rng(5).choice(nodes, count, p=[0.4, 0.0, 0.3, 0.0, 0.3]).astype("<u4")
    sections = {
        "out_start": np.arange(0, count + 1, count // nodes).astype("<u4"),
        "in_start": np.searchsorted(np.sort(target), np.arange(nodes + 1)).astype("<u4"),
        "in_edge": np.argsort(target, kind="stable").astype("<u4"),
    }
    assert np.array_equal(DERIVED["out_target"].make(sections, np.empty), target)


@pytest.mark.parametrize("starts", [[0, 2, 1, 3], [0, 1, 2, 2], [0, 1, 2, 9]])
def test_slots_that_are_none_are_refused(starts: list[int]) -> None:
    """Edges before those of the slot before, or another number of them, are no order of all edges."""
    sections = {
        "out_start": np.array([0, 1, 2, 3], "<u4"),
        "in_start": np.array(starts, "<u4"),
        "in_edge": np.array([0, 1, 2], "<u4"),
    }
    with pytest.raises(ValueError, match="slots"):
        DERIVED["out_target"].make(sections, np.empty)
