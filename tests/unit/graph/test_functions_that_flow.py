"""Functions in variables, fields and parameters of languages with declared types."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse


def calls(text: str, language: str) -> dict[str, list[str]]:
    """Caller → callees of one file."""
    file = LinkFile(f"main.{language}", "main", language, 0, parse(text.encode(), language))
    return {caller: callees for caller, callees in Graph(link(lambda: iter([file]))).adjacency(resolution="inferred") if callees}


def test_a_variable_that_holds_something_outside_calls_that() -> None:
    """What a pointer holds need not be of the project."""
    names = "".join(f"static int a{i}(void) {{ return b{i}(); }}\n" for i in range(40))
    found = calls(names + "static int (*hook)(int) = somewhere;\nint run(void) { return hook(1); }\n", "c")
    assert found["main.run"] == ["<global>.somewhere"]


def test_a_field_of_another_struct_with_the_name_is_not_called() -> None:
    """The owner of the field counts, never the likeness of names."""
    text = (
        "struct a { int (*go)(void); };\nstruct b { int (*go)(void); };\n"
        "static int x(void) { return 1; }\nstatic int y(void) { return 2; }\n"
        "static void set(struct a *p, struct b *q) { p->go = x; q->go = y; }\n"
        "static int run(struct a *p) { return p->go(); }\n"
    )
    assert calls(text, "c")["main.run"] == ["main.x"]


@pytest.mark.parametrize("count", [1, 8])
def test_a_parameter_calls_what_its_callers_give(count: int) -> None:
    """Each of the functions that are given, and nothing else."""
    given = "".join(f"fn f{i}() {{}}\n" for i in range(count + 1))
    text = given + "fn run(f: fn()) { f(); }\nfn main() { " + "".join(f"run(f{i}); " for i in range(count)) + "}\n"
    assert sorted(calls(text, "rust")["main.run"]) == [f"main.f{i}" for i in range(count)]


def test_functions_that_give_each_other_away_come_to_an_end() -> None:
    """A circle of parameters holds what enters it."""
    text = "fn a(f: fn()) { b(f); f(); }\nfn b(f: fn()) { a(f); }\nfn x() {}\nfn main() { a(x); }\n"
    assert "main.x" in calls(text, "rust")["main.a"]
