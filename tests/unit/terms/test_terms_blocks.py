"""Long definitions in blocks, of which windows are made."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.terms import FileTerms, TermFile, TermNumbers, blocks, collect, row_batches
from lepasserelle.terms.blocks import BLOCK, BLOCK_TERM, Blocks
from lepasserelle.terms.split import tokens

LINES = st.sampled_from(["    session.commit(now)", "x = 1", "", "größe = maß_einheit(会話管理)", "a" * 90, "wide " * 50])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that short texts are long."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 120)
    monkeypatch.setattr(blocks, "LONG_BYTES", 300)


def facts(size: int, spans: list[tuple[int, int]]) -> FileFacts:
    """A file and functions with these spans, in source order."""
    definitions = [Definition("", NodeKind.MODULE, -1, 0, size, 1, 1)]
    definitions += [Definition(f"f{start}", NodeKind.FUNCTION, 0, start, end, 1, 1) for start, end in sorted(spans)]
    return FileFacts(language="python", package="", definitions=tuple(definitions))


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, FileFacts]:
    """Lines in any script, with functions that begin and end at lines, nested or one after the other."""
    lines = [line.encode() + b"\n" for line in draw(st.lists(LINES, min_size=1, max_size=60))]
    starts = [0, *np.cumsum([len(line) for line in lines]).tolist()]
    spans: set[tuple[int, int]] = set()

    def fill(low: int, high: int, depth: int) -> None:
        at = low
        while depth < 3 and at < high and draw(st.booleans()):
            begin = draw(st.integers(at, high - 1))
            end = draw(st.integers(begin + 1, high))
            spans.add((starts[begin], starts[end]))
            fill(begin + 1, end, depth + 1)
            at = end

    fill(0, len(lines), 0)
    data = b"".join(lines)
    return data, facts(len(data), sorted(spans))


def innermost(data: bytes, spans: list[tuple[int, int]]) -> list[int]:
    """For each byte the definition that it belongs to: the oracle."""
    owner = [0] * len(data)
    for number, (start, end) in enumerate(spans):
        owner[start:end] = [number] * (end - start)
    return owner


@settings(max_examples=60, deadline=None)
@given(files())
def test_windows_hold_every_byte_of_long_own_text(file: tuple[bytes, FileFacts]) -> None:
    """Whatever is nested how: no place of a long definition is in none of its windows, and no short one has any."""
    data, found = file
    spans = [(one.start_byte, one.end_byte) for one in found.definitions]
    owner = np.array(innermost(data, spans))
    own_bytes = np.bincount(owner, minlength=len(spans))
    batch = next(row_batches([TermFile("a.py", 0, len(spans), collect(data, found))], TermNumbers(), wholes=False), None)
    windows = batch.windows if batch is not None else None
    for number, size in enumerate(own_bytes.tolist()):
        mine = [] if windows is None else windows.spans[windows.nodes == number].tolist()
        covered = np.zeros(len(data), dtype=bool)
        for start, end in mine:
            covered[start:end] = True
        assert covered[owner == number].all() if size >= blocks.LONG_BYTES else not mine


@settings(max_examples=60, deadline=None)
@given(files())
def test_blocks_share_the_own_text_out_between_tokens(file: tuple[bytes, FileFacts]) -> None:
    """Each byte is in one piece, and the words of the pieces are those of the whole stretch."""
    data, found = file
    starts = [one.start_byte for one in found.definitions]
    ends = [one.end_byte for one in found.definitions]
    owner = innermost(data, list(zip(starts, ends, strict=True)))
    stretches, at = [], 0
    for end in range(1, len(data) + 1):
        if end == len(data) or owner[end] != owner[at]:
            stretches.append((owner[at], at, end))
            at = end
    pieces = list(Blocks(data, stretches).pieces())
    whole: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (number, start, end), _ in pieces:
        stretch = next(one for one in stretches if one[0] == number and one[1] <= start < one[2])
        whole.setdefault(stretch[1:], []).append((start, end))
    assert [(number, *span) for (number, *_), span in zip(stretches, whole, strict=True)] == stretches
    for (start, end), parts in whole.items():
        assert (parts[0][0], parts[-1][1]) == (start, end)
        assert all(left[1] == right[0] for left, right in pairwise(parts))
        cut = [token for low, high in parts for token in tokens(data[low:high].decode())]
        assert cut == tokens(data[start:end].decode())


@settings(max_examples=30, deadline=None)
@given(files())
def test_words_of_definitions_do_not_depend_on_blocks(file: tuple[bytes, FileFacts]) -> None:
    """What lexical search counts is what it was without windows."""
    data, found = file
    with_blocks = collect(data, found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LONG_BYTES", 1 << 40)
        assert FileTerms(with_blocks.vocabulary, with_blocks.postings) == collect(data, found)


def test_a_line_without_end_is_cut_at_a_space_and_a_word_nowhere() -> None:
    """Minified code has blocks, one word of any length has one."""
    data = b"word " * 200
    rows = np.frombuffer(collect(data, facts(len(data), [])).blocks, dtype=BLOCK)
    assert [data[end - 1 : end] for end in rows["end_byte"]] == [b" "] * len(rows)
    assert len(rows) > 4
    assert len(np.frombuffer(collect(b"a" * 5000, facts(5000, [])).blocks, dtype=BLOCK)) <= 1


def test_a_very_long_text_has_a_bounded_number_of_blocks() -> None:
    """A file of data is not all windows: its blocks grow."""
    data = b"value = 1\n" * 20_000
    rows = np.frombuffer(collect(data, facts(len(data), [])).blocks, dtype=BLOCK)
    assert blocks.MOST_BLOCKS // 2 < len(rows) <= blocks.MOST_BLOCKS
    assert rows["end_byte"][-1] == len(data)


def test_counts_of_a_window_are_those_of_its_two_blocks() -> None:
    """A word that stands in both counts as often as it stands there."""
    data = b"alpha beta\n" * 40
    batch = next(row_batches([TermFile("a.py", 0, 1, collect(data, facts(len(data), [])))], TermNumbers(), wholes=False))
    assert batch.windows is not None
    terms = collect(data, facts(len(data), []))
    counts = np.frombuffer(terms.block_postings, dtype=BLOCK_TERM)
    alpha = counts["count"][counts["term"] == terms.vocabulary.index("alpha")].astype(int)
    found = batch.windows.occurrences[batch.windows.term == batch.windows.term[0]]
    assert found.tolist() == (alpha[1:] + alpha[:-1]).tolist()
