"""What loops call, and what closes, in languages with declared types: what the declared type defines, and nothing else."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse


def calls(language: str, source: str, caller: str) -> tuple[list[str], list[str]]:
    """(asserted, only candidates) of a definition."""
    graph = Graph(link(lambda: iter([LinkFile("m", "m", language, 0, parse(source.encode(), language))])))
    asserted = dict(graph.adjacency(resolution="inferred")).get(caller, [])
    return asserted, [name for name in dict(graph.adjacency(resolution="all")).get(caller, []) if name not in asserted]


JAVA = """interface Lock extends AutoCloseable { void close(); }
class Own implements Lock { public void close() {} }
class Held { Own own; void run() throws Exception { try (own; this.own) {} } }
class Main {
    static void shut(Lock lock) throws Exception { try (lock) {} }
    static void two() throws Exception { try (Own a = new Own(); Own b = a) {} }
    static void none(AutoCloseable a, Iterable<Own> each, Own[] all) throws Exception {
        try (a) {}
        for (Own own : each) {}
        for (Own own : all) {}
    }
}
"""


@pytest.mark.parametrize(
    ("caller", "asserted", "candidates"),
    [
        ("m.Main.shut", ["m.Lock.close"], ["m.Own.close"]),
        ("m.Main.two", ["m.Own", "m.Own.close"], []),
        ("m.Main.none", [], []),
        ("m.Held.run", ["m.Own.close"], []),
    ],
)
def test_try_closes_by_the_declared_type(caller: str, asserted: list[str], candidates: list[str]) -> None:
    """As the compiler binds it: an interface's method, with those that stand in for it as candidates; nothing outside is named."""
    assert calls("java", JAVA, caller) == (asserted, candidates)


C_SHARP = """class Lamp { public void Dispose() {} public int DisposeAsync() => 0; }
class Bag { public Cursor GetEnumerator() => new Cursor(); }
class Cursor { public bool MoveNext() => false; }
class Line {
    public Cursor GetEnumerator() => new Cursor();
    public Wait GetAsyncEnumerator() => new Wait();
}
class Wait { public int MoveNextAsync() => 0; }
class P {
    static async void Await(Line line) { await foreach (var each in line) {} }
    static void Direct() { using (new Lamp()) {} }
    static Lamp Lit() => new Lamp();
    static Bag Filled() => new Bag();
    static void Given() { using (Lit()) {} }
    static async void Later() { await using var a = Lit(); }
    static void Each() { foreach (var each in Filled()) {} }
}
"""


@pytest.mark.parametrize(
    ("caller", "asserted"),
    [
        ("m.P.Given", ["m.Lamp.Dispose", "m.P.Lit"]),
        ("m.P.Later", ["m.Lamp.DisposeAsync", "m.P.Lit"]),
        ("m.P.Await", ["m.Line.GetAsyncEnumerator", "m.Wait.MoveNextAsync"]),
        ("m.P.Direct", ["m.Lamp", "m.Lamp.Dispose"]),
        ("m.P.Each", ["m.Bag.GetEnumerator", "m.Cursor.MoveNext", "m.P.Filled"]),
    ],
)
def test_using_and_foreach_of_what_a_call_gives(caller: str, asserted: list[str]) -> None:
    """The type that a method says it returns is as good as a variable's."""
    assert calls("c_sharp", C_SHARP, caller) == (asserted, [])


def test_a_type_of_rust_that_gives_an_iterator_is_not_asked_for_its_own_next() -> None:
    """A cursor's `next` beside `into_iter` has nothing to do with the loop."""
    bag = "struct Bag; impl Bag { fn next(&self) {} } impl IntoIterator for Bag { fn into_iter(self) -> Turn { Turn {} } }\n"
    turn = "struct Turn {} impl Iterator for Turn { fn next(&mut self) -> Option<u8> { None } }\n"
    assert calls("rust", f"{bag}{turn}fn all(bag: Bag) {{ for each in bag {{}} }}\n", "m.all")[0] == [
        "m.Bag.into_iter",
        "m.Turn.next",
    ]


def test_a_destructured_loop_of_kotlin_asks_for_the_iterator() -> None:
    """Whatever the loop binds, its head is the same."""
    source = "class Bag { operator fun iterator(): Turn = Turn() }\n"
    source += "class Turn { operator fun hasNext() = false\n operator fun next() = 1 to 2 }\n"
    loop = "fun all(bag: Bag) { for ((a, b) in bag) { } }\n"
    assert calls("kotlin", source + loop, "m.all")[0] == ["m.Bag.iterator", "m.Turn.hasNext", "m.Turn.next"]
