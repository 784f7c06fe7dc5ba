"""Patterns: what is looked for is found, what cannot be is said, none takes long, and no file that may match is left out."""

import time
from types import SimpleNamespace

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lepasserelle.errors import QueryError
from lepasserelle.lexical.trigram_build import build_trigrams
from lepasserelle.lexical.trigram_index import EVERYTHING, AnyOf, Every, Holds, TrigramIndex
from lepasserelle.model import Remarks, SearchRequest
from lepasserelle.query import patterns
from lepasserelle.query.dialects import read_otherwise
from lepasserelle.query.line_page import asked_lines, line_page
from lepasserelle.query.literal import Lines, find_text
from lepasserelle.query.needed import needed_by_pattern, needed_by_text
from lepasserelle.query.patterns import MOST_CHARS, Pattern, matcher, places

BOUND_S = 10.0
"""Far more than any of these takes, far less than a backtracking engine would."""

CATASTROPHES = [
    (r"(a+)+$", "a" * 5000 + "b"),
    (r"(a|aa)+$", "a" * 5000 + "b"),
    (r"(x+x+)+y", "x" * 20_000),
    (r".*.*.*=.*z", "x=x" * 100_000),
    (r"(?:a?){300}a{300}c", "a" * 5000),
    ("(.*" * 300 + ")" * 300 + "q", "word " * 50_000),
]


def lines(text: bytes, pattern: Pattern) -> list[int]:
    """Numbers of the lines that match."""
    return [match.line for match in find_text([("f", lambda: text)], pattern).matches]


@pytest.mark.parametrize(("pattern", "text"), CATASTROPHES)
def test_a_catastrophic_pattern_is_answered_exactly_and_soon(pattern: str, text: str) -> None:
    """These take a backtracking engine longer than anybody lives."""
    began_s = time.monotonic()
    assert lines(text.encode(), Pattern(pattern, is_regex=True)) == []
    assert time.monotonic() - began_s < BOUND_S


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "no text"),
        ("x" * 100_000, "at most 2000"),
        ("(", "missing"),
        ("[a-", "missing"),
        ("*a", "repetition"),
        (r"(?=x)y", "back-references are not part"),
        (r"(\w)\1", "back-references are not part"),
        (r"(?P<n>a)(?P=n)", "back-references are not part"),
        (r"(?P=n)", "back-references are not part"),
        (r"(?<n>a)\k<n>", "back-references are not part"),
        (r"(a)\9", "back-references are not part"),
        (r"(?!x)", "back-references are not part"),
        (r"\pL{1000}" * 180, "too large.* 8 MiB.*; shorten the repetitions$"),
        (r"\pL{900}", "too large.* 8 MiB.*; shorten the repetitions$"),
        ("(a{1000}){1000}", "repetition"),
        ("a)(b", "unexpected"),
        ("\ud800", "surrogate"),
    ],
)
def test_what_is_no_pattern_is_a_clear_error(pattern: str, said: str) -> None:
    """In bounded time, whatever its length."""
    began_s = time.monotonic()
    for whole_word in (False, True):
        with pytest.raises(QueryError, match=said):
            matcher(Pattern(pattern, is_regex=True, whole_word=whole_word))
    assert time.monotonic() - began_s < BOUND_S


@pytest.mark.parametrize(
    "text", ["会話の管理", "größe", "🙂🙂", "\0", "a\0b", "'; DROP TABLE users; --", "${jndi:ldap://x}", "(?", "x" * MOST_CHARS]
)
def test_any_text_is_found_as_it_stands(text: str) -> None:
    """Exact, without case, and as a word: nothing in it is a sign of a pattern."""
    data = f"first\n={text}=\nlast".encode()
    for pattern in (Pattern(text), Pattern(text, ignore_case=True), Pattern(text, whole_word=True)):
        assert lines(data, pattern) == [2]
        assert lines(b"first\nlast", pattern) == []


def test_bytes_of_a_command_line_that_are_no_text_are_found() -> None:
    """As the system hands them over: escaped."""
    assert lines("größe".encode("latin-1"), Pattern(b"gr\xf6".decode("utf-8", "surrogateescape"))) == [1]


def test_a_pattern_matches_within_a_line() -> None:
    """Neither a set nor white space goes over its end; a plain text may."""
    text = b"def a(\n  x):\nfoo\n bar"
    assert lines(text, Pattern(r"\([^)]*\)", is_regex=True)) == []
    assert lines(text, Pattern(r"foo\s+bar", is_regex=True)) == []
    assert lines(text, Pattern(r"^\s+\w", is_regex=True)) == [2, 4]
    assert lines(text, Pattern("foo\n bar")) == [3]


