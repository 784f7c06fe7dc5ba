"""A namespace whose name has several parts means what the same namespaces mean when each has a head of its own."""

from test_graph_languages import graph_of

from lepasserelle.model import EdgeKind

Edges = dict[EdgeKind, dict[str, list[str]]]


def cpp_project(opening: str, closing: str) -> dict[str, str]:
    """A class and functions of `acme::core`, defined inside and outside of it, and all ways to name them from elsewhere."""
    return {
        "e.hpp": f"{opening} struct Engine {{ static Engine make(); virtual int run(); }}; int start(); extern int level;"
        f" template<class T> T same(T t) {{ return t; }} {closing}\n",
        "e.cpp": '#include "e.hpp"\nacme::core::Engine acme::core::Engine::make() { return Engine(); }\n'
        f"{opening} int level = 3; int Engine::run() {{ return start(); }} {closing}\n"
        "int acme::core::start() { return level; }\n",
        "m.cpp": '#include "e.hpp"\nnamespace ac = acme::core;\nusing acme::core::Engine;\n'
        "class Sub : public acme::core::Engine { int run() { return acme::core::Engine::run(); } };\n"
        "class Aliased : public ac::Engine {};\n"
        "int used() { Engine e; return e.run(); }\nint aliased() { ac::Engine e; return e.run() + ac::start(); }\n"
        "int local() { using acme::core::start; return start(); }\n"
        "int whole() { return acme::core::same<int>(acme::core::start()); }\n"
        "int typed() { acme::core::Engine e; return e.run(); }\n",
        "n.cpp": f'#include "e.hpp"\nusing namespace acme::core;\nint v() {{ Engine e; e.run(); return start(); }}\n'
        f"{opening} int w() {{ return start(); }} namespace deep {{ int z() {{ return w() + start(); }} }} {closing}\n"
        "namespace acme { int q() { return core::start(); } }\nint y() { return acme::core::deep::z(); }\n",
    }


def edges(program: dict[str, str]) -> tuple[list[str], Edges]:
    """Names of all definitions, and what each calls, inherits and reads."""
    graph = graph_of(program)
    kinds = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.READS)
    names = [graph.qualified_name(node) for node in range(graph.definition_count)]
    return names, {kind: {name: found for name, found in graph.adjacency(kind) if found} for kind in kinds}


def test_cpp_namespaces_in_one_head_have_the_edges_of_those_written_apart() -> None:
    """Every way to name a member from elsewhere, in one and in several files."""
    names, found = edges(cpp_project("namespace acme::core {", "}"))
    assert (names, found) == edges(cpp_project("namespace acme { namespace core {", "} }"))
    called, start, run = found[EdgeKind.CALLS], "e.acme.core.start", "e.acme.core.Engine.run"
    assert {name: called[name] for name in ("m.local", "m.whole", "m.Sub.run", "n.acme.q", "n.acme.core.w", "n.y")} == {
        "m.local": [start],
        "m.whole": ["e.acme.core.same", start],
        "m.Sub.run": [run],
        "n.acme.q": [start],
        "n.acme.core.w": [start],
        "n.y": ["n.acme.core.deep.z"],
    }
    assert all(run in called[name] for name in ("m.used", "m.aliased", "m.typed", "n.v"))
    assert found[EdgeKind.INHERITS] == {"m.Sub": ["e.acme.core.Engine"], "m.Aliased": ["e.acme.core.Engine"]}


def test_a_member_defined_outside_of_such_a_namespace_belongs_to_its_class() -> None:
    """`m::n::P::get` in one file with the class; it was a node outside of the project."""
    program = {
        "ns.cpp": "namespace m::n { struct P { int get(); int set(); }; int P::get() { return 1; } }\n"
        "int m::n::P::set() { return get(); }\nint u() { m::n::P p; return p.get() + p.set(); }\n"
    }
    names, found = edges(program)
    assert [name for name in names if name.startswith("ns.m")] == [
        "ns.m",
        "ns.m.n",
        "ns.m.n.P",
        *["ns.m.n.P.get", "ns.m.n.P.set"] * 2,
    ]
    assert found[EdgeKind.CALLS] == {"ns.u": ["ns.m.n.P", "ns.m.n.P.get", "ns.m.n.P.set"], "ns.m.n.P.set": ["ns.m.n.P.get"]}


def php_project(head: str, around: str, end: str) -> dict[str, str]:
    r"""A class and a function of `A\B`, named in full, by `use`, by an alias of the namespace and from the namespace around."""
    return {
        "e.php": f"<?php\n{head}\nclass E {{ function run() {{ return 1; }} static function make() {{ return new E(); }} }}\n"
        f"function start() {{ return 1; }}\n{end}",
        "u.php": "<?php\nuse A\\B\\E as Other;\nuse A\\B as AB;\nuse function A\\B\\start;\n"
        "class Sub extends \\A\\B\\E { function f() { return $this->run(); } }\n"
        "function full() { $e = new \\A\\B\\E(); return $e->run() + \\A\\B\\start(); }\n"
        "function used() { return Other::make() . start(); }\nfunction aliased() { return AB\\E::make() . AB\\start(); }\n",
        "n.php": f"<?php\n{around}\nclass In extends B\\E {{}}\nfunction inner() {{ return B\\E::make() . B\\start(); }}\n{end}",
    }


def test_php_namespaces_with_a_block_have_the_edges_of_those_without() -> None:
    """The name of a block has its parts as that of a file has; only the block itself is one definition more."""
    _, plain = edges(php_project("namespace A\\B;", "namespace A;", ""))
    names, blocks = edges(php_project("namespace A\\B {", "namespace A {", "}"))
    assert "e.A.B.E.run" in names
    assert plain[EdgeKind.CALLS]["n.inner"] == plain[EdgeKind.CALLS]["u.aliased"] == ["e.E.make", "e.start"]
    assert plain[EdgeKind.INHERITS] == {"n.In": ["e.E"], "u.Sub": ["e.E"]}
    for kind, found in blocks.items():
        without = {name.replace(".A.B.", ".").replace(".A.", "."): targets for name, targets in found.items()}
        assert {name: [t.replace(".A.B.", ".") for t in targets] for name, targets in without.items()} == plain[kind]
