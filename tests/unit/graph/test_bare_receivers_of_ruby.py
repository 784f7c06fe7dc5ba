"""Methods of Ruby that are called without parentheses, as the receiver of another call."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

RUBY = """
class Par
  def self.build; Par.new; end
  def self.bare; build.own; end
  def make; Par.new; end
  def own; end
  def first; make.own; end
  def longer; make.make.own; end
  def local
    make = Par.new
    make.own
  end
  def given(make); make.own; end
  def stores; @kept = make; end
  def keeps; @kept.own; end
  def names
    one = make
    one.own
  end
  def lambdas
    run = lambda { make }
    run.call
  end
  def circular; circular.own; end
end

class Kid < Par
  def inherited; make.own; end
end
"""


def _callees(name: str) -> set[str]:
    graph = Graph(link(lambda: iter([LinkFile("a", "a", "ruby", 0, parse(RUBY.encode(), "ruby"))])))
    return {edge.target for edge in graph.callees(graph.find(name)[0], "inferred")}


def test_a_bare_name_that_is_a_method_is_called_where_it_is_a_receiver() -> None:
    """And what it returns has the method that is called: of an instance, of the class, inherited, and twice."""
    assert _callees("Par.first") == {"a.Par.make", "a.Par.own"}
    assert _callees("Par.bare") == {"a.Par.build", "a.Par.own"}
    assert _callees("Kid.inherited") == {"a.Par.make", "a.Par.own"}
    assert _callees("Par.longer") == {"a.Par.make", "a.Par.own"}


def test_a_variable_of_that_name_is_no_call() -> None:
    """Neither one that the method assigns nor a parameter."""
    assert _callees("Par.local") == {"a.Par", "a.Par.own"}
    assert _callees("Par.given") == set()


def test_what_a_variable_holds_was_called_where_it_was_assigned() -> None:
    """Reading the variable calls the method no second time, though what it returned is known."""
    assert _callees("Par.keeps") == {"a.Par.own"}
    assert _callees("Par.names") == {"a.Par.make", "a.Par.own"}


def test_a_block_kept_in_a_variable_is_not_called_by_naming_it() -> None:
    """Only its `call` runs it."""
    assert "a.Par.make" not in _callees("Par.lambdas")


def test_a_method_that_is_its_own_receiver_ends() -> None:
    """It calls itself; what that returns is not known."""
    assert _callees("Par.circular") == {"a.Par.circular"}
