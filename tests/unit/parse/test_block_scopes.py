"""Locals that only a part of their function sees: facts keep their names apart from what the name means elsewhere."""

import pytest

from lepasserelle.model import FileFacts, Role
from lepasserelle.parse import parse


def chains(facts: FileFacts, role: Role) -> list[str]:
    """What is called or read, in the order of the source."""
    return [reference.chain for reference in facts.references if reference.role == role]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("go", "package p\nfunc f() {\n\tif load := g(); load != nil {\n\t\tload.Run()\n\t}\n\tload()\n}\n"),
        ("c", "void f(void) { { struct s *load = g(); load->Run(); } load(); }"),
        ("cpp", "void f() { if (auto load = g()) { load->Run(); } load(); }"),
        ("rust", "fn f() { if let Some(load) = g() { load.Run(); } load(); }"),
    ],
)
def test_a_shadow_ends_with_its_block(language: str, text: str) -> None:
    """Behind the block the name is the function's outside of it; within, the local's."""
    assert chains(parse(text.encode(), language), Role.CALL) == ["g", "load~1.Run", "load"]


def test_a_value_is_read_before_its_name_is_bound() -> None:
    """`load := load()` calls what was visible before."""
    facts = parse(b"package p\nfunc f() {\n\tload := load()\n\tload.Run()\n}\n", "go")
    assert chains(facts, Role.CALL) == ["load", "load~1.Run"]
    assert ("load~1", "load()") in [(flow.target, flow.source) for flow in facts.flows]


def test_a_local_whose_name_stands_nowhere_else_keeps_it() -> None:
    """Nothing changes where nothing is shadowed, also with members and types of the same name."""
    facts = parse(b"int f(struct size *p) { int size = p->size; return size + g(size); }", "c")
    assert {flow.target for flow in facts.flows if flow.target} >= {"size"}
    assert not [flow for flow in facts.flows if "~" in flow.target + flow.source]


def test_each_let_is_a_name_of_its_own() -> None:
    """What is bound anew in Rust has the type of its own value from there on."""
    facts = parse(b"fn f() { let x = A; x.go(); let x = x.next(); x.go(); }", "rust")
    assert chains(facts, Role.CALL) == ["x.go", "x.next", "x~1.go"]


@pytest.mark.parametrize(
    "text", ["namespace a = ;", "void f(int (*)()); void g(int (&)());", "x = { . = 1 };", "S s = { {}, [0] = f };"]
)
def test_declarations_that_name_nothing_are_read(text: str) -> None:
    """No declarator, alias or literal is too empty."""
    assert parse(text.encode(), "cpp").definitions
