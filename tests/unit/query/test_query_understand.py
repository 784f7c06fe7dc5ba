"""What a question is taken for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.errors import QueryError
from lepasserelle.model import NodeKind
from lepasserelle.query.understand import Shape, understand


@pytest.mark.parametrize(
    ("text", "shape", "names"),
    [
        ("QuerySet.filter", Shape.SYMBOL, ("QuerySet.filter",)),
        ("A::b", Shape.SYMBOL, ("A.b",)),
        ("Store#save", Shape.SYMBOL, ("Store.save",)),
        ("get_user()", Shape.SYMBOL, ("get_user",)),
        ("__init__", Shape.SYMBOL, ("__init__",)),
        ("`parse`", Shape.SYMBOL, ("parse",)),
        ("größe", Shape.SYMBOL, ("größe",)),
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
def test_any_text_is_understood_or_refused(text: str) -> None:
    """Never another error."""
    try:
        question = understand(text)
    except QueryError:
        return
    assert question.terms or question.names
    assert all(name for name in question.names)
