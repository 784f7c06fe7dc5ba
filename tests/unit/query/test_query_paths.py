"""Which paths a text holds, and what of a project they name."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query_table import Node, Table

from lepasserelle.model import NodeKind
from lepasserelle.query.path_forms import MOST_PATHS, paths_in
from lepasserelle.query.path_index import PathIndex
from lepasserelle.query.whereabouts import NOWHERE, Whereabouts, named_places

PATHS = [
    "Makefile",
    "app/(shop)/[id].tsx",
    "docs/über uns.md",
    "main.go",
    "server/src/com/shop/Cart.java",
    "shop/__init__.py",
    "shop/cart.py",
    "shop/deep/cart.py",
    "shop/deep/wide/x.py",
    "shop/naïve.py",
    "src/lib.rs",
    "tests/cart.py",
]
ROOT = "/home/ada/store"
CART = PATHS.index("shop/cart.py")


def table() -> Table:
    """A file's own node each, and a class with a constructor, a field made by it and a method with a lambda in the cart."""
    nodes = []
    for file, path in enumerate(PATHS):
        nodes.append(Node(path.rpartition(".")[0].replace("/", "."), NodeKind.MODULE, file, lines=(1, 40)))
        if file == CART:
            nodes += [
                Node("shop.cart.Cart", NodeKind.CLASS, file, lines=(5, 30)),
                Node("shop.cart.Cart.rate", NodeKind.FIELD, file, lines=(6, 6)),
                Node("shop.cart.Cart.__init__", NodeKind.METHOD, file, lines=(8, 10)),
                Node("shop.cart.Cart.rows", NodeKind.FIELD, file, lines=(9, 9)),
                Node("shop.cart.Cart.total", NodeKind.METHOD, file, lines=(12, 20)),
                Node("shop.cart.Cart.total.by_price", NodeKind.LAMBDA, file, lines=(14, 14)),
            ]
    return Table(PATHS, nodes)


def places(text: str, root: str = ROOT) -> Whereabouts:
    """What a text names in that project."""
    graph = table()
    return named_places(graph, PathIndex(graph, root), text)


def names(text: str) -> dict[str, int]:
    """Qualified name → line asked for."""
    graph = table()
    return {graph.qualified_name(node): line for node, line in places(text).nodes.items()}


def files(text: str) -> list[str]:
    """Paths that are lifted."""
    return [PATHS[file] for file in sorted(places(text).files)]


@pytest.mark.parametrize(
    "text",
    [
        "shop/cart.py",
        "./shop/cart.py",
        "store/shop/cart.py",
        "/home/ada/store/shop/cart.py",
        "file:///home/ada/store/shop/cart.py",
        "SHOP/Cart.PY",
        "shop\\cart.py",
        "C:\\work\\store\\shop\\cart.py",
        "`shop/cart.py`",
        "(shop/cart.py)",
        "@shop/cart.py",
        "the file shop/cart.py.",
        "https://git.example.org/ada/store/blob/main/shop/cart.py?plain=1",
        "https://git.example.org/ada/store/-/blob/v1.2/shop/cart.py",
        "/srv/checkout-7/shop/cart.py",
    ],
)
def test_a_path_in_any_form_names_its_file(text: str) -> None:
    """Its own node stands first, and no other file is lifted."""
    assert (names(text), files(text)) == ({"shop.cart": 0}, ["shop/cart.py"])


