"""The table of trained words: found as written, refused when a byte of it is wrong, and small."""

import string
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.durable import frame
from lepasserelle.errors import ModelError
from lepasserelle.ingest.features import FEATURES
from lepasserelle.vectors import trained
from lepasserelle.vectors.encoder import Bags
from lepasserelle.vectors.exact import MAX_DIMENSIONS
from lepasserelle.vectors.held_in_part import HeldInPart
from lepasserelle.vectors.words import PATH, WORDS_VERSION, Words, pack, shipped

MOST_BYTES = 12_000_000
WORDS = ["clos", "delet", "remov", "été"]


def table(count: int = len(WORDS), dimensions: int = 8) -> np.ndarray:
    """Random directions."""
    return np.random.default_rng(5).normal(size=(count, dimensions)).astype(np.float32)


def written(folder: Path, data: bytes) -> Path:
    """The bytes as a file."""
    path = folder / "words.table"
    path.write_bytes(data)
    return path


def test_what_is_packed_is_found_again(tmp_path: Path) -> None:
    """Each word by its number, its direction within half a step of i8."""
    given_table = table()
    words = Words(written(tmp_path, pack(WORDS, given_table, 3)))
    assert (len(words), words.dimensions, words.version) == (4, 8, 3)
    assert [words.find(word) for word in [*WORDS, "absent", ""]] == [0, 1, 2, 3, None, None]
    step = np.abs(given_table).max(axis=1, keepdims=True) / 127
    assert (np.abs(words.directions(np.arange(4)) - given_table) <= step / 2 + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(st.sets(st.text(min_size=1, max_size=6), max_size=20), st.lists(st.text(max_size=6), max_size=10))
def test_many_words_are_found_as_one_by_one(tmp_path_factory: pytest.TempPathFactory, held: set[str], asked: list[str]) -> None:
    """For an index by a dictionary, for a question by bisection: the same numbers."""
    ordered = sorted((word for word in held if word.isprintable()), key=str.encode)
    words = Words(written(tmp_path_factory.mktemp("words"), pack(ordered, table(len(ordered)), 1)))
    sought = [*ordered, *(word for word in asked if word.isprintable())]
    single = [words.find(word) for word in sought]
    assert words.find_all(sought).tolist() == [-1 if number is None else number for number in single]


def within_half_a_step(found: np.ndarray, wanted: np.ndarray) -> bool:
    """As near as i8 with a scale a row can be."""
    step = np.abs(wanted).max(axis=1, keepdims=True, initial=0.0) / 127
    return found.shape == wanted.shape and bool((np.abs(found - wanted) <= step / 2 + 1e-6).all())


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.text(string.ascii_letters, min_size=1, max_size=6), max_size=12),
    st.integers(0, 9),
    st.integers(1, 12),
    st.integers(0, 2**32 - 1),
)
def test_words_and_buckets_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, held: set[str], buckets: int, dimensions: int, seed: int
) -> None:
    """Any number of either, any width, whatever stands at which multiple of 8 bytes; and a flipped bit anywhere is damage."""
    ordered = sorted(held)
    generator = np.random.default_rng(seed)
    of_words = generator.normal(size=(len(ordered), dimensions)).astype(np.float32)
    of_buckets = generator.normal(size=(buckets, dimensions)).astype(np.float32)
    data = pack(ordered, of_words, 7, of_buckets)
    folder = tmp_path_factory.mktemp("words")
    words = Words(written(folder, data))
    assert (len(words), words.buckets, words.dimensions, words.spelled()) == (len(ordered), buckets, dimensions, tuple(ordered))
    assert within_half_a_step(words.directions(np.arange(len(ordered))), of_words)
    assert within_half_a_step(words.of_buckets(np.arange(buckets)), of_buckets)
    wrong = bytearray(data)
    wrong[int(generator.integers(len(wrong)))] ^= 1 << int(generator.integers(8))
    with pytest.raises(ModelError, match="install"):
        Words(written(folder, bytes(wrong)))


def test_words_out_of_order_are_refused() -> None:
    """Bisection would miss them."""
    for wrong in (["b", "a"], ["a", "a"]):
        with pytest.raises(ValueError, match="ascend"):
            pack(wrong, table(2), 1)


@pytest.mark.parametrize("at", [0, 5, 20, 60, 75, -40, -1])
def test_a_flipped_bit_is_damage(tmp_path: Path, at: int) -> None:
    """Never a wrong direction."""
    data = bytearray(pack(WORDS, table(), 1))
    data[at] ^= 1
    with pytest.raises(ModelError, match="install"):
        Words(written(tmp_path, bytes(data)))


@pytest.mark.parametrize(
    "data", [b"", b"x", pack(WORDS, table(), 1)[:-1], frame.pack("other", b"0" * 64), frame.pack("words", b"")]
)
def test_what_is_no_table_is_damage(tmp_path: Path, data: bytes) -> None:
    """Empty, cut, of another kind, or hollow."""
    with pytest.raises(ModelError, match="install"):
        Words(written(tmp_path, data))


def test_a_table_that_is_not_there_is_damage(tmp_path: Path) -> None:
    """The message says what to do."""
    with pytest.raises(ModelError, match="install"):
        Words(tmp_path / "words.table")


def test_the_shipped_table_is_the_one_that_the_index_names() -> None:
    """Small, of the version that indexes are compared by, and exact in the search's arithmetic."""
    words = shipped()
    assert PATH.stat().st_size <= MOST_BYTES
    assert words.version == WORDS_VERSION == FEATURES["words"]
    assert words.dimensions <= MAX_DIMENSIONS
    assert words.find("remov") is not None
    assert words.buckets > 0


@pytest.mark.parametrize("most", [30, 90, 3000])
def test_vectors_are_the_same_where_not_all_directions_are_held(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more words than are held, also in one row more than there is room for; blocks change no byte."""
    words = [f"word{number}" for number in range(400)] + ["request", "response", "session"]
    rows = [sorted({*range(at % 7, 400, 13 + at % 11), 400, 401 + at % 2}) for at in range(1500)] + [list(range(403)), [], [7]]
    indptr = np.cumsum([0, *map(len, rows)])
    terms = np.array([term for row in rows for term in row], dtype=np.int32)
    bags = Bags(words, indptr, terms, np.linspace(0.1, 2, len(terms), dtype=np.float32))
    sections, all_held = trained.fit([bags, bags])
    monkeypatch.setattr(trained, "MOST_HELD", most)
    monkeypatch.setattr(trained, "HeldInPart", partial(HeldInPart, most=most))
    others, in_part = trained.fit([bags, bags])
    assert np.array_equal(all_held, in_part)
    assert all(np.array_equal(sections[name], others[name]) for name in sections)
