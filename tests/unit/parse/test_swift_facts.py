"""Swift: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, FlowKind, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "swift")


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


def test_an_extension_gives_its_members_to_the_type() -> None:
    """In the same file they become its members, and what it conforms to its base."""
    facts = told("extension A: P, Q { private func g() {} }\nclass A { }\nextension B { func h() {} }\n")
    rows = [(d.name, facts.definitions[d.parent].name, d.receiver, d.bases) for d in facts.definitions[1:]]
    assert rows == [("g", "A", "", ()), ("A", "", "", ("P", "Q")), ("h", "", "B", ())]
    assert not flags(facts, "g") & NodeFlag.EXPORTED


def test_a_subscript_is_no_call() -> None:
    """`a[0].b()` looks like a call to the grammar, and is `a[].b()`."""
    assert named(told("func f() { a[0].b() }\n"), Role.CALL) == ["a[].b"]


def test_a_call_on_the_right_of_an_operator_is_seen() -> None:
    """The grammar takes `a + B` for the callee of `a + B(1)`."""
    assert named(told("func f() { let x = a + B(c: 1) }\n"), Role.CALL) == ["a.`+`", "B"]


def test_every_case_of_an_enum_is_a_member() -> None:
    """Several may stand in one `case`, with values or payloads."""
    facts = told("enum E: Int { case a = 1, b\n indirect case c(Int, name: E) }\n")
    assert kinds(facts) == [("E", "enum"), ("a", "enum_member"), ("b", "enum_member"), ("c", "enum_member")]


def test_imports_of_modules_and_of_one_name() -> None:
    """`import struct A.B` binds one name."""
    facts = told("import A\nimport struct B.C\n@testable import D\n")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("A", "*", ""), ("B", "C", "C"), ("D", "*", "")]


def test_class_and_async_functions_are_marked() -> None:
    """Words before and behind the name count; `class` before a class does not."""
    facts = told("public class A {\n  class func f() async throws -> Int { 1 }\n  static func g() {}\n}\n")
    assert flags(facts, "A") == NodeFlag.EXPORTED
    assert flags(facts, "f") == NodeFlag.CLASS_METHOD | NodeFlag.ASYNC
    assert flags(facts, "g") == NodeFlag.STATIC


def test_a_bound_optional_is_local() -> None:
    """`if let x = y.z` declares `x` with the value of `y.z`."""
    facts = told("func f() { if let x = y.z { print(x) } }\n")
    assert flows(facts, FlowKind.ASSIGN) == [("x", "y.z")]
    assert named(facts, Role.READ) == ["y.z"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"class A { func f( { } }", b"(" * 3_000, b"let x = " + b"f(" * 1_000 + b"1" + b")" * 1_000]
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "swift").definitions[0].kind == NodeKind.MODULE


def test_a_closure_that_is_called_where_it_stands_is_called_by_what_is_around_it() -> None:
    """`var k = { … }()`: the call begins with the closure's own first byte, and was one of the closure by itself."""
    facts = told("struct Box {\n  var k: Int = { make() }()\n  func f() { { make() }() }\n}\n")
    names = [d.name for d in facts.definitions]
    calls = [(names[r.scope], r.chain) for r in facts.references if r.role == Role.CALL]
    assert calls == [("Box", "<lambda1>"), ("<lambda1>", "make"), ("f", "<lambda1>"), ("<lambda1>", "make")]