@pytest.mark.parametrize(
    "text",
    [
        "shop/cart.py:13",
        "shop/cart.py:13:5",
        "shop/cart.py:13-17",
        "shop/cart.py:13:5: error: no such name",
        "shop/cart.py:13:        net = 0",
        'File "/home/ada/store/shop/cart.py", line 13, in total',
        "File 'shop/cart.py', line 13",
        "at total (shop/cart.py:13:3)",
        "at async total (file:///home/ada/store/shop/cart.py:13:3)",
        "at total(shop/cart.py:13:3)",
        "/home/ada/store/shop/cart.py:13 +0x1d",
        "--> shop/cart.py:13:5",
        "panicked at shop/cart.py:13:5:",
        "from shop/cart.py:13:in `total'",
        "in /srv/store/shop/cart.py on line 13",
        "at Shop.Cart.Total() in C:\\store\\shop\\cart.py:line 13",
        "shop/cart.py(13,3): error TS1",
        "shop/cart.py#L13",
        "shop/cart.py#L13-L20",
        "shop/cart.py#L13C3-L20C5",
        "https://git.example.org/ada/store/blob/main/shop/cart.py#L13-L20",
        "https://git.example.org/ada/store/src/main/shop/cart.py#lines-13:20",
        "line 13 of shop/cart.py",
        "what happens in shop/cart.py at line 13?",
        "webpack:///./shop/cart.py:13:4",
    ],
)
def test_a_line_names_the_innermost_definition_around_it(text: str) -> None:
    """As editors, compilers, traces and links write it, alone or in a sentence."""
    assert (names(text), files(text)) == ({"shop.cart.Cart.total": 13}, ["shop/cart.py"])


@pytest.mark.parametrize(
    ("line", "symbol"),
    [(2, "shop.cart"), (5, "Cart"), (6, "Cart.rate"), (9, "Cart.__init__"), (14, "Cart.total"), (25, "Cart"), (35, "shop.cart")],
)
def test_what_is_around_a_line_has_code_of_its_own(line: int, symbol: str) -> None:
    """A lambda and a field that a method makes are the method's; a field of the class is itself."""
    (found,) = names(f"shop/cart.py:{line}")
    assert found.endswith(symbol)


@pytest.mark.parametrize("line", [0, 41, 999_999_999])
def test_a_line_that_a_file_does_not_have_names_the_file(line: int) -> None:
    """The line may be of another state of it."""
    assert names(f"shop/cart.py:{line}") == {"shop.cart": 0}


@pytest.mark.parametrize(
    ("text", "foremost"),
    [
        (
            'Traceback (most recent call last): File "/home/ada/store/tests/cart.py", line 3, in <module> '
            'File "/home/ada/store/shop/cart.py", line 13, in total File "/usr/lib/python3/json/decoder.py", line 337, in decode',
            {"shop.cart.Cart.total"},
        ),
        ("at total (shop/cart.py:13:3) at main (tests/cart.py:3:1) at node:internal/main.js:1:1", {"shop.cart.Cart.total"}),
        ("shop/cart.py:13", set()),
        ("compare shop/cart.py and tests/cart.py", set()),
    ],
)
def test_the_innermost_frame_of_the_project_is_foremost(text: str, foremost: set[str]) -> None:
    """The last one of a trace of Python, the first one of others; what is outside the project does not count."""
    graph = table()
    assert {graph.qualified_name(node) for node in places(text).foremost} == foremost


