"""The micro-benchmark inside PyCG's source distribution: right, wrong and missed edges of ours and four other tools in one run.

The distribution is fetched and never committed. Adapters, the same for every tool:

- names of externals: `<**PyStr**>` is `<str>`, `<**PyList**>` `<list>`, `<**PyDict**>` `<dict>`; `builtins.x` is `<builtin>.x`;
- `super()` names the parent class and is no call of its own: edges to `<builtin>.super` are left out;
- an edge to a class (ours, jedi's and pyan3's name for making an instance without a constructor) or to a module is left out, since
  the answers know no such edge; codegraph's `instantiates` names the class, and is read as its constructor where it has one.
"""

import ast
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
import fetching
from graph.observed import graph_of_folder
from tables import machine, table

PYCG = ("pycg", "0.0.8")
RIVALS = {"pycg": "PyCG 0.0.8", "pyan3": "pyan3 2.9.0", "jedi": "jedi 0.20.1"}
Edges = set[tuple[str, str]]
_NAMES = {"<**PyStr**>": "<str>", "<**PyList**>": "<list>", "<**PyDict**>": "<dict>", "builtins.": "<builtin>."}


def adapted(name: str) -> str:
    """A name as our export writes it."""
    for theirs, ours in _NAMES.items():
        name = name.replace(theirs, ours)
    return name


def classes(folder: Path) -> set[str]:
    """Qualified names of the program's classes, and its modules."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        module = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        found.add(module)
        stack: list[tuple[ast.AST, str]] = [(ast.parse(path.read_text(encoding="utf-8")), module)]
        while stack:
            node, scope = stack.pop()
            for child in ast.iter_child_nodes(node):
                named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                inner = f"{scope}.{child.name}" if named else scope  # type: ignore[attr-defined]
                if isinstance(child, ast.ClassDef):
                    found.add(inner)
                stack.append((child, inner))
    return found


def comparable(edges: Edges, left_out: set[str]) -> Edges:
    """Edges after the adapters."""
    pairs = {(adapted(caller), adapted(callee)) for caller, callee in edges}
    return {(caller, callee) for caller, callee in pairs if callee not in left_out and callee != "<builtin>.super"}


def truth(folder: Path) -> Edges:
    """The answer that lies beside a program."""
    document = json.loads((folder / "callgraph.json").read_text(encoding="utf-8"))
    return {(caller, callee) for caller, callees in document.items() for callee in callees}


def ours(folder: Path) -> Edges:
    """The asserted calls of our graph."""
    adjacency = graph_of_folder(folder, folder).adjacency(resolution="inferred")
    return {(caller, callee) for caller, callees in adjacency for callee in callees}


def environment() -> Path:
    """A Python with the other tools."""
    folder = fetching.CACHE / "call-graph-rivals"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "packaging", "pyan3==2.9.0", "jedi==0.20.1"], check=True)
        (folder / "ready").touch()
    return python


def rival(tool: str, folders: list[Path], distribution: Path) -> dict[Path, Edges]:
    """The answers of another tool; it has none where it fails."""
    command = [str(environment()), str(Path(__file__).parent / "rivals.py"), tool, *map(str, folders)]
    variables = {**os.environ, "PYTHONPATH": str(distribution)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout)
    return {folder: {(a, b) for a, b in answers[str(folder)] or ()} for folder in folders}


def codegraph(folder: Path) -> Edges:
    """What `codegraph init` writes into its database for a program. It keeps no calls that leave the project."""
    program = corpora.npm_program(*corpora.CODEGRAPH, "codegraph")
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(shutil.copytree(folder, Path(scratch) / "program"))
        variables = {**os.environ, "CODEGRAPH_TELEMETRY": "0"}
        subprocess.run([program, "init", "."], cwd=tree, env=variables, capture_output=True, check=True)
        with sqlite3.connect(tree / ".codegraph" / "codegraph.db") as database:
            rows = database.execute(
                "SELECT a.kind, a.qualified_name, a.file_path, b.qualified_name, b.file_path, e.kind FROM edges e "
                "JOIN nodes a ON a.id = e.source JOIN nodes b ON b.id = e.target WHERE e.kind IN ('calls', 'instantiates')"
            ).fetchall()
            methods = {_dotted(name, path) for name, path in database.execute("SELECT qualified_name, file_path FROM nodes")}
    edges: Edges = set()
    for kind, caller, caller_path, callee, callee_path, edge in rows:
        target = _dotted(callee, callee_path)
        made = f"{target}.__init__"
        source = _module(caller_path) if kind == "file" else _dotted(caller, caller_path)
        edges.add((source, made if edge == "instantiates" and made in methods else target))
    return edges


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _dotted(name: str, path: str) -> str:
    return f"{_module(path)}.{name.replace('::', '.')}"


def main() -> int:
    """Print and write the table."""
    found = fetching.source_distribution(*PYCG)
    distribution = found if (found / "micro-benchmark").exists() else next(found.glob("*/micro-benchmark")).parent
    folders = sorted(path.parent for path in (distribution / "micro-benchmark" / "snippets").glob("*/*/callgraph.json"))
    answers = {"LePasserelle": {folder: ours(folder) for folder in folders}}
    answers |= {label: rival(tool, folders, distribution) for tool, label in RIVALS.items()}
    package = corpora.npm_program(*corpora.CODEGRAPH, "codegraph").parents[1] / corpora.CODEGRAPH[0] / "package.json"
    version = json.loads(package.read_text(encoding="utf-8"))["version"]
    answers[f"codegraph {version}"] = {folder: codegraph(folder) for folder in folders}
    rows, mistakes = [], []
    for label, answer in answers.items():
        right = wrong = missed = exact = 0
        for folder in folders:
            left_out = classes(folder)
            expected, got = comparable(truth(folder), left_out), comparable(answer[folder], left_out)
            right, wrong, missed = right + len(expected & got), wrong + len(got - expected), missed + len(expected - got)
            exact += expected == got
            if label == "LePasserelle":
                name = folder.relative_to(folders[0].parents[1])
                mistakes += [f"- `{name}` wrong: {caller} → {callee}" for caller, callee in sorted(got - expected)]
                mistakes += [f"- `{name}` missed: {caller} → {callee}" for caller, callee in sorted(expected - got)]
        rows.append([label, str(right), str(wrong), str(missed), f"{exact}/{len(folders)}"])
    head = ["", "right", "wrong", "missed", "exact programs"]
    said = f"{machine()} Written by `benchmarks/graph/micro.py`; its head says how names are adapted."
    text = f"# PyCG's micro-benchmark\n\n{said}\n\n{table(head, rows)}\n\nOurs:\n\n" + "\n".join(mistakes) + "\n"
    (Path(__file__).parent / "MICRO.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