@pytest.mark.parametrize("text", ["a\\n", "a\n", "(x|\\x0A)", "\\x{00a}b", "[\\n]", "\\012", "\\Qa\nb\\E", "\\\\\\n", "x\\n?"])
def test_a_pattern_that_asks_for_a_line_end_is_refused(text: str) -> None:
    """It would find nothing, silently; as ripgrep, which says so too."""
    with pytest.raises(QueryError, match="line end"):
        matcher(Pattern(text, is_regex=True))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("a\\\\n", "a\\n"), ("[\\n ]", " "), ("[^\\n]", "x"), ("\\Qa\\n\\E", "a\\n")),
        *(("\\s", " "), ("\\x020", "\x020"), ("a$", "a"), ("[[:space:]\\]n]", "n")),
    ],
)
def test_what_may_be_something_else_than_a_line_end_is_not_refused(text: str, line: str) -> None:
    """A set of which a line end is one sign, and what only looks like one: each finds what else it means."""
    assert lines(f"\n{line}\n".encode(), Pattern(text, is_regex=True)) == [2]


def test_a_repetition_that_is_too_long_is_refused_with_what_to_write_instead() -> None:
    """The limit of the engine; what is offered in its place matches as many."""
    for pattern in (".{1001}", "(a{100}){11}", "b{2,1001}"):
        with pytest.raises(QueryError, match=r"counts to 1,000 at most.*`\.\{1000\}\.\{500\}`"):
            matcher(Pattern(pattern, is_regex=True))
    instead = Pattern(".{1000}.{500}", is_regex=True)
    assert lines(b"a" * 1499 + b"\n" + b"a" * 1500, instead) == [2]


@pytest.mark.parametrize("how", [{"ignore_case": True}, {"whole_word": True}])
def test_a_text_of_several_lines_is_found_as_it_stands_or_refused(how: dict[str, bool]) -> None:
    """In other letters, or as a word, it would be looked for line by line."""
    with pytest.raises(QueryError, match="line end"):
        matcher(Pattern("foo\n bar", **how))
    assert lines(b"foo\n bar", Pattern("foo\n bar")) == [1]


def test_words_have_no_letter_of_any_script_beside_them() -> None:
    """Also where a shorter alternative would stand alone."""
    text = "map\nmaps\n_map\nmap2\nmapé\n(map)\nämap".encode()
    assert lines(text, Pattern("map", whole_word=True)) == [1, 6]
    assert lines(text, Pattern("MAP|maps", is_regex=True, whole_word=True, ignore_case=True)) == [1, 2, 6]


def test_case_is_left_aside_in_every_script() -> None:
    """The letters that only differ from ASCII by case among them, which the trigrams must not leave out either."""
    text = "STRASSE\nGRÖSSE\nmaſk\n\u212aelvin".encode()
    index = TrigramIndex(build_trigrams([text]))
    for wanted, line in (("strasse", 1), ("grösse", 2), ("MASK", 3), ("kelvin", 4)):
        looked_for = matcher(Pattern(wanted, ignore_case=True))
        assert list(index.files(looked_for.needed)) == [0]
        assert lines(text, Pattern(wanted, ignore_case=True)) == [line]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("hello", Holds(b"hello")),
        ("hello.*world", Every((Holds(b"hello"), Holds(b"world")))),
        ("foo1|foo2", AnyOf((Holds(b"foo1"), Holds(b"foo2")))),
        (r"self\.\w+\(", Holds(b"self.")),
        ("(?:get|set)_name", Every((AnyOf((Holds(b"get"), Holds(b"set"))), Holds(b"_name")))),
        ("colou?r", Holds(b"colo")),
        ("abc+def", Every((Holds(b"abc"), Holds(b"def")))),
        ("abc{2,3}", Holds(b"abc")),
        (r"\bword\b", Holds(b"word")),
        (r"[x]yz[.]", Holds(b"xyz.")),
        ("foo|ba", EVERYTHING),
        (r"\d+|\Qabc\E", EVERYTHING),
        ("a.b.c", EVERYTHING),
        (r"x\x41BC", Holds(b"xABC")),
    ],
)
def test_what_every_match_holds_is_read_off_the_pattern(pattern: str, needs: object) -> None:
    """Enough to leave files out, never too much."""
    assert needed_by_pattern(pattern, ignore_case=False) == needs