def test_a_test_id_names_the_member() -> None:
    """As pytest writes it."""
    assert names("shop/cart.py::Cart::total") == {"shop.cart.Cart.total": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cart.py", ["shop/cart.py", "shop/deep/cart.py", "tests/cart.py"]),
        ("deep/cart.py", ["shop/deep/cart.py"]),
        ("main.go", ["main.go"]),
        ("/home/ada/store/main.go", ["main.go"]),
        ("store/main.go", ["main.go"]),
        ("Makefile:3", ["Makefile"]),
        ("app/(shop)/[id].tsx", ["app/(shop)/[id].tsx"]),
        ("docs/über uns.md", ["docs/über uns.md"]),
        ('File "/home/ada/store/docs/über uns.md", line 2', ["docs/über uns.md"]),
        ("shop/nai\u0308ve.py", ["shop/naïve.py"]),
        ("at com.shop.Cart.total(Cart.java:12)", ["server/src/com/shop/Cart.java"]),
        ("at com.shop.Other.total(Cart.java:12)", ["server/src/com/shop/Cart.java"]),
    ],
)
def test_the_longest_ending_in_common_decides(text: str, expected: list[str]) -> None:
    """Equal ones are all named; what stands in front may be the project's folder, or lie above it."""
    assert files(text) == expected


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("shop/deep/", {}, {"shop/deep/cart.py": 1.0, "shop/deep/wide/x.py": 0.5}),
        (
            "shop/",
            {"shop.__init__": 0},
            {
                "shop/__init__.py": 1.0,
                "shop/cart.py": 1.0,
                "shop/deep/cart.py": 0.5,
                "shop/deep/wide/x.py": 0.5,
                "shop/naïve.py": 1.0,
            },
        ),
        ("store/shop/deep/wide", {}, {"shop/deep/wide/x.py": 1.0}),
        ("/home/ada/store/shop/deep/wide/", {}, {"shop/deep/wide/x.py": 1.0}),
        ("what is in shop/deep/wide?", {}, {"shop/deep/wide/x.py": 1.0}),
        ("server/src/", {}, {"server/src/com/shop/Cart.java": 1.0}),
    ],
)
def test_a_folder_lifts_what_is_in_it(text: str, own: dict[str, int], expected: dict[str, float]) -> None:
    """The file that stands for it is named; folders below count half."""
    found = places(text)
    assert {PATHS[file]: lift for file, lift in found.files.items()} == expected
    assert names(text) == own


def test_a_path_in_a_sentence_lifts_its_file_and_names_no_node() -> None:
    """Which of its definitions answers, the other words say."""
    assert (names("where does shop/cart.py add taxes"), files("where does shop/cart.py add taxes")) == ({}, ["shop/cart.py"])
    assert files("compare tests/cart.py, and (shop/deep/cart.py).") == ["shop/deep/cart.py", "tests/cart.py"]


@pytest.mark.parametrize(
    "text",
    [
        "shop/nothing.py",
        "nowhere/cart.py",
        "nowhere/shop/deep/cards.py:12",
        "/usr/lib/python3/json/decoder.py",
        "/usr/share/elsewhere/main.go",
        "http://example.com",
        "http://example.com/main.go",
        "and/or",
        "e.g. a 3.14 of 1/2 at 10:30",
        "Cart.total",
        "self.x = y.z",
        "store/",
        "C:\\",
        "\\d+\\.\\w",
        "../..",
        "a quarrel between shop and cart",
    ],
)
def test_what_the_project_does_not_have_names_nothing(text: str) -> None:
    """It is answered as an ordinary question."""
    assert places(text) == NOWHERE


def test_the_memory_of_paths_is_told() -> None:
    """Nothing before the first path, then about the length of the paths."""
    index = PathIndex(table(), ROOT)
    assert index.held_bytes == 0
    named_places(table(), index, "shop/cart.py")
    assert sum(map(len, PATHS)) < index.held_bytes < 4 * sum(map(len, PATHS))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab/\\.:#()[]\"'`@ 12L-~C?\n", max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Parts are never empty, and what is named is of this project."""
    for readings in paths_in(text):
        assert all(reading.parts and all(reading.parts) and reading.line >= 0 for reading in readings)
    assert places(text).files.keys() <= set(range(len(PATHS)))


@pytest.mark.parametrize(
    "unit", ["a/", "a.", "(", "[", "a.b(", "x.py ", "x.py:1 ", '"a ', "http://", "a:", "#L1", "\\", "1.2 ", "'a/b "]
)
def test_a_long_text_takes_little_time(unit: str) -> None:
    """Of 4 096 characters no more than so many paths are looked up."""
    start = time.process_time()
    assert sum(1 for _ in paths_in(unit * (4096 // len(unit)))) <= MOST_PATHS
    assert time.process_time() - start < 0.5
