"""Texts that stay unpacked: the same texts, counted, never more than was granted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.leindex import texts as texts_module
from lepasserelle.leindex.texts import QUESTIONS_KEPT, KeptTexts
from lepasserelle.storage import ContentKey, IndexedFile, TextStore
from lepasserelle.storage.text import build_text, pack_text

TEXTS = [bytes([97 + number]) * (1000 * (number + 1)) + b"\n" for number in range(6)]


def store(texts: list[bytes]) -> TextStore:
    """As a segment holds them."""
    files = [
        (IndexedFile(f"{number}", len(text), 0, 0, "m", ContentKey(b"f", "python"), 0), pack_text(text))
        for number, text in enumerate(texts)
    ]
    return TextStore(build_text(lambda: iter(files)))


def everything(wanted_bytes: int) -> int:
    """There is room."""
    return wanted_bytes


def ask(texts: KeptTexts, files: list[int], grant: int | None = None) -> list[bytes]:
    """One question for lines that reads these files."""
    with texts.growing(everything if grant is None else lambda _: grant):
        return [texts.read(file) for file in files]


@pytest.fixture(autouse=True)
def any_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here texts are small, and worth it."""
    monkeypatch.setattr(texts_module, "WORTH_BYTES", 0)


def test_little_is_not_worth_a_look_and_all_of_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much room there is is asked when a question has unpacked enough, and then what it began with stays, too."""
    monkeypatch.setattr(texts_module, "WORTH_BYTES", 5000)
    texts, asked = KeptTexts(store(TEXTS)), []
    for files, kept in (([0], []), ([0, 1], []), ([0, 1, 2], [0, 1, 2]), ([0, 3], [0, 1, 2]), ([5], [0, 1, 2, 5])):
        with texts.growing(lambda wanted: asked.append(wanted) or wanted):
            assert [texts.read(file) for file in files] == [TEXTS[file] for file in files]
        assert texts.held_bytes == sum(len(TEXTS[file]) + 250 for file in kept)
    assert len(asked) == 2


def test_what_was_read_by_a_second_question_is_there_for_the_third() -> None:
    """The first keeps nothing: a process that asks once gains nothing by it."""
    texts = KeptTexts(store(TEXTS))
    assert ask(texts, [0, 1]) == TEXTS[:2]
    assert texts.held_bytes == 0
    second = ask(texts, [0, 1])
    assert texts.held_bytes >= len(TEXTS[0]) + len(TEXTS[1])
    assert all(new is old for new, old in zip(ask(texts, [0, 1]), second, strict=True))


def test_without_a_question_nothing_is_kept() -> None:
    """Nobody granted it."""
    texts = KeptTexts(store(TEXTS))
    ask(texts, [0])
    ask(texts, [0])
    held_bytes = texts.held_bytes
    assert texts.read(3) == TEXTS[3]
    assert texts.held_bytes == held_bytes


def test_of_two_questions_at_a_time_one_is_granted_room() -> None:
    """Else the same room would be given twice."""
    texts, asked = KeptTexts(store(TEXTS)), []
    ask(texts, [])
    with texts.growing(everything), texts.growing(lambda wanted: asked.append(wanted) or wanted):
        assert texts.read(0) == TEXTS[0]
    assert not asked
    assert texts.held_bytes > 0


def test_what_was_not_read_for_long_makes_room() -> None:
    """Work that moves on to other files finds room for them, and none is taken from what is still read."""
    texts = KeptTexts(store(TEXTS))
    ask(texts, [])
    ask(texts, [4, 5])
    held_bytes = texts.held_bytes
    for _ in range(QUESTIONS_KEPT):
        ask(texts, [4, 0], grant=0)
    assert texts.held_bytes == held_bytes
    ask(texts, [4, 0], grant=0)
    assert ask(texts, [4, 0]) == [TEXTS[4], TEXTS[0]]
    assert 0 < texts.held_bytes < held_bytes


def test_letting_go_leaves_nothing() -> None:
    """And says how much that was."""
    texts = KeptTexts(store(TEXTS))
    ask(texts, [])
    ask(texts, [0, 1, 2])
    held_bytes = texts.held_bytes
    assert held_bytes > sum(map(len, TEXTS[:3]))
    assert texts.let_go() == held_bytes
    assert texts.held_bytes == texts.let_go() == 0
    assert ask(texts, [2]) == [TEXTS[2]]


Question = tuple[list[int], int]


@given(st.lists(st.tuples(st.lists(st.integers(0, 5), max_size=8), st.integers(0, 12_000)), max_size=30))
@settings(max_examples=60, deadline=None)
def test_texts_are_those_of_the_store_and_no_more_is_held_than_was_granted(questions: list[Question]) -> None:
    """Whatever is asked, and however much is granted each time."""
    texts = KeptTexts(store(TEXTS))
    for files, granted_bytes in questions:
        before = texts.held_bytes
        assert ask(texts, files, granted_bytes) == [TEXTS[file] for file in files]
        assert texts.held_bytes <= before + granted_bytes
    assert texts.held_bytes <= sum(len(text) + 250 for text in TEXTS)
