"""The house as its tests see it: every package says what it is, and no file or function outgrows its reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "lepasserelle"
MODULES = sorted(SOURCE.rglob("*.py"))

LONGEST_FILE_LINES = 500
LONGEST_FUNCTION_LINES = 60


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_module_opens_with_what_it_is(module: Path) -> None:
    """A stranger learns from the first lines of a file what belongs in it."""
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))), f"{module} has no docstring"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_file_and_no_function_outgrows_one_reason_to_change(module: Path) -> None:
    """Files stay under 500 lines and functions under 60; longer ones hold more than one thing."""
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE_LINES
    for function in functions(ast.parse(text)):
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < LONGEST_FUNCTION_LINES, f"{module.name}:{function.lineno} {function.name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_module_pickles(module: Path) -> None:
    """Pickle runs code from data; the index never holds any."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {"pickle", "shelve", "marshal", "dill"} & {name.partition(".")[0] for name in names}


def test_no_folder_is_a_place_for_everything() -> None:
    """`utils`, `common`, `helpers` and `core` attract lines that belong elsewhere."""
    stems = {path.stem for path in SOURCE.rglob("*")}
    assert not stems & {"utils", "util", "common", "helpers", "helper", "core", "misc"}


def test_every_folder_is_on_the_map() -> None:
    """ARCHITECTURE.md answers for each package at the top of the house."""
    text = (SOURCE.parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for package in sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")):
        assert f"`{package}" in text, f"{package} is not in ARCHITECTURE.md"
