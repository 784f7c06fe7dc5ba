"""Whom `super` of Ruby calls."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

RUBY = """
class Base
  def save; end
  def initialize; end
  def level=(value); end
  def closed; end
  def self.build; end
end

class Model < Base
  def save
    super
  end
  def initialize(name)
    super()
  end
  def level=(value)
    super(value)
  end
  def self.build
    super
  end
  def absent
    super
  end
  def each_one
    [1].each { |one| save }
    super.save
  end
  define_method(:closed) { super() }
end
"""


def _callees(source: str, name: str) -> set[str]:
    file = LinkFile("a", "a", "ruby", 0, parse(source.encode(), "ruby"))
    graph = Graph(link(lambda: iter([file])))
    return {edge.target for edge in graph.callees(graph.find(name)[0], "inferred")}


def test_super_of_ruby_calls_the_method_of_the_same_name() -> None:
    """Methods, setters, constructors, methods of the class, and those that `define_method` makes."""
    for name in ("save", "initialize", "level=", "build"):
        assert _callees(RUBY, f"Model.{name}") == {f"a.Base.{name}"}
    assert _callees(RUBY, "Model.closed") == {"a.Base.closed"}


def test_super_of_ruby_calls_nobody_where_the_parent_has_no_such_method() -> None:
    """It is not the constructor; and a method that is called on what `super` gives is not the parent's."""
    assert _callees(RUBY, "Model.absent") == set()
    assert "a.Base.save" not in _callees(RUBY, "Model.each_one")
