"""What nothing refers to: a type is used by who names a member by it, a table by who calls what lies in it."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.walks import unreferenced
from lepasserelle.parse import parse

PYTHON = """
import enum
class A:
    @staticmethod
    def make(): pass
class B(enum.Enum):
    X = 1
class C:
    LIMIT = 1
    class D:
        @staticmethod
        def make(): pass
def go(): pass
TABLE, LIST, OPS, left = {"a": go}, [go], {"a": {"b": A}}, {"a": go}
def main():
    A.make()
    B.of("X")
    C.D.make()
    TABLE["a"]()
    LIST[0]()
    OPS["a"]["b"].make()
main()
"""
TYPESCRIPT = """
class Util { static twice(a: number) { return a * 2 } }
enum Level { Low, High }
class Conf { static max = 3 }
const table: Record<string, () => void> = { a: go }
const ops = { x: { run: go } }
const left = { a: go }
function go() {}
function main(n: string) {
  Util.twice(1)
  console.log(Level.Low, Conf.max)
  table[n]()
  ops["x"].run()
}
main("a")
"""
GO = """package main
var list = []func(){three}
var ops = map[string]struct{ run func() }{"x": {run: three}}
var left = []func(){three}
func three() {}
func main() {
	list[0]()
	ops["x"].run()
}
"""
JAVA = """package app;
class Main {
    enum Kind { A, B }
    enum Level { LOW, HIGH }
    static class Util { static int twice(int a) { return a * 2; } }
    static class Left { static int once(int a) { return once(a); } }
    public static void main(String[] args) {
        Kind.valueOf("A");
        System.out.println(Level.LOW + Util.twice(2));
    }
}
"""
C_SHARP = """namespace App {
    static class Util { public static int Twice(int a) => a * 2; }
    static class Ext { public static int Thrice(this int a) => a * 3; }
    static class Consts { public static int Now { get; set; } }
    static class Left { static int Once(int a) => Left.Once(a); }
    class Program {
        static void Main(string[] args) { System.Console.WriteLine(Util.Twice(3) + 3.Thrice() + Consts.Now); }
    }
}
"""
RUST = """struct Util;
impl Util { fn twice(a: i32) -> i32 { a * 2 } }
enum Level { Low, High }
static TABLE: [fn(); 1] = [go];
static LEFT: [fn(); 1] = [go];
fn go() {}
fn main() {
    Util::twice(1);
    TABLE[0]();
    let _ = Level::Low;
}
"""


@pytest.mark.parametrize(
    ("language", "source", "left"),
    [
        ("python", PYTHON, ["m.left"]),
        ("typescript", TYPESCRIPT, ["m.left"]),
        ("go", GO, ["m.left"]),
        ("java", JAVA, ["m.Main.Left"]),
        ("c_sharp", C_SHARP, ["m.App.Left"]),
        ("rust", RUST, ["m.LEFT"]),
    ],
)
def test_types_are_used_by_their_members_and_tables_by_what_lies_in_them(language: str, source: str, left: list[str]) -> None:
    """A list of what can be deleted that names what is used is worse than none."""
    graph = Graph(link(lambda: iter([LinkFile("m", "m", language, 0, parse(source.encode(), language))])))
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == left


UNSEEN = """
import threading
from html.parser import HTMLParser
from typing import Protocol
class Worker(threading.Thread):
    def run(self): pass
    def forgotten(self): pass
class Texts(HTMLParser):
    def handle_data(self, data): pass
    def handle(self, data): pass
class Walks(Protocol):
    def walk(self): ...
class Base:
    def adapt(self): pass
class Mixin:
    def adapt(self): pass
    def alone(self): pass
class Both(Mixin, Base): pass
class Runs:
    def run(self): pass
class Runner(Runs, threading.Thread): pass
class Own:
    def run(self): pass
    def walk(self): pass
Worker(), Texts(), Both().adapt(), Runner(), Own(), Walks
"""


def test_methods_are_used_by_classes_outside_by_mixins_and_by_protocols() -> None:
    """Of each only what the class outside calls, what the other base has, what the protocol declares; the rest stays."""
    graph = Graph(link(lambda: iter([LinkFile("m", "m", "python", 0, parse(UNSEEN.encode(), "python"))])))
    left = [graph.qualified_name(node) for node in unreferenced(graph)]
    assert left == ["m.Worker.forgotten", "m.Texts.handle", "m.Mixin.alone", "m.Own.run", "m.Own.walk"]


BELOW = """
import textwrap
from socketserver import TCPServer
class Wrapper(textwrap.TextWrapper):
    def _wrap_chunks(self, chunks): return ["hi"]
    def wrapped(self): pass
