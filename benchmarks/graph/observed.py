"""Observed truth: the calls that really happen inside six packages while their own tests run, against the edges that we assert.

The first four were chosen before any figure was seen: a command line library, a template engine, a (de)serialiser, a parser; pure
Python, no services, their tests in the source distribution. They have shown what to work on since. `UNTUNED` were named later, and
nothing was changed after their figure was seen: in the order of downloads the first two that can be tested as pure Python with
what is installed for the four, with at least a hundred functions, and their tests in the source distribution. Recall only: what
did not happen may still be able to.
"""

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import fetching
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.model import EdgeKind
from lepasserelle.parse import parse
from tables import machine, table

PACKAGES = (
    ("click", "8.5.1", "src/click"),
    ("jinja2", "3.1.6", "src/jinja2"),
    ("marshmallow", "4.4.0", "src/marshmallow"),
    ("sqlparse", "0.6.1", "sqlparse"),
)
UNTUNED = (
    ("charset-normalizer", "3.5.2", "src/charset_normalizer"),
    ("pygments", "2.21.0", "pygments"),
)
JUDGED_PACKAGES = (*PACKAGES, *UNTUNED)
"""Those whose unseen edges are drawn for a judge (`sample.py`)."""
ASKED: dict[str, tuple[str, ...]] = {
    "click-8.5.1": ("--ignore=tests/test_deprecations.py",),
    "pygments-2.21.0": ("--ignore=tests/examplefiles", "--ignore=tests/snippets", "-Wdefault::pytest.PytestRemovedIn10Warning"),
}
"""What pytest is told of one package: tests that need it installed rather than on the path, warnings of this pytest that would be
errors, and 2181 samples of languages, which take an hour with each line followed and differ in the lexer, hardly in who calls."""
NEEDED = ("pytest==9.2.0", "markupsafe==3.0.4", "trio", "simplejson", "wcag-contrast-ratio==0.9")
RAN = (0, 1)
"""What pytest ends with where tests ran, some of them failing; what only collection showed is no figure."""
SEED = 20261204
HERE = Path(__file__).parent
Place = tuple[str, int, str]
Pair = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Judged:
    """One package: its observed edges and which of them we assert."""

    name: str
    explicit: set[Pair]
    implicit: set[Pair]
    asserted: set[Pair]
    read: set[Pair]
    left_out: dict[str, int]


def environment() -> Path:
    """A Python with what the tests need, in the cache."""
    folder = fetching.CACHE / "observing"
    python = folder / "bin" / "python"
    ready, needed = folder / "ready", "\n".join(NEEDED)
    if not ready.exists() or ready.read_text(encoding="utf-8") != needed:
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDED], check=True)
        ready.write_text(needed, encoding="utf-8")
    return python


def observe(tree: Path, package: str) -> Any:  # noqa: ANN401 - a document of another process
    """Run a package's tests and read what was seen."""
    result = fetching.CACHE / f"observed-{tree.name}.json"
    folder = tree / package
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder.parent), str(HERE)]),
        "OBSERVED_PACKAGE": str(folder),
        "OBSERVED_RESULT": str(result),
    }
    command: list[str | Path] = [
        environment(),
        "-m",
        "pytest",
        "-q",
        "-p",
        "observing",
        "-p",
        "no:cacheprovider",
        "tests",
        *ASKED.get(tree.name, ()),
    ]
    done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True)
    if done.returncode not in RAN:
        raise RuntimeError(f"the tests of {tree.name} could not be collected:\n{done.stdout[-2000:]}{done.stderr[-300:]}")
    print(tree.name, done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:])
    return json.loads(result.read_text(encoding="utf-8"))


def graph_of(folder: Path) -> Graph:
    """The graph of a package's folder."""
    return graph_of_folder(folder, folder.parent)


def graph_of_folder(folder: Path, root: Path) -> Graph:
    """The graph of a folder whose modules are named from the root."""
    files = []
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.as_posix().encode()):
        relative = path.relative_to(root).as_posix()
        module = relative.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(relative, module, "python", 0, parse(path.read_bytes(), "python")))
    return Graph(link(lambda: iter(files)))


def place_of(graph: Graph, node: int, package: str) -> Place:
    """A node as the profiler names it."""
    path = graph.path(node).removeprefix(package + "/")
    name = graph.name(node)
    if not graph.kind(node).is_callable and graph.parent(node) < 0:
        return path, 1, "<module>"
    return path, graph.lines(node)[0], "<lambda>" if name.startswith("<lambda") else name


def asserted_edges(graph: Graph, package: str, kind: EdgeKind) -> set[Pair]:
    """Exact and inferred edges between definitions."""
    found = set()
    for node in range(graph.definition_count):
        for target in graph.neighbours(node, kind, "out", "inferred"):
            if target < graph.definition_count:
                found.add((place_of(graph, node, package), place_of(graph, target, package)))
    return found


def normal(place: list[object]) -> Place:
    """A place as read from JSON; a module's code begins at its first line."""
    path, line, name = place
    return str(path), 1 if name == "<module>" else int(str(line)), str(name)


def tree_of(name: str, version: str) -> Path:
    """The folder of a source distribution that holds its `pyproject.toml`."""
    folder = fetching.source_distribution(name, version)
    inner = next(folder.glob("*/pyproject.toml"), None)
    return inner.parent if inner is not None else folder


def judge(name: str, version: str, folder: str) -> Judged:
    """Observe and compare one package."""
    root = tree_of(name, version)
    seen = observe(root, folder)
    explicit: set[Pair] = set()
    implicit: set[Pair] = set()
    for caller, callee, is_implicit in seen["edges"]:
        (implicit if is_implicit else explicit).add((normal(caller), normal(callee)))
    package = Path(folder).name
    graph = graph_of(root / folder)
    asserted = asserted_edges(graph, package, EdgeKind.CALLS)
    counts: dict[str, int] = seen["left_out"]
    return Judged(name, explicit, implicit, asserted, asserted_edges(graph, package, EdgeKind.READS), counts)


def recall(found: int, of: int) -> str:
    """A share with its counts."""
    return f"{found / of:.3f} ({found}/{of})" if of else "–"


def main() -> int:
    """Print and write the table; what was missed lies in the cache."""
    rows, missed = [], []
    for name, version, folder in (*PACKAGES, *UNTUNED):
        judged = judge(name, version, folder)
        covered = judged.asserted | judged.read
        calls, protocol = len(judged.explicit & judged.asserted), len(judged.implicit & covered)
        total = len(judged.explicit) + len(judged.implicit)
        rows.append(
            [
                f"{name} {version}",
                recall(calls, len(judged.explicit)),
                recall(protocol, len(judged.implicit)),
                recall(calls + protocol, total),
                ", ".join(f"{reason}: {count}" for reason, count in judged.left_out.items()),
            ]
        )
        missed += [f"{name}: {caller} -> {callee}" for caller, callee in sorted(judged.explicit - judged.asserted)]
        missed += [f"{name}: implicit {caller} -> {callee}" for caller, callee in sorted(judged.implicit - covered)]
    (fetching.CACHE / "observed-missed.txt").write_text("\n".join(missed) + "\n", encoding="utf-8")
    head = ["package", "calls", "implicit (protocols, properties)", "both", "left out by rule (events)"]
    said = f"{machine()} Written by `benchmarks/graph/observed.py`; recall of what really happened."
    text = f"# Observed calls\n\n{said}\n\n{table(head, rows)}\n"
    (HERE / "OBSERVED.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
