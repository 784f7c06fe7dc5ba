"""What is peculiar to Haskell: equations, curried calls, instances and export lists."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_signature_and_equations_are_one_definition() -> None:
    """The signature is that of the type; parameters are those of the first equation."""
    facts = parse(b"module M where\n-- | Doc.\nf :: Int -> Int\nf 0 = 1\nf n = n * f (n - 1)\n", "haskell")
    (found,) = facts.definitions[1:]
    assert (found.signature, found.documentation, found.start_line, found.end_line) == ("f :: Int -> Int", "Doc.", 3, 5)
    assert [(r.chain, r.arity) for r in facts.references if r.role == 0] == [("f", 1)]


def test_a_curried_call_is_one_call() -> None:
    """All arguments count, also those of a qualified name; `$` applies."""
    facts = parse(b"module M where\nx = M.insert a b c\ny = g $ h 1 2\n", "haskell")
    assert [(r.chain, r.arity) for r in facts.references if r.role == 0] == [("M.insert", 3), ("g", -1), ("h", 2)]


def test_the_export_list_decides() -> None:
    """Without a list everything at the top is exported."""
    listed = parse(b"module M (f, T (..)) where\nf = 1\ng = 2\ndata T = A | B\n", "haskell")
    assert {d.name for d in listed.definitions if d.flags & NodeFlag.EXPORTED} == {"f", "T", "A", "B"}
    free = parse(b"module M where\nf = g where g = 2\n", "haskell")
    assert {d.name for d in free.definitions if d.flags & NodeFlag.EXPORTED} == {"f"}


def test_members_of_an_instance_belong_to_the_type() -> None:
    """The class is a base of the type."""
    facts = parse(b'module M where\ndata T = A\ninstance Show T where\n  show A = "a"\n', "haskell")
    assert facts.definitions[1].bases == ("Show",)
    assert [(d.name, NodeKind(d.kind).word, d.parent) for d in facts.definitions[2:]] == [
        ("A", "enum_member", 1),
        ("show", "method", 1),
    ]


def test_imports_say_qualifiers_and_names() -> None:
    """Qualified, aliased, listed and hiding forms."""
    facts = parse(
        b"module M where\nimport qualified A.B as C\nimport D (f, T (..))\nimport E hiding (g)\nimport H as I\n", "haskell"
    )
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [
        ("A.B", "", "C"),
        ("D", "f", "f"),
        ("D", "T", "T"),
        ("E", "*", ""),
        ("H", "", "I"),
        ("H", "*", ""),
    ]


def test_both_branches_of_the_preprocessor_are_read() -> None:
    """Directives are blanked and keep their place."""
    facts = parse(b"module M where\n#if X\nf = 1\n#else\ng = 2\n#endif\n", "haskell")
    assert [(d.name, d.start_line) for d in facts.definitions[1:]] == [("f", 3), ("g", 5)]
