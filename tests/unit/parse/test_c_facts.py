"""What is peculiar to C: declarators, typedefs, prototypes and macros."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_a_declarator_is_dug_through_to_its_name() -> None:
    """Pointers, arrays and function pointers around a name are not part of it; a function pointer is a variable."""
    facts = parse(b"int *a[3], (*b)(int x), **c(void);", "c")
    assert [(d.name, NodeKind(d.kind)) for d in facts.definitions[1:]] == [
        ("a", NodeKind.VARIABLE),
        ("b", NodeKind.VARIABLE),
        ("c", NodeKind.FUNCTION),
    ]


def test_an_unnamed_struct_takes_the_name_of_its_typedef() -> None:
    """`typedef struct { … } T` is the struct T; a named one gives two definitions."""
    facts = parse(b"typedef struct { int x; } T; typedef struct s { int y; } U;", "c")
    assert [(d.name, NodeKind(d.kind).word, d.parent) for d in facts.definitions[1:]] == [
        ("T", "struct", 0),
        ("x", "field", 1),
        ("s", "struct", 0),
        ("U", "type", 0),
        ("y", "field", 3),
    ]


def test_static_hides_and_a_prototype_is_a_declaration() -> None:
    """External linkage is what EXPORTED means; a prototype has no body."""
    facts = parse(b"static int f(void); int g(void) { return 0; }", "c")
    assert [d.flags for d in facts.definitions[1:]] == [NodeFlag.STATIC | NodeFlag.DECLARATION, NodeFlag.EXPORTED]


def test_a_macro_that_the_grammar_does_not_know_costs_only_its_place() -> None:
    """An unknown word before a type is a problem, and is named; the function is found all the same."""
    facts = parse(b"EXPORTED int f(void) { return g(); }", "c")
    assert facts.definitions[1].name == "f"
    assert len(facts.problems) == 1
    assert [r.chain for r in facts.references] == ["EXPORTED", "g"]


def test_branches_of_the_preprocessor_are_all_read() -> None:
    """Both branches of an `#if` define."""
    facts = parse(b"#ifdef A\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n", "c")
    assert [d.name for d in facts.definitions[1:]] == ["f", "f"]
