"""How long questions about the graph take on Django, in one process: statement dependence of functions of about a hundred lines,
callers and callees, impact. Processor time, so that other work on the machine counts little; the best of some runs and the median.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from lepasserelle import LeIndex
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import Effects
from lepasserelle.parse.bodies import lower
from tables import machine, table

RESULTS = Path(__file__).parent / "SPEED.md"
RUNS = 30
FUNCTIONS, LEAST_LINES, MOST_LINES = 12, 90, 110
CALLERS = ("QuerySet.filter", "Model.save", "get_object_or_404", "Field.get_prep_value")
IMPACT = ("Model.save", "QuerySet.filter", "Field.get_prep_value")


def milliseconds(question: Callable[[], object]) -> list[float]:
    """Processor time of each run; the first, which maps and fills what is remembered, is not counted."""
    question()
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        question()
        found.append(1000 * (time.process_time() - start))
    return found


def row(what: str, limit: str, times: list[float]) -> list[str]:
    """One line of the table."""
    return [what, limit, f"{statistics.median(times):.2f}", f"{min(times):.2f}"]


def statement_rows(folder: Path, leindex: LeIndex) -> list[list[str]]:
    """Lowering and dependence of functions of about a hundred lines."""
    symbols = [
        symbol
        for name in ("__init__", "get_queryset", "build_filter", "as_sql", "execute", "check", "handle", "_check", "save_base", "clean")
        for symbol in leindex.symbols(name)
        if LEAST_LINES <= symbol.end_line - symbol.start_line + 1 <= MOST_LINES
    ]
    rows = []
    for symbol in symbols[:FUNCTIONS]:
        data = (folder / symbol.path).read_bytes()
        start = sum(map(len, data.splitlines(keepends=True)[: symbol.start_line - 1]))
        body = lower(data, "python", start)
        assert body is not None
        times = milliseconds(lambda body=body: Dependences(body, Effects()).control)  # type: ignore[misc]
        rows.append(row(f"statements of `{symbol.symbol}`, {symbol.end_line - symbol.start_line + 1} lines", "10", times))
    return rows


def main() -> int:
    """Print and write the table."""
    folder = corpora.wheel_tree(*corpora.DJANGO)
    with tempfile.TemporaryDirectory() as place, LeIndex(folder, index_dir=place) as leindex:
        leindex.index_project()
        rows = [row(f"callers `{name}`", "1", milliseconds(lambda name=name: leindex.callers(name))) for name in CALLERS]  # type: ignore[misc]
        rows += [row(f"callees `{name}`", "1", milliseconds(lambda name=name: leindex.callees(name))) for name in CALLERS]  # type: ignore[misc]
        rows += [row(f"impact `{name}`, depth 3", "20", milliseconds(lambda name=name: leindex.impact(name))) for name in IMPACT]  # type: ignore[misc]
        rows += [row(f"impact `{name}`, depth 30", "20", milliseconds(lambda name=name: leindex.impact(name, 30))) for name in IMPACT]  # type: ignore[misc]
        rows += statement_rows(folder, leindex)
    said = f"{machine()} Written by `benchmarks/graph/speed.py`: processor time of {RUNS} runs in one process, on Django {corpora.DJANGO[1]}."
    text = f"# Questions about the graph\n\n{said}\n\n{table(['question', 'aim, ms', 'median, ms', 'best, ms'], rows)}\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
