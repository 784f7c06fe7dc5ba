"""What a search costs: the one-shot command beside two imports, and a query in an open process."""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from lepasserelle import LeIndex
from lepasserelle.leindex import SearchMode
from process_tree import compile_package, run, wall_ms
from tables import machine, median, spread, table

LEINDEX = Path(sys.prefix) / "bin" / "leindex"
RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS = 9
QUERIES = (
    "QuerySet.filter",
    "where are sessions validated",
    "how does the migration autodetector find renamed fields",
    "parse multipart form upload",
    "cache backend with memcached",
    "get_object_or_404",
    "csrf token check in middleware",
    "render a template with context",
    "convert a model instance to a dictionary for forms",
    "HttpResponse",
)
VARIED = (
    "template loader",
    "how is the password hashed before it is stored in the database",
    "ManyToManyField",
    "send mail with attachment",
    "lazy translation of strings",
    "resolve url to a view function",
    "signals that are sent before a model is saved",
    "database router",
    "transaction.atomic",
    "file storage backend saves uploaded file",
    "admin changelist filter by date",
    "serialize queryset to json",
    "what happens when two requests update the same row at the same time and one of them fails",
    "timezone aware datetime",
    "middleware that compresses responses with gzip",
    "test client post request",
    "slugify",
    "command line arguments of runserver",
    "how do I write a custom model field with its own column type",
    "foreign key cascade delete collector",
    "prefetch_related",
    "aggregate sum over group",
    "static files finder collects from apps",
    "language code from accept header",
    "form field validation errors are rendered as list",
    "logout",
    "decorator login required redirect",
    "paginator page out of range",
    "sql compiler joins",
    "geometry field for postgis",
    "email",
    "connection pool close old connections after request finished",
    "deconstruct",
    "what is the maximum length of a char field and where is it checked",
    "inspectdb introspects tables of an existing database",
)
"""From one word to twenty, names and questions: what ten of them say is not said of ten alone."""
MODES: tuple[SearchMode, ...] = ("hybrid", "lexical", "semantic", "symbol")
SETS = (("ten", QUERIES), ("thirty-five of one to twenty words", VARIED))


def one_shot(project: Path) -> str:
    """The command against the imports that the issue names as its measure, in turns."""
    imports = [sys.executable, "-c", "import numpy, usearch.index"]
    search = [str(LEINDEX), "search", QUERIES[1], "--project", str(project), "--json"]
    sides: dict[str, list[float]] = {"imports": [], "search": []}
    for _ in range(ROUNDS):
        sides["imports"].append(wall_ms(imports))
        sides["search"].append(wall_ms(search))
    return table(
        ["one process", "wall ms, median (range)"],
        [
            ["`python -c 'import numpy, usearch.index'`", spread(sides["imports"], 0)],
            ["`leindex search`", spread(sides["search"], 0)],
            ["ratio", f"{median(sides['search']) / median(sides['imports']):.2f}"],
        ],
    )


def in_process(project: Path) -> str:
    """Every question asked ten times of one open index, after each was asked once. Beside the median of all times stands that of
    each question's least one, which a busy machine moves less.
    """
    rows = []
    with LeIndex(project) as leindex:
        for mode in MODES:
            for name, queries in SETS:
                times = [[asked_ms(leindex, query, mode) for query in queries] for _ in range(11)][1:]
                each = [one for turn in times for one in turn]
                least = statistics.median(map(min, zip(*times, strict=True)))
                cuts = statistics.quantiles(each, n=20)
                rows.append([mode, name, f"{statistics.median(each):.2f}", f"{cuts[-1]:.2f}", f"{least:.2f}"])
    return table(["mode, in process", "questions", "p50 ms", "p95 ms", "p50 of the least, ms"], rows)


def asked_ms(leindex: LeIndex, query: str, mode: SearchMode) -> float:
    """What one question takes."""
    start = time.perf_counter()
    leindex.search(query, mode=mode)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure and write the results."""
    compile_package()
    with tempfile.TemporaryDirectory() as folder:
        import shutil

        project = Path(folder) / "django"
        shutil.copytree(corpora.wheel_tree(*corpora.DJANGO), project)
        run([str(LEINDEX), "index", str(project)])
        parts = [one_shot(project), in_process(project)]
    load = f"{os.getloadavg()[0]:.1f}"
    about = f"{machine()} Load at the end: {load}. Django {corpora.DJANGO[1]}. Method: [../README.md](../README.md)."
    text = "\n\n".join(["# Search", about, *parts]) + "\n"
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
