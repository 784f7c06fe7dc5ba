"""`A.this` within a class that stands in `A`: the instance around."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

JAVA = """
class Base { void above() {} }
class A extends Base {
  void run() {}
  class In {
    void run() {}
    void outer() { A.this.run(); }
    void own() { In.this.run(); }
    void inherited() { A.this.above(); }
  }
}
"""
SCALA = """
class Base { def above(): Unit = () }
class A extends Base {
  def run(): Unit = ()
  class In {
    def run(): Unit = ()
    def outer(): Unit = A.this.run()
    def own(): Unit = In.this.run()
    def inherited(): Unit = A.this.above()
  }
}
"""


@pytest.mark.parametrize(("language", "source"), [("java", JAVA), ("scala", SCALA)])
def test_a_class_before_this_says_whose_method_is_called(language: str, source: str) -> None:
    """Of two with one name that of the class which is named, and what it inherits."""
    graph = Graph(link(lambda: iter([LinkFile("a", "a", language, 0, parse(source.encode(), language))])))
    asked = ("outer", "own", "inherited")
    called = {name: {edge.target for edge in graph.callees(graph.find(f"In.{name}")[0], "inferred")} for name in asked}
    assert called == {"outer": {"a.A.run"}, "own": {"a.A.In.run"}, "inherited": {"a.Base.above"}}
