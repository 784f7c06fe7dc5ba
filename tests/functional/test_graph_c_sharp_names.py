"""What a name of C# means where a member of the class has it too."""

from test_graph_languages import calls, graph_of

PROGRAM = """class Error { public Error(int n) { } }
class Tests {
  public void Error() { var e = new Error(1); }
  public void Again() { Error(); }
  public void Gone() { new Gone(); }
}
"""


def test_a_method_does_not_hide_the_type_of_its_name_from_new() -> None:
    """A test is often called as what it tests: `new Error(1)` within `Error` was a call of the method itself."""
    assert calls({"a.cs": PROGRAM}) == {"a.Tests.Error": ["a.Error.Error"], "a.Tests.Again": ["a.Tests.Error"]}


UNTYPED = """class P { public void M() { } }
class Q { public void M() { } }
class G<T> { public T Get() => default; }
class Uses {
  public P p;
  public void InPattern() { if (this is Uses { p: var q }) { q.M(); } }
  public void Whole(object o) { if (o is var q) { q.M(); } }
  public void Default() { new G<P>().Get().M(); }
}
"""


def test_var_in_a_pattern_and_default_are_no_types() -> None:
    """They were types outside of the project (`<global>.var.M`), so that the methods of the name were never told."""
    graph = graph_of({"a.cs": UNTYPED})
    for name in ("InPattern", "Whole", "Default"):
        [edge] = [edge for node in graph.find(f"Uses.{name}") for edge in graph.callees(node, "all") if edge.target == "M"]
        assert edge.candidates == ("a.P.M", "a.Q.M"), name
        assert not [e for node in graph.find(f"Uses.{name}") for e in graph.callees(node, "all") if "<global>" in e.target], name


def test_what_new_makes_in_a_method_of_the_name_of_its_type_is_of_the_type() -> None:
    """What the method returns was taken for it: `e.M()` was a call of `<global>.void.M`."""
    program = "class X { public void M() { } }\nclass Tests { public void X() { var e = new X(); e.M(); } }\n"
    assert calls({"a.cs": program}) == {"a.Tests.X": ["a.X", "a.X.M"]}
    assert calls({"A.java": program.replace("public void", "void")}) == {"A.Tests.X": ["A.X", "A.X.M"]}
