"""Who runs a property: `callers` gives those that read or write it, `callees` those that a function reads."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.faces.cli import symbols
from lepasserelle.model import CalleesRequest, CallersRequest, Edge

SOURCES = {
    "cart.py": """from functools import cached_property


class Cart:
    @property
    def total(self):
        return 1

    @total.setter
    def total(self, value):
        self.last = value

    @cached_property
    def kept(self):
        return 2


class Big(Cart):
    @Cart.total.setter
    def total(self, value):
        self.last = value + 1


def reader(cart: Cart):
    return cart.total + cart.kept


def of_reader(cart):
    return reader(cart)


def writer(cart: Cart):
    cart.total = 2


def big_writer(cart: Big):
    cart.total = 2


def replaces(cart: Cart):
    cart.kept = 3


def of_class():
    return Cart.total


def key(one):
    return one


def mentions():
    return [key]


class _Hidden:
    @property
    def shown(self):
        return 1

    @shown.setter
    def shown(self, value):
        self.last = value


def shows(one: _Hidden):
    return one.shown
""",
    "colors.py": """from enum import Enum


class Color(Enum):
    RED = 1
    BLUE = 2

    @property
    def label(self):
        return self.name.lower()

    def shout(self):
        return self.label


class Plain:
    RED = 1

    @property
    def label(self):
        return 1


def of_member():
    return Color.RED.label


def of_name():
    one = Color.BLUE
    return one.label


def of_class():
    return Color.label


def of_number():
    return Plain.RED.label
""",
    "box.ts": """export class Box {
  private inner = 1;
  get size(): number { return this.inner; }
  set size(v: number) { this.inner = v; }
  get only(): number { return 2; }
  set into(v: number) { this.inner = v; }
}
export function readBox(b: Box): number { return b.size + b.only; }
export function writeBox(b: Box): void { b.size = 3; b.into = 4; }
""",
    "Shelf.cs": """namespace N {
  class Shelf {
    int inner;
    public int Size { get { return inner; } set { inner = value; } }
    public int Auto { get; set; }
  }
  class User {
    int Look(Shelf s) { return s.Size + s.Auto; }
    void Put(Shelf s) { s.Size = 3; s.Auto = 4; }
  }
}
""",
    "Crate.kt": """class Crate {
  val plain: Int = 1
  val size: Int get() = 2
}
fun look(c: Crate): Int { return c.size + c.plain }
""",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project with properties in four languages."""
    folder = tmp_path_factory.mktemp("accessors")
    for path, text in SOURCES.items():
        (folder / path).write_text(text, encoding="utf-8")
    with LeIndex(folder, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return folder


@pytest.fixture
def project(root: Path) -> Iterator[LeIndex]:
    """It, open."""
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        yield leindex


def _said(edges: list[Edge], end: str) -> list[tuple[str, str]]:
    return sorted((getattr(edge, end), edge.kind) for edge in edges)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Cart.total", [("cart.reader", "reads"), ("cart.writer", "writes")]),
        ("Big.total", [("cart.big_writer", "writes")]),
        ("Cart.kept", [("cart.reader", "reads")]),
        ("Color.label", [("colors.Color.shout", "reads"), ("colors.of_member", "reads"), ("colors.of_name", "reads")]),
        ("Plain.label", []),
        ("Box.size", [("box.readBox", "reads"), ("box.writeBox", "writes")]),
        ("Box.only", [("box.readBox", "reads")]),
        ("Box.into", [("box.writeBox", "writes")]),
        ("Shelf.Size", [("Shelf.N.User.Look", "reads"), ("Shelf.N.User.Put", "writes")]),
        ("Crate.size", [("Crate.look", "reads")]),
    ],
)
def test_who_reads_or_writes_a_property_is_its_caller(project: LeIndex, name: str, expected: list[tuple[str, str]]) -> None:
    """With the kind that the edge has; naming it on the class, or replacing what is cached, runs nothing."""
    assert _said(project.callers(name), "source") == expected


@pytest.mark.parametrize("name", ["cart.key", "Shelf.Auto", "Crate.plain"])
def test_what_is_mentioned_or_has_no_code_has_no_caller(project: LeIndex, name: str) -> None:
    """A function as a value, a property without a body."""
    assert project.callers(name) == []


def test_callees_have_the_properties_that_a_function_runs(project: LeIndex) -> None:
    """Read and written ones, and none that only stores."""
    assert _said(project.callees("cart.reader"), "target") == [("cart.Cart.kept", "reads"), ("cart.Cart.total", "reads")]
    assert _said(project.callees("cart.writer"), "target") == [("cart.Cart.total", "writes")]
    assert _said(project.callees("User.Look"), "target") == [("Shelf.N.Shelf.Size", "reads")]
    assert project.callees("cart.replaces") == project.callees("cart.mentions") == []


def test_callers_of_those_who_read_are_reached_further_on(project: LeIndex) -> None:
    """A step along a read says so."""
    found = [(one.distance, one.symbol, one.how) for one in project.calls_around("Cart.kept", "in", depth=2)]
    assert found == [(1, "cart.reader", "reads"), (2, "cart.of_reader", "calls")]
    below = [(one.distance, one.symbol) for one in project.calls_around("of_reader", "out", depth=2)]
    assert (2, "cart.Cart.kept") in below


def test_the_command_says_in_words_that_reading_runs_it(root: Path) -> None:
    """And gives the kind in JSON."""
    runner = CliRunner()
    shown = runner.invoke(symbols.callers, ["Cart.kept", "-p", str(root)])
    assert "cart.reader  reads, which runs it  inferred: declared type" in shown.output
    further = runner.invoke(symbols.callers, ["Cart.kept", "--depth", "2", "-p", str(root)])
    assert "1  cart.reader  reads, which runs it  via cart.Cart.kept" in further.output
    document = json.loads(runner.invoke(symbols.callers, ["Cart.kept", "--json", "-p", str(root)]).stdout)
    assert [(edge["source"], edge["kind"]) for edge in document["edges"]] == [("cart.reader", "reads")]


def test_the_bounded_answer_marks_what_is_read(project: LeIndex) -> None:
    """As an agent gets it; an answer of calls alone has the legend that it had."""
    said = project.answer(CallersRequest(name="Cart.total")).text
    assert "2 callers of Cart.total (~ inferred, ? ambiguous; reads or writes, which runs it)" in said
    assert "reader ~ 25 reads" in said
    assert "Cart.kept ~ 25 reads" in project.answer(CalleesRequest(name="cart.reader")).text
    assert "which runs it" not in project.answer(CallersRequest(name="cart.reader")).text


def test_the_setter_of_a_property_that_is_read_is_referenced(project: LeIndex) -> None:
    """A getter and its setter are one property."""
    found = {one.symbol for one in project.unreferenced(exported=True)}
    assert "cart._Hidden.shown" not in found
    assert "box.Box.size" not in found
    assert "cart.replaces" in found


def test_the_adjacency_of_calls_stays_as_it_is(root: Path, project: LeIndex, tmp_path: Path) -> None:
    """A read is no call there."""
    out = tmp_path / "calls.json"
    with out.open("w", encoding="utf-8") as stream:
        project.export_graph(stream, "calls", "adjacency")
    assert json.loads(out.read_text(encoding="utf-8"))["cart.reader"] == []
