"""One more member in a text of JSON, and not a byte of the rest changed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.errors import ConfigError
from lepasserelle.faces.mcp.install.jsonc import load, with_entry

ENTRY = {"command": "leindex", "args": ["mcp"]}
KEYS = ("mcpServers", "leindex")

COMMENTED = """// settings of mine
{
  /* what I like, not "what { they" like */
  "theme": "dark", // with a comma, and a "quote
  "context_servers": {
    "other": { "command": "x" /* keep */ }, // the last one
  },
  "numbers": [1.0, 1e400, 12345678901234567890,],
}
// the end
"""

BLANKS = st.sampled_from(["", " ", "\n", "\n  ", "\t", "\r\n", ' // a " { comment\n', "/* , } */", " /**/ "])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "mcpServers", "b", "leindex"]), DOCUMENTS, max_size=4)


@st.composite
def texts(draw: st.DrawFn, value: Any) -> str:
    """A value as JSON with comments, commas and blanks wherever they may be."""
    blank = lambda: draw(BLANKS)  # noqa: E731
    if isinstance(value, dict):
        items = [f"{blank()}{json.dumps(key)}{blank()}:{blank()}{draw(texts(item))}{blank()}" for key, item in value.items()]
        braces = "{}"
    elif isinstance(value, list):
        items = [f"{blank()}{draw(texts(item))}{blank()}" for item in value]
        braces = "[]"
    else:
        return json.dumps(value)
    trailing = "," if items and draw(st.booleans()) else ""
    return f"{braces[0]}{','.join(items)}{trailing}{blank()}{braces[1]}"


@given(document=OBJECTS, data=st.data())
def test_any_text_says_afterwards_what_it_said_and_the_entry(document: dict[str, Any], data: st.DataObject) -> None:
    """However it is laid out; and doing it twice changes nothing more."""
    text = data.draw(BLANKS) + data.draw(texts(document)) + data.draw(BLANKS)
    assert load(text) == document
    within = document.get("mcpServers", {})
    if not isinstance(within, dict):
        with pytest.raises(ConfigError, match="mcpServers is no JSON object"):
            with_entry(text, KEYS, ENTRY)
        return
    after = with_entry(text, KEYS, ENTRY)
    assert load(after) == {**document, "mcpServers": {**within, "leindex": ENTRY}}
    assert with_entry(after, KEYS, ENTRY) == after


def test_comments_and_layout_stay() -> None:
    """The difference is the entry alone."""
    after = with_entry(COMMENTED, ("context_servers", "leindex"), ENTRY)
    before_lines, after_lines = COMMENTED.splitlines(), after.splitlines()
    assert [line for line in after_lines if line in before_lines] == before_lines
    assert load(after)["context_servers"] == {"other": {"command": "x"}, "leindex": ENTRY}
    assert '    "leindex": {\n      "command": "leindex",\n' in after


def test_a_plain_file_looks_as_if_it_had_been_written_so() -> None:
    """Its own way of setting in is kept, and its line ends."""
    text = json.dumps({"mcpServers": {"other": {"command": "x"}}}, indent=4) + "\n"
    expected = json.dumps({"mcpServers": {"other": {"command": "x"}, "leindex": ENTRY}}, indent=4) + "\n"
    assert with_entry(text, KEYS, ENTRY) == expected
    assert with_entry(text.replace("\n", "\r\n"), KEYS, ENTRY) == expected.replace("\n", "\r\n")


@pytest.mark.parametrize("text", ["", "\n", "{}", "{ }\n", "// nothing yet\n"])
def test_an_empty_file_becomes_one_with_the_entry(text: str) -> None:
    """What stood there stays in front."""
    after = with_entry(text, KEYS, ENTRY)
    assert load(after) == {"mcpServers": {"leindex": ENTRY}}
    assert "// nothing yet" in after or "//" not in text


def test_an_entry_of_that_name_is_replaced_where_it_stands() -> None:
    """With the comments around it left."""
    text = '{"mcpServers": {"leindex": {"command": "old"} /* mine */, "z": 1}}'
    after = with_entry(text, KEYS, ENTRY)
    assert list(load(after)["mcpServers"]) == ["leindex", "z"]
    assert "/* mine */" in after
    assert "old" not in after


def test_a_comment_at_the_end_does_not_swallow_the_entry() -> None:
    """After `//` everything to the end of the line is comment."""
    after = with_entry('{"a": 1 // one\n}', KEYS, ENTRY)
    assert load(after) == {"a": 1, "mcpServers": {"leindex": ENTRY}}
    after = with_entry('{"mcpServers": { // none yet\n}}', KEYS, ENTRY)
    assert load(after) == {"mcpServers": {"leindex": ENTRY}}


@pytest.mark.parametrize(
    "text",
    ["[]", "3", '"x"', "{", '{"a" 1}', '{"a": 1} x', "{'a': 1}", '{"a": }', '{"a": 01}', "/* open", "[" * 1000, '{"a": "\n"}'],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    """With the line, and never with half a file."""
    with pytest.raises(ConfigError, match=r"line 1|the whole is no JSON object"):
        with_entry(text, KEYS, ENTRY)
