"""What `new` of C# enters, how a destructor is named, and names that begin outside of every namespace."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

C_SHARP = """
namespace Ac.Core {
  public class K { public static void Go() { } public K(int a) { } ~K() { Go(); } }
  class OnlyStatic { static OnlyStatic() { } }
  class Both { static Both() { } public Both() { } }
}
namespace Other {
  class Ac { }
  class Uses {
    void Calls() { global::Ac.Core.K.Go(); }
    void Makes() { new global::Ac.Core.K(1); }
    void MakesBoth() { new global::Ac.Core.Both(); }
    void MakesStatic() { new global::Ac.Core.OnlyStatic(); }
  }
}
"""


def _callees(source: str, name: str) -> set[str]:
    file = LinkFile("a", "a", "c_sharp", 0, parse(source.encode(), "c_sharp"))
    graph = Graph(link(lambda: iter([file])))
    return {edge.target for edge in graph.callees(graph.find(name)[0], "inferred")}


def test_new_does_not_call_a_static_constructor() -> None:
    """The runtime does, before; `new` enters the constructor of instances, or the class that has none."""
    assert _callees(C_SHARP, "Uses.MakesStatic") == {"a.Ac.Core.OnlyStatic"}
    graph = Graph(link(lambda: iter([LinkFile("a", "a", "c_sharp", 0, parse(C_SHARP.encode(), "c_sharp"))])))
    made = graph.callees(graph.find("Uses.MakesBoth")[0], "exact")
    assert [edge.target for edge in made] == ["a.Ac.Core.Both.Both"]
    static, instance = (node for node in graph.find("Both.Both"))
    assert [len(graph.callers(node, "exact")) for node in sorted((static, instance))] == [0, 1]


def test_global_begins_outside_of_every_namespace() -> None:
    """A class nearby that has the name of the namespace does not hide it."""
    assert _callees(C_SHARP, "Uses.Calls") == {"a.Ac.Core.K.Go"}
    assert _callees(C_SHARP, "Uses.Makes") == {"a.Ac.Core.K.K"}


def test_a_destructor_is_not_named_as_the_constructor_is() -> None:
    """It has the tilde that it is written with, as in C++."""
    assert _callees(C_SHARP, "K.~K") == {"a.Ac.Core.K.Go"}
