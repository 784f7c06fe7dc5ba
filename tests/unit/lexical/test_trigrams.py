"""Trigrams: postings survive packing, the index names every file that holds a text, and splicing equals building anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.errors import DamagedError
from lepasserelle.lexical.line_counts import counts_of
from lepasserelle.lexical.listed import kept_in
from lepasserelle.lexical.postings import bitmap_bytes, pack, unpack
from lepasserelle.lexical.sieve import Sieve
from lepasserelle.lexical.trigram_build import Rewritten, build_trigrams, rewrite_trigrams
from lepasserelle.lexical.trigram_index import BLOCK_BITS, EVERYTHING, TrigramIndex, any_of, every, holds
from lepasserelle.lexical.trigrams import few_trigrams, folded, trigrams_of

TEXTS = st.lists(
    st.binary(max_size=40)
    | st.text(alphabet="abKſ\u212aé\n ", max_size=30).map(str.encode)
    | st.integers(0, 700).map(lambda count: b"ab\n" * count),
    max_size=12,
)


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 999), min_size=1), min_size=1, max_size=8), st.sampled_from([1000, 40_000]))
def test_lists_survive_packing(lists: list[set[int]], scale: int) -> None:
    """Short lists as distances, long ones as bitmaps, distances of one and of several bytes, many at a time and one by one."""
    spread = scale // 1000
    chosen = [sorted(number * spread for number in one) for one in lists]
    files = np.array([number for one in chosen for number in one], np.int64)
    starts = np.cumsum([0, *map(len, chosen[:-1])])
    data, lengths = pack(files, starts, scale)
    assert len(data) == lengths.sum()
    again, counts = unpack(data, lengths, scale)
    assert again.tolist() == files.tolist()
    assert counts.tolist() == list(map(len, chosen))
    assert lengths.max() <= bitmap_bytes(scale)
    for one, end, length in zip(chosen, np.cumsum(lengths), lengths, strict=True):
        packed = data[end - length : end].tobytes()
        assert sorted(kept_in(packed, scale)) == one
        assert kept_in(packed, scale, among={0, *one[::2]}) == {0, *one[::2]} & set(one)


@settings(deadline=None)
@given(st.integers(0, 70_000), st.sampled_from([1, 3, 900, 1 << 24]), st.integers(0, 1 << 32))
def test_a_sieve_loses_nothing(count: int, distinct: int, seed: int) -> None:
    """Numbers that all are one, few and many that meet others in their slots, of one block and of several, after others."""
    sieve, drawn = Sieve(), np.random.default_rng(seed)
    for _ in range(2):
        numbers = drawn.integers(0, distinct, count).astype(np.uint32) * np.uint32((1 << 24) // distinct)
        sifted = sieve.sifted(numbers)
        assert np.unique(sifted).tolist() == np.unique(numbers).tolist()
        assert distinct > 900 or count < 2000 or len(sifted) < count // 2


def test_the_trigrams_of_a_long_text_are_the_same_through_a_sieve() -> None:
    """What is put in order is less, and what comes of it is not."""
    text = bytes(np.random.default_rng(7).integers(0, 12, 50_000).astype(np.uint8)) + bytes(range(256))
    assert trigrams_of(text, Sieve()).tolist() == trigrams_of(text).tolist() == few_trigrams(text)


def test_trigrams_are_those_of_the_folded_text() -> None:
    """Each once, ascending; the two letters beyond ASCII whose other case is within it count as that."""
    assert [number.to_bytes(3) for number in trigrams_of(b"ABcabc").tolist()] == [b"abc", b"bca", b"cab"]
    assert few_trigrams(b"ABcabc") == trigrams_of(b"ABcabc").tolist()
    assert folded("maſk \u212aelvin É".encode()) == "mask kelvin É".encode()
    assert not len(trigrams_of(b"ab"))
    assert few_trigrams(b"ab") == []


@settings(deadline=None)
@given(TEXTS, st.data())
def test_no_file_with_the_text_is_left_out(texts: list[bytes], data: st.DataObject) -> None:
    """Against the exact oracle: files that hold a piece of one of them, in either case."""
    index = TrigramIndex(build_trigrams(texts, run_postings=7))
    whole = data.draw(st.sampled_from([*texts, b"abc"]))
    begin = data.draw(st.integers(0, len(whole)))
    piece = whole[begin : begin + data.draw(st.integers(0, 8))]
    may = index.files(holds(piece))
    assert list(may) == sorted(set(may))
    assert all(file in may for file, text in enumerate(texts) if piece in text)
    if piece.isascii():
        assert all(file in may for file, text in enumerate(texts) if piece.lower() in text.lower())


def test_a_text_that_no_file_can_hold_names_no_file() -> None:
    """Also in an empty index, and at both ends of what is known."""
    for texts in ([], [b"hello world"]):
        index = TrigramIndex(build_trigrams(texts))
        for wanted in (b"\0\0\0", b"zzzz", "\U0010ffff".encode()):
            assert not index.files(holds(wanted))
    assert list(index.files(holds(b"he"))) == [0]
    assert list(index.files(EVERYTHING)) == [0]
    assert list(index.files(any_of([holds(b"zzz"), holds(b"world")]))) == [0]
    assert list(index.files(any_of([holds(b"he"), holds(b"zzz")]))) == [0]
    assert not index.files(every([holds(b"zzz"), holds(b"world")]))


@settings(deadline=None)
@given(TEXTS, TEXTS, st.data())
def test_rewriting_gives_the_bytes_of_building_anew(old: list[bytes], new: list[bytes], data: st.DataObject) -> None:
    """Some of the files have other texts, or the same once more; lists come, go, and become bitmaps or are none any more."""
    numbers = data.draw(st.sets(st.integers(0, len(old) - 1)) if old else st.just(set()))
    texts = {number: data.draw(st.sampled_from([*new, old[number], b""])) for number in sorted(numbers)}
    rewritten = rewrite_trigrams(build_trigrams(old), [Rewritten(number, old[number], now) for number, now in texts.items()])
    anew = build_trigrams([texts.get(number, text) for number, text in enumerate(old)])
    assert {name: (array.dtype, array.tobytes()) for name, array in rewritten.items()} == {
        name: (array.dtype, array.tobytes()) for name, array in anew.items()
    }


@settings(deadline=None)
@given(TEXTS, st.sampled_from([1, 5]))
def test_small_runs_give_the_bytes_of_large_ones(texts: list[bytes], run: int) -> None:
    """What is held at a time decides on memory only."""
    small, large = build_trigrams(texts, run), build_trigrams(texts)
    assert {name: array.tobytes() for name, array in small.items()} == {name: array.tobytes() for name, array in large.items()}


def test_sections_of_something_else_are_damage() -> None:
    """An error that says what to do."""
    with pytest.raises(DamagedError, match="leindex index"):
        TrigramIndex({"trigrams": np.zeros(0, np.uint32)})


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
def test_line_ends_are_counted_before_whole_blocks(size: int) -> None:
    """One count more than there are blocks: what ends in the last one is before the rest."""
    data = (b"ab\n" * 2000)[:size]
    assert counts_of(data).tolist() == [data.count(b"\n", 0, end) for end in range(0, size + 1, 1 << BLOCK_BITS)]


def test_an_index_has_the_counts_of_each_file() -> None:
    """Under its number, also of an empty file and of one that ends with a block."""
    texts = [b"\n" * 1500, b"", b"a" * 511 + b"\n", b"x\ny"]
    index = TrigramIndex(build_trigrams(texts, run_postings=1))
    assert [list(index.line_counts(file)) for file in range(4)] == [[0, 512, 1024], [0], [0, 1], [0]]
