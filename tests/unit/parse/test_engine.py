"""What the engine does for every language, shown on small pieces of Python, JavaScript and TypeScript."""

from pathlib import Path

import pytest

from lepasserelle.model import Definition, FileFacts, FlowKind, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import LANGUAGES, parse
from lepasserelle.parse.captures import ROLES, roles_of
from lepasserelle.parse.chains import LIMIT, root_of, shorten
from lepasserelle.parse.grammar import grammar, query_text
from lepasserelle.parse.lines import Lines
from lepasserelle.parse.matrix import matrix
from lepasserelle.parse.regions import Holes, Regions

REPOSITORY = Path(__file__).parents[3]


def python(text: str) -> FileFacts:
    """Facts of a piece of Python."""
    return parse(text.encode(), "python")


def javascript(text: str) -> FileFacts:
    """Facts of a piece of JavaScript."""
    return parse(text.encode(), "javascript")


def named(facts: FileFacts, name: str) -> Definition:
    """The first definition of a name."""
    return next(definition for definition in facts.definitions if definition.name == name)


def chains(facts: FileFacts, role: Role) -> list[str]:
    """What is called, read or written, in order."""
    return [reference.chain for reference in facts.references if reference.role == role]


def flows(facts: FileFacts, kind: FlowKind) -> list[tuple[str, str]]:
    """Target and source of the flows of a kind, in order."""
    return [(flow.target, flow.source) for flow in facts.flows if flow.kind == kind]


def test_the_matrix_in_the_documentation_is_up_to_date() -> None:
    """docs/languages.md is what the specs claim."""
    assert (REPOSITORY / "docs" / "languages.md").read_text("utf-8") == matrix()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_query_compiles_and_each_pattern_has_a_role(language: str) -> None:
    """A pattern with captures but without a role would silently do nothing; compiling refuses it."""
    from tree_sitter import Query

    held = grammar(language)
    text = query_text(held.spec)
    roles = roles_of(Query(held.language, text), text.encode())
    assert set(roles.by_pattern) <= {*ROLES, "definition", ""}


def test_the_vocabulary_explains_every_role() -> None:
    """Who writes a query finds each capture name in VOCABULARY.md."""
    page = (REPOSITORY / "src" / "lepasserelle" / "parse" / "VOCABULARY.md").read_text("utf-8")
    assert [role for role in ROLES if f"@{role}" not in page] == []


def test_a_pattern_without_a_role_is_refused() -> None:
    """A misspelt capture name is an error, not a pattern that never matters."""
    from tree_sitter import Query

    text = "(identifier) @identifer"
    with pytest.raises(ValueError, match="no capture that says"):
        roles_of(Query(grammar("python").language, text), text.encode())


def test_specs_are_imported_when_asked_for_only() -> None:
    """Importing parse loads no grammar: a fresh interpreter shows it."""
    import subprocess
    import sys

    code = "import sys, lepasserelle.parse as p; print(len(p.LANGUAGES), [m for m in sys.modules if m.startswith('tree_sitter')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"{len(LANGUAGES)} []"


def test_regions_give_the_innermost_owner() -> None:
    """Nested and neighbouring spans, and the places between them."""
    regions = Regions([(0, 10, "a"), (2, 5, "b"), (5, 7, "c"), (3, 4, "d")], "none")
    assert [regions.at(place) for place in range(12)] == [*"aabdbccaaa", "none", "none"]


def test_a_stretch_ends_where_the_owner_changes() -> None:
    """Each byte of a stretch tells the same stretch; the last one has no end."""
    regions = Regions([(0, 10, "a"), (2, 5, "b"), (2, 4, "c")], "none")
    assert [regions.stretch(place) for place in (0, 1, 2, 3)] == [(0, 2, "a"), (0, 2, "a"), (2, 4, "c"), (2, 4, "c")]
    assert [regions.stretch(place) for place in (4, 5, 9)] == [(4, 5, "b"), (5, 10, "a"), (5, 10, "a")]
    begin, end, owner = regions.stretch(10)
    assert (begin, owner) == (10, "none")
    assert end > 1 << 60
    assert Regions[str]([], "none").stretch(3)[0] == 0


