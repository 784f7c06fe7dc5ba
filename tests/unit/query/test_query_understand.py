"""What a question is taken for."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lepasserelle.errors import QueryError
from lepasserelle.model import NodeKind
from lepasserelle.query.understand import MAX_QUERY_CHARS, Shape, understand


@pytest.mark.parametrize(
    ("text", "shape", "names"),
    [
        ("QuerySet.filter", Shape.SYMBOL, ("QuerySet.filter",)),
        ("A::b", Shape.SYMBOL, ("A.b",)),
        ("Store#save", Shape.SYMBOL, ("Store.save",)),
        ("get_user()", Shape.SYMBOL, ("get_user",)),
        ("__init__", Shape.SYMBOL, ("__init__",)),
        ("`parse`", Shape.SYMBOL, ("parse",)),
        ("größe", Shape.SYMBOL, ("größe", "gro\u0308ße")),
        ("django/db/models/query.py", Shape.PATH, ()),
        ("./src/app.ts", Shape.PATH, ()),
        ("settings.py", Shape.PATH, ()),
        ("where are sessions validated", Shape.SENTENCE, ()),
        ("how does QuerySet.filter build SQL", Shape.SENTENCE, ("QuerySet.filter",)),
        ("who calls `save` here", Shape.SENTENCE, ("save",)),
        ("the parse_header helper", Shape.SENTENCE, ("parse_header",)),
        ("class HTTPAdapter", Shape.SENTENCE, ("HTTPAdapter",)),
    ],
)
def test_names_paths_and_sentences_are_told_apart(text: str, shape: Shape, names: tuple[str, ...]) -> None:
    """The shape, and what in it may be a definition's name, in dots."""
    question = understand(text)
    assert (question.shape, question.names) == (shape, names)


def test_a_question_says_what_it_wants_besides_its_words() -> None:
    """Kinds, tests, examples, prose and errors are lowered only when nobody asks for them."""
    assert NodeKind.CLASS in understand("class that signs cookies").wants_kinds
    assert not understand("class").wants_kinds
    assert understand("tests of the cache").wants_tests
    assert understand("an example of streaming").wants_secondary
    assert understand("readme of the project").wants_prose
    assert understand("which exceptions are raised on timeout").wants_errors
    plain = understand("how is a request sent")
    assert not any((plain.wants_kinds, plain.wants_tests, plain.wants_secondary, plain.wants_prose, plain.wants_errors))


@pytest.mark.parametrize("text", ["", "   \n\t", "?!…", "🙂🙂", "-- ;;", "\0"])
def test_what_holds_no_word_is_refused_with_a_hint(text: str) -> None:
    """Empty, punctuation and emoji are errors that say what to give."""
    with pytest.raises(QueryError, match="give a name"):
        understand(text)


@pytest.mark.parametrize(
    "text", ["会話の管理", "пользователь сессия", "'; DROP TABLE users; --", "{{7*7}} ${jndi:ldap://x}", "a" * 100_000]
)
def test_any_script_and_any_injection_is_just_words(text: str) -> None:
    """Nothing is executed, nothing is refused that has words, and length is bounded."""
    question = understand(text)
    assert question.terms or question.names
    assert len(question.text) <= 4096


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
@example("000000000")
def test_any_text_is_understood_or_refused(text: str) -> None:
    """Never another error."""
    try:
        question = understand(text)
    except QueryError:
        return
    assert question.terms or question.names
    assert all(name for name in question.names)


@pytest.mark.parametrize(
    "query", ["x", "7", "é", "-x", "(x)", "😀 x", "会", "²", "１", "x" * 121, '"' + "x" * 200, "?" * 5000 + "x", "a\0b"]
)
def test_a_question_with_a_letter_or_a_digit_is_read(query: str) -> None:
    """There are symbols of one letter, and nobody has to know which words an index keeps."""
    assert understand(query).text


@pytest.mark.parametrize("query", ["x", "-x", "(x)", "😀 x", "“x”", "?" * 5000 + "x"])
def test_a_single_letter_may_be_a_name(query: str) -> None:
    """Whatever stands around it."""
    assert understand(query).names == ("x",)


@pytest.mark.parametrize(
    "query", ["?!", "😀😀", "```", "//", "\0", "=", "'", "(" * 100_000, "`" * 100_000, "😀" * 100_000, "\ud800"]
)
def test_a_question_without_letter_and_digit_is_refused(query: str) -> None:
    """And the error says what is wanted, and what finds these signs."""
    with pytest.raises(QueryError, match=r"holds no word: give a name, a path or a few words.*`leindex grep`"):
        understand(query)


def test_of_an_empty_question_nothing_else_is_said_to_find_it() -> None:
    """There are no signs to look for."""
    with pytest.raises(QueryError, match=r"is empty: give a name, a path or a few words, with a letter or a digit$"):
        understand(" ")


@pytest.mark.parametrize(
    "unit", ["x", "a_", "a.", "a::", "/a", "A", "'a", "`a ", "_", "aA", "()", "a ", "a-", "é", "会", "a.b()", "QuerySet."]
)
def test_a_question_of_any_length_is_bounded(unit: str) -> None:
    """What would make a pattern go back and forth is read once, and no more than some names come out of it."""
    question = understand('"' + unit * (100_000 // len(unit)) + "z")
    assert len(question.text) <= MAX_QUERY_CHARS
    assert len(question.names) <= 16


def test_what_is_spelled_like_code_is_a_name() -> None:
    """Chains, calls, snake, camel and acronyms; plain words are not."""
    text = "does a.b->c or run() or __init__ or max_size or querySet or HTTPServer come from Here or 2nd or _x"
    assert understand(text).names == ("a.b.c", "run", "__init__", "max_size", "querySet", "HTTPServer")


@pytest.mark.parametrize(
    ("query", "is_asked"),
    [
        ("class that charges a card", True),
        ("which class is it that charges", True),
        ("where is the class for carts", True),
        ("class Cart", True),
        ("cart class", True),
        ("find the class named cart", True),
        ("class of service", False),
        ("quality of the class of service", False),
        ("parse class attributes of a tag", False),
        ("class", False),
    ],
)
def test_a_plain_word_of_a_sentence_asks_for_no_kind(query: str, is_asked: bool) -> None:
    """It counts as before, but no hit says that its kind was asked for."""
    found = understand(query)
    assert (NodeKind.CLASS in found.asked_kinds) is is_asked
    assert found.asked_kinds <= found.wants_kinds