def test_letters_beyond_ascii_are_not_asked_for_without_case() -> None:
    """Their other case has other bytes."""
    assert needed_by_text("naïveté".encode(), ignore_case=True) == Holds(b"vet")
    assert needed_by_pattern("(?i)naïveté", ignore_case=False) == Holds(b"vet")


SETS = ["[abc]", "[^a]", "[]x]", "[[:alpha:]]", "[\\d-]", "\\pL", "\\w"]
PIECES = st.sampled_from([*"b.^$é-ſ{}]", "abc", "def", "ABC", "\\.", "\\x61", "\\b", "(?i)", "\\n", *SETS])
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,1}", "{1,}", "+?", "*?"])
PATTERNS = st.recursive(
    st.tuples(PIECES, REPEATS).map("".join),
    lambda inner: (
        st.tuples(
            st.sampled_from(["({})", "(?:{})", "(?i:{})", "(?P<n>{})"]),
            st.lists(inner, min_size=1, max_size=3),
            st.sampled_from(["", "|"]),
            REPEATS,
        ).map(lambda one: one[0].replace("{}", one[2].join(one[1])) + one[3])
        | st.lists(inner, min_size=1, max_size=4).map("".join)
    ),
    max_leaves=8,
)
WORDS = st.lists(st.sampled_from(["abc", "def", "ABC", "DEF", "aé", "ſ", "k", ".", "-", "x", "\n", " "]), max_size=8).map("".join)


@settings(deadline=None, max_examples=300)
@given(PATTERNS, WORDS, st.booleans(), st.booleans())
@example("abc(?i)def", "abcDEF", False, False)
@example("x*abc", "abc", False, False)
def test_no_file_with_a_match_is_left_out(pattern: str, text: str, ignore_case: bool, whole_word: bool) -> None:
    """The exact oracle: whatever the engine finds, the trigrams let through."""
    try:
        looked_for = matcher(Pattern(pattern, True, ignore_case, whole_word))
    except QueryError:
        return
    data = text.encode()
    if looked_for.find(data, 0) >= 0:
        assert TrigramIndex(build_trigrams([data])).files(looked_for.needed)


@settings(deadline=None, max_examples=300)
@given(
    PATTERNS,
    st.sampled_from(["defabc", "aé-x", r"\.abc "]),
    PATTERNS,
    st.lists(WORDS | st.just("xdefabcx"), max_size=50),
    st.booleans(),
)
@example("^", "defabc", "$", ["defabcx"] * 40 + ["defabc", "x defabc"], False)
@example("x+", "defabc", "k", ["defabc"] * 32 + ["xxdefabck"], False)
@example("(", "defabc", "|k)", ["k", "defabc"], False)
def test_what_lines_are_looked_at_first_changes_no_match(
    before: str, telling: str, after: str, texts: list[str], whole_word: bool
) -> None:
    """The engine over the whole text is the oracle: the same lines, and the same places in them."""
    pattern = Pattern(before + telling + after, True, whole_word=whole_word)
    try:
        found = matcher(pattern)
    except QueryError:
        return
    plain = matcher(Pattern(f"(?i:){pattern.text}", True, whole_word=whole_word))
    data = "\n".join(texts).encode()
    assert list(places(data, found.find)) == list(places(data, plain.find))


@settings(deadline=None, max_examples=200)
@given(PATTERNS, st.lists(WORDS, max_size=12), st.integers(0, 40), st.integers(0, 40))
def test_the_engine_itself_answers_as_its_wrapper_does(text: str, words: list[str], start: int, end: int) -> None:
    """The way that is taken, and the one for a release that names its parts otherwise."""
    data = "\n".join(words).encode()
    start, end = min(start, len(data)), min(end, len(data))
    try:
        compiled = re2.compile(text.encode())
    except re2.error:
        return
    direct = patterns._direct(re2, compiled)
    assert direct is not None
    if start <= end:
        assert direct(data, start, end) == patterns._wrapped(compiled)(data, start, end)


def test_an_engine_of_other_names_is_not_taken_for_this_one() -> None:
    """Neither one without them, nor one that gives something else."""
    one = SimpleNamespace(_Anchor=SimpleNamespace(UNANCHORED=0))
    assert patterns._direct(one, SimpleNamespace()) is None
    assert patterns._direct(SimpleNamespace(), re2.compile(b"a")) is None
    for given_back in (list, lambda: None, lambda: [["x"]]):
        odd = SimpleNamespace(_regexp=SimpleNamespace(Match=lambda *_words, back=given_back: back()))
        assert patterns._direct(one, odd) is None


