"""Sections of the graph that a copy leaves out come back as they were linked, for any graph."""

import numpy as np
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
    count, kinds, types = draw(st.integers(0, 300)), draw(st.integers(1, 9)), draw(st.integers(1, 20))
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
        "out_target": np.where(target >= nodes, target - nodes + SET_BIT, target).astype("<u4"),
        "out_type": type_of.astype(np.uint8),
        "edge_types": edge_types.astype(np.uint8),
        "in_start": np.searchsorted(np.sort(target), np.arange(nodes + sets + 1)).astype("<u4"),
        "in_edge": np.lexsort((source, kind, target)).astype("<u4"),
    }


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_what_follows_is_what_was_linked(sections: Sections) -> None:
    """To the byte, from those sections that are named and no others."""
    for name, how in DERIVED.items():
        made = how.make({one: sections[one] for one in how.of}, np.empty)
        assert made.dtype == sections[name].dtype
        assert np.array_equal(made, sections[name]), name
