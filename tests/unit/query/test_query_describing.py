"""Whether a question describes or names, and what length then counts."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_table import Node, Table
from test_query_rank import evenly, folded_ranking, one_file_each, ranked

from lepasserelle.model import NodeKind
from lepasserelle.query.describing import IS_THE_NAME, extents, gives_no_name, likeness
from lepasserelle.query.naming import name_roots
from lepasserelle.query.traits import are_errors
from lepasserelle.query.understand import understand
from lepasserelle.query.weights import Weights

TABLE = Table(
    ["shop.py", "till.py"],
    [
        Node("shop.Cart", NodeKind.CLASS, lines=(1, 3)),
        Node("shop.Cart.add_item", NodeKind.METHOD, lines=(2, 3)),
        Node("till.settle", file=1, lines=(1, 100)),
    ],
)
OFF = msgspec.structs.replace(Weights(), extent=0.0)


def how_like(query: str, *nodes: Node) -> list[float]:
    """Likeness of each node, every word of the question telling the same."""
    table = Table(["shop.py"], list(nodes))
    words = [word for word in ("cart", "add", "item", "class") if word in query]
    telling = {word: 1 / len(words) for word in words}
    roots = [name_roots(table.name(node)) for node in range(len(nodes))]
    return likeness(table, understand(query), np.arange(len(nodes), dtype=np.uint32), roots, telling).tolist()


def test_the_longer_of_two_definitions_answers_what_is_described() -> None:
    """Beyond what its words and its meaning say."""
    table = one_file_each(Node("cart.add", lines=(1, 2)), Node("till.settle", lines=(1, 100)))
    assert ranked(table, "how everything is paid for") == [1, 0]
    assert ranked(table, "how everything is paid for", weights=OFF) == [0, 1]


def test_length_tells_the_file_that_answers_and_not_its_place_to_read() -> None:
    """The long definition brings its file up; what leads there is what would without length, under the score of the best."""
    nodes = [
        Node("cart.add", lines=(1, 9)),
        Node("till.pay", file=1, lines=(1, 2)),
        Node("till.EVERYTHING", NodeKind.VARIABLE, file=1, lines=(3, 30_000)),
    ]
    table, query = Table(["cart.py", "till.py"], nodes), "how everything is paid for"
    assert ranked(table, query)[0] == 2
    ranking = folded_ranking(table, query)
    assert [int(ranking.found.nodes[at]) for at in ranking.order] == [1, 0]
    assert ranking.further[1] == [2]
    assert ranking.scores[1] == ranking.scores[2] > ranking.scores[0]


def test_a_type_brings_its_file_up_and_a_function_of_it_leads() -> None:
    """Where the question describes; where one kind only is left, types among them count alike anyway."""
    nodes = [Node("till._Till", NodeKind.CLASS, flags=0), Node("till.pay")]
    table, query = Table(["till.py"], nodes), "how everything is paid for"
    assert ranked(table, query) == [0, 1]
    ranking = folded_ranking(table, query)
    assert [int(ranking.found.nodes[at]) for at in ranking.order] == [1]
    assert ranking.scores[1] == ranking.scores[0]


@pytest.mark.parametrize("query", ["cart add item", "method add item", "what `add_item` does", "add_item"])
def test_length_is_nothing_to_a_question_that_gives_a_name(query: str) -> None:
    """Spelled, with its kind, quoted or bare, the short definition stays where it is without that weight."""
    exact = {1} if "add_item" in query else set()
    loud = msgspec.structs.replace(Weights(), extent=9.0)
    assert ranked(TABLE, query, exact, loud) == ranked(TABLE, query, exact, OFF)


def test_a_sentence_that_names_a_candidate_does_not_merely_describe() -> None:
    """Nor does a symbol."""
    named, free = evenly(TABLE, {1}), evenly(TABLE, set())
    assert gives_no_name(understand("how everything is paid for"), free)
    assert not gives_no_name(understand("how everything is paid for"), named)
    assert not gives_no_name(understand("settle"), free)
    assert not gives_no_name(understand("how it is paid"), msgspec.structs.replace(free, lift=np.ones(3, dtype=np.float32)))


def test_a_question_is_like_the_name_that_it_spells() -> None:
    """With its owner or without; a kind that is asked for is no part of the name, and part of it is less than all."""
    nodes = [Node("Cart", NodeKind.CLASS), Node("Cart.add_item", NodeKind.METHOD), Node("other")]
    assert how_like("cart add item", *nodes)[1] == pytest.approx(1)
    assert how_like("add item", *nodes)[1] == pytest.approx(1)
    assert how_like("class cart", *nodes)[0] == pytest.approx(1)
    assert how_like("class cart", *nodes)[2] == 0
    assert 0 < how_like("add item", *nodes[:1], Node("Cart.add", NodeKind.METHOD))[1] < IS_THE_NAME


@given(st.lists(st.tuples(st.integers(1, 1 << 20), st.integers(0, 1 << 20)), min_size=1, max_size=9))
def test_an_extent_grows_with_the_lines_and_is_nothing_for_one(spans: list[tuple[int, int]]) -> None:
    """Tenfold the lines is one more."""
    table = Table(["a.py"], [Node("a.b", lines=(first, first + more)) for first, more in spans])
    found = extents(table, np.arange(len(spans), dtype=np.uint32))
    assert found == pytest.approx([np.log10(more + 1) for _, more in spans])


def test_members_of_errors_are_of_errors() -> None:
    """What an error has says no more of the thing asked for than the error does; what a function has inside is no member."""
    table = Table(
        ["a.py"],
        [
            Node("a.CartError", NodeKind.CLASS, lines=(1, 4)),
            Node("a.CartError.code", NodeKind.METHOD),
            Node("a.Cart", NodeKind.CLASS),
            Node("a.Cart.add", NodeKind.METHOD),
        ],
    )
    names = [table.name(node) for node in range(4)]
    assert are_errors(table, np.arange(4, dtype=np.uint32), names) == [True, True, False, False]
