"""Small Python programs in which a name is easily given to the wrong definition: none of these edges may be asserted."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

Program = dict[str, str]


def graph_of(program: Program) -> Graph:
    """A graph of a program given as path → source."""
    files = []
    for path in sorted(program, key=str.encode):
        module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(path, module, "python", 0, parse(program[path].encode(), "python")))
    return Graph(link(lambda: iter(files)))


def calls(program: Program, resolution: str = "inferred") -> dict[str, list[str]]:
    """The adjacency without those that call nothing."""
    return {caller: callees for caller, callees in graph_of(program).adjacency(resolution=resolution) if callees}


_THREE = "class A:\n    def m(self): pass\nclass B(A):\n    def m(self): pass\nclass C(B):\n"

ASSERTED: dict[str, tuple[Program, dict[str, list[str]]]] = {
    "a type parameter of a function hides a class": (
        {"a.py": "class T:\n    def __init__(self): pass\ndef make[T](kind: type[T]) -> T: return T()\n"},
        {},
    ),
    "a type parameter of a class hides a class in its methods": (
        {"a.py": "class T:\n    def __init__(self): pass\nclass Box[T: int]:\n    def make(self): return T()\n"},
        {},
    ),
    "an argument of a generic type is no type parameter": (
        {"a.py": "class T:\n    def __init__(self): pass\ndef make(kind: list[T]): return T()\n"},
        {"a.make": ["a.T.__init__"]},
    ),
    "two objects that are each the only one of their class, in code without a member": (
        {
            "a.py": "def f(): pass\ndef g(): pass\n"
            "class One:\n    def __call__(self): f()\nclass Two:\n    def __call__(self): g()\n"
            "one = One()\ntwo = Two()\n"
            "def first(x):\n    if x is one: return\n    x()\ndef second(y):\n    if y is two: return\n    y()\n"
            "first(one)\nfirst(two)\nsecond(one)\nsecond(two)\n"
        },
        {
            "a": ["a.One", "a.Two", "a.first", "a.second"],
            "a.One.__call__": ["a.f"],
            "a.Two.__call__": ["a.g"],
            "a.first": ["a.Two.__call__"],
            "a.second": ["a.One.__call__"],
        },
    ),
    "a name that a number was added to": (
        {"a.py": "def g1(): pass\ng1 = 1\ng1 += 1\ng1()\n"},
        {},
    ),
    "a name that was deleted": (
        {"a.py": "def f(): pass\ndel f\nf()\n"},
        {},
    ),
    "a receiver that something unknown is bound to": (
        {"a.py": "class A:\n    def go(self): pass\n    def run(self):\n        self = open('x')\n        self.go()\n"},
        {"a.A.run": ["<builtin>.open"]},
    ),
    "an import whose name is given another value behind it": (
        {"m.py": "def f(): pass\n", "a.py": "from m import f\nf = 5\ndef g(): f()\n"},
        {},
    ),
    "the same through another module": (
        {
            "m.py": "def f(): pass\n",
            "a.py": "from m import f\nf = 5\n",
            "b.py": "from a import f\ndef g(): f()\n",
            "c.py": "import a\ndef g(): a.f()\n",
        },
        {},
    ),
    "the same in a function": (
        {"m.py": "def f(): pass\n", "a.py": "def g():\n    from m import f\n    f = 5\n    f()\n"},
        {},
    ),
    "the same in a class": (
        {"m.py": "def f(): pass\n", "a.py": "class K:\n    from m import f\n    f = 5\n    def g(self): self.f()\n"},
        {},
    ),
    "the same of a module": (
        {"m.py": "def f(): pass\n", "a.py": "import m\nm = 5\ndef g(): m.f()\n"},
        {},
    ),
    "a use before the import's name is given another value": (
        {"m.py": "def f(): pass\n", "a.py": "from m import f\nf()\nf = 5\n"},
        {"a": ["m.f"]},
    ),
    "an import behind another value of its name": (
        {"m.py": "def f(): pass\n", "a.py": "f = 5\nfrom m import f\ndef g(): f()\n"},
        {"a.g": ["m.f"]},
    ),
    "an import that may fail": (
        {"m.py": "def f(): pass\n", "a.py": "try:\n    from m import f\nexcept ImportError:\n    f = None\ndef g(): f()\n"},
        {"a.g": ["m.f"]},
    ),
    "super of the class around it, in both forms": (
        {"main.py": _THREE + "    def f(self): super().m()\n    def g(self): super(C, self).m()\n"},
        {"main.C.f": ["main.B.m"], "main.C.g": ["main.B.m"]},
    ),
    "super of another class": ({"main.py": _THREE + "    def m(self): super(B, self).m()\n"}, {}),
    "super of a class found at run time": (
        {"main.py": _THREE + "    def m(self): super(type(self), self).m()\n"},
        {"main.C.m": ["<builtin>.type"]},
    ),
    "super of another object": ({"main.py": _THREE + "    def m(self, o): super(C, o).m()\n"}, {}),
    "one attribute behind an external class, no deeper": (
        {
            "main.py": "import enum\nfrom ext import Thing\nclass E(enum.Enum):\n    def f(self): self.name.lower(); self.other()\n"
            "def g(): Thing.make(); Thing.table.insert(); Thing().go(); Thing().a.b()\n"
        },
        {"main.E.f": ["enum.Enum.other"], "main.g": ["ext.Thing", "ext.Thing.go", "ext.Thing.make"]},
    ),
    "members that a builtin lacks": (
        {"main.py": "class D(dict):\n    def f(self): self.get(1); self.insert(2); dict.fromkeys(3); dict.insert(4)\n"},
        {"main.D.f": ["<builtin>.dict.fromkeys", "<builtin>.dict.get"]},
    ),
    "the metaclass before the external base": (
        {
            "main.py": "import unittest\nclass M(type):\n    def make(cls): pass\n"
            "class T(unittest.TestCase, metaclass=M):\n    @classmethod\n    def f(cls): cls.make()\n    def g(self): self.make()\n"
        },
        {"main.T.f": ["main.M.make"], "main.T.g": ["unittest.TestCase.make"]},
    ),
    "a class below defines what the external base may not have": (
        {
            "main.py": "from html.parser import HTMLParser\nclass A(HTMLParser):\n    def f(self): self.process(); self.feed()\n"
            "class B(A):\n    def process(self): pass\n"
        },
        {"main.A.f": ["html.parser.HTMLParser.feed", "main.B.process"]},
    ),
    "a class that answers for every name": (
        {"main.py": "import ext\nclass A(ext.B):\n    def __getattr__(self, name): pass\n    def f(self): self.g()\n"},
        {},
    ),
    "private names belong to their class": (
        {
            "main.py": "class G:\n    def __p(self): pass\n    def f(self): self.__p()\n"
            "class H(G):\n    def g(self): self.__p()\n    def h(self): self._G__p()\n"
        },
        {"main.G.f": ["main.G.__p"], "main.H.h": ["main.G.__p"]},
    ),
    "private fields belong to their class": (
        {
            "main.py": "class A:\n    def m(self): pass\nclass G:\n    def __init__(self): self.__x = A()\n"
            "    def f(self): self.__x.m()\n"
            "class H(G):\n    def g(self): self.__x.m()\n"
        },
        {"main.G.__init__": ["main.A"], "main.G.f": ["main.A.m"]},
    ),
    "a name bound anew behind its function": (
        {"main.py": "def a(): pass\ndef b(): pass\na = 5\nb = unknown(b)\ndef f(): a(); b()\n"},
        {},
    ),
    "a call before the name is bound anew": (
        {"main.py": "def a(): pass\na()\na = 5\n"},
        {"main": ["main.a"]},
    ),
    "a function behind the assignment": (
        {"main.py": "a = None\ndef a(): pass\ndef f(): a()\n"},
        {"main.f": ["main.a"]},
    ),
    "a decorator applied by hand": (
        {"main.py": "class A:\n    def m(x): pass\n    m = staticmethod(m)\n    def f(self): self.m()\n"},
        {"main.A.f": ["main.A.m"], "main.A": ["<builtin>.staticmethod"]},
    ),
    "a stub beside its module": (
        {"m.py": "def f(): pass\n", "m.pyi": "def f() -> None: ...\n", "main.py": "import m\nm.f()\n"},
        {"main": ["m.f"]},
    ),
    "a stub alone": (
        {"m.pyi": "def f() -> None: ...\n", "main.py": "import m\nm.f()\n"},
        {"main": ["m.f"]},
    ),
}


@pytest.mark.parametrize("name", ASSERTED)
def test_asserted_calls_are_exactly_the_true_ones(name: str) -> None:
    """The adjacency of exact and inferred calls is the written one."""
    program, expected = ASSERTED[name]
    assert calls(program) == expected


def test_transposed_letters_are_offered() -> None:
    """`Crat` shares no pair of letters with `Cart`, and still is nearest to it."""
    assert graph_of({"main.py": "class Cart: pass\nclass Crate: pass\ndef track(): pass\n"}).near("Crat")[0] == "main.Cart"
