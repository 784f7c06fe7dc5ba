"""All terms of a file in one pass."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.terms import TOKEN, Field, FileTerms, collect, collect_all, counting, dictionary, forget_tokens
from lepasserelle.terms.blocks import LONG_BYTES
from lepasserelle.terms.cutting import Cutter
from lepasserelle.terms.dictionary import Dictionary
from lepasserelle.terms.fold import normal
from lepasserelle.terms.split import pieces, tokens, tokens_of_each
from lepasserelle.terms.stem import STOP_WORDS

SOURCE = b'''"""Session handling."""
import os

class SessionStore(Base):
    """Keeps sessions in memory."""

    limit = 10

    @cached("keyring")
    def validate_key(self, key):
        """Checks a key."""
        # never trusts the caller
        return key in self._table
'''


def span(start: bytes, end: bytes) -> tuple[int, int]:
    """Byte range from the first `start` to the end of the first `end` after it."""
    first = SOURCE.index(start)
    return first, SOURCE.index(end, first) + len(end)


def facts() -> FileFacts:
    """What a parser says of `SOURCE`."""
    class_span, method_span = span(b"class", b"self._table"), span(b"@cached", b"self._table")
    field_span = span(b"limit", b"10")
    class_body, method_body = SOURCE.index(b'"""Keeps'), SOURCE.index(b'"""Checks')
    return FileFacts(
        language="python",
        package="",
        definitions=(
            Definition("", NodeKind.MODULE, -1, 0, len(SOURCE), 1, 13, documentation="Session handling."),
            Definition(
                "SessionStore",
                NodeKind.CLASS,
                0,
                *class_span,
                4,
                13,
                signature="class SessionStore(Base)",
                documentation="Keeps sessions in memory.",
                body_byte=class_body,
            ),
            Definition("limit", NodeKind.FIELD, 1, *field_span, 7, 7, signature="limit = 10", body_byte=field_span[1]),
            Definition(
                "validate_key",
                NodeKind.METHOD,
                1,
                *method_span,
                9,
                13,
                signature="def validate_key(self, key)",
                documentation="Checks a key.",
                body_byte=method_body,
            ),
        ),
    )


def counts(terms: FileTerms, definition: int, field: Field) -> dict[str, int]:
    """Term → count in one field of one definition."""
    rows = terms.rows()
    chosen = rows[(rows["definition"] == definition) & (rows["field"] == field)]
    return {terms.vocabulary[int(row["term"])]: int(row["count"]) for row in chosen}


def test_each_field_holds_its_words() -> None:
    """Name, signature, documentation and surrounding names are told apart."""
    terms = collect(SOURCE, facts())
    assert counts(terms, 3, Field.NAME) == {"validat": 1, "key": 1, "=validatekey": 1}
    assert counts(terms, 3, Field.SIGNATURE)["key"] == 2
    assert counts(terms, 3, Field.DOCUMENTATION) == {"check": 1, "key": 1}
    assert counts(terms, 3, Field.SCOPE) == {"session": 1, "stor": 1, "=sessionstore": 1}


def test_a_body_leaves_out_signature_documentation_and_nested_definitions() -> None:
    """What is counted elsewhere is not counted again, and comments, strings and decorators are."""
    terms = collect(SOURCE, facts())
    body = counts(terms, 3, Field.BODY)
    assert {"key", "return", "tabl", "keyr", "cach", "trust", "caller"} <= set(body)
    assert not {"check", "validat", "=validatekey", "def"} & set(body)
    assert body["key"] == 1
    assert "tabl" not in counts(terms, 1, Field.BODY)


def test_a_parent_gets_the_names_of_its_members() -> None:
    """A class is found by what its members are called."""
    body = counts(collect(SOURCE, facts()), 1, Field.BODY)
    assert {"limit", "validat", "key", "=validatekey"} <= set(body)
    assert {"session", "stor"} <= set(counts(collect(SOURCE, facts()), 0, Field.BODY))


def test_a_documentation_comment_before_a_definition_is_taken_off_what_surrounds_it() -> None:
    """The comment stands in the file's own text and counts for the function only."""
    source = b"// Adds tax to a price.\nfunction total(price) { return price }\n"
    start = source.index(b"function")
    described = FileFacts(
        "javascript",
        "",
        (
            Definition("", NodeKind.MODULE, -1, 0, len(source), 1, 2),
            Definition(
                "total",
                NodeKind.FUNCTION,
                0,
                start,
                len(source) - 1,
                2,
                2,
                signature="function total(price)",
                documentation="Adds tax to a price.",
                body_byte=source.index(b"{"),
            ),
        ),
    )
    terms = collect(source, described)
    assert counts(terms, 1, Field.DOCUMENTATION) == {"add": 1, "tax": 1, "pric": 1}
    assert "tax" not in counts(terms, 0, Field.BODY)


