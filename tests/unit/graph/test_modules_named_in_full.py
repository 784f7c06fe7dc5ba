"""Modules that are named in full: Elixir's with dots in their names, and Rust's that begin with `self`."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

ELIXIR = {
    "repo.ex": "defmodule My.Repo do\n  def get(x), do: x\n  def again(x), do: My.Repo.get(x)\nend\n",
    "outer.ex": "defmodule My do\n  def top, do: 1\n  defmodule Inner do\n    def deep, do: 1\n  end\nend\n",
    "user.ex": """
defmodule User do
  def direct(x), do: My.Repo.get(x)
  def nested(), do: My.Inner.deep()
  def plain(), do: My.top()
  def outside(), do: My.Absent.run()
  def lacking(), do: My.Repo.all()
end
""",
}

RUST = {
    "src/lib.rs": """
mod b;
pub mod inner { pub fn gg() {} pub fn hh() { self::gg(); } }
fn f() -> u8 { 1 }
fn top() { self::f(); self::inner::gg(); self::b::g(); }
fn shown() { println!("{}", self::f()); }
fn made() { self::b::T::new(); }
struct S;
impl S { fn m(&self) { self.n(); self::n(); } fn n(&self) {} }
fn n() {}
""",
    "src/b.rs": "pub fn g() { self::k(); }\nfn k() {}\npub struct T;\nimpl T { pub fn new() -> T { T } }\n",
}


def _graph(files: dict[str, str], language: str) -> Graph:
    rows = [
        LinkFile(path, path.partition(".")[0].replace("/", "."), language, 0, parse(text.encode(), language))
        for path, text in sorted(files.items())
    ]
    return Graph(link(lambda: iter(rows)))


def _callees(graph: Graph, name: str) -> list[tuple[str, str]]:
    return [(edge.target, edge.resolution) for edge in graph.callees(graph.find(name)[0], "inferred")]


def test_a_module_of_elixir_is_found_by_its_whole_name() -> None:
    """Without an alias, from another file and from within, also where only a module around it has the first name."""
    graph = _graph(ELIXIR, "elixir")
    for name in ("User.direct", "My.Repo.again"):
        assert [target for target, _ in _callees(graph, name)] == ["repo.My.Repo.get"]
    assert [target for target, _ in _callees(graph, "User.nested")] == ["outer.My.Inner.deep"]
    assert [target for target, _ in _callees(graph, "User.plain")] == ["outer.My.top"]


def test_the_whole_name_of_a_module_of_elixir_needs_no_module_around_it() -> None:
    """Where nothing has the first part of the name, the dotted name is all there is, and says it for sure."""
    graph = _graph({path: text for path, text in ELIXIR.items() if path != "outer.ex"}, "elixir")
    assert _callees(graph, "User.direct") == [("repo.My.Repo.get", "exact")]
    assert _callees(graph, "My.Repo.again") == [("repo.My.Repo.get", "exact")]


def test_a_module_of_elixir_that_the_project_lacks_stays_outside() -> None:
    """It only shares the begin of its name with the project's; a function that a module lacks is asserted nowhere."""
    graph = _graph(ELIXIR, "elixir")
    assert [target for target, _ in _callees(graph, "User.outside")] == ["<global>.My.Absent.run"]
    assert _callees(graph, "User.lacking") == []


def test_a_path_of_rust_that_begins_with_self_means_the_module_around() -> None:
    """In functions, in blocks of a module, in arguments of macros, and beside the receiver of the same word."""
    graph = _graph(RUST, "rust")
    assert sorted(_callees(graph, "lib.top")) == [("src.b.g", "exact"), ("src.lib.f", "exact"), ("src.lib.inner.gg", "exact")]
    assert _callees(graph, "inner.hh") == [("src.lib.inner.gg", "exact")]
    assert _callees(graph, "lib.shown")[-1] == ("src.lib.f", "exact")
    assert _callees(graph, "lib.made") == [("src.b.T.new", "exact")]
    assert _callees(graph, "b.g") == [("src.b.k", "exact")]
    assert sorted(_callees(graph, "S.m")) == [("src.lib.S.n", "exact"), ("src.lib.n", "exact")]
