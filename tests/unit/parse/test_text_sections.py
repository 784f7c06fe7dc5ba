"""Texts without a grammar: where their sections begin, what they are called, and that nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.model import Definition, NodeKind
from lepasserelle.parse import parse
from lepasserelle.parse.sections import LONGEST_LINES, WINDOW_LINES

LANGUAGES = ("markdown", "restructuredtext", "toml", "ini", "sql", "yaml", "json", "text")


def sections(text: str, language: str) -> list[Definition]:
    """The sections of a text."""
    facts = parse(text.encode(), language)
    assert {d.kind for d in facts.definitions[1:]} <= {NodeKind.SECTION}
    return list(facts.definitions[1:])


def test_markdown_is_cut_by_heading_and_headings_nest() -> None:
    """A section reaches to the next heading of its rank; deeper ones are its children."""
    found = sections("# One\na\n## Two\nb\n### Three\nc\n## Four ##\nd\n\nFive\n====\ne\n", "markdown")
    assert [(d.name, d.parent, d.start_line, d.end_line) for d in found] == [
        ("One", 0, 1, 9),
        ("Two", 1, 3, 6),
        ("Three", 2, 5, 6),
        ("Four", 1, 7, 9),
        ("Five", 0, 10, 12),
    ]


def test_a_comment_in_fenced_code_is_no_heading() -> None:
    """With either kind of fence, also an unclosed one."""
    assert [d.name for d in sections("# A\n```sh\n# no\n```\n~~~~\n# no\n~~~\n# no\n~~~~\n# B\n```\n# no\n", "markdown")] == [
        "A",
        "B",
    ]


def test_restructuredtext_ranks_its_marks_in_their_order() -> None:
    """What comes first is the highest."""
    found = sections("Title\n=====\n\nPart\n----\ntext\n\nMore\n----\n\nNext\n====\n", "restructuredtext")
    assert [(d.name, d.parent) for d in found] == [("Title", 0), ("Part", 1), ("More", 1), ("Next", 0)]


@pytest.mark.parametrize("language", ["toml", "ini"])
def test_tables_are_sections_and_so_is_what_stands_before(language: str) -> None:
    """Tables and arrays of tables; a value in brackets is none."""
    found = sections('name = "x"\nlist = [\n  1,\n]\n\n[tool.ruff]\na = 1\n  [[items]]  # comment\nb = 2\n', language)
    assert [(d.name, d.start_line) for d in found] == [('name = "x"', 1), ("tool.ruff", 6), ("items", 8)]


def test_sql_is_cut_by_statement() -> None:
    """Semicolons in strings, comments and dollar quotes do not end one."""
    found = sections(
        "-- first; comment\nCREATE TABLE IF NOT EXISTS public.users (name text DEFAULT ';');\n"
        "create or replace function f() returns int as $body$ begin; end; $body$ language sql;\n"
        "INSERT INTO users VALUES (1);\n",
        "sql",
    )
    assert [(d.name, d.start_line) for d in found] == [("public.users", 1), ("f", 3), ("INSERT INTO users VALUES (1);", 4)]


def test_runs_end_at_blank_lines() -> None:
    """After about sixty lines at the next blank one; without any, after sixty."""
    with_blanks = "\n".join(f"line {n}" if n % 25 else "" for n in range(1, 201))
    assert [(d.start_line, d.end_line) for d in sections(with_blanks, "text")] == [(1, 75), (76, 150), (151, 199)]
    without = "\n".join(f"line {n}" for n in range(1, 131))
    assert [(d.start_line, d.end_line) for d in sections(without, "yaml")] == [(1, 60), (61, 120), (121, 130)]


def test_a_markdown_without_headings_is_cut_in_runs() -> None:
    """No text is without sections."""
    assert [d.name for d in sections("just text\n", "markdown")] == ["just text"]


def test_empty_texts_have_no_sections() -> None:
    """Neither has white space."""
    for language in LANGUAGES:
        assert sections("", language) == []
        assert sections(" \n\t\n", language) == []


@given(
    st.lists(
        st.sampled_from(["# a", "## b", "", "text", "[t]", "select 1;", "===", "---", "```", "'", "é\x00", "\r"]), max_size=200
    ),
    st.sampled_from(LANGUAGES),
)
def test_sections_cover_the_text_in_order(lines: list[str], language: str) -> None:
    """They stand in source order, nest properly, and only white space or a preface lies outside of them."""
    text = "\n".join(lines)
    data = text.encode()
    facts = parse(data, language)
    spans = [(d.start_byte, d.end_byte, d.parent) for d in facts.definitions]
    assert [start for start, _, _ in spans] == sorted(start for start, _, _ in spans)
    for number, (start, end, parent) in enumerate(spans[1:], 1):
        assert parent < number
        assert spans[parent][0] <= start < end <= spans[parent][1]
    assert facts.line_count == len(text.split("\n")) - (1 if text.endswith("\n") or not text else 0)


def test_runs_are_bounded() -> None:
    """No window is longer than the longest."""
    assert WINDOW_LINES < LONGEST_LINES
    found = sections("x\n" * 1000, "json")
    assert all(d.end_line - d.start_line < LONGEST_LINES for d in found)