def test_holes_know_their_inside() -> None:
    """Half open, nested ones swallowed."""
    holes = Holes([(2, 8), (3, 4), (10, 11)])
    assert [place for place in range(13) if place in holes] == [2, 3, 4, 5, 6, 7, 10]
    assert not Holes([])


def test_lines_count_as_editors_do() -> None:
    """With and without a final line feed, empty, and with carriage returns."""
    assert [Lines(text).count for text in (b"", b"a", b"a\n", b"a\nb", b"\n\n", b"a\r\nb\r\n")] == [0, 1, 1, 2, 2, 2]
    assert [Lines(b"ab\ncd").at(place) for place in range(5)] == [1, 1, 1, 2, 2]


def test_a_long_chain_keeps_its_end() -> None:
    """At most 200 characters, cut at a boundary, behind a question mark."""
    chain = shorten("a" + ".bcdef" * 100)
    assert len(chain) <= LIMIT
    assert chain.startswith("?.bcdef")
    assert chain.endswith(".bcdef")
    assert shorten("x" * 300) == "?"


def test_the_root_of_a_chain() -> None:
    """Everything before the first member, call or subscript."""
    assert [root_of(chain) for chain in ("a.b", "f()", "xs[].y", "<self>.x", "?.y", "$x.y", "<lambda1>")] == [
        "a", "f", "xs", "<self>", "?", "$x", "<lambda1>",
    ]  # fmt: skip


def test_definition_zero_is_the_file() -> None:
    """Also of an empty one."""
    facts = parse(b"", "python")
    assert [(d.kind, d.parent, d.start_byte, d.end_byte, d.start_line, d.end_line) for d in facts.definitions] == [
        (NodeKind.MODULE, -1, 0, 0, 1, 1)
    ]
    assert facts.line_count == 0


def test_the_span_holds_decorators_and_not_the_comment_before() -> None:
    """A decorated function begins at its first decorator; its signature does not."""
    facts = python("# comment\n@first\n@second(1)\ndef f(): pass\n")
    found = named(facts, "f")
    assert (found.start_line, found.end_line, found.signature, found.decorators) == (2, 4, "def f()", ("first", "second()"))


def test_the_body_begins_where_the_head_ends() -> None:
    """Default values belong to the scope around, the body to the function."""
    facts = python("def f(a=g()):\n    h()\n")
    function = facts.definitions[1]
    assert function.body_byte == len("def f(a=g()):\n    ")
    assert [(r.chain, r.scope) for r in facts.references] == [("g", 0), ("h", 1)]


def test_a_comment_does_not_get_into_the_signature() -> None:
    """Between head and body there may be one."""
    assert named(python("class A:  # why\n    # more\n    x = 1\n"), "A").signature == "class A"


def test_lambdas_are_numbered_within_their_scope() -> None:
    """In source order, also those in heads and those that are nested."""
    facts = python("a = lambda x=lambda: 1: lambda: x\ndef f(y=lambda: 2):\n    return lambda: y\n")
    found = [(d.name, d.parent) for d in facts.definitions if d.kind == NodeKind.LAMBDA]
    assert found == [("<lambda1>", 0), ("<lambda2>", 0), ("<lambda1>", 2), ("<lambda3>", 0), ("<lambda1>", 5)]


def test_conditional_and_repeated_functions_are_all_kept() -> None:
    """A variable is one, however often it is assigned."""
    facts = python("if a:\n    def f(): pass\nelse:\n    def f(): pass\nx = 1\nx = 2\n")
    assert [d.name for d in facts.definitions[1:]] == ["f", "f", "x"]
    assert chains(facts, Role.WRITE) == ["x"]


@pytest.mark.parametrize(
    ("head", "flags"),
    [
        ("@staticmethod\n    def f(x)", NodeFlag.STATIC),
        ("@classmethod\n    def f(x)", NodeFlag.CLASS_METHOD),
        ("@property\n    def f(x)", NodeFlag.ACCESSOR),
        ("@f.setter\n    def f(x, v)", NodeFlag.ACCESSOR),
        ("@abc.abstractmethod\n    def f(x)", NodeFlag.DECLARATION),
        ("@typing.overload\n    def f(x)", NodeFlag.DECLARATION),
        ("async def f(x)", NodeFlag.ASYNC),
    ],
)
def test_flags_of_methods(head: str, flags: NodeFlag) -> None:
    """Decorators and modifiers become flags."""
    found = named(python(f"class A:\n    {head}: ...\n"), "f")
    assert NodeFlag(found.flags) == flags | NodeFlag.EXPORTED


