"""What `new` enters in Ruby where it is called without naming the class."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

RUBY = """
class Base
  def initialize(x); @x = x; end
  def self.build(x); new(x); end
  def self.said(x); self.new(x); end
  def self.chained(x); new(x).inst; end
  class << self
    def opened(x)
      made = new(x)
      made.inst
    end
  end
  def self.local(new); new.inst; end
  def inst; 1; end
  def of_instance; new(1); end
end

class Kid < Base
  def self.inheriting; new(2); end
end

class Bare
  def self.make; new; end
end

module Factory
  def fabricate; new(3); end
end

class Own
  def self.new(x); x; end
  def self.make; new(1); end
end
"""


def _callees(name: str) -> dict[str, str]:
    file = LinkFile("a", "a", "ruby", 0, parse(RUBY.encode(), "ruby"))
    graph = Graph(link(lambda: iter([file])))
    return {edge.target: edge.resolution for edge in graph.callees(graph.find(name)[0], "all")}


def test_new_in_a_method_of_the_class_enters_its_constructor() -> None:
    """With and without `self`, in an opened singleton class, inherited, and the class where nothing constructs."""
    for name in ("build", "said"):
        assert _callees(f"Base.{name}") == {"a.Base.initialize": "exact"}
    for name in ("chained", "opened"):
        assert _callees(f"Base.{name}") == {"a.Base.initialize": "exact", "a.Base.inst": "inferred"}
    assert _callees("Kid.inheriting") == {"a.Base.initialize": "inferred"}
    assert _callees("Bare.make") == {"a.Bare": "exact"}


def test_new_means_what_the_class_or_the_method_calls_so() -> None:
    """A `new` of the class's own, and a parameter of that name, are not its constructor."""
    assert _callees("Own.make") == {"a.Own.new": "exact"}
    assert "a.Base.initialize" not in _callees("Base.local")


def test_new_of_an_instance_or_a_module_calls_nobody_that_is_known() -> None:
    """Neither has such a method, and whoever extends itself with the module is not known: no name outside is invented."""
    assert _callees("Base.of_instance") == {}
    assert _callees("Factory.fabricate") == {}
