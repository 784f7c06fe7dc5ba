"""Decorated definitions are kept apart within bounds, and the graph says where the bounds were reached."""

from random import Random

import pytest
from small_programs import MODULES, Writer, path_of
from test_flow_order import assert_same_in_any_order

from lepasserelle.graph import Graph, LinkFile, link, value_contexts
from lepasserelle.parse import parse

ANIMALS = """
class Cat:
    def speak(self): pass

class Dog:
    def speak(self): pass

def deco(f):
    def wrapper():
        return f()
    return wrapper

@deco
def cat():
    return Cat()

@deco
def dog():
    return Dog()

def one():
    cat().speak()

def two():
    dog().speak()
"""
NESTED = """
def deco(f):
    def wrapper(depth):
        @deco
        def inner(left):
            f(left)
        return inner
    return wrapper

@deco
def first(depth): pass

first(1)(2)(3)
"""
MANY = "def deco(f):\n    def wrapper():\n        return f()\n    return wrapper\n" + "".join(
    f"@deco\ndef f{number}(): pass\nf{number}()\n" for number in range(30)
)


def graph_of(source: str) -> Graph:
    """The graph of one module."""
    return Graph(link(lambda: iter([LinkFile("main.py", "main", "python", 0, parse(source.encode(), "python"))])))


def callees(graph: Graph, name: str) -> set[str]:
    """The asserted callees of a definition."""
    return set(dict(graph.adjacency(resolution="inferred")).get(name, ()))


def leave_room(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """So many rows of copies."""
    monkeypatch.setattr(value_contexts, "LEAST_ROOM", rows)
    monkeypatch.setattr(value_contexts, "ROOM", 1_000_000)


def test_what_a_decorator_gives_for_one_definition_it_does_not_give_for_another() -> None:
    """`cat()` is a Cat, and nothing is said of the bound."""
    graph = graph_of(ANIMALS)
    assert callees(graph, "main.one") == {"main.Cat.speak", "main.deco.wrapper"}
    assert callees(graph, "main.two") == {"main.Dog.speak", "main.deco.wrapper"}
    assert not graph.contexts_shared


def test_without_room_contexts_are_shared_and_the_graph_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is called is lost; what is called too much is what one context for all gives."""
    leave_room(monkeypatch, 1)
    graph = graph_of(ANIMALS)
    assert graph.contexts_shared
    assert not graph.calls_cut_short
    assert callees(graph, "main.one") == {"main.Cat.speak", "main.Dog.speak", "main.deco.wrapper"}


def test_a_decorator_within_its_own_copy_ends() -> None:
    """What decorates while it runs would have contexts within contexts without end."""
    graph = graph_of(NESTED)
    assert not graph.contexts_shared
    assert {"main.deco", "main.deco.wrapper"} <= callees(graph, "main.deco.wrapper") | callees(graph, "main")
    assert "main.first" in callees(graph, "main.deco.wrapper.inner")


def test_a_call_asserts_what_it_enters_in_each_context_however_many_contexts_there_are() -> None:
    """Thirty functions are decorated: none of them is without a caller, as it would be were the wrapper's callees left open."""
    graph = graph_of(MANY)
    assert callees(graph, "main.deco.wrapper") == {f"main.f{number}" for number in range(30)}
    assert "main.deco.wrapper" in callees(graph, "main")


@pytest.mark.parametrize("rows", [12, 60])
def test_where_the_room_ends_does_not_depend_on_the_order_of_work(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is asked for in one round the first in the order of the program get the room that is left."""
    leave_room(monkeypatch, rows)
    for seed in range(2):
        writer = Writer(Random(seed))
        texts = {path_of(module): "".join(writer.module()) for module in MODULES}
        assert_same_in_any_order({**texts, "animals.py": ANIMALS, "nested.py": NESTED}, monkeypatch, (seed,))
