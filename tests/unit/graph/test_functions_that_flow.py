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


TABLE = "typedef int (*fn)(int);\nstatic int p(int a) { return a; }\nstatic fn A[] = { p };\nint run(int i) { return A[i](1); }\n"


@pytest.mark.parametrize(
    "beside", ["", "struct s { int (*f)(int); };\nint z(int a) { return a; }\nvoid g(struct s v) { v.f = z; v.f(1); }\n"]
)
def test_a_table_of_one_file_does_not_depend_on_another(beside: str) -> None:
    """A file that shares no name with it neither adds a call nor takes one."""
    texts = {"a": TABLE, "b": beside}
    files = [LinkFile(f"{name}.c", name, "c", 0, parse(text.encode(), "c")) for name, text in texts.items()]
    assert dict(Graph(link(lambda: iter(files))).adjacency(resolution="all"))["a.run"] == ["a.p"]


def test_a_table_of_go_is_one_to_all_files_of_its_package() -> None:
    """What a variable of the package holds is called from another file as well."""
    texts = {"a": 'package t\nfunc p() {}\nvar A = map[string]func(){"p": p}\n', "b": "package t\nfunc run(k string) { A[k]() }\n"}
    files = [LinkFile(f"{name}.go", name, "go", 0, parse(text.encode(), "go")) for name, text in texts.items()]
    assert dict(Graph(link(lambda: iter(files))).adjacency(resolution="inferred"))["b.run"] == ["a.p"]


def table_of(count: int) -> str:
    """A program of Go whose table has so many functions."""
    names = [f"f{i:03}" for i in range(count)]
    functions = "".join(f"func {name}() {{}}\n" for name in names)
    return f"package t\n{functions}var A = []func(){{{', '.join(names)}}}\nfunc run(i int) {{ A[i]() }}\n"


def test_every_function_of_a_long_table_is_called() -> None:
    """More than an expression may else be are followed to the call of a table."""
    assert calls(table_of(64), "go")["main.run"] == [f"main.f{i:03}" for i in range(64)]


def test_a_table_with_more_functions_than_are_followed_asserts_none() -> None:
    """Some of them are candidates: never silence, and never a part that passes for the whole."""
    file = LinkFile("main.go", "main", "go", 0, parse(table_of(65).encode(), "go"))
    graph = Graph(link(lambda: iter([file])))
    assert "main.run" not in {
        caller for caller, callees in graph.adjacency(resolution="inferred") if any("f0" in c for c in callees)
    }
    assert len(dict(graph.adjacency(resolution="all"))["main.run"]) >= 64


def test_tables_of_go_in_fields_results_and_variadic_arguments_are_followed() -> None:
    """Wherever a table stands that is called, its own functions are."""
    text = (
        "package t\nfunc a() {}\nfunc b() {}\nfunc c() {}\nvar L []func()\n"
        "func on(fs ...func()) { L = append(L, fs...) }\nfunc use() { on(a, b) }\nfunc fire() { for _, f := range L { f() } }\n"
        'func table() map[string]func() { return map[string]func(){"c": c} }\nfunc made(k string) { table()[k]() }\n'
        'var N = map[string][]func(){"a": {a}}\nfunc nested() { for _, fs := range N { for _, f := range fs { f() } } }\n'
    )
    found = calls(text, "go")
    assert found["main.fire"] == ["main.a", "main.b"]
    assert found["main.made"] == ["main.c", "main.table"]
    assert found["main.nested"] == ["main.a"]


def test_a_generic_function_of_go_with_its_type_argument_is_no_table() -> None:
    """`Map[int](x)` is written like `table[k](x)`."""
    text = "package t\nfunc Map[T any](x T) T { return x }\nfunc run() { Map[int](1) }\n"
    assert calls(text, "go")["main.run"] == ["main.Map"]


def test_the_length_of_an_array_of_rust_is_no_element() -> None:
    """`[0; N]` holds no `N`."""
    text = "fn n() {}\nconst N: usize = 4;\nfn run() { let a = [0u8; N]; a[0].go(); let b = [n; N]; b[0](); }\n"
    assert [callee for callee in calls(text, "rust")["main.run"] if callee.startswith("main")] == ["main.n"]


def test_a_container_of_instances_gives_no_functions() -> None:
    """What a table of Swift is declared to hold is what its elements are."""
    text = (
        "class Shape { func draw() {} }\nfunc make() -> Shape { return Shape() }\nlet one = Shape()\n"
        "let shapes: [Shape] = [one]\nfunc run() { shapes[0].draw() }\n"
    )
    assert calls(text, "swift")["main.run"] == ["main.Shape.draw"]


def test_tables_of_swift_and_c_sharp_are_fields_of_their_types() -> None:
    """A field of a type is called with what its own initialiser holds."""
    swift = (
        "func a() {}\nfunc b() {}\nclass One { var l = [a]; func run() { l[0]() } }\n"
        "class Two { var l = [b]; func run() { self.l[0]() } }\n"
    )
    found = calls(swift, "swift")
    assert (found["main.One.run"], found["main.Two.run"]) == (["main.a"], ["main.b"])
    sharp = (
        "class One { static void A() {} static void B() {} Action[] l = { A }; void Run() { l[0](); } }\n"
        'class Two { static void C() {} Dictionary<string, Action> l = new Dictionary<string, Action> { { "c", C } };'
        ' void Run() { this.l["c"](); } }\n'
    )
    found = calls(sharp, "c_sharp")
    assert (found["main.One.Run"], found["main.Two.Run"]) == (["main.One.A"], ["main.Two.C"])


def test_tables_of_lua_call_what_they_hold() -> None:
    """By name, by place, in a loop, in a table that is filled later; each its own."""
    text = (
        "local function p(a) return a end\nlocal function q(a) return a end\nlocal function r(a) return a end\n"
        'local T = { p = p, ["q"] = q }\nlocal L = { r, p }\nlocal D = {}\nD["q"] = q\n'
        "function named(k) return T[k](1) end\nfunction placed(i) return L[i](1) end\n"
        "function each() for _, f in ipairs(L) do f(1) end end\nfunction filled(k) return D[k](1) end\n"
    )
    found = calls(text, "lua")
    assert found["main.named"] == ["main.p", "main.q"]
    assert found["main.placed"] == ["main.p", "main.r"]
    assert [callee for callee in found["main.each"] if callee.startswith("main.")] == ["main.p", "main.r"]
    assert found["main.filled"] == ["main.q"]


def test_php_names_a_function_without_calling_it() -> None:
    """`f(...)` and `$this->m(...)` make a closure of what they name; `f()` in the same place calls."""
    text = (
        "<?php\nfunction f($x) {}\nclass A { function m() {} function g() { return $this->m(...); }\n"
        "function h() { return f(...); } function i() { f(1); $this->m(); } }\n"
    )
    found = calls(text, "php")
    assert "main.A.g" not in found
    assert "main.A.h" not in found
    assert found["main.A.i"] == ["main.A.m", "main.f"]
