"""Scala: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "scala")


def kinds(facts: FileFacts) -> list[tuple[str, str]]:
    """Name and kind of every definition but the file."""
    return [(d.name, NodeKind(d.kind).word) for d in facts.definitions[1:]]


def named(facts: FileFacts, role: Role) -> list[str]:
    """The chains of one role, in order."""
    return [reference.chain for reference in facts.references if reference.role == role]


def flags(facts: FileFacts, name: str) -> NodeFlag:
    """The flags of the first definition of that name."""
    return NodeFlag(next(d.flags for d in facts.definitions if d.name == name))


def test_package_clauses_name_one_package_together() -> None:
    """`package a.b` and then `package c` is `a.b.c`."""
    assert told("package a.b\npackage c\nclass X\n").package == "a.b.c"


def test_imports_select_rename_hide_and_take_all() -> None:
    """A hidden name is not bound; several paths may share one statement."""
    facts = told("import a.{B, C => D, E => _, _}\nimport x.Y, z.W\nimport p.{q as r, *}\n")
    rows = [(i.module, i.name, i.alias) for i in facts.imports]
    assert rows == [
        ("a", "B", "B"),
        ("a", "C", "D"),
        ("a", "*", ""),
        ("x", "Y", "Y"),
        ("z", "W", "W"),
        ("p", "q", "r"),
        ("p", "*", ""),
    ]


def test_parameter_lists_that_follow_are_one_call() -> None:
    """`f(a)(b)` calls `f` once."""
    facts = told("object X { def g = f(1)(2).h }\n")
    assert named(facts, Role.CALL) == ["f"]
    assert named(facts, Role.READ) == ["f().h"]


def test_every_mixed_in_trait_is_a_base() -> None:
    """Constructor arguments do not hide what follows `with`."""
    facts = told("class A(x: Int) extends B[Int](x) with C with d.E\n")
    assert facts.definitions[1].bases == ("B", "C", "d.E")


def test_named_arguments_are_no_writes() -> None:
    """`f(a = 1)` assigns nothing here."""
    assert named(told("object X { def g = f(a = 1) }\n"), Role.WRITE) == []


def test_blocks_without_braces_are_read() -> None:
    """Scala 3's indentation gives the same definitions."""
    facts = told("class A:\n  def f(x: Int): Int =\n    val y = x\n    g(y)\n\n  private def h = 1\n")
    assert kinds(facts) == [("A", "class"), ("f", "method"), ("h", "method")]
    assert [bool(flags(facts, name) & NodeFlag.EXPORTED) for name in "fh"] == [True, False]


def test_parameters_of_a_case_class_are_its_properties() -> None:
    """Of a plain class only those with `val` or `var` are."""
    facts = told("case class P(x: Int)\nclass Q(val a: Int, b: Int)\n")
    assert kinds(facts) == [("P", "class"), ("x", "property"), ("Q", "class"), ("a", "property")]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"class A { def f( { } }", b"(" * 3_000, b"val x = " + b"f(" * 2_000 + b"1" + b")" * 2_000]
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "scala").definitions[0].kind == NodeKind.MODULE
