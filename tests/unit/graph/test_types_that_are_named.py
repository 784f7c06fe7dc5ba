"""Types of Go, Rust, C and C++ that parameters, results and fields name: who names them, and that they are no unreferenced ones."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.walks import unreferenced
from lepasserelle.model import EdgeKind
from lepasserelle.parse import parse

GO = """package main
type T struct { in Inner; node node; all map[string]K }
type Inner struct { n int }
type node struct { node *node }
type I interface { m() }
type F func(int) int
type K int
type Out struct{}
type Unused struct{}
func use(t *T, i I, f F) []Out { return nil }
func main() { use(nil, nil, nil) }
"""
RUST = """enum E { B }
struct S { n: i32, inner: Option<U> }
struct U { n: i32 }
struct Unused {}
trait T { fn t(&self); }
type Alias = i32;
impl Unused { fn own(&self) {} }
fn take(s: &S, e: E) -> i32 { s.n }
fn open(t: &dyn T) -> Vec<Alias> { vec![] }
fn main() { take(todo!(), todo!()); open(todo!()); }
"""
C = """struct unused { int n; };
struct ahead;
struct in { int n; };
struct ops { struct in in; int (*open)(int); };
typedef int (*fn)(int);
typedef struct { int q; } record;
enum color { RED };
static int run(fn f, struct ops *o, enum color c, const record *r) { return 0; }
int main(void) { return run(0, 0, 0, 0); }
struct ahead { int n; };
"""
CPP = """class Ahead;
struct Copy { Copy(const Copy &c); explicit Copy(int n) {} };
struct Ops { int n; };
enum class Color { Red };
struct In {};
struct Out { In in; };
using Fn = int (*)(int);
typedef int Num;
template <class T> struct Box { T held; };
static int run(Fn f, Ops *o, Color c, const Out &out, Num n, Box<int> b) { return 0; }
int main() { return run(0, 0, Color{}, {}, 1, {}); }
class Ahead {};
"""


def graph_of(text: str, path: str, language: str) -> Graph:
    """The graph of one file."""
    file = LinkFile(path, path.partition(".")[0], language, 0, parse(text.encode(), language))
    return Graph(link(lambda: iter([file])))


def reads(graph: Graph) -> set[str]:
    """Who reads which type, of the file's own."""
    return {
        f"{graph.qualified_name(node)} -> {graph.qualified_name(other)}"
        for node in range(graph.definition_count)
        for other in graph.neighbours(node, EdgeKind.READS, "out", "inferred")
        if other < graph.definition_count and graph.kind(other).is_type | (graph.kind(other).word == "type")
    }


@pytest.mark.parametrize(
    ("text", "path", "language", "named"),
    [
        (GO, "m.go", "go", "m.T m.I m.F m.Out m.T>m.Inner m.T>m.node m.T>m.K m.node>m.node"),
        (RUST, "m.rs", "rust", "m.S m.E m.T m.Alias m.S>m.U"),
        (C, "m.c", "c", "m.fn m.ops m.color m.record m.ops>m.in"),
        (CPP, "m.cpp", "cpp", "m.Fn m.Ops m.Color m.Out m.Num m.Box m.Out>m.In m.Copy>m.Copy"),
    ],
)
def test_a_type_is_read_by_who_names_it(text: str, path: str, language: str, named: str) -> None:
    """The file for heads of functions, the type for its fields; a field of the type's name is not what its own type means."""
    wanted = {each.replace(">", " -> ") if ">" in each else f"m -> {each}" for each in named.split()}
    assert reads(graph_of(text, path, language)) == wanted


@pytest.mark.parametrize(
    ("text", "path", "language", "left"),
    [
        (GO, "m.go", "go", ["m.Unused"]),
        (RUST, "m.rs", "rust", ["m.Unused"]),
        (C, "m.c", "c", ["m.unused", "m.ahead"]),
        (CPP, "m.cpp", "cpp", ["m.Copy", "m.Ahead"]),
    ],
)
def test_a_type_that_is_named_is_no_unreferenced_one(text: str, path: str, language: str, left: list[str]) -> None:
    """Neither its own methods nor a declaration ahead of it use a type."""
    graph = graph_of(text, path, language)
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == left
