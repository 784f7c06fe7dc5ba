"""What a search costs: the one-shot command beside two imports, and a query in an open process."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from lepasserelle import LeIndex
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
    """Ten queries, asked ten times each of one open index, after each was asked once."""
    rows = []
    with LeIndex(project) as leindex:
        for mode in ("hybrid", "lexical", "semantic", "symbol"):
            for query in QUERIES:
                leindex.search(query, mode=mode)
            times = []
            for _ in range(10):
                for query in QUERIES:
                    start = time.perf_counter()
                    leindex.search(query, mode=mode)
                    times.append((time.perf_counter() - start) * 1000)
            cuts = statistics.quantiles(times, n=20)
            rows.append([mode, f"{statistics.median(times):.2f}", f"{cuts[-1]:.2f}"])
    return table(["mode, in process", "p50 ms", "p95 ms"], rows)


def main() -> None:
    """Measure and write the results."""
    compile_package()
    with tempfile.TemporaryDirectory() as folder:
        import shutil

        project = Path(folder) / "django"
        shutil.copytree(corpora.wheel_tree(*corpora.DJANGO), project)
        run([str(LEINDEX), "index", str(project)])
        parts = [one_shot(project), in_process(project)]
    text = (
        "\n\n".join(["# Search", f"{machine()} Django {corpora.DJANGO[1]}. Method: [../README.md](../README.md).", *parts]) + "\n"
    )
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
