"""Small Python programs, parsed and linked, with the calls that they must and must not have."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse


def graph_of(program: dict[str, str]) -> Graph:
    """A graph of a program given as path → source."""
    files = []
    for path in sorted(program, key=str.encode):
        module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(path, module, "python", 0, parse(program[path].encode(), "python")))
    return Graph(link(lambda: iter(files)))


def calls(program: dict[str, str], resolution: str = "inferred") -> dict[str, list[str]]:
    """The adjacency without those that call nothing."""
    return {caller: callees for caller, callees in graph_of(program).adjacency(resolution=resolution) if callees}


PROGRAMS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "function of the module": (
        {"main.py": "def f(): pass\ndef g(): f()\ng()\n"},
        {"main": ["main.g"], "main.g": ["main.f"]},
    ),
    "called before it is defined": (
        {"main.py": "def g(): f()\ndef f(): pass\n"},
        {"main.g": ["main.f"]},
    ),
    "builtin": (
        {"main.py": "def f(x): return len(x)\n"},
        {"main.f": ["<builtin>.len"]},
    ),
    "module function hides a builtin": (
        {"main.py": "def len(x): pass\ndef f(x): return len(x)\n"},
        {"main.f": ["main.len"]},
    ),
    "parameter hides a function": (
        {"main.py": "def f(): pass\ndef g(f): f()\n"},
        {},
    ),
    "local binding hides a function": (
        {"main.py": "def f(): pass\ndef g(xs):\n    f = xs[0]\n    f()\n"},
        {},
    ),
    "loop variable hides a function": (
        {"main.py": "def f(): pass\ndef g(xs):\n    for f in xs:\n        f()\n"},
        {},
    ),
    "global reaches the module": (
        {"main.py": "class A:\n    def m(self): pass\nx = None\ndef setup():\n    global x\n    x = A()\ndef use(): x.m()\n"},
        {"main.setup": ["main.A"], "main.use": ["main.A.m"]},
    ),
    "nonlocal reaches the enclosing function": (
        {"main.py": "def f():\n    def a(): pass\n    h = a\n    def g():\n        nonlocal h\n        h()\n    g()\n"},
        {"main.f": ["main.f.g"], "main.f.g": ["main.f.a"]},
    ),
    "nested functions": (
        {"main.py": "def outer():\n    def inner(): leaf()\n    inner()\ndef leaf(): pass\n"},
        {"main.outer": ["main.outer.inner"], "main.outer.inner": ["main.leaf"]},
    ),
    "class scope is not visible in methods": (
        {"main.py": "def f(): pass\nclass A:\n    def f(self): pass\n    def g(self): f()\n"},
        {"main.A.g": ["main.f"]},
    ),
    "class body calls its own name": (
        {"main.py": "class A:\n    def make(): return 1\n    x = make()\n"},
        {"main.A": ["main.A.make"]},
    ),
    "import of a module": (
        {"a.py": "def f(): pass\n", "main.py": "import a\na.f()\n"},
        {"main": ["a.f"]},
    ),
    "import under an alias": (
        {"a.py": "def f(): pass\n", "main.py": "import a as b\nb.f()\n"},
        {"main": ["a.f"]},
    ),
    "import of a name under an alias": (
        {"a.py": "def f(): pass\n", "main.py": "from a import f as g\ng()\n"},
        {"main": ["a.f"]},
    ),
    "dotted import": (
        {"p/__init__.py": "", "p/m.py": "def f(): pass\n", "main.py": "import p.m\np.m.f()\n"},
        {"main": ["p.m.f"]},
    ),
    "dotted import under an alias": (
        {"p/__init__.py": "", "p/m.py": "def f(): pass\n", "main.py": "import p.m as q\nq.f()\n"},
        {"main": ["p.m.f"]},
    ),
    "namespace package without init": (
        {"p/q/m.py": "def f(): pass\n", "main.py": "from p.q import m\nimport p.q.m\nm.f()\ndef g(): p.q.m.f()\n"},
        {"main": ["p.q.m.f"], "main.g": ["p.q.m.f"]},
    ),
    "relative imports": (
        {
            "p/__init__.py": "",
            "p/a.py": "from . import b\nfrom .b import f\nfrom .q.c import h\nb.f()\nf()\nh()\n",
            "p/b.py": "def f(): pass\n",
            "p/q/__init__.py": "",
            "p/q/c.py": "from ..b import f\nfrom ... import nothing\ndef h(): f()\n",
        },
        {"p.a": ["p.b.f", "p.q.c.h"], "p.q.c.h": ["p.b.f"]},
    ),
    "re-export through packages": (
        {
            "p/__init__.py": "from .q import f\n",
            "p/q/__init__.py": "from .m import f\n",
            "p/q/m.py": "def f(): pass\n",
            "main.py": "from p import f\nimport p\nf()\ndef g(): p.f()\n",
        },
        {"main": ["p.q.m.f"], "main.g": ["p.q.m.f"]},
    ),
    "star import": (
        {"a.py": "def f(): pass\ndef _g(): pass\n", "main.py": "from a import *\nf()\n"},
        {"main": ["a.f"]},
    ),
    "star import leaves private names": (
        {"a.py": "def _g(): pass\n", "main.py": "from a import *\n_g()\n"},
        {},
    ),
    "star import obeys __all__": (
        {"a.py": "__all__ = ['_g']\ndef f(): pass\ndef _g(): pass\n", "main.py": "from a import *\n_g()\nf()\n"},
        {"main": ["a._g"]},
    ),
    "star import of a star import": (
        {"a.py": "def f(): pass\n", "b.py": "from a import *\n", "main.py": "from b import *\nf()\n"},
        {"main": ["a.f"]},
    ),
    "import cycle": (
        {"a.py": "from b import g\ndef f(): g()\n", "b.py": "from a import f\ndef g(): f()\n"},
        {"a.f": ["b.g"], "b.g": ["a.f"]},
    ),
    "star import cycle": (
        {"a.py": "from b import *\ndef f(): g()\n", "b.py": "from a import *\ndef g(): f()\n"},
        {"a.f": ["b.g"], "b.g": ["a.f"]},
    ),
    "import that only names itself": (
        {"a.py": "from b import x\nx()\n", "b.py": "from a import x\n"},
        {},
    ),
    "import inside a function": (
        {"a.py": "def f(): pass\n", "main.py": "def g():\n    from a import f\n    f()\ndef h(f): f()\n"},
        {"main.g": ["a.f"]},
    ),
    "two classes in one variable": (
        {
            "main.py": "class A:\n    def m(self): pass\nclass B:\n    def m(self): pass\nclass C:\n    def m(self): pass\n"
            "def f(c):\n    x = A()\n    if c:\n        x = B()\n    x.m()\n"
        },
        {"main.f": ["main.A", "main.A.m", "main.B", "main.B.m"]},
    ),
    "external module": (
        {"main.py": "import json, os.path\nfrom json import loads as l\ndef f(): json.dumps(1); l(''); os.path.join('a')\n"},
        {"main.f": ["json.dumps", "json.loads", "os.path.join"]},
    ),
    "a project module of the same last name is not the external one": (
        {"p/__init__.py": "", "p/json.py": "def dumps(): pass\n", "p/a.py": "import json\njson.dumps()\n"},
        {"p.a": ["json.dumps"]},
    ),
    "self": (
        {"main.py": "class A:\n    def f(self): self.g()\n    def g(self): pass\n"},
        {"main.A.f": ["main.A.g"]},
    ),
    "self under another name": (
        {"main.py": "class A:\n    def f(this): this.g()\n    def g(this): pass\n"},
        {"main.A.f": ["main.A.g"]},
    ),
    "method of a base": (
        {"main.py": "class B:\n    def g(self): pass\nclass A(B):\n    def f(self): self.g()\n"},
        {"main.A.f": ["main.B.g"]},
    ),
    "method of a base in another module": (
        {"b.py": "class B:\n    def g(self): pass\n", "main.py": "import b\nclass A(b.B):\n    def f(self): self.g()\n"},
        {"main.A.f": ["b.B.g"]},
    ),
    "diamond in C3 order": (
        {
            "main.py": "class O:\n    def g(self): pass\nclass L(O): pass\nclass R(O):\n    def g(self): pass\n"
            "class A(L, R):\n    def f(self): self.g()\n"
        },
        {"main.A.f": ["main.R.g"]},
    ),
    "super": (
        {"main.py": "class B:\n    def f(self): pass\nclass A(B):\n    def f(self): super().f()\n"},
        {"main.A.f": ["main.B.f"]},
    ),
    "super skips to the grandparent": (
        {"main.py": "class C:\n    def f(self): pass\nclass B(C): pass\nclass A(B):\n    def f(self): super().f()\n"},
        {"main.A.f": ["main.C.f"]},
    ),
    "class method": (
        {"main.py": "class A:\n    @classmethod\n    def f(cls): cls.g()\n    @staticmethod\n    def g(): pass\nA.f()\n"},
        {"main": ["main.A.f"], "main.A.f": ["main.A.g"]},
    ),
    "constructor of the class": (
        {"main.py": "class A:\n    def __init__(self): pass\nA()\n"},
        {"main": ["main.A.__init__"]},
    ),
    "constructor of a base": (
        {"main.py": "class B:\n    def __init__(self): pass\nclass A(B): pass\nA()\n"},
        {"main": ["main.B.__init__"]},
    ),
    "class without constructor": (
        {"main.py": "class A: pass\nA()\n"},
        {"main": ["main.A"]},
    ),
    "instance in a local": (
        {"main.py": "class A:\n    def m(self): pass\ndef f():\n    a = A()\n    a.m()\n"},
        {"main.f": ["main.A", "main.A.m"]},
    ),
    "instance in a module variable of another file": (
        {"a.py": "class A:\n    def m(self): pass\nx = A()\n", "main.py": "from a import x\nimport a\nx.m()\ndef f(): a.x.m()\n"},
        {"a": ["a.A"], "main": ["a.A.m"], "main.f": ["a.A.m"]},
    ),
    "instance in an attribute": (
        {
            "main.py": "class A:\n    def m(self): pass\nclass C:\n    def __init__(self): self.a = A()\n"
            "    def f(self): self.a.m()\nclass D(C):\n    def g(self): self.a.m()\n"
        },
        {"main.C.__init__": ["main.A"], "main.C.f": ["main.A.m"], "main.D.g": ["main.A.m"]},
    ),
    "annotated parameter": (
        {"main.py": "class A:\n    def m(self): pass\ndef f(a: A, b: 'A'): a.m(); b.m()\n"},
        {"main.f": ["main.A.m"]},
    ),
    "annotated field": (
        {"main.py": "class A:\n    def m(self): pass\nclass C:\n    a: A\n    def f(self): self.a.m()\n"},
        {"main.C.f": ["main.A.m"]},
    ),
    "returned instance": (
        {"main.py": "class A:\n    def m(self): pass\ndef make(): return A()\ndef f(): make().m()\n"},
        {"main.make": ["main.A"], "main.f": ["main.A.m", "main.make"]},
    ),
    "declared return": (
        {"main.py": "class A:\n    def m(self): pass\ndef make() -> A: return hidden()\ndef f(): make().m()\n"},
        {"main.f": ["main.A.m", "main.make"]},
    ),
    "return self keeps the subclass": (
        {"main.py": "class B:\n    def chain(self): return self\nclass A(B):\n    def m(self): pass\ndef f(): A().chain().m()\n"},
        {"main.f": ["main.A", "main.A.m", "main.B.chain"]},
    ),
    "fluent chain through locals": (
        {
            "main.py": "class Q:\n    def _clone(self):\n        c = self.__class__()\n        return c\n"
            "    def all(self): return self._clone()\n    def first(self): pass\nclass S(Q):\n    def last(self): pass\n"
            "def f(): S().all().last()\n"
        },
        {"main.Q._clone": ["main.S"], "main.Q.all": ["main.Q._clone"], "main.f": ["main.Q.all", "main.S", "main.S.last"]},
    ),
    "callable instance": (
        {"main.py": "class A:\n    def __call__(self): pass\na = A()\na()\n"},
        {"main": ["main.A", "main.A.__call__"]},
    ),
    "function in a variable": (
        {"main.py": "def f(): pass\ng = f\ng()\n"},
        {"main": ["main.f"]},
    ),
    "lambda": (
        {"main.py": "def f(): pass\ng = lambda: f()\ng()\n"},
        {"main": ["main.<lambda1>"], "main.<lambda1>": ["main.f"]},
    ),
    "closure that is returned": (
        {"main.py": "def f():\n    def g(): pass\n    return g\nf()()\n"},
        {"main": ["main.f", "main.f.g"]},
    ),
    "literals": (
        {"main.py": "def f(x): ', '.join(x).strip(); [].append(1); {}.get(1)\n"},
        {"main.f": ["<dict>.get", "<list>.append", "<str>.join", "<str>.strip"]},
    ),
    "decorator": (
        {"main.py": "def deco(f): return f\n@deco\ndef g(): pass\ng()\n"},
        {"main": ["main.deco", "main.g"]},
    ),
    "decorator with arguments": (
        {"main.py": "def deco(n):\n    def wrap(f): return f\n    return wrap\n@deco(1)\ndef g(): pass\n"},
        {"main": ["main.deco", "main.deco.wrap"]},
    ),
    "transparent decorator": (
        {"main.py": "import functools\n@functools.lru_cache(maxsize=None)\ndef g(): pass\ng()\n"},
        {"main": ["functools.lru_cache", "main.g"]},
    ),
    "property is read, and its value called": (
        {
            "main.py": "class A:\n    def m(self): pass\nclass C:\n    @property\n    def a(self): return A()\n"
            "    def f(self): self.a.m()\n"
        },
        {"main.C.a": ["main.A"], "main.C.f": ["main.A.m"]},
    ),
    "redefinition is one name": (
        {"main.py": "import sys\nif sys.argv:\n    def f(): pass\nelse:\n    def f(): pass\nf()\n"},
        {"main": ["main.f"]},
    ),
    "conditional import may be either": (
        {
            "a.py": "def f(): pass\n",
            "b.py": "def f(): pass\n",
            "main.py": "try:\n    from a import f\nexcept E:\n    from b import f\nf()\n",
        },
        {"main": ["a.f", "b.f"]},
    ),
    "unknown receiver is not asserted": (
        {"main.py": "class A:\n    def get(self): pass\ndef f(x): x.get()\n"},
        {},
    ),
    "external base owns what the project does not define": (
        {
            "main.py": "import unittest\nclass T(unittest.TestCase):\n"
            "    def test(self): self.assertEqual(1, 1); self.mine()\n    def mine(self): pass\n"
        },
        {"main.T.test": ["main.T.mine", "unittest.TestCase.assertEqual"]},
    ),
    "two external bases decide nothing": (
        {"main.py": "import a, b\nclass T(a.A, b.B):\n    def test(self): self.run()\n"},
        {},
    ),
    "unresolved base decides nothing": (
        {"main.py": "def base(): return hidden()\nclass T(base()):\n    def test(self): self.run()\n"},
        {"main": ["main.base"]},
    ),
    "static call through the class": (
        {"main.py": "class A:\n    def m(self): pass\ndef f(a): A.m(a)\n"},
        {"main.f": ["main.A.m"]},
    ),
    "nested class": (
        {"main.py": "class A:\n    class B:\n        def m(self): pass\nA.B().m()\n"},
        {"main": ["main.A.B", "main.A.B.m"]},
    ),
    "comprehension belongs to its scope": (
        {"main.py": "def f(x): pass\ndef g(xs): return [f(x) for x in xs]\n"},
        {"main.g": ["main.f"]},
    ),
    "default value belongs to the scope around": (
        {"main.py": "def f(): pass\ndef g(x=f()): pass\n"},
        {"main": ["main.f"]},
    ),
    "exception class": (
        {"main.py": "class E(Exception): pass\ndef f(): raise E('x')\ndef g(): raise ValueError('x')\n"},
        {"main.f": ["main.E"], "main.g": ["<builtin>.ValueError"]},
    ),
    "context manager": (
        {"main.py": "class A:\n    def __enter__(self): return self\n    def m(self): pass\ndef f():\n    with A() as a: a.m()\n"},
        {"main.f": ["main.A", "main.A.__enter__", "main.A.m"]},
    ),
    "async": (
        {"main.py": "class A:\n    async def m(self): return A()\nasync def f():\n    a = await A().m()\n    await a.m()\n"},
        {"main.A.m": ["main.A"], "main.f": ["main.A", "main.A.m"]},
    ),
    "submodule by attribute of its package": (
        {"p/__init__.py": "from . import m\n", "p/m.py": "def f(): pass\n", "main.py": "import p\np.m.f()\n"},
        {"main": ["p.m.f"]},
    ),
    "submodule next to a function of its name": (
        {"p/__init__.py": "from .m import m\n", "p/m.py": "def m(): pass\n", "main.py": "from p import m\nm()\n"},
        {"main": ["p.m.m"]},
    ),
    "script beside its helper": (
        {"tools/a.py": "import helper\nhelper.f()\n", "tools/helper.py": "def f(): pass\n"},
        {"tools.a": ["tools.helper.f"]},
    ),
    "assignment after the use is not seen": (
        {"main.py": "class A:\n    def m(self): pass\ndef f(x):\n    x.m()\n    x = A()\n"},
        {"main.f": ["main.A"]},
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_of_a_program_are_exactly_the_expected_ones(name: str) -> None:
    """Asserted calls, no fewer and no more."""
    program, expected = PROGRAMS[name]
    assert calls(program) == expected


AMBIGUOUS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "unknown receiver": (
        {"main.py": "class A:\n    def get(self): pass\nclass B:\n    def get(self): pass\ndef get(): pass\ndef f(x): x.get()\n"},
        {"main.f": ["main.A.get", "main.B.get"]},
    ),
    "unknown receiver of a name that nobody defines": (
        {"main.py": "def f(x): x.get()\n"},
        {"main.f": ["?.get"]},
    ),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_calls_are_candidates_and_never_asserted(name: str) -> None:
    """With `all` the candidates appear, without it they do not."""
    program, expected = AMBIGUOUS[name]
    assert calls(program, "all") == expected
    asserted = {name for names in calls(program).values() for name in names}
    assert not asserted & {name for names in expected.values() for name in names if name.endswith((".get", ".m", ".f"))}


def test_an_implementation_is_registered_for_a_class_that_comes_after_many_nodes() -> None:
    """Its number as a node is above that of any name, where few names are used for much: it was looked up among them."""
    generic = (
        "from functools import singledispatch\nclass Shape: pass\n@singledispatch\ndef show(value): pass\n"
        "@show.register\ndef show_shape(value: Shape): pass\ndef use(): show(Shape())\n"
    )
    found = calls({"a.py": "class A:\n    def f(self): pass\n" * 300, "main.py": generic})
    assert found["main.use"] == ["main.Shape", "main.show_shape"]


def test_every_definition_that_can_call_or_be_called_is_a_key() -> None:
    """Also what calls nothing; variables and fields are no keys."""
    program = {
        "p/__init__.py": "X = 1\n",
        "p/a.py": "class A:\n    y = 2\n    def m(self):\n        def n(): pass\n        return lambda: 0\n",
    }
    assert [name for name, _ in graph_of(program).adjacency()] == ["p", "p.a", "p.a.A", "p.a.A.m", "p.a.A.m.<lambda1>", "p.a.A.m.n"]


def edges(program: dict[str, str], name: str, kind: str) -> list[tuple[str, str, str]]:
    """(target, resolution, reason) of a node's outgoing edges of one kind."""
    from lepasserelle.model import EdgeKind

    graph = graph_of(program)
    return [(e.target, e.resolution, e.reason) for e in graph.edges(graph.find(name)[0], EdgeKind[kind.upper()], "out")]


