"""One more table in a text of TOML, and nothing else changed."""

import tomllib

import pytest

from lepasserelle.errors import ConfigError
from lepasserelle.faces.mcp.install.toml import load, with_table

KEYS = ("mcp_servers", "leindex")
ENTRY = {"command": "leindex", "args": ["mcp", "--project", 'C:\\pro"jects\\é']}

MINE = """# what I set
model = "large"   # the good one

[mcp_servers.other]
command = "x"
args = []

[profiles."my own"]
a = [
  1, # one
]
"""


@pytest.mark.parametrize(
    "text", ["", "\n", "# only this", MINE, MINE.replace("\n", "\r\n"), "a = 1", "[mcp_servers]\n", "[mcp_servers.a.env]\n"]
)
def test_a_table_is_added_at_the_end(text: str) -> None:
    """Everything before it stays byte for byte; doing it twice changes nothing more."""
    after = with_table(text, KEYS, ENTRY)
    assert after.startswith(text.rstrip("\r\n"))
    expected = load(text)
    expected.setdefault("mcp_servers", {})["leindex"] = ENTRY
    assert load(after) == expected
    assert with_table(after, KEYS, ENTRY) == after


@pytest.mark.parametrize("header", ["[mcp_servers.leindex]", '[ mcp_servers . "leindex" ]', "[mcp_servers.'leindex']"])
def test_a_table_of_that_name_is_replaced_with_what_is_in_it(header: str) -> None:
    """Its own tables go too; what stands before and after stays."""
    old = f'{header}\ncommand = "old"\nstartup_timeout_sec = 3\n[mcp_servers.leindex.env]\nA = "1"\n\n'
    after = with_table(MINE.replace("[profiles", old + "[profiles"), KEYS, ENTRY)
    assert tomllib.loads(after) == {**tomllib.loads(MINE), "mcp_servers": {"other": {"command": "x", "args": []}, "leindex": ENTRY}}
    head, _, tail = MINE.partition("[profiles")
    assert after.startswith(head)
    assert after.endswith("[profiles" + tail)
    assert "old" not in after


@pytest.mark.parametrize(
    "text",
    [
        "a = ",
        'mcp_servers = { leindex = { command = "x" } }',
        'mcp_servers.leindex.command = "x"',
        '[mcp_servers]\nleindex = { command = "x" }\n',
        '[mcp_servers.leindex]\ncommand = "x"\n[other]\nb = 1\n[mcp_servers.leindex.env]\nA = "1"\n',
        "mcp_servers = 3",
        'x = """\n[mcp_servers.leindex]\n"""\n[mcp_servers.leindex]\ncommand = "x"\n',
    ],
)
def test_what_cannot_be_changed_without_harm_is_refused(text: str) -> None:
    """Inline tables, dotted keys, tables in several places: a person does that better."""
    with pytest.raises(ConfigError):
        with_table(text, KEYS, ENTRY)
