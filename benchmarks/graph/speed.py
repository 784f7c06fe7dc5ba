"""How long questions about the graph take on Django, in one process: statement dependence of functions of about a hundred lines,
callers and callees, impact. Processor time, so that other work on the machine counts little; the best of some runs and the median.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence, Sized
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
MANY_CALLERS = ("get", "isinstance", "__init__")
"""Hundreds and thousands of records: how long a list of them takes to make."""
SUSPECTS, SHOWN, AGAIN = 80, 8, 11
"""Names that are asked again, since the machine may have been busy; those of them that are shown; and how often."""
EVERY_NAME = f"""
## Every name

Of every definition and everything outside that the code uses, by its qualified and its simple name. *Worst*: the largest median of
{AGAIN} runs among the {SUSPECTS} names that took longest; *over the aim*: so many of these medians.
Answers are what the library gives: lists in which every record is made.

"""
IMPACT = ("Model.save", "QuerySet.filter", "Field.get_prep_value")
LEAST_SLICED, EVERY_SLICED = 5, 40
FIRST_SLICES = f"""
## First slices

Of the last line of a function, backward, in a project of which nothing was sliced before: each asked once, as `LeIndex.slice` does
by default. *About a hundred lines*: all functions of {LEAST_LINES} to {MOST_LINES}; *any*: every {EVERY_SLICED}th of at least
{LEAST_SLICED}. There is no aim.

"""


def milliseconds(question: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Processor time of each run; the first, which maps and fills what is remembered, is not counted."""
    question()
    found = []
    for _ in range(runs):
        start = time.process_time()
        question()
        found.append(1000 * (time.process_time() - start))
    return found


def row(what: str, limit: str, times: list[float]) -> list[str]:
    """One line of the table."""
    return [what, limit, f"{statistics.median(times):.2f}", f"{min(times):.2f}"]


def names_of(folder: Path) -> list[str]:
    """Every qualified name of the project and what it uses, and every simple name: what anybody can ask for."""
    graph = graph_of_folder(folder, folder.parent)
    nodes = range(graph.node_count)
    return sorted({*map(graph.qualified_name, nodes), *map(graph.name, nodes)} - {""})


def every(word: str, limit: str, names: Sequence[str], question: Callable[[str], Sized]) -> tuple[list[str], list[list[str]]]:
    """(one row about all names, one for each of the slowest, asked again): no name is left out."""
    times = {}
    for name in names:
        start = time.process_time()
        question(name)
        times[name] = 1000 * (time.process_time() - start)
    ordered = sorted(times.values())
    slowest = sorted(times, key=times.__getitem__)[-SUSPECTS:]
    again = {name: milliseconds(partial(question, name), AGAIN) for name in slowest}
    worst = sorted(slowest, key=lambda name: -statistics.median(again[name]))
    shares = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99)]
    worst_ms = statistics.median(again[worst[0]])
    rows = [[f"{word} `{name}`", str(len(question(name))), *row("", limit, again[name])[1:]] for name in worst[:SHOWN]]
    over = sum(statistics.median(times) > float(limit) for times in again.values())
    return [word, limit, str(len(names)), *(f"{value:.2f}" for value in (*shares, worst_ms)), str(over)], rows


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


def slices(leindex: LeIndex, places: Sequence[tuple[str, int]], word: str, *, across_calls: bool) -> list[str]:
    """One line of the table about slices that nobody asked for before."""
    times = []
    for path, line in places:
        start = time.process_time()
        leindex.slice(path, line, across_calls=across_calls)
        times.append(1000 * (time.process_time() - start))
    times.sort()
    shares = [times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.95, 1)]
    return [
        f"{'across calls' if across_calls else 'inside the function'}, {word}",
        str(len(times)),
        *(f"{one:.1f}" for one in shares),
    ]


def first_slices(folder: Path) -> str:
    """The table of slices of an index that is made for it."""
    with tempfile.TemporaryDirectory() as place, LeIndex(folder, index_dir=place) as leindex:
        leindex.index_project()
        graph = graph_of_folder(folder, folder)
        spans = [(graph.path(node), *graph.lines(node)) for node in range(graph.definition_count) if graph.kind(node).is_callable]
        hundreds = [(path, last) for path, first, last in spans if LEAST_LINES <= last - first + 1 <= MOST_LINES]
        others = [(path, last) for path, first, last in spans if last - first + 1 >= LEAST_SLICED][::EVERY_SLICED]
        rows = [
            slices(leindex, places, word, across_calls=across_calls)
            for across_calls in (False, True)
            for places, word in ((hundreds, "about a hundred lines"), (others, "any"))
        ]
    return FIRST_SLICES + table(["slice", "functions", "p50, ms", "p95, ms", "worst, ms"], rows) + "\n"


def main() -> int:
    """Print and write the table."""
    folder = corpora.wheel_tree(*corpora.DJANGO)
    with tempfile.TemporaryDirectory() as place, LeIndex(folder, index_dir=place) as leindex:
        leindex.index_project()
        rows = [row(f"callers `{name}`", "1", milliseconds(partial(leindex.callers, name))) for name in CALLERS + MANY_CALLERS]
        rows += [row(f"callees `{name}`", "1", milliseconds(partial(leindex.callees, name))) for name in CALLERS]
        for depth in (3, 20):
            rows += [
                row(f"impact `{name}`, depth {depth}", "20", milliseconds(partial(leindex.impact, name, depth))) for name in IMPACT
            ]
        rows += statement_rows(folder)
        names = names_of(folder)
        everything = [
            every("callers", "1", names, leindex.callers),
            every("callees", "1", names, leindex.callees),
            every("impact, depth 3", "20", names, lambda name: leindex.impact(name).reached),
        ]
    said = (
        f"{machine()} Written by `benchmarks/graph/speed.py`: processor time of {RUNS} runs in one process, on Django "
        f"{corpora.DJANGO[1]}; a statement row reads the text, lowers it and asks for every dependence."
    )
    text = f"# Questions about the graph\n\n{said}\n\n{table(['question', 'aim, ms', 'median, ms', 'best, ms'], rows)}\n"
    head = ["question", "aim, ms", "names", "p50, ms", "p95, ms", "p99, ms", "worst, ms", "names over the aim"]
    text += EVERY_NAME + table(head, [of for of, _ in everything])
    text += "\n\n### The slowest\n\n"
    text += table(
        ["question", "records", "aim, ms", "median, ms", "best, ms"], [one for _, slowest in everything for one in slowest]
    )
    text += "\n" + first_slices(folder)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
