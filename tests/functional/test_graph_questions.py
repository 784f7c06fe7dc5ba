"""Questions about the graph as a whole: ways, cycles, what nothing names, hot spots, callers of callers, pictures."""

import io
import json
import os
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, MemoryConfig, QueryError, UnknownSymbolError
from lepasserelle.faces.cli import graphs, relations, symbols

SOURCES = {
    "shop/__init__.py": "",
    "shop/cart.py": '''from shop.prices import price
from shop.log import note


def checkout(cart):
    """Take the money."""
    if cart:
        for item in cart:
            if item:
                note(item)
    return total(cart)


def total(cart):
    return price(cart)


def _forgotten():
    return 1


def public_and_forgotten():
    return _called_by_forgotten()


def _called_by_forgotten():
    return 2
''',
    "shop/prices.py": """from shop import tax


def price(cart):
    return tax.add(cart)


def even(n):
    return odd(n)


def odd(n):
    return even(n)


def loop(n):
    return loop(n - 1)
""",
    "shop/tax.py": """from shop import prices


def add(cart):
    return cart
""",
    "shop/log.py": """def note(text):
    print(text)
""",
    "tests/test_cart.py": """from shop.cart import checkout


def test_checkout():
    checkout([])
""",
}


RECURSIVE = """def down(n):
    return down(n - 1) if n else 0


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


class Tree:
    def __init__(self, deep):
        self.below = Tree(deep - 1) if deep else None
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project."""
    folder = tmp_path_factory.mktemp("questions")
    for path, text in SOURCES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with LeIndex(folder, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return folder


@pytest.fixture
def project(root: Path) -> Iterator[LeIndex]:
    """It, open."""
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        yield leindex


def test_a_way_is_a_shortest_one_with_the_place_of_each_step(project: LeIndex) -> None:
    """Checkout → total → price → add."""
    found = project.path("checkout", "tax.add")
    assert found.is_found
    assert [step.target for step in found.steps] == ["shop.cart.total", "shop.prices.price", "shop.tax.add"]
    assert [(step.path, step.line) for step in found.steps] == [
        ("shop/cart.py", 11),
        ("shop/cart.py", 15),
        ("shop/prices.py", 5),
    ]


def test_ways_are_as_long_as_networkx_finds_them(project: LeIndex) -> None:
    """An independent search over the exported adjacency."""
    text = io.StringIO()
    project.export_graph(text)
    graph = networkx.DiGraph({name: list(reached) for name, reached in json.loads(text.getvalue()).items()})
    names = [name for name in graph if name.startswith("shop.") and name.count(".") == 2]
    for start in names:
        for end in names:
            if start == end:
                continue
            found = project.path(start, end)
            assert found.is_found == networkx.has_path(graph, start, end), (start, end)
            if found.is_found:
                assert len(found.steps) == networkx.shortest_path_length(graph, start, end)


def test_no_way_is_an_answer_and_an_unknown_end_is_an_error(project: LeIndex) -> None:
    """Against the calls there is none."""
    assert not project.path("tax.add", "checkout").is_found
    with pytest.raises(UnknownSymbolError):
        project.path("checkout", "nothing_of_that_name")
    with pytest.raises(QueryError, match="outside the project"):
        project.path("checkout", "print")


def test_cycles_of_imports_and_of_calls_are_found_with_a_way_around(project: LeIndex) -> None:
    """Two files that import each other, two functions that call each other; a function that calls itself is no cycle."""
    (imports,) = project.cycles()
    assert imports.symbols == ("shop.prices", "shop.tax")
    assert {(step.path, step.line) for step in imports.steps} == {("shop/prices.py", 1), ("shop/tax.py", 1)}
    (calls,) = project.cycles("calls")
    assert calls.symbols == ("shop.prices.even", "shop.prices.odd")
    assert [step.target for step in calls.steps] == ["shop.prices.odd", "shop.prices.even"]


def test_what_nothing_names_is_listed_and_what_may_be_used_elsewhere_only_when_asked(project: LeIndex) -> None:
    """Tests, and what a forgotten function calls, are not in it."""
    assert [one.symbol for one in project.unreferenced()] == ["shop.cart._forgotten"]
    public = project.unreferenced(exported=True)
    assert "shop.cart.public_and_forgotten" in [one.symbol for one in public]
    assert not {"shop.cart._called_by_forgotten", "shop.log.note", "tests.test_cart.test_checkout"} & {one.symbol for one in public}


def test_a_method_that_stands_in_for_another_is_not_called_unreferenced(tmp_path: Path) -> None:
    """Whoever has the base class may call it; the method that it stands in for is listed, where nothing names that either."""
    base = "class Base:\n    def run(self): return 1\n"
    below = "class Sub(Base):\n    def run(self): return 2\n    def own(self): return 3\n"
    (tmp_path / "m.py").write_text(f"{base}\n{below}\nSub()\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert [one.symbol for one in leindex.unreferenced(exported=True)] == ["m.Base.run", "m.Sub.own"]


def test_hot_spots_multiply_use_complexity_and_change(root: Path) -> None:
    """With a history; without one, change does not count."""
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        before = leindex.hotspots()
        assert all(one.changes is None for one in before)
        assert before[0].score <= 1
        git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", "-C", str(root)]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run([*git, "init", "-q"], check=True, env=environment)
        for number in range(3):
            with (root / "shop/log.py").open("a", encoding="utf-8") as stream:
                stream.write(f"# {number}\n")
            subprocess.run([*git, "add", "shop"], check=True, env=environment)
            subprocess.run([*git, "commit", "-qm", f"change {number}"], check=True, env=environment)
        after = {one.symbol: one for one in leindex.hotspots()}
    assert after["shop.log.note"].changes == 3
    assert after["shop.cart.checkout"].changes == 1
    note = after["shop.log.note"]
    most_complex = max(one.complexity for one in after.values())
    assert note.score == pytest.approx(note.centrality * note.complexity / most_complex, rel=1e-3)


def test_callers_of_callers_come_by_distance(project: LeIndex) -> None:
    """Each once, with the function that it reaches."""
    found = project.calls_around("tax.add", "in", depth=3)
    assert [(one.distance, one.symbol, one.via) for one in found] == [
        (1, "shop.prices.price", "shop.tax.add"),
        (2, "shop.cart.total", "shop.prices.price"),
        (3, "shop.cart.checkout", "shop.cart.total"),
    ]
    below = project.calls_around("checkout", "out", depth=2)
    assert ("shop.prices.price", 2) in [(one.symbol, one.distance) for one in below]
    with pytest.raises(QueryError, match="depth is 0"):
        project.calls_around("tax.add", depth=0)


def test_who_calls_itself_is_among_its_callers_and_callees(tmp_path: Path) -> None:
    """At one call where it does so itself, at two over another; one call further away does not lose what one call away has."""
    (tmp_path / "rec.py").write_text(RECURSIVE, encoding="utf-8")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        for direction in ("in", "out"):
            for depth in (1, 2, 5):
                found = leindex.calls_around("rec.down", direction, depth)  # type: ignore[arg-type]
                assert [(one.symbol, one.distance, one.via) for one in found] == [("rec.down", 1, "rec.down")]
            found = leindex.calls_around("rec.even", direction, 4)  # type: ignore[arg-type]
            assert [(one.symbol, one.distance) for one in found] == [("rec.odd", 1), ("rec.even", 2)]
            found = leindex.calls_around("rec.Tree", direction, 3)  # type: ignore[arg-type]
            assert [(one.symbol, one.distance) for one in found] == [("rec.Tree.__init__", 1)]


def test_a_neighbourhood_is_drawn_in_every_form(project: LeIndex) -> None:
    """The same nodes and edges in all of them, and each is what it says it is."""
    texts = {}
    for form in ("dot", "graphml", "json", "svg"):
        stream = io.StringIO()
        assert project.export_around(stream, "shop.cart.total", form=form)  # type: ignore[arg-type]
        texts[form] = stream.getvalue()
    document = json.loads(texts["json"])
    distances = {one["name"]: one["distance"] for one in document["nodes"]}
    assert distances["shop.cart.checkout"] == -1
    assert distances["shop.prices.price"] == 1
    assert distances["shop.tax.add"] == 2
    read = networkx.parse_graphml(texts["graphml"])
    assert len(read.nodes) == len(document["nodes"])
    assert len(read.edges) == len(document["edges"])
    boxes = ET.fromstring(texts["svg"]).iter("{http://www.w3.org/2000/svg}rect")
    assert len(list(boxes)) == len(document["nodes"])
    assert texts["dot"].count(" -> ") == len(document["edges"])


def test_a_neighbourhood_that_is_too_large_is_cut_and_says_so(project: LeIndex) -> None:
    """The nearest stay."""
    stream = io.StringIO()
    assert not project.export_around(stream, "shop.cart.total", form="json", most_nodes=2)
    assert len(json.loads(stream.getvalue())["nodes"]) == 2


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        (relations.path, ["checkout", "tax.add"], "calls shop.tax.add"),
        (relations.cycles, [], "2: shop.prices, shop.tax"),
        (relations.unreferenced, [], "shop.cart._forgotten  function"),
        (relations.hotspots, ["-n", "3"], "complexity"),
        (symbols.callers, ["tax.add", "--depth", "3"], "3  shop.cart.checkout  via shop.cart.total"),
        (symbols.callees, ["checkout", "--depth", "2"], "2  shop.prices.price"),
        (graphs.graph, ["export", "--around", "total"], "<svg"),
    ],
)
def test_each_question_has_a_command_with_text_and_json(root: Path, command: object, words: list[str], said: str) -> None:
    """The same answer in both."""
    runner = CliRunner()
    shown = runner.invoke(command, [*words, "-p", str(root)])  # type: ignore[arg-type]
    assert shown.exit_code == 0, shown.output
    assert said in shown.output
    document = json.loads(runner.invoke(command, [*words, "--json", "-p", str(root)]).stdout)  # type: ignore[arg-type]
    assert document["schema_version"] == 1


def test_a_form_that_does_not_fit_says_which_do(root: Path) -> None:
    """The whole graph has no picture, a neighbourhood no adjacency."""
    for words in (["--format", "svg"], ["--around", "total", "--format", "adjacency"]):
        result = CliRunner().invoke(graphs.graph, ["export", *words, "-p", str(root)])
        assert result.exit_code == 2, "a wrong option is a usage error"
        assert "is not for" in result.stderr
