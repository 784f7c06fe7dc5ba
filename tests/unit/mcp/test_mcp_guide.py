"""`docs/guide/agents.md` lists the tools as they are, and holds a recorded session."""

import re
from pathlib import Path

from lepasserelle.faces.mcp.tools import BY_NAME, TOOLS

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "agents.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", GUIDE.partition("## The tools")[2].partition("## A session")[0], re.MULTILINE))


def test_the_guide_lists_every_tool_with_its_arguments() -> None:
    """In the order in which clients are told them; budget and cursor are said once."""
    assert list(ROWS) == [tool.name for tool in TOOLS]
    for tool in TOOLS:
        told = re.findall(r"`(\w+)`", ROWS[tool.name].rpartition("|")[2])
        assert told == [name for name in tool.arguments.__struct_fields__ if name not in {"max_tokens", "cursor"}], tool.name


def test_the_guide_holds_a_session() -> None:
    """Calls of tools that there are, with what they answered."""
    session = GUIDE.partition("<!-- session")[2].partition("<!-- end")[0]
    called = re.findall(r"^> (\w+) \{", session, re.MULTILINE)
    assert len(called) >= 6
    assert set(called) <= BY_NAME.keys()
    assert "[partial: no index yet" in session
    assert "cursor" in session