def test_property_access_reads_the_accessor_and_assignment_writes_the_setter() -> None:
    """A property is read like a variable; it is not a call."""
    program = {
        "main.py": "class A:\n    @property\n    def p(self): return 1\n    @p.setter\n    def p(self, v): pass\n"
        "    def r(self): return self.p\n    def w(self): self.p = 2\n"
    }
    graph = graph_of(program)
    getter, setter = [node for node in graph.find("main.A.p") if graph.kind(node).is_callable]
    assert [e.source for e in graph.callers(getter, "all")] == []
    from lepasserelle.model import EdgeKind

    assert graph.neighbours(graph.find("A.r")[0], EdgeKind.READS, "out") == [getter]
    assert graph.neighbours(graph.find("A.w")[0], EdgeKind.WRITES, "out") == [setter]


def test_fields_and_variables_are_read_and_written() -> None:
    """Module variables, class fields and instance attributes."""
    program = {
        "main.py": "N = 1\nclass A:\n    k = 2\n    def __init__(self): self.z = N\n    def f(self): return self.z + self.k\n"
        "def g():\n    global N\n    N = 2\n"
    }
    assert [t for t, _, _ in edges(program, "A.__init__", "writes")] == ["main.A.z"]
    assert [t for t, _, _ in edges(program, "A.__init__", "reads")] == ["main.N"]
    assert [t for t, _, _ in edges(program, "A.f", "reads")] == ["main.A.k", "main.A.z"]
    assert [t for t, _, _ in edges(program, "main.g", "writes")] == ["main.N"]


