"""The encoder of the package: deterministic, the same alone and in a batch, and with neighbours that share no word."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle.terms import ROW, Field, FileTerms, QueryTerm, TermFile, query_terms, subterms
from lepasserelle.vectors import Bags, Vectors, build
from lepasserelle.vectors.documents import FIELD_WEIGHTS
from lepasserelle.vectors.sparse import Rows, product, transposed
from lepasserelle.vectors.trained import hashed_directions
from lepasserelle.vectors.words import shipped


def term_file(path: str, first: int, nodes: list[str]) -> TermFile:
    """Nodes whose bodies are these words."""
    vocabulary = tuple(sorted({word for node in nodes for word in node.split()}))
    rows = [
        (number, int(Field.BODY), vocabulary.index(word), node.split().count(word))
        for number, node in enumerate(nodes)
        for word in sorted(set(node.split()))
    ]
    return TermFile(path, first, len(nodes), FileTerms(vocabulary, np.array(rows, dtype=ROW).tobytes()))


TOPICS = [
    "session cookie login user",
    "session login password user",
    "cookie session expiry login",
    "password user hash login",
    "matrix vector multiply row",
    "matrix row column transpose",
    "vector column multiply norm",
    "transpose row norm matrix",
]


def files() -> list[TermFile]:
    """Two topics in eight nodes."""
    return [term_file("0.py", 0, TOPICS[:4]), term_file("1.py", 4, TOPICS[4:])]


def test_words_that_mean_alike_are_near_though_the_project_has_one_of_them() -> None:
    """What training knows: the question shares no word with the node that answers it."""
    nodes = ["remove entry map", "open socket listen", "multiply matrix column", "render page template"]
    vectors = Vectors(build(lambda: iter([term_file("0.py", 0, [" ".join(subterms(node)) for node in nodes])])))
    asked = {"delete": 0, "connection": 1, "transpose": 2, "html": 3}
    for word, node in asked.items():
        found, scores = vectors.search(query_terms(word), 4)
        assert found[0] == node, word
        assert (np.diff(scores) <= 0).all()


def test_building_twice_gives_the_same_bytes() -> None:
    """Directions come from hashes, sums have a fixed order."""
    first, second = build(lambda: iter(files())), build(lambda: iter(files()))
    assert {name: array.tobytes() for name, array in first.items()} == {name: array.tobytes() for name, array in second.items()}


def test_a_stored_node_is_what_encoding_its_terms_gives() -> None:
    """The builder's shortcut and the protocol's way agree to the last bit."""
    sections = build(lambda: iter(files()))
    words = [*sorted(TOPICS[4].split()), "1"]
    weights = np.array([FIELD_WEIGHTS[Field.BODY]] * 4 + [FIELD_WEIGHTS[Field.PATH]], dtype=np.float32)
    bag = Bags(words, np.array([0, 5]), np.arange(5), weights)
    assert (Vectors(sections).encoder.encode(bag)[0] == sections["vectors"][4]).all()


def test_the_batch_does_not_change_a_vector() -> None:
    """Alone or among others, equal bags give equal bytes."""
    encoder = Vectors(build(lambda: iter(files()))).encoder
    words = ["session", "login", "matrix"]
    many = Bags(words, np.array([0, 2, 2, 3]), np.array([0, 1, 2]), np.ones(3, dtype=np.float32))
    one = Bags(words, np.array([0, 2]), np.array([0, 1]), np.ones(2, dtype=np.float32))
    batch = encoder.encode(many)
    assert (batch[0] == encoder.encode(one)[0]).all()
    assert not batch[1].any()


def test_words_that_the_project_does_not_have_find_nothing() -> None:
    """Nor does the table: no direction, no neighbours; not an error."""
    vectors = Vectors(build(lambda: iter(files())))
    for query in ([], [QueryTerm("qzxvjq", 1.0)], [QueryTerm("=session", 1.0)]):
        nodes, scores = vectors.search(query, 5)
        assert nodes.size == scores.size == 0


def test_a_project_without_terms_builds_and_answers() -> None:
    """No files, or files without a word."""
    assert Vectors(build(lambda: iter([]))).search([QueryTerm("x", 1.0)], 3)[0].size == 0
    hollow = TermFile("0.py", 0, 3, FileTerms((), b""))
    assert build(lambda: iter([hollow]))["vectors"].shape[0] == 3


def test_another_encoder_takes_its_place() -> None:
    """What has the shape is used, and its name is kept."""

    class Constant:
        name, version, dimensions = "constant", "7", 16

        def encode(self, bags: Bags) -> np.ndarray:
            return np.full((len(bags), 16), 3, dtype=np.int8)

    sections = build(lambda: iter(files()), Constant())
    assert bytes(sections["encoder"]).decode().splitlines() == ["constant", "7"]
    assert "word_weights" not in sections
    nodes, scores = Vectors(sections, Constant()).search([QueryTerm("anything", 1.0)], 3)
    assert nodes.tolist() == [0, 1, 2]
    assert len(set(scores.tolist())) == 1


def test_directions_of_unknown_words_are_nearly_orthogonal_and_depend_on_the_word_alone() -> None:
    """Random directions in many dimensions hardly meet."""
    words = [f"word{i}" for i in range(40)]
    vectors = hashed_directions(words, 128)
    gram = vectors @ vectors.T
    assert np.allclose(np.diag(gram), 1, atol=1e-5)
    assert np.abs(gram - np.eye(40)).max() < 0.5
    assert (hashed_directions(["word7"], 128)[0] == vectors[7]).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)), max_size=6), max_size=8))
def test_sparse_products_are_those_of_dense_matrices(rows: list[list[tuple[int, int]]]) -> None:
    """Also for empty rows and repeated columns, and transposed."""
    indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    columns = np.array([column for row in rows for column, _ in row], dtype=np.int64)
    values = np.array([value for row in rows for _, value in row], dtype=np.float32)
    dense = np.zeros((len(rows), 7), dtype=np.float32)
    for number, row in enumerate(rows):
        for column, value in row:
            dense[number, column] += value
    table = np.arange(21, dtype=np.float32).reshape(7, 3)
    sparse = Rows(indptr, columns, values)
    assert np.array_equal(product(sparse, table), dense @ table)
    other = np.arange(len(rows) * 2, dtype=np.float32).reshape(len(rows), 2)
    assert np.array_equal(product(transposed(sparse, 7), other), dense.T @ other)


def random_rows() -> tuple[Rows, NDArray[np.float32]]:
    """Rows of no entry, of a few, and of several leaves; and a table."""
    generator = np.random.default_rng(3)
    sizes = [*range(20), *generator.integers(0, 30, 30), 127, 128, 129, 130, 136, 137, 500, 1025, 3001]
    indptr = np.cumsum([0, *generator.permutation(sizes)]).astype(np.int64)
    rows = Rows(indptr, generator.integers(0, 40, indptr[-1]), generator.random(indptr[-1]).astype(np.float32))
    return rows, generator.random((40, 8)).astype(np.float32)


def pairwise(terms: NDArray[np.float32]) -> NDArray[np.float32]:
    """The documented order of additions, one number at a time."""
    size = len(terms)
    if size > 128:
        half = size // 2 - size // 2 % 8
        return pairwise(terms[:half]) + pairwise(terms[half:])
    if size < 8:
        total = terms[0].copy()
        rest = 1
    else:
        rest = size - size % 8
        lanes = [sum(terms[lane + 8 : rest : 8], terms[lane]) for lane in range(8)]
        total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    for term in terms[rest:]:
        total = total + term
    return total


def test_each_row_is_added_in_the_documented_order() -> None:
    """To the last bit, for every length that the plan tells apart."""
    rows, table = random_rows()
    result = product(rows, table)
    for number, (low, high) in enumerate(itertools.pairwise(rows.indptr.tolist())):
        terms = table[rows.columns[low:high]] * rows.values[low:high, None]
        expected = np.zeros(8, np.float32) if low == high else terms[0] if high == low + 1 else terms[0] + pairwise(terms[1:])
        assert result[number].tobytes() == expected.tobytes()


@pytest.mark.parametrize(("name", "entries"), [("_BLOCK_ENTRIES", 7), ("_LONG_ENTRIES", 1)])
def test_the_block_size_does_not_change_a_sum(monkeypatch: pytest.MonkeyPatch, name: str, entries: int) -> None:
    """Rows are never divided between blocks, and what stands beside a row does not count."""
    rows, table = random_rows()
    whole = product(rows, table)
    monkeypatch.setattr(f"lepasserelle.vectors.sparse.{name}", entries)
    assert product(rows, table).tobytes() == whole.tobytes()
    halves = [product(rows.between(0, 31), table), product(rows.between(31, len(rows.indptr) - 1), table)]
    assert np.concatenate(halves).tobytes() == whole.tobytes()


def test_the_batch_size_does_not_change_the_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """File by file or all at once, and in blocks of one node."""
    whole = build(lambda: iter(files()))
    monkeypatch.setattr("lepasserelle.terms.batches.BATCH_BYTES", 1)
    monkeypatch.setattr("lepasserelle.vectors.rows._BLOCK_ROWS", 1)
    monkeypatch.setattr("lepasserelle.vectors.rows._ENCODED_ROWS", 1)
    single = build(lambda: iter(files()))
    assert {name: array.tobytes() for name, array in single.items()} == {name: array.tobytes() for name, array in whole.items()}


def test_a_word_that_no_training_has_seen_still_finds_itself() -> None:
    """A project's own coinage keeps the direction of its hash."""
    vectors = Vectors(build(lambda: iter([term_file("0.py", 0, ["qzxvjq render", "render page", "wkkrpt page"])])))
    assert vectors.search([QueryTerm("qzxvjq", 1.0)], 3)[0][0] == 0
    assert vectors.search([QueryTerm("wkkrpt", 1.0)], 3)[0][0] == 2


def test_what_the_encoder_holds_is_counted_and_given_back() -> None:
    """Pages of the table, which questions bring in."""
    vectors = Vectors(build(lambda: iter(files())))
    vectors.search(query_terms("delete"), 3)
    assert 0 < vectors.encoder_bytes() <= shipped().file_bytes
    vectors.close()
    assert vectors.encoder_bytes() in {0, shipped().file_bytes}
    assert vectors.search([QueryTerm("session", 1.0)], 3)[0].size
