"""Receivers that closures have without naming them, and names that look like members of a base outside."""

from test_graph_languages import calls, graph_of

from lepasserelle.graph import Graph

KOTLIN = """package p
class N { fun go() {}
  infix fun with1(o: N): N = o }
fun N.ext() {}
fun byIt(n: N) { n.let { it.go() } }
fun within(n: N) { with(n) { go() } }
fun applied(n: N) { n.apply { go() } }
fun infixed(n: N) { n with1 n }
fun outside() { with(1) { other() } }
fun bare() { go() }
"""


def candidates(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Caller → what its calls with several possible targets may enter."""
    edges = [edge for node in range(graph.definition_count) for edge in graph.callees(node, "all") if edge.candidates]
    return {edge.source: edge.candidates for edge in edges}


def test_the_receiver_of_a_lambda_is_what_with_and_apply_give_it() -> None:
    """Where its type is declared its method is called; where it is not known the methods of the name are candidates."""
    graph = graph_of({"a.kt": KOTLIN + "fun unknown() { other().apply { go() } }\n"})
    assert candidates(graph) == {"a.unknown.<lambda1>": ("a.N.go",)}
    for name in ("byIt", "within", "applied"):
        assert calls({"a.kt": KOTLIN})[f"a.{name}.<lambda1>"] == ["a.N.go"]
    outside = graph.find("a.outside.<lambda1>")[0]
    assert [edge.target for edge in graph.callees(outside, "all")] == ["<global>.other"]


def test_an_infix_call_is_a_call_of_what_stands_before_it() -> None:
    """`n with1 n` was a call of a function of that name, which nobody defines."""
    assert calls({"a.kt": KOTLIN})["a.infixed"] == ["a.N.with1"]


def test_a_function_that_extends_a_type_is_found_by_the_name_of_its_import() -> None:
    """`e` is defined nowhere: only the import says that it is `ext`."""
    graph = graph_of({"a.kt": KOTLIN, "b.kt": "package z\nimport p.N\nimport p.ext as e\nfun g() { N().e() }\n"})
    assert candidates(graph)["b.g"] == ("a.N.ext",)


def test_a_numbered_argument_of_a_closure_is_an_unknown_receiver_where_its_type_is_not_declared() -> None:
    """`$0` was something outside of the project, other than a parameter with a name."""
    program = "class W { func go() {} }\nfunc f(xs: Bag) { xs.each { $0.go() } }\nfunc g(xs: [W]) { xs.forEach { $0.go() } }\n"
    assert candidates(graph_of({"a.swift": program})) == {"a.f.<lambda1>": ("a.W.go",)}
    assert calls({"a.swift": program})["a.g.<lambda1>"] == ["a.W.go"]


def test_what_is_named_like_a_type_is_no_member_of_a_base_outside() -> None:
    """`List(1)` in a class of Scala with a base outside was a member of that base (`ext.Foo.List`); a method may be one."""
    program = "import ext.Foo\nclass A extends Foo {\n  def a = List(1)\n  def b = Some(2)\n  def c = other(3)\n}\n"
    graph = graph_of({"a.scala": program})
    told = {name: [edge.target for edge in graph.callees(graph.find(f"a.A.{name}")[0], "all")] for name in "abc"}
    assert told == {"a": ["<global>.List"], "b": ["<global>.Some"], "c": ["ext.Foo.other"]}
