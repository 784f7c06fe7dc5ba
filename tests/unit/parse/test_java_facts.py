"""Java: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, FlowKind, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "java")


def kinds(facts: FileFacts) -> list[tuple[str, str]]:
    """Name and kind of every definition but the file."""
    return [(d.name, NodeKind(d.kind).word) for d in facts.definitions[1:]]


def named(facts: FileFacts, role: Role) -> list[str]:
    """The chains of one role, in order."""
    return [reference.chain for reference in facts.references if reference.role == role]


def flags(facts: FileFacts, name: str) -> NodeFlag:
    """The flags of the first definition of that name."""
    return NodeFlag(next(d.flags for d in facts.definitions if d.name == name))


def flows(facts: FileFacts, kind: FlowKind) -> list[tuple[str, str]]:
    """Target and source of every flow of a kind."""
    return [(flow.target, flow.source) for flow in facts.flows if flow.kind == kind]


def test_one_statement_imports_a_static_member_or_all_of_a_package() -> None:
    """Each import form keeps its module, its name and its flag."""
    facts = told("import a.B;\nimport a.*;\nimport static a.B.c;\nimport static a.B.*;\nclass X {}\n")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [
        ("a", "B", "B"),
        ("a", "*", ""),
        ("a.B", "c", "c"),
        ("a.B", "*", ""),
    ]
    assert [bool(i.flags & ImportFlag.STATIC) for i in facts.imports] == [False, False, True, True]


def test_a_constructor_that_calls_another_calls_its_own_class() -> None:
    """A `this(…)` is a call of the class, a `super(…)` one of the parent."""
    facts = told("class A { A() { this(1); } A(int x) { super(x); } }")
    assert named(facts, Role.CALL) == ["<class>", "<super>"]


def test_components_of_a_record_are_its_properties() -> None:
    """A record's head declares members, with their types."""
    facts = told("record P(int x, Q y) {}")
    assert kinds(facts) == [("P", "class"), ("x", "property"), ("y", "property")]
    assert [d.parent for d in facts.definitions[2:]] == [1, 1]
    assert flows(facts, FlowKind.DECLARE) == [("x", "int"), ("y", "Q")]


def test_an_annotation_in_the_middle_does_not_hide_a_modifier() -> None:
    """`public @Nullable A f()` is public, and the annotation is known."""
    facts = told("class B { public @Nullable A f() { return null; } }")
    assert flags(facts, "f") == NodeFlag.EXPORTED
    assert facts.definitions[2].decorators == ("Nullable",)


def test_type_parameters_are_no_reads() -> None:
    """`T` inside its definition names nothing outside; the same letter elsewhere does."""
    facts = told("class A<T> { T f(T t) { return t; } }\nclass B { T g; }\n")
    assert named(facts, Role.READ) == ["T"]


def test_an_anonymous_class_is_a_class_with_its_base() -> None:
    """The methods of `new Runnable() {…}` have a parent of their own."""
    facts = told("class A { Object f() { return new Runnable() { public void run() {} }; } }")
    assert kinds(facts) == [("A", "class"), ("f", "method"), ("<class1>", "class"), ("run", "method")]
    assert facts.definitions[3].bases == ("Runnable",)


def test_a_broken_method_costs_itself() -> None:
    """What stands around a syntax error is still read."""
    facts = told("class A {\n void f() { int x = ; }\n void g() { h(); }\n}\nclass B {}\n")
    assert facts.problems
    assert {"g", "B"} <= {name for name, _ in kinds(facts)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"class A { void f( { } }",
        b"(" * 3_000,
        b"class A { int x = " + b"f(" * 2_000 + b"1" + b")" * 2_000 + b"; }",
    ],
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "java").definitions[0].kind == NodeKind.MODULE
