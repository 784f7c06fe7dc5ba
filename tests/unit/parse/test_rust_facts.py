"""What is peculiar to Rust: `impl` blocks, use trees, macros and patterns."""

from lepasserelle.model import ImportFlag, NodeFlag, NodeKind
from lepasserelle.parse import parse
from lepasserelle.parse.bodies import lower


def test_members_of_an_impl_belong_to_the_type() -> None:
    """The trait becomes a base, and its members are reachable without `pub`."""
    facts = parse(b"struct A; impl T for A { fn f(&self) { self.x.go() } } impl A { fn g() {} }", "rust")
    a, f, g = facts.definitions[1:]
    assert a.bases == ("T",)
    assert [(d.parent, NodeKind(d.kind)) for d in (f, g)] == [(1, NodeKind.METHOD), (1, NodeKind.METHOD)]
    assert (f.flags & NodeFlag.EXPORTED, g.flags & NodeFlag.EXPORTED) == (NodeFlag.EXPORTED, 0)
    assert facts.references[0].chain == "<self>.x.go"


def test_an_impl_for_a_type_elsewhere_says_its_receiver() -> None:
    """The type is in another file."""
    facts = parse(b"impl T for m::A<u8> { fn f() {} }", "rust")
    assert facts.definitions[1].receiver == "m.A"


def test_use_trees_are_flattened() -> None:
    """Groups, `self`, globs, aliases, `super` and `pub`."""
    facts = parse(b"use a::{b::{self, c as d}, e::*}; pub use super::super::x;", "rust")
    assert [(i.module, i.name, i.alias, i.level, i.flags) for i in facts.imports] == [
        ("a.b", "", "b", 0, 0),
        ("a.b", "c", "d", 0, 0),
        ("a.e", "*", "", 0, 0),
        ("", "x", "x", 2, ImportFlag.REEXPORT),
    ]


def test_calls_in_the_arguments_of_a_macro_are_read() -> None:
    """Tokens are put together to chains; fields of struct literals are no reads."""
    facts = parse(b"fn f() { m!(self.a.b(1, 2)?, P { x: K }, n::g()); }", "rust")
    assert [(r.chain, r.arity) for r in facts.references] == [
        ("m", -1),
        ("<self>.a.b", 2),
        ("P", -1),
        ("K", -1),
        ("n.g", 0),
    ]


def test_patterns_bind_names_and_not_constructors() -> None:
    """`Some(x)` binds x only; a path is compared with."""
    facts = parse(b"fn f(o: O) { if let Some(E::V { y, z: w }) = o {} match o { K::A => 1, n => n } }", "rust")
    assert [f.target for f in facts.flows if f.kind == 2] == ["y", "w", "n"]


def test_a_macro_definition_says_nothing_of_its_body() -> None:
    """Macros are named, not expanded."""
    facts = parse(b"macro_rules! m { ($x:expr) => { f($x) }; }", "rust")
    assert [d.name for d in facts.definitions[1:]] == ["m"]
    assert facts.references == ()


def test_items_in_the_arguments_of_a_macro_stand_where_it_does() -> None:
    """Their lines are those of the text; a word to the macro alone on its line is none of them."""
    trait = b"        pub trait T {\n            @section self\n            fn f(&self) { g(1) }\n        }\n"
    text = b"mod m {\n    make! {\n" + trait + b"    }\n}\n"
    facts = parse(text, "rust")
    assert [(d.name, d.parent, d.start_line, d.end_line) for d in facts.definitions[1:]] == [
        ("m", 0, 1, 8),
        ("T", 1, 3, 6),
        ("f", 2, 5, 5),
    ]
    assert [(r.chain, r.scope) for r in facts.references] == [("make", 1), ("g", 3)]
    assert facts.problems == ()


def test_arguments_of_a_macro_that_are_no_items_stay_tokens() -> None:
    """What the grammar does not take for items, expressions among them, and statics that the macro gives another type."""
    flags = b"bitflags! {\n    struct A: u8 { const B = f(); }\n}\n"
    text = flags + b"listed!(fn g, h());\nthread_local! { static C: RefCell<u8> = k(); }\n"
    facts = parse(text, "rust")
    assert [d.name for d in facts.definitions] == [""]
    assert [r.chain for r in facts.references if r.role == 0] == ["bitflags", "f", "listed", "h", "thread_local", "k"]
    assert facts.problems == ()


def test_macros_with_items_leave_a_broken_file_readable() -> None:
    """What is broken beside them is told, and nothing else is lost."""
    facts = parse(b"make! {\n    fn a() {}\n}\nfn b( {\n}\nfn c() {}\n", "rust")
    assert {"a", "c"} <= {d.name for d in facts.definitions}
    assert [problem.line for problem in facts.problems] == [4]


def test_functions_in_a_macro_with_items_have_bodies() -> None:
    """They are found where their facts say that they stand."""
    text = b"make! {\n    fn a(n: u8) -> u8 {\n        let m = n;\n        m\n    }\n}\n"
    definition = parse(text, "rust").definitions[1]
    body = lower(text, "rust", definition.start_byte, definition.end_byte)
    assert body is not None
    assert [statement.start_line for statement in body.statements][:2] == [3, 4]