def test_inheritance_follows_resolved_names_only() -> None:
    """A class of the same last name elsewhere is not the base."""
    program = {
        "a.py": "class Base: pass\n",
        "b.py": "class Base: pass\n",
        "main.py": "from a import Base as B\nimport ext\nclass C(B, ext.Base): pass\nclass D(Base): pass\n",
    }
    assert edges(program, "main.C", "inherits") == [
        ("a.Base", "exact", "imported by name"),
        ("ext.Base", "exact", "member of what is named before it"),
    ]
    assert [(t, r) for t, r, _ in edges(program, "main.D", "inherits")] == [("?.Base", "ambiguous")]


def test_imports_name_the_module_and_the_member() -> None:
    """Both are stated, each once, with the line."""
    program = {"p/__init__.py": "", "p/m.py": "def f(): pass\n", "main.py": "from p.m import f\nfrom p import m\nimport json\n"}
    assert [t for t, _, _ in edges(program, "main", "imports")] == ["json", "p", "p.m", "p.m.f"]


def test_edges_carry_all_their_sites_and_reasons() -> None:
    """Two calls on different lines are one edge with two sites."""
    graph = graph_of({"main.py": "class A:\n    def m(self): pass\ndef f(a: A):\n    a.m()\n\n    a.m(); a.m()\n"})
    (edge,) = graph.callers(graph.find("A.m")[0])
    assert (edge.source, edge.resolution, edge.reason) == ("main.f", "inferred", "declared type")
    assert edge.sites == (("main.py", 4), ("main.py", 6))


