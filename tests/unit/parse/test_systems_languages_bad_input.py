"""Nine languages under bytes that are no program: nothing raises, and what is said stays well-formed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.model import FileFacts, NodeKind
from lepasserelle.parse import parse

SAMPLES = Path(__file__).parents[2] / "golden" / "samples"
LANGUAGES = ("bash", "c", "cpp", "elixir", "go", "haskell", "lua", "rust", "zig")
TEXTS = {language: next(iter(sorted((SAMPLES / language).iterdir()))).read_bytes() for language in LANGUAGES}


def well_formed(facts: FileFacts, size: int) -> None:
    """Every number points at something inside of the file."""
    for definition in facts.definitions[1:]:
        assert 0 <= definition.start_byte <= definition.body_byte <= definition.end_byte <= size
        assert 0 <= definition.parent < len(facts.definitions)
    for record in (*facts.references, *facts.flows, *facts.imports):
        assert 0 <= record.scope < len(facts.definitions)
        assert record.line >= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", [b"", b"\n", b"\x00\x01\xff\xfe", b"\xff" * 300, b"(" * 3000, b"}\n" * 500, "é ñ 漢".encode()])
def test_bytes_that_are_no_program_raise_nothing(language: str, data: bytes) -> None:
    """Empty, binary, invalid UTF-8, unbalanced: no function and no class is told of them, and the lines are counted."""
    facts = parse(data, language)
    well_formed(facts, len(data))
    assert {definition.kind for definition in facts.definitions[1:]} <= {NodeKind.FIELD}
    assert facts.line_count == len(data.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=12, deadline=None)
@given(cut=st.floats(0, 1), noise=st.binary(max_size=6))
def test_a_torn_program_is_read_as_far_as_it_goes(language: str, cut: float, noise: bytes) -> None:
    """Cut in two anywhere with noise in the middle: what ends a line before the cut is told as ever."""
    text = TEXTS[language]
    place = int(len(text) * cut)
    data = text[:place] + noise + text[place + 40 :]
    facts = parse(data, language)
    well_formed(facts, len(data))
    told = {(definition.name, definition.start_byte) for definition in facts.definitions}
    last = text.rfind(b"\n", 0, place)
    before = [one for one in parse(text, language).definitions[1:] if one.parent == 0 and one.end_byte <= last]
    assert {(one.name, one.start_byte) for one in before} <= told


@pytest.mark.parametrize(
    ("language", "head", "link", "tail"),
    [
        ("c", "int x = a", " && a", ";"),
        ("cpp", "int x = a", " || a", ";"),
        ("go", "package p\nvar x = a", " && a", ""),
        ("rust", "fn f() { a", " && a", "; }"),
        ("lua", "x = a", " and a", ""),
        ("elixir", "a", " |> b()", ""),
        ("haskell", "x = f", " y", ""),
        ("bash", "a", " && a", ""),
        ("zig", "const x = a", " or a", ";"),
    ],
)
def test_a_long_chain_of_operators_is_read(language: str, head: str, link: str, tail: str) -> None:
    """Two thousand links deep: each is told, and nothing is a problem."""
    data = (head + link * 2000 + tail).encode()
    facts = parse(data, language)
    well_formed(facts, len(data))
    name = link.strip(" ()")[-1]
    assert sum(reference.chain == name for reference in facts.references) == 2000 + (head[-1] == name)
    assert not facts.problems
