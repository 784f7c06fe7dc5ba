"""PHP: forms that the golden program does not show, and what broken text costs."""

import pytest

from lepasserelle.model import FileFacts, FlowKind, NodeKind, Role
from lepasserelle.parse import parse


def told(text: str) -> FileFacts:
    """The facts of a text."""
    return parse(text.encode(), "php")


def kinds(facts: FileFacts) -> list[tuple[str, str]]:
    """Name and kind of every definition but the file."""
    return [(d.name, NodeKind(d.kind).word) for d in facts.definitions[1:]]


def named(facts: FileFacts, role: Role) -> list[str]:
    """The chains of one role, in order."""
    return [reference.chain for reference in facts.references if reference.role == role]


def flows(facts: FileFacts, kind: FlowKind) -> list[tuple[str, str]]:
    """Target and source of every flow of a kind."""
    return [(flow.target, flow.source) for flow in facts.flows if flow.kind == kind]


def test_use_in_groups_with_aliases_and_of_functions() -> None:
    """Names with a backslash are modules in dots."""
    facts = told("<?php\nuse A\\B;\nuse A\\{C, D as E};\nuse function A\\f;\nuse \\G;\n")
    rows = [(i.module, i.name, i.alias) for i in facts.imports]
    assert rows == [("A", "B", "B"), ("A", "C", "C"), ("A", "D", "E"), ("A", "f", "f"), ("", "G", "G")]


def test_an_included_file_is_an_import_by_path() -> None:
    """`__DIR__` makes it relative to the file."""
    facts = told("<?php\nrequire_once __DIR__ . '/a/b.php';\ninclude 'c.php';\nrequire $x;\n")
    assert [(i.module, i.name, i.flags) for i in facts.imports] == [("./a/b.php", "*", 4), ("c.php", "*", 4)]


def test_static_members_are_those_of_the_class() -> None:
    """`self::$x`, `static::f()` and `parent::g()` are chains from the class; the sigil does not belong to the name."""
    facts = told("<?php class A { function f() { self::$x = static::g(); parent::h(); B::$y; } }")
    assert named(facts, Role.WRITE) == ["<class>.x"]
    assert named(facts, Role.CALL) == ["<class>.g", "<super>.h"]
    assert named(facts, Role.READ) == ["B.y"]


def test_a_dynamic_member_is_not_claimed() -> None:
    """`$this->$name()` calls nobody knows what."""
    facts = told("<?php class A { function f($name) { $this->$name(); $this->name(); } }")
    assert [chain for chain in named(facts, Role.CALL) if not chain.startswith("<self>.?")] == ["<self>.name"]


def test_promoted_parameters_are_fields_of_the_class() -> None:
    """And parameters of the constructor too."""
    facts = told("<?php class A { function __construct(private B $b, int $c) {} }")
    assert kinds(facts) == [("A", "class"), ("__construct", "constructor"), ("b", "field")]
    assert facts.definitions[3].parent == 1
    assert flows(facts, FlowKind.PARAMETER) == [("$b", "B"), ("$c", "int")]


def test_a_used_trait_is_a_base() -> None:
    """What `use` mixes in stands beside what the class extends."""
    facts = told("<?php trait T {} class A extends \\N\\B implements C { use T, M\\U; }")
    assert facts.definitions[2].bases == ("<global>.N.B", "C", "T", "M.U")


def test_qualified_functions_are_chains() -> None:
    """They are called by their dotted names; a leading backslash says that the name is written from the top."""
    assert named(told("<?php \\strlen('x'); A\\f(); namespace\\g();"), Role.CALL) == ["<global>.strlen", "A.f", "g"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"<?php class A { function f( { } }",
        b"(" * 3_000,
        b"<?php $x = " + b"f(" * 2_000 + b"1" + b")" * 2_000 + b";",
    ],
)
def test_any_bytes_give_facts(data: bytes) -> None:
    """Nothing that the bytes are can raise."""
    assert parse(data, "php").definitions[0].kind == NodeKind.MODULE
