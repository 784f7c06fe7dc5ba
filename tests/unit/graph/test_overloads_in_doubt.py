"""Overloads that an argument's declared type does not tell apart, because it may be of another one: all of them stay candidates."""

import numpy as np
import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

JAVA = """class Animal {} class Dog extends Animal {}
class M {
  static void f(Object o) {}
  static void f(String s) {}
  static void f(Animal a) {}
  static void f(Dog d) {}
  static void n(Number x) {}
  static void n(Object x) {}
  static void w(Comparable x) {}
  static void w(Object x) {}
  static void q(Object... o) {}
  static void q(String s) {}
  Animal a; Animal held[];
  %s
}
"""
C_SHARP = """class Animal {} class Dog : Animal {}
class M {
  static int f(object o) => 1;
  static int f(string s) => 2;
  static int f(Animal a) => 3;
  static int f(Dog d) => 4;
  static int r(ref Dog d) => 5;
  static int r(Animal d) => 6;
  string s; Dog d;
  static Task<Dog> late() => null;
  %s
}
"""
KOTLIN = """open class Animal
class Dog : Animal()
fun f(o: Any) = 1
fun f(s: String) = 2
fun f(d: Dog) = 3
fun n(x: Animal?) = 4
fun n(x: Dog) = 5
fun some(): Dog? = null
%s
"""
SCALA = """class Animal
object M {
  def f(o: Any): Int = 1
  def f(s: String): Int = 2
  def f(a: Animal): Int = 3
  %s
}
"""
SWIFT = """class Animal {}
class M {
  var s: String = ""
  func f(_ o: Any) {}
  func f(_ s: String) {}
  func f(_ a: Animal) {}
  func n(_ x: Animal?) {}
  func n(_ x: Animal) {}
  %s
}
"""
PROGRAMS = {"java": JAVA, "c_sharp": C_SHARP, "kotlin": KOTLIN, "scala": SCALA, "swift": SWIFT}


def _entered(source: str, language: str, caller: str) -> set[str]:
    """The overloads that a function surely calls."""
    file = LinkFile("a", "a", language, 0, parse(source.encode(), language))
    graph = Graph(link(lambda: iter([file])))
    targets = [edge.target for edge in graph.callees(graph.find(caller)[0], "inferred")]
    return {target for target in targets if target.rpartition(".")[2] in {"f", "n", "w", "q", "r"}}


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("java", "void go() { { Dog x = null; f(x); } { String x = null; f(x); } }"),
        ("java", "void go() { for (Dog a = null; a != null;) { } f(a); }"),
        ("java", "void go(Object q) { if (q instanceof Dog a) { } else { f(a); } }"),
        ("java", "void go(Animal p[]) { f(p); }"),
        ("java", "void go() { Animal[] y = null, z[] = null; f(z); }"),
        ("java", "void go() { f(held); }"),
        ("java", "void go(CharSequence c) { q(c); }"),
        ("c_sharp", "void go() { { Dog x = null; f(x); } { string x = null; f(x); } }"),
        ("c_sharp", "void go(object q) { switch (q) { case Dog x: f(x); break; case string x: f(x); break; } }"),
        ("c_sharp", "void go(Dog[] l) { var z = from s in l select f(s); }"),
        ("c_sharp", "void go(Dog[] l) { var z = from x in l let s = x select f(s); }"),
        ("c_sharp", "void go() { r(d); }"),
        ("c_sharp", "void go() { f(late()); }"),
        ("c_sharp", "void go(Task<Dog> soon, Dog b) { f(soon); }"),
        ("kotlin", 'fun go(b: Boolean) { if (b) { val x: Dog = Dog(); f(x) } else { val x: String = ""; f(x) } }'),
        ("kotlin", "fun go(x: Dog?) { n(x) }"),
        ("kotlin", "fun go() { f(some()) }"),
        ("scala", 'def go() = { { val x: Animal = null; f(x) }; { val x: String = ""; f(x) } }'),
        ("scala", "def go(q: Any) = q match { case a: Animal => 1; case a => f(a) }"),
        ("scala", "def go(s: String) = f(s: Any)"),
        ("swift", 'func go() { do { let x: Animal = Animal(); f(x) }; do { let x: String = ""; f(x) } }'),
        ("swift", "func go(q: Any) { switch q { case let s as Animal: f(s)\n default: return } }"),
        ("swift", "func go(x: Animal?) { n(x) }"),
    ],
)
def test_no_overload_is_chosen_by_a_type_that_may_be_another(language: str, code: str) -> None:
    """Names of two variables, arrays behind names, nullable, waited for, by reference, ascribed: nothing is asserted."""
    assert _entered(PROGRAMS[language] % code, language, "go") == set()


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("void go(Dog x) { f(x); }", 6),
        ("void go() { Dog x = null; f(x); }", 6),
        ("void go(String a) { f(a); }", 4),
        ("void go() { f(a); }", 5),
        ("void go(boolean x) { n(x); }", 8),
        ("void go(Character x) { n(x); }", 8),
        ("void go(int x) { n(x); }", 7),
        ("void go(Boolean x) { w(x); }", 9),
        ("void go(String x) { q(x); }", 12),
    ],
)
def test_what_is_sure_still_chooses(code: str, line: int) -> None:
    """Parameters and single locals are of their type, numbers are what is above them, and `Object` is behind everything."""
    text = JAVA % code
    file = LinkFile("a", "a", "java", 0, parse(text.encode(), "java"))
    graph = Graph(link(lambda: iter([file])))
    entered = [node for name in "fnwq" for node in graph.find(f"M.{name}") if graph.callers(node, "inferred")]
    assert graph.line_columns(np.asarray(entered, np.int64))[0] == [line]
