"""Names as they are imported, through what a package's file takes in from others, lead to the definition: in every question."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, MemoryConfig, UnknownSymbolError
from lepasserelle.faces.cli import symbols

SOURCES = {
    "shop/__init__.py": "from shop.parts import Cart, Till as Register\nfrom .deep import *\nfrom .more import *\n\n\n"
    "def later():\n    from shop.parts.base import Hidden\n\n    return Hidden\n",
    "shop/parts/__init__.py": "from .base import Cart, Till\n",
    "shop/parts/base.py": "class Cart:\n    def total(self):\n        return 1\n\n\nclass Till:\n    pass"
    "\n\nclass Hidden:\n    pass\n",
    "shop/deep.py": "from shop.parts.base import Till\n\n_SECRET = 1\nLIMIT = 3\n\n\ndef weigh(till: Till):\n    return LIMIT\n",
    "shop/more/__init__.py": "from .inner import parcel\n",
    "shop/more/inner.py": "def parcel():\n    return 2\n\n\ndef unseen():\n    return 3\n",
    "shop/use.py": "import shop\n\n\ndef checkout():\n    return shop.Cart().total() + shop.weigh(None)\n",
    **{f"{side}/__init__.py": "" for side in ("north", "south", "east")},
    "north/kinds/__init__.py": "from .first import Lamp\n",
    "north/kinds/first.py": "class Lamp:\n    pass\n",
    "south/kinds/__init__.py": "from .second import Lamp, Desk\n",
    "south/kinds/second.py": "class Lamp:\n    pass\n\n\nclass Desk:\n    pass\n",
    "east/kinds/__init__.py": "from south.kinds.second import Chair\n\n\nclass Desk:\n    pass\n",
    "helpers/plain.py": "import shop.deep\n",
    "web/index.ts": 'export { Page } from "./page";\nexport * from "./frames";\n',
    "web/page.ts": "export class Page {\n  open() {}\n}\n",
    "web/frames.ts": "export function frame() {}\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project whose packages take in what their parts define."""
    folder = tmp_path_factory.mktemp("imported")
    for path, text in SOURCES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with LeIndex(folder, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return folder


@pytest.fixture
def project(root: Path) -> Iterator[LeIndex]:
    """It, open."""
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        yield leindex


def _names(project: LeIndex, name: str) -> list[str]:
    return [one.symbol for one in project.symbols(name)]


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("shop.Cart", "shop.parts.base.Cart"),
        ("parts.Till", "shop.parts.base.Till"),
        ("shop.Cart.total", "shop.parts.base.Cart.total"),
        ("shop::Cart", "shop.parts.base.Cart"),
        ("deep.Till", "shop.parts.base.Till"),
        ("shop.weigh", "shop.deep.weigh"),
        ("shop.LIMIT", "shop.deep.LIMIT"),
        ("shop.parcel", "shop.more.inner.parcel"),
        ("web.index.Page", "web.page.Page"),
        ("index.frame", "web.frames.frame"),
    ],
)
def test_a_name_as_it_is_imported_leads_to_its_definition(project: LeIndex, name: str, definition: str) -> None:
    """By name, through several packages, through an import of all names, and on to members."""
    assert _names(project, name) == [definition]


def test_an_import_under_an_alias_counts_under_the_own_name(project: LeIndex) -> None:
    """The graph keeps no aliases."""
    assert _names(project, "shop.Till") == ["shop.parts.base.Till"]
    with pytest.raises(UnknownSymbolError):
        project.symbols("shop.Register")


@pytest.mark.parametrize("name", ["shop._SECRET", "shop.Hidden", "shop.unseen", "shop.Cart.nothing", "plain.LIMIT", "nowhere.Cart"])
def test_what_a_module_does_not_bind_is_not_found_under_its_name(project: LeIndex, name: str) -> None:
    """Private names behind `*`, imports within functions, what a package between does not have, modules imported whole."""
    with pytest.raises(UnknownSymbolError):
        project.symbols(name)


def test_modules_that_end_alike_all_answer_and_a_longer_name_tells_them_apart(project: LeIndex) -> None:
    """As names of definitions do."""
    assert _names(project, "kinds.Lamp") == ["north.kinds.first.Lamp", "south.kinds.second.Lamp"]
    assert _names(project, "south.kinds.Lamp") == ["south.kinds.second.Lamp"]


def test_what_really_has_the_name_is_meant(project: LeIndex) -> None:
    """Another module with such an ending, which imports the name, is not asked."""
    assert _names(project, "kinds.Desk") == ["east.kinds.Desk"]
    assert _names(project, "south.kinds.Desk") == ["south.kinds.second.Desk"]


def test_questions_about_the_graph_take_such_names(project: LeIndex) -> None:
    """Callers, callees and impact of the definition."""
    assert [edge.source for edge in project.callers("shop.weigh")] == ["shop.use.checkout"]
    assert project.callees("shop.Cart.total") == project.callees("shop.parts.base.Cart.total")
    assert project.impact("shop.parcel").roots == ("shop.more.inner.parcel",)


@pytest.mark.parametrize("mode", ["hybrid", "symbol", "lexical"])
def test_a_search_for_such_a_name_is_led_by_the_definition(project: LeIndex, mode: str) -> None:
    """And says that it is there by its name."""
    first = project.search("shop.Cart", mode=mode)[0]
    assert first.symbol == "shop.parts.base.Cart"


def test_the_commands_take_such_names(root: Path) -> None:
    """`symbol` and `callers`."""
    for command, said in ((symbols.symbol, "shop/parts/base.py:1-3"), (symbols.callers, "shop.use.checkout")):
        result = CliRunner().invoke(command, ["shop.Cart", "-p", str(root)])
        assert result.exit_code == 0, result.output
        assert said in result.output