def test_ambiguous_edge_keeps_the_written_name_and_lists_candidates() -> None:
    """`target` is what the code says; `candidates` what it could mean."""
    graph = graph_of({"main.py": "class A:\n    def get(self): pass\nclass B:\n    def get(self): pass\ndef f(x): x.get()\n"})
    (edge,) = graph.callees(graph.find("main.f")[0])
    assert (edge.target, edge.resolution, edge.candidates) == ("get", "ambiguous", ("main.A.get", "main.B.get"))
    assert graph.callers(graph.find("A.get")[0]) == []
    assert [e.source for e in graph.callers(graph.find("A.get")[0], "all")] == ["main.f"]


def test_a_decorator_is_called_on_its_own_line() -> None:
    """Not on that of the first decorator, and not on that of the function; several of one name each on theirs."""
    program = {
        "main.py": "def one(f): return f\ndef two(x): return len\n\n@one\n@two(\n    1,\n)\n# between\n\n@one\ndef f(): pass\n\n"
        "class K:\n    @property\n    @one\n    def p(self): pass\n"
    }
    graph = graph_of(program)
    (one,) = graph.find("main.one")
    sites = sorted(site for edge in graph.callers(one) for site in edge.sites)
    assert sites == [("main.py", 4), ("main.py", 10), ("main.py", 15)]
    (two,) = graph.find("main.two")
    assert [edge.sites for edge in graph.callers(two)] == [(("main.py", 5),)]
