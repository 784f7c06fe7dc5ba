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


def test_the_line_is_found_wherever_in_a_long_node_it_stands() -> None:
    """Also behind a hundred kilobytes, and where a word of the question is on more lines than are looked at for it."""
    lines = [f"def token_{i}(): return compute(stage, {i})" for i in range(3000)]
    lines[2700] = "# the csrf token"
    shown = Snippets({"csrf": 0.6, "token": 0.4}).cut("\n".join(lines).encode())
    assert shown.line == 2700
    assert "# the csrf token" in shown.text


def test_words_elsewhere_go_before_what_is_nearest_in_meaning_when_they_tell_clearly_more() -> None:
    """A quarter of the question more."""
    lines = [f"compute(stage, {i})" for i in range(1000)]
    lines[100], lines[900] = "send the message", "send the password reset message"
    source = "\n".join(lines).encode()
    start = source.index(b"send the message") - 300
    nearest = (start, start + 1200)
    assert Snippets({"send": 0.8, "password": 0.2}).cut(source, nearest).line == 100
    assert Snippets({"send": 0.6, "password": 0.4}).cut(source, nearest).line == 900


def test_lines_of_a_long_node_itself_go_before_those_of_definitions_inside() -> None:
    """Unless these tell clearly more."""
    lines = [f"compute(stage, {i})" for i in range(1000)]
    lines[700], lines[900] = "csrf token check", "csrf token"
    source = "\n".join(lines).encode()

    def is_own(line: int) -> bool:
        return line > 800

    assert Snippets({"csrf": 0.5, "token": 0.4, "check": 0.1}).cut(source, None, is_own).line == 900
    assert Snippets({"csrf": 0.3, "token": 0.3, "check": 0.4}).cut(source, None, is_own).line == 700
    assert Snippets({"csrf": 0.5, "token": 0.4, "check": 0.1}).cut(source).line == 700


@given(st.binary(max_size=4000), st.dictionaries(st.sampled_from(["a", "token", "csrf"]), st.floats(0.01, 1)))
def test_any_bytes_give_a_bounded_snippet(source: bytes, telling: dict[str, float]) -> None:
    """Whatever the text is, what is shown of it is small."""
    shown = Snippets(telling).cut(source).text
    assert len(shown) <= MAX_CHARS
    assert len(shown.split("\n")) <= MAX_LINES
