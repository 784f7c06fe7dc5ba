"""Ruby: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, FlowKind, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "ruby")


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


def test_required_files_are_imports_by_path() -> None:
    """`require_relative` is relative to the file, `autoload` binds a name."""
    facts = told('require "a/b"\nrequire_relative "c"\nautoload :D, "d"\nrequire x\n')
    rows = [(i.module, i.name, i.alias, bool(i.flags & ImportFlag.INCLUDE)) for i in facts.imports]
    assert rows == [("a/b", "*", "", False), ("c", "*", "", True), ("d", "D", "D", False)]


def test_private_hides_what_follows_and_what_it_names() -> None:
    """A bare word, a definition as argument and symbols; `public` ends it."""
    text = "class A\n def a; end\n def b; end\n private :b\n private\n def c; end\n public\n def d; end\n private def e; end\nend\n"
    facts = told(text)
    assert [name for name in "abcde" if flags(facts, name) & NodeFlag.EXPORTED] == ["a", "d"]


def test_methods_of_the_class_itself_are_static() -> None:
    """`def self.f` and those in `class << self`."""
    facts = told("class A\n def self.f; end\n class << self\n  def g; end\n end\n def h; end\nend\n")
    assert [bool(flags(facts, name) & NodeFlag.STATIC) for name in "fgh"] == [True, True, False]


def test_new_is_a_call_of_the_class() -> None:
    """`A::B.new(1)` makes an `A.B`; `new` of a variable is a method like others."""
    facts = told("x = A::B.new(1)\ny = k.new\n")
    assert named(facts, Role.CALL) == ["A.B", "k.new"]
    assert flows(facts, FlowKind.ASSIGN) == [("x", "A.B()"), ("y", "k.new()")]


def test_a_struct_is_a_class_with_properties() -> None:
    """Its block holds methods; `Class.new` gives a base."""
    facts = told("P = Struct.new(:x, :y) do\n def z; end\nend\nE = Class.new(StandardError)\n")
    assert kinds(facts) == [("P", "class"), ("x", "property"), ("y", "property"), ("z", "method"), ("E", "class")]
    assert facts.definitions[5].bases == ("StandardError",)


def test_an_instance_variable_is_a_field_once_and_never_local() -> None:
    """Every write of it stays a write."""
    facts = told("class A\n def f; @x = 1; @x; end\n def g; @x = 2; end\nend\n")
    assert [name for name, kind in kinds(facts) if kind == "field"] == ["@x"]
    assert named(facts, Role.WRITE) == ["@x", "@x"]
    assert named(facts, Role.READ) == ["@x"]


def test_a_setter_is_a_write() -> None:
    """`self.a = 1` writes, and calls no getter."""
    facts = told("def f(o)\n self.a = 1\n o.b.c = 2\nend\n")
    assert named(facts, Role.WRITE) == ["<self>.a", "o.b().c"]


def test_the_last_expression_is_returned() -> None:
    """Ruby returns what it evaluated last."""
    assert flows(told("def f\n a\n g(1)\nend\n"), FlowKind.RETURN) == [("", "g()")]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"class A\n def f( \nend", b"(" * 3_000, b"x = " + b"f(" * 1_000 + b"1" + b")" * 1_000]
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "ruby").definitions[0].kind == NodeKind.MODULE
