"""Masks: language, kind and path."""

import pytest
from query_table import Node, Table

from lepasserelle.errors import QueryError
from lepasserelle.model import NodeKind
from lepasserelle.query.filters import node_mask
from lepasserelle.query.globs import glob_pattern


def table() -> Table:
    """Three files in two languages, and something external."""
    nodes = [Node("a", NodeKind.MODULE, 0), Node("a.f", file=0), Node("b", NodeKind.MODULE, 1), Node("b.C", NodeKind.CLASS, 1)]
    nodes += [Node("c", NodeKind.MODULE, 2), Node("json.dumps", NodeKind.EXTERNAL, 3)]
    return Table(["src/a.py", "src/api/b.ts", "tests/c.py"], nodes, ["python", "typescript", "python"])


def test_each_filter_leaves_what_it_names() -> None:
    """Alone and together; external nodes never."""
    assert node_mask(table(), None, None, None).tolist() == [True] * 5 + [False]
    assert node_mask(table(), "Python", None, None).tolist() == [True, True, False, False, True, False]
    assert node_mask(table(), None, "class", None).tolist() == [False, False, False, True, False, False]
    assert node_mask(table(), None, None, "src/**").tolist() == [True, True, True, True, False, False]
    assert node_mask(table(), "python", "module", "src").tolist() == [True] + [False] * 5


@pytest.mark.parametrize(
    ("language", "kind", "hint"), [("cobol", None, "python, typescript"), (None, "klass", "class"), (None, "external", "class")]
)
def test_an_unknown_language_or_kind_names_what_there_is(language: str | None, kind: str | None, hint: str) -> None:
    """A typing mistake is not an empty answer."""
    with pytest.raises(QueryError, match=hint):
        node_mask(table(), language, kind, None)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.py", "src/a.py", True),
        ("*.py", "a.py", True),
        ("*.py", "src/a.pyi", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/api/b.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/x/y/a.py", True),
        ("**/api/**", "src/api/b.ts", True),
        ("src/", "src/api/b.ts", True),
        ("src", "src/api/b.ts", True),
        ("src", "srcs/b.ts", False),
        ("api", "src/api/b.ts", True),
        ("./src/a.py", "src/a.py", True),
        ("src/?.py", "src/a.py", True),
        ("src/[ab].py", "src/b.py", True),
        ("src/[!ab].py", "src/b.py", False),
        ("a(b)+.py", "a(b)+.py", True),
        ("[", "[", True),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxcyyb", False),
        ("src/**", "src/x/y.py", True),
        ("**/b/**/d", "a/b/c/b/d", True),
        ("**/b/c/**/d", "b/x/b/c/y/d/e", True),
        ("**/b/c/d", "b/c/b/c", False),
    ],
)
def test_globs_are_posix_with_double_stars(glob: str, path: str, matches: bool) -> None:
    """A single star stays within a folder, two cross folders, and a folder means all below it."""
    assert glob_pattern(glob).matches(path) is matches


@pytest.mark.parametrize("glob", ["**/" * 300 + "x", "*a" * 300 + "b", "**/a*" * 100 + "b/c"])
def test_no_glob_runs_away(glob: str) -> None:
    """A glob comes from outside: thousands of paths are matched against it while others wait."""
    pattern = glob_pattern(glob)
    assert not any(pattern.matches("a" * 60 + "/a" * 40 + f"/{number}") for number in range(200))


@pytest.mark.parametrize("glob", ["", "  ", "/", "[z-a]", "a\0b"])
def test_a_path_filter_that_cannot_be_read_is_refused(glob: str) -> None:
    """Empty, out of order, or not a path."""
    with pytest.raises(QueryError, match="path filter"):
        glob_pattern(glob)