@pytest.mark.parametrize(
    ("name", "kind", "exported"),
    [
        ("LIMIT", NodeKind.CONSTANT, True),
        ("_LIMIT", NodeKind.CONSTANT, False),
        ("limit", NodeKind.VARIABLE, True),
        ("__all__", NodeKind.VARIABLE, True),
        ("__private", NodeKind.VARIABLE, False),
    ],
)
def test_kinds_and_visibility_of_module_names(name: str, kind: NodeKind, exported: bool) -> None:
    """By their spelling, as Python people read them."""
    found = named(python(f"{name} = 1\n"), name)
    assert (found.kind, bool(found.flags & NodeFlag.EXPORTED)) == (kind, exported)


def test_the_receiver_is_the_first_parameter_whatever_it_is_called() -> None:
    """Also in closures, unless they bind the name themselves; never in a static method."""
    facts = python(
        "class A:\n"
        "    def f(me):\n"
        "        def g(): return me.x\n"
        "        def h(me): return me.y\n"
        "        return lambda: me.z\n"
        "    @staticmethod\n"
        "    def s(me): return me.w\n"
        "    @classmethod\n"
        "    def c(k): return k.v()\n"
    )
    assert chains(facts, Role.READ) == ["<self>.x", "me.y", "<self>.z", "staticmethod", "me.w", "classmethod"]
    assert chains(facts, Role.CALL) == ["<class>.v"]


def test_super_is_a_receiver_and_no_call() -> None:
    """In both forms."""
    facts = python("class A(B):\n    def f(self):\n        super().f()\n        super(A, self).g(1)\n")
    assert [(r.chain, r.arity) for r in facts.references if r.role == Role.CALL] == [("<super>.f", 0), ("<super>.g", 1)]


def test_instance_attributes_are_fields_of_the_class_once() -> None:
    """By the first assignment, also in a closure and by unpacking; not of other objects."""
    facts = python(
        "class A:\n"
        "    x = 0\n"
        "    def f(self, other):\n"
        "        self.x = 1\n"
        "        self.y, other.z = 1, 2\n"
        "        def g(): self.w = 3\n"
        "    def h(self):\n"
        "        self.y = 4\n"
        "        self.deep.er = 5\n"
    )
    assert [(d.name, d.start_line, d.parent) for d in facts.definitions if d.kind == NodeKind.FIELD] == [
        ("x", 2, 1),
        ("y", 5, 1),
        ("w", 6, 1),
    ]


def test_locals_are_no_references_and_globals_are() -> None:
    """Parameters, assignments, loops, with, except, walrus, comprehensions and match captures bind."""
    facts = python(
        "G = 0\n"
        "def f(a, *b, c=1, **d):\n"
        "    global G\n"
        "    e = a; G = e\n"
        "    for i, (j, *k) in b: i, j, k\n"
        "    with c as l, d as (m, n): l, m, n\n"
        "    try: (o := 1)\n"
        "    except E as p: p, o\n"
        "    [q for q in a if q]\n"
        "    match a:\n"
        "        case {'k': r, **s} | [t, *u] | K(v=w) as x: r, s, t, u, w, x\n"
        "    return outer\n"
    )
    assert chains(facts, Role.READ) == ["E", "K", "outer"]
    assert chains(facts, Role.WRITE) == ["G"]


def test_members_of_locals_are_references() -> None:
    """What is local is the name, not what hangs on it."""
    facts = python("def f(a):\n    a.b = a.c\n    a[0] = a.d()\n")
    assert [(Role(r.role).name, r.chain) for r in facts.references] == [("WRITE", "a.b"), ("READ", "a.c"), ("CALL", "a.d")]


