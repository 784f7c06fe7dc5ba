"""Files that are a form of another one."""

import numpy as np
import pytest
from query_table import Node, Table

from lepasserelle.model import NodeKind
from lepasserelle.query.variants import Remembered, Variants

NAMES = ("Text", "Number", "Record", "Union")


def tree(*, leans: tuple[int, ...] = (0,) * 4, back: tuple[int, ...] = (), same: int = 4, path: str = "classic/kinds.ts") -> Table:
    """`core/kinds.ts` and a file that leans on it so often, is leaned on so often, and has `same` names in common with it."""
    core = [Node("core", NodeKind.MODULE, leans=back), *(Node(f"core.${name}", NodeKind.CLASS) for name in NAMES)]
    names = [name if at < same else f"Other{name}" for at, name in enumerate(NAMES)]
    form = [Node("form", NodeKind.MODULE, 1, leans=leans), *(Node(f"form.{name}", NodeKind.CLASS, 1) for name in names)]
    return Table(["core/kinds.ts", path], [*core, *form])


def among(table: Table, question: str = "which kinds are there", files: tuple[int, ...] = (0, 1)) -> dict[int, int]:
    """Of the table's files."""
    return Variants(table).among(np.array(files), question)


def test_a_file_that_builds_on_its_namesakes_is_a_form_of_their_file() -> None:
    """Words find both alike; the graph says which one is beneath. Signs in names (`$Text`) make no other name."""
    assert among(tree()) == {1: 0}
    assert among(tree(same=3)) == {1: 0}


@pytest.mark.parametrize(
    "table",
    [tree(same=2), tree(leans=()), tree(back=(1, 1)), tree(leans=(), back=(1,) * 9, same=2)],
    ids=["few names in common", "does not build on it", "they build on each other", "neither"],
)
def test_two_files_that_merely_have_something_in_common_are_no_forms(table: Table) -> None:
    """A helper that is used, and halves of one thing, are files of their own."""
    assert among(table) == {}


def test_the_file_that_is_built_on_is_never_the_form() -> None:
    """Of two files at most one is a form of the other, whichever of them comes first."""
    assert among(tree(leans=(), back=(1,) * 4)) == {0: 1}


def test_a_form_is_meant_when_its_folder_is_asked_for_or_nothing_else_was_found() -> None:
    """Classic kinds are those of `classic/`; and what has no better place to hand over to keeps its own."""
    assert among(tree(), "classic kinds") == {}
    assert among(tree(), "kinds", files=(1,)) == {}
    assert among(tree(path="core/more.ts"), "core kinds") == {1: 0}


def test_names_inside_of_definitions_are_not_what_a_file_offers() -> None:
    """Every second class has a `get`; that makes its file no form of another one."""
    members = [Node("a", NodeKind.MODULE), *(Node(f"a.{name}", NodeKind.METHOD) for name in NAMES)]
    inner = [Node("b", NodeKind.MODULE, 1, leans=(0,) * 4), *(Node(f"b.Outer.{name}", NodeKind.FUNCTION, 1) for name in NAMES)]
    assert among(Table(["a.ts", "b.ts"], [*members, *inner])) == {}


def test_what_was_found_is_not_looked_for_again_after_the_graph_went() -> None:
    """Who gives its record on gets the same answer without the names of any file being read; the record is bounded."""
    remembered: Remembered = {}
    files = np.array((0, 1))
    assert Variants(tree(), remembered).among(files, "kinds") == {1: 0}
    assert remembered == {0: (), 1: (0,)}
    again = tree()
    again.offers = again.leans_on = None  # type: ignore[assignment, method-assign]
    assert Variants(again, remembered).among(files, "kinds") == {1: 0}
    remembered.update(dict.fromkeys(range(10, 10000), ()))
    remembered.pop(1)
    assert Variants(tree(), remembered).among(files, "kinds") == {1: 0}
    assert len(remembered) < 5_000
