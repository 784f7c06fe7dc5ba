"""Regular expressions that are compiled when they are used: they do what compiled ones do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.late import late

SOURCE = r"^(?P<name>[a-z]+)[ ,](\d*)"


@given(st.text(st.sampled_from("ab, 12\n"), max_size=30))
def test_it_finds_what_the_compiled_one_finds(text: str) -> None:
    """By whichever method; one asked twice is asked of the same pattern."""
    compiled, found = re.compile(SOURCE, re.MULTILINE), late(SOURCE, re.MULTILINE)
    for _ in range(2):
        assert [one.groups() for one in found.finditer(text)] == [one.groups() for one in compiled.finditer(text)]
        assert found.sub("x", text) == compiled.sub("x", text)
        assert (found.match(text) is None) == (compiled.match(text) is None)
    assert (found.pattern, found.flags, found.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what it is for; a method that was used once costs no more than the pattern's own."""
    asked: list[object] = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda source, flags=0: asked.append(source) or compile_(source, flags))
    found = late(rb"a+")
    assert asked == []
    assert found.search(b"caab") is not None
    assert found.search(b"b") is None
    assert asked == [rb"a+"]


def test_what_is_no_expression_is_found_at_the_first_use() -> None:
    """With the reason that `re` gives."""
    with pytest.raises(re.error, match="unterminated"):
        late("(").search("")
