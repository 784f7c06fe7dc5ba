"""A function expression is used where it stands, whether or not anything names it: only one whose value is dropped is not."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.walks import unreferenced
from lepasserelle.parse import parse
from lepasserelle.query.used_in_place import used_in_place

PLACES = {
    "argument": ("bench(function own(cb) { return cb }, 1)\n", True),
    "item": ("bench([\n  function other(cb) {},\n  async function own(cb) {}\n], 1)\n", True),
    "after a comment": ("bench( // the first, (of two)\n  /* this one */ function own(cb) {})\n", True),
    "value of a property": ("use({ on: wrap(function own() {}) })\n", True),
    "a default": ("const [left = function own() {}] = things\n", True),
    "chosen": ("use(test ? null : function own() {})\n", True),
    "in brackets": ("use((function own() {}))\n", True),
    "called by what is not known": ("(function own() {}).bind(thing)()\n", True),
    "dropped in brackets": (";(function own() {})\n", False),
    "dropped in brackets at the beginning": ("(function own() {});\nlet next = 1\n", False),
    "dropped behind a sign": ("!function own() {}\n", False),
    "dropped by void": ("void function own() {};\n", False),
    "a declaration": ("let a = 1\nfunction own() {}\n", False),
    "a declaration behind a block": ("if (test) { use(1) }\nfunction own() {}\n", False),
    "a declaration behind a comment": ("// use(\nfunction own() {}\n", False),
    "a declaration behind a long comment": ("use(1) /* use( */\nasync function own() {}\n", False),
}


@pytest.mark.parametrize("language", ["javascript", "typescript"])
@pytest.mark.parametrize("place", PLACES)
def test_only_a_function_expression_whose_value_is_dropped_is_not_used(place: str, language: str) -> None:
    """Declarations stand for themselves."""
    source, is_used = PLACES[place]
    graph = Graph(link(lambda: iter([LinkFile("m", "m", language, 0, parse(source.encode(), language))])))
    [own] = graph.find("own")
    used = used_in_place(graph, [own], lambda _file: source.encode())
    assert used == ({own} if is_used else set())


def test_no_other_language_is_asked() -> None:
    """Nor anything that is not written as a function."""
    sources = {"python": "use(1, own)\ndef own(): pass\n", "javascript": "const own = 1, left = class own {}\n"}
    for language, source in sources.items():
        files = [LinkFile("m", "m", language, 0, parse(source.encode(), language))]
        graph = Graph(link(lambda files=files: iter(files)))  # type: ignore[misc]
        assert used_in_place(graph, unreferenced(graph), lambda _file, source=source: source.encode()) == set()  # type: ignore[misc]