def test_rows_ascend_and_are_distinct() -> None:
    """The stored form is canonical, so equal content gives equal bytes."""
    terms = collect(SOURCE, facts())
    keys = [(int(row["definition"]), int(row["field"]), int(row["term"])) for row in terms.rows()]
    assert keys == sorted(set(keys))
    assert list(terms.vocabulary) == sorted(set(terms.vocabulary))
    assert {key[2] for key in keys} == set(range(len(terms.vocabulary)))
    assert collect(SOURCE, facts()) == terms


def test_bytes_that_are_no_text_cost_nothing_but_themselves() -> None:
    """NUL, invalid UTF-8 and spans outside of the data are survived."""
    source = b"def caf\xc3\xa9(): pass\n\x00\xff\xfe garbage zebra"
    described = FileFacts(
        "python",
        "",
        (
            Definition("", NodeKind.MODULE, -1, 0, len(source), 1, 2),
            Definition("café", NodeKind.FUNCTION, 0, 0, 9_999, 1, 1, signature="def café()", body_byte=12),
        ),
    )
    terms = collect(source, described)
    assert "zebra" in counts(terms, 1, Field.BODY)
    assert counts(terms, 1, Field.NAME) == {"café": 1}


def test_an_empty_file_has_no_terms() -> None:
    """Nothing in, nothing out."""
    assert collect(b"", FileFacts("python", "", (Definition("", 0, -1, 0, 0, 1, 1),))) == FileTerms((), b"")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.lists(st.tuples(st.integers(0, 220), st.integers(0, 220)), max_size=6))
def test_any_bytes_with_any_spans_are_collected(data: bytes, spans: list[tuple[int, int]]) -> None:
    """Overlapping, empty and foreign spans never raise, and every term is counted once a place at most."""
    ordered = sorted((min(pair), -max(pair)) for pair in spans)
    definitions = [Definition("", 0, -1, 0, len(data), 1, 1)]
    definitions += [Definition("f", NodeKind.FUNCTION, 0, start, -end, 1, 1, body_byte=start) for start, end in ordered]
    rows = collect(data, FileFacts("python", "", tuple(definitions))).rows()
    assert (rows["count"] > 0).all()
    assert (rows["definition"] < len(definitions)).all()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_a_text_is_cut_by_the_same_tokens_on_either_path(text: str) -> None:
    """The pattern is the oracle of the quick cut of ASCII."""
    assert tokens(text) == TOKEN.findall(normal(text))


def test_what_is_remembered_of_tokens_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full dictionary starts anew between two files, and equal content still gives equal terms."""
    fresh = collect(SOURCE, facts())
    monkeypatch.setattr(dictionary, "MAX_TOKENS", 5)
    for _ in range(3):
        assert collect(SOURCE, facts()) == fresh
    held = Dictionary.current()
    assert not held
    assert Dictionary.current() is held


def test_what_is_remembered_of_tokens_can_be_given_back_and_changes_nothing() -> None:
    """Who collects goes on to something else, and needs the memory for that."""
    fresh = collect(SOURCE, facts())
    assert Dictionary.current()
    forget_tokens()
    assert not Dictionary.current()
    assert collect(SOURCE, facts()) == fresh


@given(st.lists(st.text(alphabet=st.sampled_from("aZ_9 .\n=é会"), max_size=12), max_size=8))
def test_texts_that_are_cut_at_once_are_cut_as_each_alone(texts: list[str]) -> None:
    """Also where one ends and the next begins within what would be a word, and where one of them is no ASCII."""
    assert list(tokens_of_each(texts)) == [tokens(text) for text in texts]


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(alphabet="abé=1", min_size=1, max_size=4), max_size=6), max_size=12), st.sampled_from([0, 3, 256]))
def test_what_was_put_in_order_for_the_files_before_gives_the_order_of_words(files: list[list[str]], least_new: int) -> None:
    """Whichever words are new, and whenever all of them are put in order again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary, "_LEAST_NEW", least_new)
        held = Dictionary()
        for file in files:
            terms, _ = held.cut(file)
            found = held.ascending(np.unique(terms)).tolist()
            assert [held.words[number] for number in found] == sorted({held.words[number] for number in terms.tolist()})