class Server(TCPServer):
    def verify_request(self, request, address): return True
    def refuse(self): pass
Wrapper().fill("text"), Server(("", 0), None)
"""


def test_what_the_library_calls_on_classes_below_its_own_is_used() -> None:
    """Of a text's wrapper and of a server; methods of other names are not."""
    graph = Graph(link(lambda: iter([LinkFile("m", "m", "python", 0, parse(BELOW.encode(), "python"))])))
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == ["m.Wrapper.wrapped", "m.Server.refuse"]


OBJECTS = """
function A() {}
A.prototype.sound = function () { return 1; };
function B() {}
B.prototype.idle = function () { return 1; };
function E() {}
E.prototype = {};
const api = {}, named = { idle() {}, toString() { return "x"; } };
Object.defineProperty(api, "one", { get() { return hid(); }, enumerable: true });
Object.defineProperties(api, { two: { get: function () { return hid(); } } });
function hid() { return Object.create(A.prototype).sound(); }
const proxy = new Proxy(api, { get(t, k) { return trap(k); }, has() { return true; } });
function trap(k) { return named; }
class Box { toJSON() { return 1; } left() {} }
console.log(proxy, new Box());
"""


def test_methods_of_objects_without_a_name_are_run_by_whoever_has_the_object() -> None:
    """Getters of `defineProperty`, traps, `toJSON`; and a function is used by who makes heirs of its prototype."""
    file = LinkFile("app.js", "app", "javascript", 0, parse(OBJECTS.encode(), "javascript"))
    graph = Graph(link(lambda: iter([file])))
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == ["app.B", "app.E", "app.named.idle", "app.Box.left"]


PUT_ON = {
    "a.js": """
import { Part } from "./b";
function Old() {}
Old.prototype.run = function () { return 1; };
const run = Old.prototype.run;
Old.prototype.run = function () { return run.call(this); };
const state = Part.prototype.state;
Part.prototype.state = function () { return state.call(this); };
export { Old };
""",
    "b.js": "export class Part { state() { return 1; } }\nconsole.log(new Part().state());\n",
}


def test_a_constant_is_used_by_the_method_of_its_name_that_is_put_on_something() -> None:
    """What is put on a function or on an import is no bare name: the constant before it was not found behind it."""
    files = [LinkFile(path, path[0], "javascript", 0, parse(text.encode(), "javascript")) for path, text in PUT_ON.items()]
    graph = Graph(link(lambda: iter(files)))
    left = [graph.qualified_name(node) for node in unreferenced(graph)]
    assert not {"a.run", "a.state"} & set(left), left


SERIALIZED = """package app;
class Main implements java.io.Serializable {
    private Object writeReplace() { return this; }
    private Object readResolve() { return this; }
    private void readObject(java.io.ObjectInputStream in) {}
    private void writeObject(java.io.ObjectOutputStream out) {}
    private void readObjectNoData() {}
    private void readLeft() {}
    public static void main(String[] args) { new Main(); }
}
"""
NATIVE = """using System.Runtime.InteropServices;
class Native {
    [DllImport("libc")] static extern int fork();
    [DllImport("libc")] static extern int dup2(int a, int b);
    static void Main(string[] args) { dup2(1, 2); }
}
abstract class Shape { public abstract int Area(); }
"""


@pytest.mark.parametrize(
    ("language", "source", "left"), [("java", SERIALIZED, ["m.Main.readLeft"]), ("c_sharp", NATIVE, ["m.Native.fork", "m.Shape"])]
)
def test_serialization_calls_by_itself_and_a_function_outside_is_called_by_who_declares_it(
    language: str, source: str, left: list[str]
) -> None:
    """What Java looks for by name is used, an `extern` of C# that nobody calls is not; what is abstract has its body elsewhere."""
    graph = Graph(link(lambda: iter([LinkFile("m", "m", language, 0, parse(source.encode(), language))])))
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == left
