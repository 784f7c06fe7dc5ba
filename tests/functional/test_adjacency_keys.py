"""Which names are keys of the exported adjacency."""

import io
import json
from pathlib import Path

from lepasserelle import LeIndex


def test_only_code_is_a_key_of_the_adjacency(tmp_path: Path) -> None:
    """Settings, prose, pages and markers are files of the project, and nothing in them calls; an empty module of code stays."""
    texts = {"pyproject.toml": "[project]\nname = 'a'\n", ".leindex.toml": "workers = 1\n", "README.md": "# A\n\nword\n"}
    texts |= {"page.html": "<p>word</p>\n", "a/py.typed": "", "a/__init__.py": "", "a/b.py": "def f():\n    return 1\n"}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    written = io.StringIO()
    with LeIndex(str(tmp_path)) as leindex:
        leindex.index_project()
        leindex.export_graph(written)
    assert json.loads(written.getvalue()) == {"a": [], "a.b": [], "a.b.f": []}