@pytest.mark.parametrize(
    ("expression", "call", "arity"),
    [
        ("a.b.c(1, 2)", "a.b.c", 2),
        ("Foo(1).bar()", "Foo().bar", 0),
        ("xs[0].f(x)", "xs[].f", 1),
        ("(await g()).h(k=1)", "g().h", 1),
        ("(a or b).c(*d)", "?.c", -1),
        ("'x'.join(y for y in z)", "<str>.join", 1),
        ("f(1, **k)", "f", -1),
        ("f(  # why\n1)", "f", 1),
        ("[].append(1)", "<list>.append", 1),
        ("(lambda: 1)()", "<lambda1>", 0),
        ("a . b\n.c()", "a.b.c", 0),
    ],
)
def test_calls_are_lowered_to_chains(expression: str, call: str, arity: int) -> None:
    """The chains of the model, with the number of arguments."""
    facts = python(f"({expression})\n")
    assert (call, arity) in [(r.chain, r.arity) for r in facts.references if r.role == Role.CALL]


def test_receivers_and_callees_are_no_reads_of_their_own() -> None:
    """`a.b().c` reads one thing and calls another."""
    facts = python("a.b().c\nd.e\nf(g.h)\n(i.j).k\n")
    assert chains(facts, Role.READ) == ["a.b().c", "d.e", "g.h", "i.j.k"]
    assert chains(facts, Role.CALL) == ["a.b", "f"]


def test_a_value_of_an_assignment_is_still_read() -> None:
    """Flows and references are told apart."""
    facts = python("x = y.z\n")
    assert flows(facts, FlowKind.ASSIGN) == [("x", "y.z")]
    assert chains(facts, Role.READ) == ["y.z"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x = f()", [("x", "f()")]),
        ("x = y = g", [("x", "g"), ("y", "g")]),
        ("a, b = c, d", [("a", "c"), ("b", "d")]),
        ("a, b = c", [("a", "?"), ("b", "?")]),
        ("a, *b = c, d", [("a", "?"), ("b", "?")]),
        ("for i in xs.ys: pass", [("i", "xs.ys[]")]),
        ("with o() as s: pass", [("s", "o().__enter__()")]),
        ("x: int = 3", [("x", "<int>")]),
        ("x = None", [("x", "<none>")]),
        ("x = a if b else c", [("x", "?")]),
        ("x.y[0] = z", [("x.y[]", "z")]),
    ],
)
def test_assignments_flow(statement: str, expected: list[tuple[str, str]]) -> None:
    """Each target with the chain of what it gets."""
    assert flows(python(statement + "\n"), FlowKind.ASSIGN) == expected


@pytest.mark.parametrize(
    ("annotation", "chain"),
    [
        ("Foo", "Foo"),
        ("m.Foo", "m.Foo"),
        ("Foo[Bar]", "Foo"),
        ("Optional[Foo]", "Foo"),
        ("typing.Optional[m.Foo]", "m.Foo"),
        ("Foo | None", "Foo"),
        ("None | Foo", "Foo"),
        ("Foo | Bar", "?"),
        ("'Foo'", "Foo"),
        ("'m.Foo'", "m.Foo"),
        ("ClassVar[list[Foo]]", "list{Foo}"),
        ("dict[str, m.Foo]", "dict{m.Foo}"),
        ("list", "list"),
        ("None", "<none>"),
    ],
)
def test_declared_types_are_lowered(annotation: str, chain: str) -> None:
    """Arguments dropped but for the elements of containers, wrappers and None seen through, quotes removed."""
    facts = python(f"def f(x: {annotation}) -> {annotation}: pass\n")
    assert flows(facts, FlowKind.PARAMETER) == [("x", chain)]
    assert flows(facts, FlowKind.RETURN) == [("<type>", chain)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import a.b", ("a.b", "", "a", 0)),
        ("import a.b as c", ("a.b", "", "c", 0)),
        ("from . import a", ("", "a", "a", 1)),
        ("from ..a.b import c as d", ("a.b", "c", "d", 2)),
        ("from a import *", ("a", "*", "", 0)),
        ("from . import *", ("", "*", "", 1)),
        ("from __future__ import annotations", ("__future__", "annotations", "annotations", 0)),
    ],
)
def test_python_imports(statement: str, expected: tuple[str, str, str, int]) -> None:
    """Every form."""
    assert [(i.module, i.name, i.alias, i.level) for i in python(statement + "\n").imports] == [expected]


def test_imports_that_may_not_happen_are_conditional() -> None:
    """In try, if and functions; under TYPE_CHECKING they are for types only."""
    facts = python("import a\ntry: import b\nexcept E: import c\nif TYPE_CHECKING:\n    import d\ndef f():\n    import e\n")
    assert [ImportFlag(i.flags) for i in facts.imports] == [
        ImportFlag(0),
        ImportFlag.CONDITIONAL,
        ImportFlag.CONDITIONAL,
        ImportFlag.TYPE_ONLY | ImportFlag.CONDITIONAL,
        ImportFlag.CONDITIONAL,
    ]
    assert facts.imports[4].scope == 1


