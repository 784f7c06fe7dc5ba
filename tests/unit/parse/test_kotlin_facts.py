"""Kotlin: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, FlowKind, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "kotlin")


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


@pytest.mark.parametrize(
    "text",
    [
        "interface F { fun g() }\n",
        "class A { val x: Int get() = 3 }\n",
        "class A { companion object { const val L = 10 } }\n",
        "class A { fun f() {} fun g() { f() } private val x = 1 }\n",
        "class A { var x: Int = 1; private set }\n",
        "enum class C(val r: Int) { A(1) { override fun v() = 1 }; fun w() = 3 }\n",
    ],
)
def test_a_body_on_one_line_is_understood(text: str) -> None:
    """The grammar asks for a line break after the last member; the file need not have one."""
    assert told(text).problems == ()


def test_lines_are_those_of_the_file() -> None:
    """Working around the grammar moves nothing."""
    facts = told("interface F { fun g() }\n\nfun h() { k() }\n")
    assert [(d.name, d.start_line) for d in facts.definitions[1:]] == [("F", 1), ("g", 1), ("h", 3)]
    assert facts.definitions[1].end_byte == 23


def test_members_of_a_nameless_companion_are_static_members_of_the_class() -> None:
    """`A.f()` is how they are called."""
    facts = told("class A {\n  companion object {\n    fun f() = 1\n  }\n}\n")
    assert kinds(facts) == [("A", "class"), ("f", "method")]
    assert flags(facts, "f") == NodeFlag.EXPORTED | NodeFlag.STATIC


def test_a_trailing_lambda_belongs_to_the_call_before() -> None:
    """`f(1) { … }.g()` calls `f` once."""
    facts = told("fun x() { f(1) { h() }.g() }\n")
    assert sorted(named(facts, Role.CALL)) == ["f", "f().g", "h"]


def test_an_extension_says_whose_it_is() -> None:
    """The receiver type is kept when it is defined elsewhere."""
    facts = told("fun String?.half(): Int = 1\nval Foo.size: Int get() = 2\n")
    assert [d.receiver for d in facts.definitions[1:]] == ["String", "Foo"]
    assert flows(facts, FlowKind.RETURN)[0] == ("<type>", "Int")


def test_imports_with_alias_and_star() -> None:
    """Each import binds one name or all of a package."""
    facts = told("import a.b.C\nimport a.b.D as E\nimport a.b.*\n")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("a.b", "C", "C"), ("a.b", "D", "E"), ("a.b", "*", "")]


def test_visibility() -> None:
    """Public is the rule; private and internal are not part of the surface."""
    facts = told("fun a() {}\nprivate fun b() {}\ninternal fun c() {}\n")
    assert [bool(flags(facts, name) & NodeFlag.EXPORTED) for name in "abc"] == [True, False, False]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"class A { fun f( { } }", b"(" * 3_000, b"val x = " + b"f(" * 2_000 + b"1" + b")" * 2_000]
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "kotlin").definitions[0].kind == NodeKind.MODULE


@pytest.mark.parametrize(
    "text", ["class A { init { f() } }\n", "class A { fun f() = 1; fun g() = 2 }\n", "object O { val x = 1; init { f() } }\n"]
)
def test_a_class_in_one_line_is_no_syntax_problem(text: str) -> None:
    """The grammar wants a line break before `}`; without one it calls the file erroneous, though nothing is missing."""
    assert told(text).problems == ()