def test_files_that_were_not_looked_at_are_counted() -> None:
    """The time is looked at between files; what was found till then is given."""
    ticks = iter([0.0, 0.1, 9.0])
    files = [(f"{number}", lambda: b"x") for number in range(4)]
    found = find_text(files, Pattern("x"), longest_s=5.0, clock=lambda: next(ticks))
    assert ([match.path for match in found.matches], found.is_all, found.files_left) == (["0"], False, 3)


@given(
    st.lists(st.sampled_from(["ab", "b a", "", "aab ba", "é"]), max_size=40),
    st.sampled_from(["a+", "^b", "a$", "^$", r"\Aab", r"a\z", r"\bab\b", "b.*a", ""]),
)
@settings(deadline=None)
def test_searching_some_lines_at_a_time_finds_what_searching_all_at_once_finds(words: list[str], expression: str) -> None:
    """Borders between pieces are ends of lines and nothing else: neither of the text, nor of words."""
    text = "\n".join(words).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lepasserelle.query.patterns._PIECE_BYTES", 3)
        in_pieces = lines(text, Pattern(expression or "b?", is_regex=True))
        patch.setattr("lepasserelle.query.patterns._PIECE_BYTES", 1 << 30)
        assert in_pieces == lines(text, Pattern(expression or "b?", is_regex=True))


def test_a_search_ends_within_a_file_when_its_time_is_over() -> None:
    """What was found until then stays, and the file that was not read to its end counts among those that were not."""
    now = iter(range(10_000))
    text = b"".join(b"line %d a\n" % number for number in range(2_000))
    files = [("one", lambda: text), ("two", lambda: text)]
    found = find_text(files, Pattern("a$", is_regex=True), longest_s=40, clock=lambda: next(now))
    assert 10 < len(found.matches) < 50
    assert {match.path for match in found.matches} == {"one"}
    assert (found.is_all, found.files_left) == (False, 2)
    files = [(name, lambda: text * 8) for name in ("one", "two")]
    silent = find_text(files, Pattern("a[xyz]", is_regex=True), longest_s=3, clock=lambda: next(now))
    assert (silent.matches, silent.is_all, silent.files_left) == ([], False, 2)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("[a-z&&[^aeiou]]x", "`&&` between sets"),
        ("[a-z--m]", "`--` between sets"),
        ("[\\w~~\\d]", "`~~` between sets"),
        (r"\b{start}def", "write `\\b`"),
        (r"x\b{end-half}", "write `\\b`"),
    ],
)
def test_what_only_ripgrep_reads_so_is_refused(expression: str, said: str) -> None:
    """RE2 would take it for something else without a word."""
    with pytest.raises(QueryError) as refused:
        matcher(Pattern(expression, is_regex=True))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "expression", [r"a && b", r"[&]&[&]", r"[+--]", r"[^-]--[-x]", r"\Q[a&&b]\E", r"[a\-\-b]", r"[[:alpha:]-]", "x--", "[a&]"]
)
def test_signs_that_mean_themselves_are_not_refused(expression: str) -> None:
    """Only between the characters of a set is a doubled sign an operation, and only for ripgrep."""
    matcher(Pattern(expression, is_regex=True))
    assert not read_otherwise(expression)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (r"\<def\>", r"`\<` is the sign `<` (`\b` is the border of a word); `\>` is the sign `>` (`\b` is the border of a word)"),
        ("x{,3}", "`{,3}` is read as it stands (`{0,3}` counts)"),
        ("[a[bc]]", "`[a[bc]]` is one set and the sign `]` (a set holds no other set)"),
        ("[[:alpha:]]", ""),
        (r"\[x\]\]", ""),
        (r"<\w{1,3}>", ""),
    ],
)
def test_what_is_read_otherwise_than_by_ripgrep_is_told(expression: str, told: str) -> None:
    """It may be meant as it is read, so it is answered."""
    matcher(Pattern(expression, is_regex=True))
    assert read_otherwise(expression) == told


def test_what_is_told_stands_over_the_lines() -> None:
    """In the page that commands and tools give."""
    request = SearchRequest(query=r"\<a", mode="regex")
    page = line_page(request, asked_lines(request, b""), Lines([]), Remarks(), {})
    assert page.text.startswith("nothing found [as RE2: `\\<` is the sign `<`")
