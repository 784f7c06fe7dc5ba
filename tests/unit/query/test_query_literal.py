"""Literal search: exactly the lines that hold the text, as a plain scan would find them."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.lexical.trigram_build import build_trigrams
from lepasserelle.lexical.trigram_index import TrigramIndex
from lepasserelle.query.literal import find_text, lines_with_words, matches_in
from lepasserelle.query.patterns import Pattern, matcher

bodies = st.text(st.sampled_from("ab \n"), max_size=80)


def reader(text: str) -> Callable[[], bytes]:
    """As files are given."""
    return lambda: text.encode()


@given(bodies, st.text(st.sampled_from("ab "), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_it_finds_the_lines_that_a_scan_finds(text: str, wanted: str) -> None:
    """The oracle looks at every line by itself."""
    found = [(match.line, match.text) for match in matches_in(text.encode(), matcher(Pattern(wanted)), "x")]
    assert found == [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if wanted in line]


def test_a_text_of_several_lines_is_found_where_it_begins() -> None:
    """A call that is broken over lines can be asked for too."""
    found = list(matches_in(b"one\nfoo(\n  bar)\nfoo(\n  bar)", matcher(Pattern("foo(\n  bar)")), "x"))
    assert [match.line for match in found] == [2, 4]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    """What stands behind it begins the line, is numbered as ever, and is shown without it."""
    text = b"\xef\xbb\xbfone\none more\n"
    found = list(matches_in(text, matcher(Pattern("^one", is_regex=True)), "x", lambda _: [9] * 9))
    assert [(match.line, match.text) for match in found] == [(1, "one"), (2, "one more")]


def test_a_very_long_line_shows_what_stands_around_the_match() -> None:
    """Minified code does not fill an answer."""
    (match,) = matches_in(b"x" * 5000 + b"needle" + b"y" * 5000, matcher(Pattern("needle")), "x")
    assert "needle" in match.text
    assert len(match.text) < 500


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_lines_far_apart_are_numbered_as_near_ones(gaps: list[int]) -> None:
    """Long stretches are counted in another way than short ones."""
    text = "".join("a\n\n" * gap + "needle\n" for gap in gaps)
    found = [match.line for match in matches_in(text.encode(), matcher(Pattern("needle")), "x")]
    assert found == [number for number, line in enumerate(text.split("\n"), 1) if line == "needle"]


@given(st.lists(st.integers(0, 2500), min_size=1, max_size=6), st.integers(1, 60), st.sampled_from([b"", b"\xef\xbb\xbf"]))
@settings(max_examples=60, deadline=None)
def test_lines_are_numbered_by_counts_as_without(gaps: list[int], width: int, mark: bytes) -> None:
    """The oracle counts from the beginning of the text."""
    data = mark + "".join(("a" * (gap % width) + "\n") * (gap % 97) + "b" * gap + " needle\n" for gap in gaps).encode()
    counts = TrigramIndex(build_trigrams([data])).line_counts(0)
    found = list(matches_in(data, matcher(Pattern("needle")), "x", lambda: counts))
    assert [match.line for match in found] == [number for number, line in enumerate(data.split(b"\n"), 1) if b"needle" in line]
    assert found == list(matches_in(data, matcher(Pattern("needle")), "x"))


def test_more_than_the_limit_is_said() -> None:
    """A cut list is no whole one."""
    files = [("a", reader("x\n" * 5)), ("b", reader("x\n" * 5))]
    assert len(find_text(files, Pattern("x"), most=7).matches) == 7
    assert not find_text(files, Pattern("x"), most=7).is_all
    assert find_text(files, Pattern("x"), most=7).goes_on
    assert find_text(files, Pattern("x"), most=10).is_all
    assert not find_text(files, Pattern("x"), most=10).goes_on


def test_lines_that_are_skipped_are_counted_and_not_kept() -> None:
    """A later page needs to know how many lines and files were before it."""
    files = [(f"{name}.py", lambda: b"total\n" * 4) for name in "abc"]
    whole = find_text(files, Pattern("total"), 10)
    assert [(match.path, match.line) for match in whole.matches[6:]] == [("b.py", 3), ("b.py", 4), ("c.py", 1), ("c.py", 2)]
    for skip in range(10):
        part = find_text(files, Pattern("total"), 10, skip=skip)
        assert part.matches == whole.matches[skip:]
        assert (part.passed, part.count, part.file_count, part.is_all) == (skip, 10, 3, False)
    assert find_text(files, Pattern("total"), 20, skip=8).is_all


def test_no_file_is_read_behind_the_one_that_has_a_line_too_many() -> None:
    """A text of thousands of lines costs what its first lines cost."""
    read: list[str] = []

    def noting(name: str) -> Callable[[], bytes]:
        def text() -> bytes:
            read.append(name)
            return b"x\ny\nx\n"

        return text

    found = find_text([(name, noting(name)) for name in "abcd"], Pattern("x"), most=3)
    assert [(match.path, match.line) for match in found.matches] == [("a", 1), ("a", 3), ("b", 1)]
    assert (read, found.goes_on, found.file_count) == (["a", "b"], True, 2)


@given(st.lists(bodies, max_size=4), st.integers(1, 10))
@settings(max_examples=150, deadline=None)
def test_lines_with_most_words_come_first(texts: list[str], most: int) -> None:
    """The oracle counts words line by line and sorts all of them."""
    words = ["a", "bb", "ab"]
    lines = [(f"{at}", number, line) for at, text in enumerate(texts) for number, line in enumerate(text.split("\n"), 1)]
    scored = [(-sum(word in line for word in words), at, path, number) for at, (path, number, line) in enumerate(lines)]
    expected = [(path, number) for score, _, path, number in sorted(scored) if score][:most]
    files = [(f"{at}", reader(text)) for at, text in enumerate(texts)]
    assert [(match.path, match.line) for match in lines_with_words(files, words, most)] == expected
