"""What the parent of a run carries beside the children that work."""

import subprocess
import sys
from pathlib import Path


def test_who_only_indexes_loads_neither_numpy_nor_the_graph(tmp_path: Path) -> None:
    """Both come with the first question; a run's parent stands beside the linking child all the time."""
    (tmp_path / "one.py").write_text("def one():\n    return 1\n")
    code = (
        "import sys, lepasserelle.faces.cli.indexing; from lepasserelle import LeIndex\n"
        "heavy = {'numpy', 'lepasserelle.graph', 'lepasserelle.query.literal', 'tree_sitter', 'usearch'}\n"
        "with LeIndex(sys.argv[1]) as leindex:\n"
        "    assert leindex.index_project().symbols == 2\n"
        "    assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "    assert 'one.one' in [found.symbol for found in leindex.symbols('one')]\n"
        "    assert {'numpy', 'lepasserelle.graph'} <= set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