def test_complexity_counts_decisions_of_the_own_body() -> None:
    """1 + decisions; a nested function counts for itself."""
    facts = python(
        "def f(a):\n    if a and b: pass\n    elif c: pass\n"
        "    def g():\n        for x in y: pass\n    return [z for z in a if z]\n"
    )
    assert {d.name: d.complexity for d in facts.definitions[1:]} == {"f": 6, "g": 2}


def test_the_value_of_dunder_all_is_exported() -> None:
    """Also what is added to it."""
    facts = python("__all__ = ['a']\n__all__ += ('b',)\n")
    assert flows(facts, FlowKind.EXPORT) == [("a", "a"), ("b", "b")]


def test_this_means_the_class_only_where_javascript_says_so() -> None:
    """Arrow functions inherit it, other functions have one of their own, static methods mean the class."""
    facts = javascript(
        "class A {\n"
        "  f() { return () => this.a; }\n"
        "  g() { return function () { return this.b; }; }\n"
        "  static h() { this.c; }\n"
        "  i = this.d;\n"
        "}\n"
        "function k() { this.e; }\n"
    )
    assert chains(facts, Role.READ) == ["<self>.a", "this.b", "<class>.c", "<self>.d", "this.e"]


def test_functions_are_named_by_what_they_are_assigned_to() -> None:
    """Variables, members, properties, class fields; all others are lambdas."""
    facts = javascript(
        "const a = () => 1; b = function () {}; c.d = () => 2; x = { e: () => 3, f() {} }; g(() => 4);\nclass H { i = () => 5 }\n"
    )
    assert [(d.name, NodeKind(d.kind).word) for d in facts.definitions[1:] if d.complexity and d.name != "H"] == [
        ("a", "function"),
        ("b", "function"),
        ("d", "method"),
        ("e", "method"),
        ("f", "method"),
        ("<lambda1>", "lambda"),
        ("i", "method"),
    ]


def test_a_name_is_local_by_declaration_in_javascript() -> None:
    """An assignment alone writes the variable of the scope around."""
    facts = javascript("let a, b; function f(c, { d, e: g } = {}, ...h) { let i = c; a = d; b = i; [g, h]; }\n")
    assert chains(facts, Role.WRITE) == ["a", "b"]
    assert chains(facts, Role.READ) == []


def test_destructuring_tells_which_member_is_taken() -> None:
    """Keys become members of the source, arrays are not followed."""
    facts = javascript("function f(s) { const { a, b: { c: d = 1 }, ...e } = s.t(); let [g] = s; }\n")
    assert flows(facts, FlowKind.ASSIGN) == [("a", "s.t().a"), ("d", "s.t().b.c"), ("e", "?"), ("g", "?")]


def test_problems_say_where_and_the_rest_is_read() -> None:
    """A syntax error costs the broken part."""
    facts = python("def f():\n    return 1\n\ndef g(:\n    pass\n\ndef h():\n    return f()\n")
    assert {"f", "h"} <= {d.name for d in facts.definitions}
    assert [p.line for p in facts.problems] == [4]
    assert "f" in chains(facts, Role.CALL)


def test_typescript_overloads_are_declarations_beside_their_implementation() -> None:
    """Each signature is kept."""
    facts = parse(b"function f(a: A): B;\nfunction f(a: C): D;\nfunction f(a: any) { return a; }\n", "typescript")
    assert [bool(d.flags & NodeFlag.DECLARATION) for d in facts.definitions[1:]] == [True, True, False]
    assert flows(facts, FlowKind.PARAMETER) == [("a", "A"), ("a", "C"), ("a", "any")]


def test_facts_do_not_depend_on_what_was_parsed_before() -> None:
    """Remembered names are a cache and nothing else."""
    text = (Path(__file__).parents[2] / "golden" / "samples" / "python" / "ledger.py").read_bytes()
    first = parse(text, "python")
    parse(b"self = None\nos = 'x'\nAccount.build = 1\n", "python")
    assert parse(text, "python") == first
