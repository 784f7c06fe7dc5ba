"""How long questions about the graph take on Django, in one process: statement dependence of functions of about a hundred lines,
callers and callees, impact. Processor time, so that other work on the machine counts little; the best of some runs and the median.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from graph.observed import graph_of_folder
from lepasserelle import LeIndex
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import own_effects
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


def dependences(data: bytes, start: int, end: int, class_start: int) -> int:
    """The whole statement graph of a function, from its text: lowered, with every control and data dependence asked for."""
    body = lower(data, "python", start, end, class_start)
    assert body is not None
    found = Dependences(body, own_effects(body))
    return sum(len(found.sources(node)) for node in range(len(body.statements)))


def statement_rows(folder: Path) -> list[list[str]]:
    """The functions of about a hundred lines, the first ones by path and place."""
    graph = graph_of_folder(folder, folder.parent)
    rows: list[list[str]] = []
    for node in range(graph.definition_count):
        first, last = graph.lines(node)
        if graph.kind(node).is_callable and LEAST_LINES <= last - first + 1 <= MOST_LINES and len(rows) < FUNCTIONS:
            data = (folder.parent / graph.path(node)).read_bytes()
            parent = graph.parent(node)
            class_start = graph.byte_span(parent)[0] if graph.kind(parent).is_type else -1
            times = milliseconds(partial(dependences, data, *graph.byte_span(node), class_start))
            rows.append(row(f"statements of `{graph.qualified_name(node)}`, {last - first + 1} lines", "10", times))
    return rows


def main() -> int:
    """Print and write the table."""
    folder = corpora.wheel_tree(*corpora.DJANGO)
    with tempfile.TemporaryDirectory() as place, LeIndex(folder, index_dir=place) as leindex:
        leindex.index_project()
        rows = [row(f"callers `{name}`", "1", milliseconds(partial(leindex.callers, name))) for name in CALLERS]
        rows += [row(f"callees `{name}`", "1", milliseconds(partial(leindex.callees, name))) for name in CALLERS]
        for depth in (3, 20):
            rows += [
                row(f"impact `{name}`, depth {depth}", "20", milliseconds(partial(leindex.impact, name, depth))) for name in IMPACT
            ]
        rows += statement_rows(folder)
    said = (
        f"{machine()} Written by `benchmarks/graph/speed.py`: processor time of {RUNS} runs in one process, on Django "
        f"{corpora.DJANGO[1]}; a statement row reads the text, lowers it and asks for every dependence."
    )
    text = f"# Questions about the graph\n\n{said}\n\n{table(['question', 'aim, ms', 'median, ms', 'best, ms'], rows)}\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