def test_counts_are_the_same_where_half_the_width_does_not_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many definitions times many words: keys of four bytes would run over."""
    data, facts = nested(40)
    narrow = collect(data, facts)
    monkeypatch.setattr(counting, "_NARROW", 0)
    assert collect(data, facts) == narrow
    assert len(narrow.rows()) > 100


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(range(8)), max_size=6))
def test_files_that_are_counted_together_have_the_terms_that_each_has_alone(chosen: list[int]) -> None:
    """In any order and number: without words, without definitions, with windows and with nothing in the place of a window."""
    kinds = [
        (SOURCE, facts()),
        nested(40),
        nested(2),
        of_one(b""),
        of_one(b" " * 2 * LONG_BYTES),
        of_one("d\xe9j\xe0 vu, 2 fois: =\n".encode() * 200),
        of_one(b"the a of x y z\n" * 300),
        (b"nobody = defined", FileFacts("python", "", ())),
    ]
    files = [kinds[kind] for kind in chosen]
    found = collect_all([(data, facts.definitions) for data, facts in files])
    assert found == [collect(data, facts) for data, facts in files]
    assert [bool(terms.blocks) for terms in found] == [kind in {5, 6} for kind in chosen]


def of_one(data: bytes) -> tuple[bytes, FileFacts]:
    """A file that defines nothing but itself."""
    return data, FileFacts("python", "", (Definition("", NodeKind.MODULE, -1, 0, len(data), 1, 1),))


def nested(count: int) -> tuple[bytes, FileFacts]:
    """A file of so many functions, each with a signature, documentation and a body."""
    texts = [
        f'def read_{n}(path_{n}):\n    """Reads the file {n} of a folder."""\n    return open(path_{n}).read_all({n})\n'
        for n in range(count)
    ]
    definitions = [
        Definition(name="", kind=NodeKind.MODULE, parent=-1, start_byte=0, end_byte=sum(map(len, texts)), start_line=1, end_line=1)
    ]
    at = 0
    for n, text in enumerate(texts):
        definitions.append(
            Definition(
                name=f"read_{n}",
                kind=NodeKind.FUNCTION,
                parent=0,
                start_byte=at,
                end_byte=at + len(text),
                start_line=1,
                end_line=1,
                signature=f"def read_{n}(path_{n})",
                documentation=f"Reads the file {n} of a folder.",
            )
        )
        at += len(text)
    return "".join(texts).encode(), FileFacts(language="python", package="", definitions=tuple(definitions))


@given(st.lists(st.text(alphabet="absABZs_19éß会話", max_size=24) | st.text(max_size=6) | st.from_regex(r"[a-zA-Z0-9_]{100,140}")))
def test_tokens_that_are_cut_together_have_the_terms_of_each_alone(texts: list[str]) -> None:
    """One search over many tokens gives what `pieces` says of each, in its order."""
    cutter = Cutter()
    given_tokens = [token for text in texts for token in tokens(text)]
    numbers, ends = cutter.cut(given_tokens)
    starts = [0, *ends]
    found = [[cutter.numbers.words[number] for number in numbers[start:end]] for start, end in pairwise(starts)]
    assert found == [list(pieces(token)) for token in given_tokens]
    assert all((word in STOP_WORDS) == (number < cutter.numbers.stops) for number, word in enumerate(cutter.numbers.words))
