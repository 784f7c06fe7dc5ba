"""What a name of C# means where a member of the class has it too."""

from test_graph_languages import calls

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
