"""Names as Java, Kotlin and Go import them, a package and what stands in it, lead to the definition though a file is in between."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.leindex.answers import calls_of, nodes_named
from lepasserelle.leindex.impacts import impact_of
from lepasserelle.parse import parse

SOURCES = {
    "go.mod": "module example.org/tools/logging/v2\n\ngo 1.21\n",
    "entry.go": "package logging\n\ntype Entry struct{}\n\nfunc (e *Entry) Write(s string) string { return s }\n",
    "exported.go": "package logging\n\nfunc New() *Entry { return &Entry{} }\n\n"
    "func Log(s string) string { return New().Write(s) }\n",
    "hooks/syslog/client.go": "package syslog\n\nfunc Dial() int { return 1 }\n\nfunc Retry() int { return Dial() }\n",
    "src/main/java/org/shop/Cart.java": "package org.shop;\n\npublic class Cart {\n  public int total() { return 1; }\n"
    "  public static class Line {\n    public int price() { return 2; }\n  }\n}\n",
    "src/main/java/org/shop/Till.java": "package org.shop;\n\npublic class Till {\n  int pay(Cart c) { return c.total(); }\n}\n",
    "src/main/java/net/shop/Cart.java": "package net.shop;\n\npublic class Cart {\n  public int total() { return 3; }\n}\n",
    "src/main/kotlin/org/shop/Helpers.kt": "package org.shop\n\nfun weigh(): Int = 1\n",
    "org/shop/plain.py": "def plain():\n    return 1\n",
}
LANGUAGES = {"mod": "go_mod", "go": "go", "java": "java", "kt": "kotlin", "py": "python"}


def _link_file(path: str) -> LinkFile:
    stem, _, ending = path.rpartition(".")
    language = LANGUAGES[ending]
    return LinkFile(path, stem.replace("/", "."), language, 0, parse(SOURCES[path].encode(), language))


@pytest.fixture(scope="module")
def graph() -> Graph:
    """One project of four languages."""
    return Graph(link(lambda: iter([_link_file(path) for path in sorted(SOURCES)])))


def _found(graph: Graph, name: str) -> list[str]:
    return [graph.qualified_name(node) for node in graph.find(name)]


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("org.shop.Cart.total", "src.main.java.org.shop.Cart.Cart.total"),
        ("org.shop.Cart.Line.price", "src.main.java.org.shop.Cart.Cart.Line.price"),
        ("org.shop.weigh", "src.main.kotlin.org.shop.Helpers.weigh"),
        ("logging.Log", "exported.Log"),
        ("logging.Entry.Write", "entry.Entry.Write"),
        ("v2.Log", "exported.Log"),
        ("example.org/tools/logging.Log", "exported.Log"),
        ("example.org/tools/logging/v2.Log", "exported.Log"),
        ("syslog.Dial", "hooks.syslog.client.Dial"),
        ("logging/v2/hooks/syslog.Dial", "hooks.syslog.client.Dial"),
    ],
)
def test_a_package_and_its_member_are_a_name(graph: Graph, name: str, definition: str) -> None:
    """With members below, in Go by what `go.mod` calls the module, with and without its version, and by folders."""
    assert _found(graph, name) == [definition]


def test_a_name_that_several_packages_have_means_each_of_them(graph: Graph) -> None:
    """A longer one tells them apart."""
    assert _found(graph, "shop.Cart.total") == ["src.main.java.net.shop.Cart.Cart.total", "src.main.java.org.shop.Cart.Cart.total"]
    assert _found(graph, "net.shop.Cart.total") == ["src.main.java.net.shop.Cart.Cart.total"]


def test_a_class_is_found_beside_the_file_that_is_called_as_it_is_imported(graph: Graph) -> None:
    """The file first, as before: its name is that one."""
    assert _found(graph, "org.shop.Cart") == ["src.main.java.org.shop.Cart", "src.main.java.org.shop.Cart.Cart"]


@pytest.mark.parametrize(
    "name",
    [
        "org.Cart.total",
        "shop.total",
        "logging.Write",
        "tools.Log",
        "logging.Dial",
        "syslog.Nothing",
        "org.shop.plain.other",
        "g.Log",
    ],
)
def test_what_a_package_does_not_have_is_not_found_under_its_name(graph: Graph, name: str) -> None:
    """Neither with a part left out, nor of another package, nor by half of a word."""
    assert _found(graph, name) == []


def test_other_languages_keep_their_own_rule(graph: Graph) -> None:
    """A folder of Python gives no names of what its files hold."""
    assert _found(graph, "org.shop.plain.plain") == ["org.shop.plain.plain"]
    assert "org.shop.plain.plain" not in _found(graph, "shop.plain")


def test_questions_take_such_names(graph: Graph) -> None:
    """Callers and impact of the definition, also as documentation writes it."""
    assert [edge.source for edge in calls_of(graph, "org.shop.Cart.total", "in", "inferred")] == [
        "src.main.java.org.shop.Till.Till.pay"
    ]
    assert [edge.source for edge in calls_of(graph, "logging.New", "in", "inferred")] == ["exported.Log"]
    assert impact_of(graph, "syslog.Dial", 1, "inferred").roots == ("hooks.syslog.client.Dial",)
    assert nodes_named(graph, "org.shop.Cart#total()") == graph.find("org.shop.Cart.total")
