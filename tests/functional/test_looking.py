"""Outline, read, grep and impact as the library answers them, on a small project."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from looking_shop import SECRET, SOURCES, make_shop

from lepasserelle import LeIndex, MemoryConfig, NotIndexedError, QueryError, UnknownSymbolError
from lepasserelle.model import FileOutline, FolderOutline, Impact

QUIET = MemoryConfig(auto_spill=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """The project, indexed."""
    with LeIndex(make_shop(tmp_path_factory.mktemp("shop") / "project"), QUIET) as leindex:
        leindex.index_project()
        yield leindex


def test_the_outline_of_a_file_leaves_out_what_is_local(shop: LeIndex) -> None:
    """Definitions in order, with depth and lines; `helper` lives inside a function."""
    found = shop.outline("shop/cart.py")
    assert isinstance(found, FileOutline)
    assert (found.path, found.module, found.lines) == ("shop/cart.py", "shop.cart", SOURCES["shop/cart.py"].count("\n"))
    names = [(entry.name, entry.depth) for entry in found.entries]
    assert names == [
        ("Base", 0),
        ("Base.limit", 1),
        ("Base.name", 1),
        ("Base.pay", 1),
        ("Cart", 0),
        ("Cart.checkout", 1),
        ("Cart.pay", 1),
        ("Cart.redeem", 1),
    ]
    checkout = found.entries[5]
    assert (checkout.start_line, checkout.end_line, checkout.signature) == (19, 23, "def checkout(self, voucher)")


def test_the_outline_of_a_folder_counts_what_is_in_it(shop: LeIndex) -> None:
    """Folders first, then files with what they define at the top."""
    found = shop.outline("shop")
    assert isinstance(found, FolderOutline)
    assert [entry.path for entry in found.entries] == ["shop/deep/", "shop/__init__.py", "shop/cart.py", "shop/prices.py"]
    deep, _, cart, prices = found.entries
    assert (deep.files, deep.symbols) == (2, 2)
    assert cart.names == ("Base", "Cart")
    assert prices.names == ("total", "twice", "thrice")
    assert found.files == 5
    assert found.symbols == sum(entry.symbols for entry in found.entries)


def test_the_outline_of_the_project_holds_no_secret_and_nothing_ignored(shop: LeIndex) -> None:
    """Nor what links lead to."""
    found = shop.outline()
    assert isinstance(found, FolderOutline)
    paths = {entry.path for entry in found.entries}
    assert {"shop/", "tests/", "README.md", "caf\u00e9 \u00fc.py"} <= paths
    assert not paths & {".env", "deploy.key", "ignored/", "link.py", "linked/"}


def test_a_symbol_is_read_with_its_place_in_the_graph(shop: LeIndex) -> None:
    """Whole lines of the definition, what it is in, overrides, calls and is called by."""
    found = shop.read("Cart.pay")
    assert found.text == "    def pay(self, amount):\n        return super().pay(amount) + 1"
    assert (found.path, found.start_line, found.symbol, found.is_whole) == ("shop/cart.py", 25, "shop.cart.Cart.pay", True)
    relations = {relation.word: relation.names for relation in found.relations}
    assert relations["in"] == ("shop.cart.Cart",)
    assert relations["overrides"] == ("shop.cart.Base.pay",)
    called = {relation.word: relation for relation in shop.read("shop.prices.total").relations}["called by"]
    assert set(called.names) == {"shop.cart.Cart.checkout", "shop.prices.twice", "shop.prices.thrice"}
    assert called.total == 3


@pytest.mark.parametrize(
    "target",
    [
        "shop/prices.py:5-7",
        "./shop/prices.py:5-7",
        "shop/../shop/deep/../prices.py:5-7",
        "{root}/shop/prices.py:5-7",
        "file://{root}/shop/prices.py:5-7",
    ],
)
def test_lines_are_read_however_their_path_is_written(shop: LeIndex, target: str) -> None:
    """Relative, with dots, absolute, as an address: as long as it is inside."""
    found = shop.read(target.format(root=shop.project))
    assert found.text == "\n".join(SOURCES["shop/prices.py"].split("\n")[4:7])
    assert (found.symbol, found.is_whole) == ("shop.prices.total", True)


def test_lines_inside_of_something_say_what_they_are_in(shop: LeIndex) -> None:
    """A part of a definition is not the definition; a file may be asked for as a whole, and lines behind its end are cut."""
    part = shop.read("shop/cart.py:22")
    assert (part.symbol, part.is_whole, part.relations) == ("shop.cart.Cart.checkout.helper", False, ())
    assert shop.read("shop/prices.py").text == SOURCES["shop/prices.py"].rstrip("\n")
    assert shop.read("shop/prices.py:14-9999").end_line == 15
    assert shop.read("caf\u00e9 \u00fc.py:1").text == "def brew():"


@pytest.mark.parametrize(
    "target",
    [
        "/etc/passwd",
        "../project_outside/secret.py",
        "shop/../../project_outside/secret.py:1-2",
        "{root}/../project_outside/secret.py",
        "file:///etc/passwd",
        "file://{root}/%2e%2e/project_outside/secret.py",
        "%2e%2e/project_outside/secret.py",
        "..%2fproject_outside/secret.py",
        "link.py",
        "linked/secret.py",
        "{root}/linked/secret.py:1",
        ".env",
        "./.env:1-3",
        "shop/../.env",
        "{root}/.env",
        "deploy.key:1",
        "ignored/notes.py",
        ".git/config",
        ".leindex/manifest.json",
        "shop\\..\\..\\project_outside\\secret.py",
        "shop/prices.py\0.txt",
        "\0",
        "shop/",
        "shop/prices.py:0",
        "shop/prices.py:7-5",
        "shop/prices.py:999",
        "nowhere/at/all.py",
    ],
)
def test_nothing_outside_the_index_can_be_read(shop: LeIndex, target: str) -> None:
    """Outside the project, through links, hidden as secret or ignored, or not there: an error that says what to do."""
    with pytest.raises((QueryError, UnknownSymbolError)) as caught:
        shop.read(target.format(root=shop.project))
    assert "needle" not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("path", ["..", "/etc", "linked", "ignored", ".leindex", "shop/../..", "nowhere"])
def test_no_outline_of_what_is_not_indexed(shop: LeIndex, path: str) -> None:
    """As with reading."""
    with pytest.raises(QueryError):
        shop.outline(path)


def test_a_name_that_many_have_is_not_guessed(shop: LeIndex) -> None:
    """The places of all are told instead; the whole name is enough."""
    with pytest.raises(QueryError, match=r"2 definitions are called 'pay': shop\.cart\.Base\.pay \(shop/cart\.py:11-13\)"):
        shop.read("pay")
    assert shop.read("shop.cart.Base.pay").start_line == 11
    with pytest.raises(UnknownSymbolError, match="total"):
        shop.read("totall")


@pytest.mark.parametrize("name", ["Cart::redeem", "Cart#redeem", "shop.cart.Cart.redeem()", " Cart->redeem "])
def test_a_name_may_be_written_as_other_languages_do(shop: LeIndex, name: str) -> None:
    """People and models mix them up."""
    assert shop.read(name).symbol == "shop.cart.Cart.redeem"
    assert [one.symbol for one in shop.symbols(name)] == ["shop.cart.Cart.redeem"]


def test_a_file_that_has_changed_since_says_so(tmp_path: Path) -> None:
    """The indexed text is read, never the changed file; and what was only touched has not changed."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        leindex.index_project()
        assert not leindex.read("a.py").has_changed
        (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
        assert not leindex.read("a.py").has_changed
        (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
        found = leindex.read("a.py")
        assert (found.text, found.has_changed) == ("x = 1", True)
        (tmp_path / "a.py").unlink()
        assert leindex.read("a.py").has_changed


def test_grep_finds_lines_and_no_secret(shop: LeIndex) -> None:
    """Exact text, by path and line; filters as everywhere."""
    found = shop.find_text("total(lines)")
    assert [(match.path, match.line) for match in found] == [("shop/prices.py", 5), ("shop/prices.py", 11), ("shop/prices.py", 15)]
    assert not shop.find_text("total(lines)", path="tests/**")
    assert {match.path for match in shop.find_text("return", language="python")} >= {"shop/cart.py"}
    assert shop.find_text(SECRET) == []
    assert shop.find_text("needle") == []
    with pytest.raises(QueryError, match="cobol"):
        shop.find_text("x", language="cobol")
    with pytest.raises(QueryError):
        shop.find_text("")


def distances(found: Impact) -> dict[str, int]:
    """Symbol → steps."""
    return {one.symbol: one.distance for one in found.reached}


def test_impact_is_what_a_walk_over_callers_reaches(shop: LeIndex) -> None:
    """The oracle asks for callers of callers, one name at a time."""
    expected: dict[str, int] = {}
    frontier = ["shop.prices.total"]
    for distance in range(1, 6):
        callers = {edge.source for name in frontier for edge in shop.callers(name)}
        frontier = sorted(callers - expected.keys() - {"shop.prices.total"})
        expected |= dict.fromkeys(frontier, distance)
    found = shop.impact("shop.prices.total", 5)
    assert distances(found) == expected
    assert expected["shop.deep.report.run"] == 3
    assert found.is_complete


def test_impact_stops_at_its_depth_and_says_so(shop: LeIndex) -> None:
    """What is farther away is not hidden."""
    found = shop.impact("shop.prices.total", 1)
    assert set(distances(found)) == {"shop.cart.Cart.checkout", "shop.prices.twice", "shop.prices.thrice"}
    assert not found.is_complete


def test_impact_marks_the_tests_that_reach_it(shop: LeIndex) -> None:
    """What to run after the change."""
    tests = [(one.symbol, one.via) for one in shop.impact("shop.prices.twice").reached if one.is_test]
    assert tests == [("tests.test_prices.test_twice", "shop.prices.twice")]


def test_impact_follows_inheritance_overriding_and_use(shop: LeIndex) -> None:
    """A subclass, the method that overrides, and who reads a constant; a class stands for its members."""
    reached = {one.symbol: one.how for one in shop.impact("shop.cart.Base").reached}
    assert reached["shop.cart.Cart"] == "inherits"
    assert reached["shop.cart.Cart.pay"] == "overrides"
    assert {one.symbol: one.how for one in shop.impact("shop.cart.Base.pay", 1).reached} == {"shop.cart.Cart.pay": "overrides"}
    assert "shop.cart.Base.pay" not in reached
    assert {one.symbol: one.how for one in shop.impact("RATE", 1).reached}["shop.cart.Base.pay"] == "reads"


@pytest.mark.parametrize("depth", [0, 21, True, 1.5])
def test_impact_refuses_a_depth_out_of_range(shop: LeIndex, depth: int) -> None:
    """Bounds hold for the library as for the tools."""
    with pytest.raises(QueryError, match="depth"):
        shop.impact("total", depth)


def test_without_an_index_these_questions_say_so(tmp_path: Path) -> None:
    """They do not index by themselves."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        for ask in (leindex.outline, lambda: leindex.read("a.py"), lambda: leindex.impact("x"), lambda: leindex.find_text("x")):
            with pytest.raises(NotIndexedError):
                ask()
