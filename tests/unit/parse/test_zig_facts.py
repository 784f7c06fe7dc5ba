"""What is peculiar to Zig: containers as values, imports and tests."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_a_const_that_holds_a_container_is_the_type() -> None:
    """Structs, enums, unions and error sets are named by their `const`."""
    facts = parse(b"const A = struct { x: u8, fn f(self: A) void { self.x = 1; } };\nconst E = error{Bad};", "zig")
    assert [(d.name, NodeKind(d.kind).word, d.parent) for d in facts.definitions[1:]] == [
        ("A", "struct", 0),
        ("x", "field", 1),
        ("f", "method", 1),
        ("E", "enum", 0),
        ("Bad", "enum_member", 4),
    ]
    assert [(r.role, r.chain) for r in facts.references] == [(2, "<self>.x")]


def test_an_import_is_no_constant() -> None:
    """`@import` binds a module or a member of it."""
    facts = parse(b'const a = @import("a.zig"); const b = @import("b").c.d; const e = a.f;', "zig")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("a.zig", "", "a"), ("b", "c.d", "b")]
    assert [d.name for d in facts.definitions[1:]] == ["e"]


def test_arguments_are_counted_without_a_node_of_their_own() -> None:
    """The callee is no argument."""
    assert [
        (r.chain, r.arity) for r in parse(b"fn f() void { a.b(1, x); c(); @memcpy(d, e); }", "zig").references if r.role == 0
    ] == [
        ("a.b", 2),
        ("c", 0),
        ("@memcpy", 2),
    ]


def test_a_test_block_is_a_test() -> None:
    """Its name is the text of the string."""
    found = parse(b'test "it works" { f(); }', "zig").definitions[1]
    assert (found.name, found.flags) == ("it works", NodeFlag.TEST)
