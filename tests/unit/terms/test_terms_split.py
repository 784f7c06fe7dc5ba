"""Identifiers and words to sub-terms."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.terms import STOP_WORDS, WHOLE, family, forget_tokens, path_terms, pieces, query_terms, split, stem, subterms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("QuerySet", ["query", "set", "=queryset"]),
        ("querySet", ["query", "set", "=queryset"]),
        ("query_set", ["query", "set", "=queryset"]),
        ("filterBy2", ["filter", "by", "2", "=filterby2"]),
        ("HTTPSConnection", ["http", "connection", "=httpsconnection"]),
        ("ACRONYMWord", ["acronym", "word", "=acronymword"]),
        ("URLs", ["url"]),
        ("OAuth2", ["auth", "2", "oauth", "=oauth2"]),
        ("utf8", ["utf", "8", "=utf8"]),
        ("content-type", ["content", "typ"]),
        ("src/api/user_model.py", ["src", "api", "user", "model", "=usermodel", "py"]),
        ("django.db.models", ["django", "db", "model"]),
        ("GrößeÄndern", ["grösse", "ändern", "=grösseändern"]),
        ("会話管理", ["会話", "話管", "管理"]),
        ("x", []),
        ("", []),
        ("🙂 … !!", []),
    ],
)
def test_code_is_cut_where_people_see_words(text: str, expected: list[str]) -> None:
    """Case, underscores, digits, dots, slashes and unspaced scripts all divide; a compound is also kept whole, marked."""
    assert subterms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (unicodedata.normalize("NFD", "Größe naïveUser Ångström"), "Größe naïveUser Ångström"),
        ("größe STRASSE", "GRÖẞE straße"),
        ("ﬁnd oﬃce", "find office"),
        ("Ｑｕｅｒｙ＿Ｓｅｔ１", "Query_Set1"),
        ("İstanbul ıslak", "istanbul ISLAK"),
        ("İSTANBUL".lower(), "istanbul"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("de\u00adfault zero\u200bwidth", "default zerowidth"),
        ("x\u0304_mean", "x_mean"),
        ("ſession \u212bngstrom", "session \u00e5ngstrom"),
    ],
)
def test_what_a_reader_takes_for_one_word_has_one_set_of_terms(one: str, other: str) -> None:
    """Encodings, ligatures, widths and capitals do not divide, in texts, questions and paths."""
    assert subterms(one) == subterms(other) != []
    assert query_terms(one) == query_terms(other)
    assert path_terms(f"a/{one}.py") == path_terms(f"a/{other}.py")
    words = zip(one.split(), other.split(), strict=True)
    assert all(pieces(left) == pieces(right) for left, right in words if left.isascii() or "\u200b" not in left)


def test_an_accent_is_no_variant() -> None:
    """Another letter makes another word, in languages that have it."""
    assert subterms("naïve") != subterms("naive")
    assert subterms("größe") != subterms("grosse")


@given(st.text(max_size=80))
def test_terms_do_not_depend_on_how_a_text_is_encoded(text: str) -> None:
    """Composed and decomposed."""
    assert subterms(unicodedata.normalize("NFD", text)) == subterms(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=120))
def test_ascii_is_cut_without_a_look_at_other_forms(text: str) -> None:
    """Word for word as the pattern finds them."""
    assert subterms(text) == [term for token in re.findall(r"[A-Za-z0-9_]+", text) for term in pieces(token)]


def test_every_spelling_of_an_identifier_is_one_whole_term() -> None:
    """Camel, snake and screaming spellings meet in the marked term."""
    wholes = {pieces(name)[-1] for name in ("maxRetryCount", "max_retry_count", "MAX_RETRY_COUNT", "MaxRetryCount")}
    assert wholes == {"=maxretrycount"}


@pytest.mark.parametrize(
    "noise", ["d41d8cd98f00b204e9800998ecf8427e", "aGVsbG8gd29ybGQxMjM0NTY3ODkwQUJDREVG", "A" * 500, "12345678901234567890"]
)
def test_encoded_data_leaves_no_terms(noise: str) -> None:
    """Hashes, base64 and endless runs are not words."""
    assert pieces(noise) == ()


def test_a_long_sentence_in_an_unspaced_script_is_not_taken_for_data() -> None:
    """Japanese without spaces is longer than any identifier, and still text."""
    assert "管理" in pieces("会話管理を行うための関数です" * 20)


@pytest.mark.parametrize(
    "forms",
    [
        ("session", "sessions"),
        ("validate", "validated", "validates", "validating"),
        ("parse", "parsed", "parsing", "parses"),
        ("query", "queries", "queried"),
        ("match", "matches", "matched", "matching"),
        ("stop", "stopped", "stopping", "stops"),
        ("set", "setting", "sets"),
        ("class", "classes"),
        ("need", "needed", "needs"),
    ],
)
def test_inflections_meet(forms: tuple[str, ...]) -> None:
    """Plural, -ing and -ed forms have one stem."""
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["status", "string", "class", "thing", "analysis", "this", "red", "bus", "feed"])
def test_words_that_only_look_inflected_keep_their_ending(word: str) -> None:
    """An ending that belongs to the word stays."""
    assert stem(word) == word


def test_families_join_what_stems_keep_apart() -> None:
    """Nouns and verbs of one family meet in meaning."""
    assert family(stem("validate")) == family(stem("validation")) == family(stem("validator"))
    assert stem("validation") != stem("validate")


@given(st.text(max_size=300))
def test_any_text_is_cut_into_bounded_terms(text: str) -> None:
    """Nothing raises, and every term is non-empty, lower-case where there is case, and bounded."""
    for term in subterms(text):
        assert term
        assert term != WHOLE
        assert len(term) <= 64
        assert not any("A" <= char <= "Z" for char in term)


@given(st.text(max_size=60))
def test_cutting_twice_gives_the_same(text: str) -> None:
    """What is remembered of an identifier does not change its terms."""
    assert subterms(text) == subterms(text)


@given(st.lists(st.sampled_from(["query", "set", "user", "token", "model", "grid"]), min_size=1, max_size=4))
def test_pieces_are_idempotent(words: list[str]) -> None:
    """A sub-term cut again is itself."""
    name = "".join(word.capitalize() for word in words)
    for piece in pieces(name):
        if not piece.startswith(WHOLE):
            assert pieces(piece) == (piece,)


def test_a_question_drops_function_words_unless_nothing_else_is_left() -> None:
    """`where is the` tells nothing beside a noun, and is all there is alone."""
    assert [term.term for term in query_terms("where is the session")] == ["session", "=session"]
    assert query_terms("from")
    assert all(term.term.removeprefix(WHOLE) in STOP_WORDS for term in query_terms("from"))


def test_neighbouring_words_also_ask_for_the_identifier_they_make() -> None:
    """`query set` finds `QuerySet`, and `queryset` does too."""
    assert "=queryset" in {term.term for term in query_terms("query set")}
    assert "=queryset" in {term.term for term in query_terms("queryset")}
    assert {"queryset", "query", "set"} <= {term.term for term in query_terms("QuerySet")}


@settings(max_examples=50)
@given(st.text(max_size=2000))
def test_question_terms_are_distinct_and_positive(text: str) -> None:
    """No term twice, no weight at or below zero, whatever is asked."""
    terms = query_terms(text)
    assert len({term.term for term in terms}) == len(terms)
    assert all(term.weight > 0 for term in terms)


def test_a_path_says_its_folders_and_name() -> None:
    """Suffix and names that every project has say nothing."""
    assert path_terms("src/http/session_store.py") == ["http", "session", "stor", "=sessionstore"]
    assert path_terms("src/index.ts") == []
    assert path_terms("Makefile") == ["makefil"]
    assert path_terms(".github/workflows/ci.yml") == ["github", "workflow", "ci"]


def test_what_is_remembered_of_parts_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full memory of parts begins anew, and is given back when asked for."""
    words = [f"get{letter}Name_{letter}x2" for letter in "abcdefghij"]
    before = [split.pieces.__wrapped__(word) for word in words]
    forget_tokens()
    assert not split._TERMS
    monkeypatch.setattr(split, "_MOST_PARTS", 3)
    for word, expected in zip(words, before, strict=True):
        assert split.pieces.__wrapped__(word) == expected
        assert 0 < len(split._TERMS) <= 3
