"""The lines that are shown of a hit."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.query.snippets import MAX_CHARS, MAX_LINES, Snippets


def test_a_short_node_is_shown_whole() -> None:
    """With its own indentation, without blank lines at the end."""
    assert Snippets({}).cut(b"def f():\n    return 1\n\n").text == "def f():\n    return 1"


def test_of_a_long_node_its_head_and_the_lines_that_answer_are_shown() -> None:
    """What was left out between is marked."""
    lines = [
        "def handler(request):",
        '    """Docs."""',
        *[f"    step_{i}()" for i in range(40)],
        "    check_csrf_token(request)",
        "    done()",
    ]
    shown = Snippets({"csrf": 0.6, "token": 0.4}).cut("\n".join(lines).encode()).text.splitlines()
    assert shown[0] == "def handler(request):"
    assert "…" in shown
    assert "    check_csrf_token(request)" in shown
    assert len(shown) <= MAX_LINES


@given(st.binary(max_size=4000), st.dictionaries(st.sampled_from(["a", "token", "csrf"]), st.floats(0.01, 1)))
def test_any_bytes_give_a_bounded_snippet(source: bytes, telling: dict[str, float]) -> None:
    """Whatever the text is, what is shown of it is small."""
    shown = Snippets(telling).cut(source).text
    assert len(shown) <= MAX_CHARS
    assert len(shown.split("\n")) <= MAX_LINES
