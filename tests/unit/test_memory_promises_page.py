"""`docs/guide/memory-promises.md` names tests and benchmarks that exist, and tests that assert something."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "memory-promises.md"
_NAMED = re.compile(r"`((?:tests|benchmarks)/[^`]+)`")
_ROW = re.compile(r"^\| (?!promised |---).*\|$", re.MULTILINE)
_ASSERTS = {"raises", "fail", "check"}
"""Calls that fail a test as `assert` does; `check` is what tests of limits end with."""


@lru_cache(maxsize=64)
def collected(path: Path) -> dict[str, ast.stmt]:
    """What pytest collects of a file at its top level: functions, and state machines under the name of their case."""
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef):
            found[statement.name] = statement
        elif (
            isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Attribute) and statement.value.attr == "TestCase"
        ):
            found |= {target.id: statement for target in statement.targets if isinstance(target, ast.Name)}
    return {name: statement for name, statement in found.items() if name.startswith(("test_", "Test"))}


def is_skipped(test: ast.stmt) -> bool:
    """Whether it never runs, or is expected to fail."""
    marks = {ast.unparse(mark).partition("(")[0] for mark in getattr(test, "decorator_list", ())}
    return bool(marks & {"pytest.mark.skip", "pytest.mark.xfail"})


def asserts(test: ast.stmt) -> bool:
    """Whether anything in it can fail; a state machine's rules do, and functions called `assert_…`, which several tests share."""
    if isinstance(test, ast.Assign):
        return True
    called = {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(test) if isinstance(node, ast.Call)}
    called = {name for name in called if name in _ASSERTS or name.startswith("assert_")}
    return any(isinstance(node, ast.Assert) for node in ast.walk(test)) or bool(called)


def names() -> list[str]:
    """Every test and benchmark on the page, once."""
    return sorted(set(_NAMED.findall(PAGE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", names())
def test_what_the_page_names_is_there(name: str) -> None:
    """A test that runs and asserts, or a benchmark's file."""
    file, is_test, test = name.partition("::")
    assert (ROOT / file).is_file()
    if is_test:
        found = collected(ROOT / file).get(test)
        assert found is not None, f"{file} has no {test}"
        assert not is_skipped(found)
        assert asserts(found)


def test_every_row_names_what_shows_it() -> None:
    """A promise without a test is not one; there are as many as sentences that were made."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) >= 85
    assert not [row for row in rows if not _NAMED.search(row.split(" | ")[-1])]
    assert "memory-promises.md" in (PAGE.parent / "memory.md").read_text(encoding="utf-8")
