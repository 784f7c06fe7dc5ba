"""Answers of other call graph tools for folders of small programs, one JSON object: program → edges. Runs in their environment.

Arguments: the tool, then folders. Names are adapted to those of our export: dotted from the program's folder, `<lambda1>` kept.
"""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

Edges = list[tuple[str, str]]


def pycg(folder: Path) -> Edges:
    """PyCG as its own evaluation calls it."""
    command = [sys.executable, "-m", "pycg", "--package", str(folder), str(folder / "main.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [(caller, callee) for caller, callees in json.loads(done.stdout).items() for callee in callees]


def pyan(folder: Path) -> Edges:
    """The uses edges of pyan3."""
    visitor = import_module("pyan.analyzer").CallGraphVisitor(
        [str(path) for path in sorted(folder.rglob("*.py"))], root=str(folder)
    )
    return [(caller.get_name(), callee.get_name()) for caller, callees in visitor.uses_edges.items() for callee in callees]


def jedi(folder: Path) -> Edges:
    """What jedi says is the definition of each callee."""
    library = import_module("jedi")

    found: Edges = []
    for path in sorted(folder.rglob("*.py")):
        script = library.Script(path=path, project=library.Project(folder))
        module = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        for scope, call in _calls(ast.parse(path.read_text(encoding="utf-8")), module):
            line, column = call.func.end_lineno or 1, (call.func.end_col_offset or 1) - 1
            for name in script.goto(line, column, follow_imports=True):
                found.append((scope, name.full_name or ""))
    return found


def _calls(node: ast.AST, scope: str) -> list[tuple[str, ast.Call]]:
    found = []
    for child in ast.iter_child_nodes(node):
        inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(child, ast.Call):
            found.append((scope, child))
        found += _calls(child, f"{scope}.{child.name}" if inner else scope)  # type: ignore[attr-defined]
    return found


def main() -> int:
    """A program on which the tool fails has no edges and is counted by the caller."""
    tool = {"pycg": pycg, "pyan3": pyan, "jedi": jedi}[sys.argv[1]]
    answers: dict[str, Edges | None] = {}
    for folder in sys.argv[2:]:
        try:
            answers[folder] = tool(Path(folder))
        except Exception as failure:  # noqa: BLE001 - whatever a tool raises is its answer
            print(folder, type(failure).__name__, failure, file=sys.stderr)
            answers[folder] = None
    json.dump(answers, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
