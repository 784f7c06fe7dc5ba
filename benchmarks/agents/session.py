"""Records a session with Django for docs/guide/agents.md: what a client sends and what it gets, as it is.

    python benchmarks/agents/session.py

The first calls meet a project without an index. Writes the part of the page between its two marks; nothing is edited by hand.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from agents.client import Client
from lepasserelle.query import estimate_tokens

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "agents.md"
BEGIN, END = "<!-- session: benchmarks/agents/session.py -->\n", "<!-- end of the session -->\n"

CALLS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("There is no index yet. The first call starts one and answers from plain text:", "find_symbol", {"name": "get_expiry_age"}),
    ("Waiting for it:", "reindex", {"wait_seconds": 600}),
    ("A question in words:", "search", {"query": "where is the age of a session computed", "limit": 3, "max_tokens": 400}),
    ("Reading the method, with its place in the graph:", "read", {"target": "SessionBase.get_expiry_age", "max_tokens": 500}),
    ("What would break, before changing it:", "impact", {"name": "SessionBase.get_expiry_age", "depth": 2}),
    ("Why a line has its value:", "slice", {"place": "contrib/sessions/backends/base.py:292", "variable": "delta"}),
    ("A file at a glance, cut to 250 tokens:", "outline", {"path": "contrib/sessions/backends/base.py", "max_tokens": 250}),
    ("A mistake is answered with what to do:", "callers", {"name": "SessionBase.get_expiry_agge"}),
)


def record() -> Iterator[str]:
    """The lines of the page."""
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / "django"
        shutil.copytree(corpora.wheel_tree(*corpora.DJANGO), project)
        command = [sys.executable, "-m", "lepasserelle", "mcp", "--standalone", "--project", str(project)]
        with Client(command) as client:
            client.greet()
            for what, tool, arguments in CALLS:
                result = client.call(tool, **arguments)
                text = result["content"][0]["text"]
                failed = " (`isError`)" if result.get("isError") else ""
                yield f"{what}\n\n```text\n> {tool} {json.dumps(arguments)}\n{text}\n```\n"
                counted = text if failed else json.dumps(result["structuredContent"], ensure_ascii=False, separators=(",", ":"))
                yield f"{estimate_tokens(counted)} tokens at most{failed}.\n\n"


def main() -> None:
    """Put the session into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n" + "".join(record()) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
