"""C#: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "c_sharp")


def kinds(facts: FileFacts) -> list[tuple[str, str]]:
    """Name and kind of every definition but the file."""
    return [(d.name, NodeKind(d.kind).word) for d in facts.definitions[1:]]


def named(facts: FileFacts, role: Role) -> list[str]:
    """The chains of one role, in order."""
    return [reference.chain for reference in facts.references if reference.role == role]


def flags(facts: FileFacts, name: str) -> NodeFlag:
    """The flags of the first definition of that name."""
    return NodeFlag(next(d.flags for d in facts.definitions if d.name == name))


def test_using_takes_all_names_or_one_under_another() -> None:
    """Namespaces come with all their names, `static` takes members, an alias one name."""
    facts = told("using A.B;\nusing static A.C;\nusing D = A.E;\nclass X {}\n")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("A.B", "*", ""), ("A.C", "*", ""), ("A", "E", "D")]
    assert facts.imports[1].flags == ImportFlag.STATIC


def test_a_block_namespace_is_a_definition_and_a_file_scoped_one_the_package() -> None:
    """Both forms are kept, each in its place."""
    assert kinds(told("namespace A.B { class C {} }")) == [("A.B", "namespace"), ("C", "class")]
    assert told("namespace A.B;\nclass C {}\n").package == "A.B"


def test_a_property_with_code_is_read_like_an_attribute() -> None:
    """Getters have a scope of their own; automatic properties have none."""
    facts = told("class A { int x; public int P => x; public int Q { get; set; } int R { get { return F(); } } }")
    assert flags(facts, "P") == NodeFlag.EXPORTED | NodeFlag.ACCESSOR
    assert flags(facts, "Q") == NodeFlag.EXPORTED
    assert flags(facts, "R") == NodeFlag.ACCESSOR
    call = next(reference for reference in facts.references if reference.role == Role.CALL)
    assert facts.definitions[call.scope].name == "R"


def test_names_in_an_object_initializer_are_not_ours() -> None:
    """`new A { B = c }` writes a member of the new object, not a variable here."""
    facts = told("class X { void F() { var a = new A { B = c }; } }")
    assert named(facts, Role.WRITE) == []
    assert named(facts, Role.READ) == ["c"]


def test_null_conditional_chains_are_followed() -> None:
    """`a?.b.C()` is `a.b.C()`."""
    facts = told("class X { void F() { a?.b.C(1); d?.E(); } }")
    assert named(facts, Role.CALL) == ["a.b.C", "d.E"]


def test_an_extension_method_says_whose_it_is() -> None:
    """The type of the first parameter is the receiver."""
    facts = told("static class E { public static int Twice(this Foo x) => 2; }")
    assert facts.definitions[2].receiver == "Foo"


def test_a_broken_method_costs_itself() -> None:
    """What stands around a syntax error is still read."""
    facts = told("class A {\n void F( { int }\n void G() { H(); }\n}\nclass B {}\n")
    assert facts.problems
    assert "G" in {name for name, _ in kinds(facts)}


def test_a_branch_that_a_directive_cuts_off_is_no_function() -> None:
    """`#if` before `else if (…) { … }`: what is called there is called by the method around."""
    facts = told("class A {\n void W() {\n  if (a) { F(); }\n#if B\n  else if (v is long) { G(); }\n#endif\n  H();\n }\n}\n")
    assert [name for name, _ in kinds(facts)] == ["A", "W"]
    calls = {
        reference.chain: facts.definitions[reference.scope].name for reference in facts.references if reference.role == Role.CALL
    }
    assert calls == {"F": "W", "G": "W", "H": "W"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"class A { void F( { } }",
        b"(" * 3_000,
        b"class A { int x = " + b"F(" * 2_000 + b"1" + b")" * 2_000 + b"; }",
    ],
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "c_sharp").definitions[0].kind == NodeKind.MODULE


def test_a_using_within_a_namespace_says_so() -> None:
    """Its name is looked for in the namespaces around it: in a block, and below `namespace A;`, but not what `global::` begins."""
    block = b"using A;\nnamespace N { using B; using Q = C.D; using static E.F; using global::G; }\n"
    below = b"using A;\nnamespace N;\nusing B;\n"
    assert [(found.module, found.level) for found in parse(block, "c_sharp").imports] == [
        ("A", 0), ("B", 1), ("C", 1), ("E.F", 1), ("G", 0),
    ]  # fmt: skip
    assert [(found.module, found.level) for found in parse(below, "c_sharp").imports] == [("A", 0), ("B", 1)]
