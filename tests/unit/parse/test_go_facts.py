"""What is peculiar to Go: receivers, embedding, imports and several results."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_the_receiver_is_self_inside_its_method() -> None:
    """Whatever the receiver is called, its members are those of `<self>`; a capital letter exports."""
    facts = parse(b"package p\ntype T struct{ n int }\nfunc (x *T) Add() { x.n = 1; x.log() }", "go")
    method = facts.definitions[3]
    assert (method.name, NodeKind(method.kind), method.parent) == ("Add", NodeKind.METHOD, 1)
    assert method.flags == NodeFlag.EXPORTED
    assert [r.chain for r in facts.references] == ["<self>.n", "<self>.log"]


def test_embedding_is_a_base() -> None:
    """Embedded types of structs and interfaces are bases, fields are not."""
    facts = parse(b"package p\ntype A struct { *B; c.D; e E }\ntype I interface { J; f() }", "go")
    assert [d.bases for d in facts.definitions if d.bases] == [("B", "c.D"), ("J",)]


def test_imports_bind_what_go_binds() -> None:
    """The last part of the path, an alias, every name, or nothing; a version is no name."""
    facts = parse(b'package p\nimport (\n"a/b/v2"\nx "c"\n. "d"\n_ "e"\n)', "go")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [
        ("a/b/v2", "", "b"),
        ("c", "", "x"),
        ("d", "*", ""),
        ("e", "", ""),
    ]


def test_of_several_results_the_first_is_followed() -> None:
    """`v, err := f()` gives v the value of f, as the type of f is that of its first result."""
    facts = parse(b"package p\nfunc f() (*T, error) { v, err := g(); return v, err }", "go")
    said = [(f.target, f.source) for f in facts.flows]
    assert ("<type>", "T") in said
    assert ("v", "g()") in said
    assert ("", "v") in said
    assert ("err", "g()") not in said


def test_every_name_of_a_constant_is_defined() -> None:
    """The grammar's field leads to the first only; `Y` without a value has the one before."""
    facts = parse(b"package p\nconst D, E = 4, 5\nconst (\n\tX, Z = iota, 1\n\tY, W\n)\n", "go")
    assert [d.name for d in facts.definitions[1:]] == ["D", "E", "X", "Z", "Y", "W"]


def test_constants_within_a_function_hide_those_of_the_file() -> None:
    """Also the second of one line, and one that has no value of its own: they were reads of the file's."""
    inside = b"const (\n X = 1\n Y\n)\nconst P, Q = 1, 2\nreturn X + Y + P + Q\n"
    facts = parse(b"package p\nconst Y = 5\nfunc f() int {\n" + inside + b"}\n", "go")
    assert [(r.chain, r.scope) for r in facts.references] == []


def test_groups_in_one_line_are_no_syntax_problem() -> None:
    """The grammar wants a line break before `)`, and where it is not there calls the file erroneous, though nothing is missing."""
    facts = parse(b"package p\nconst ( B = 2; C = 3 )\nvar ( W = 2; Q = 3 )\ntype ( T struct{}; U int )\nfunc f() {}\n", "go")
    assert facts.problems == ()
    assert [d.name for d in facts.definitions[1:]] == ["B", "C", "W", "Q", "T", "U", "f"]
