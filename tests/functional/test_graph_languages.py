"""Small programs in other languages than Python: what is asserted, and what is not."""

import posixpath

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

LANGUAGES = {
    ".js": "javascript", ".ts": "typescript", ".tsx": "tsx", ".java": "java", ".go": "go", ".rs": "rust", ".c": "c", ".h": "c",
    ".cpp": "cpp", ".hpp": "cpp", ".cs": "c_sharp", ".php": "php", ".rb": "ruby", ".kt": "kotlin", ".lua": "lua", ".sh": "bash",
    ".scala": "scala", ".swift": "swift",
}  # fmt: skip


def graph_of(program: dict[str, str]) -> Graph:
    """A graph of a program given as path → source."""
    files = []
    for path in sorted(program, key=str.encode):
        stem, suffix = posixpath.splitext(path)
        language = LANGUAGES[suffix]
        files.append(LinkFile(path, stem.replace("/", "."), language, 0, parse(program[path].encode(), language)))
    return Graph(link(lambda: iter(files)))


def calls(program: dict[str, str], resolution: str = "inferred") -> dict[str, list[str]]:
    """The adjacency without those that call nothing, and without what is outside of the project."""
    graph = graph_of(program)
    inside = {graph.qualified_name(node) for node in range(graph.definition_count)}
    found = {caller: [name for name in callees if name in inside] for caller, callees in graph.adjacency(resolution=resolution)}
    return {caller: callees for caller, callees in found.items() if callees}


PROGRAMS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "ts: named, default and namespace imports": (
        {
            "a.ts": "export function f() {}\nexport default function g() {}\n",
            "main.ts": "import d, { f as h } from './a';\nimport * as ns from './a';\nd(); h();\nfunction k() { ns.f(); }\n",
        },
        {"main": ["a.f", "a.g"], "main.k": ["a.f"]},
    ),
    "ts: folder index and re-exports": (
        {
            "lib/index.ts": "export * from './x';\nexport { g as h } from './y';\n",
            "lib/x.ts": "export const f = () => 1;\n",
            "lib/y.ts": "export function g() {}\n",
            "main.ts": "import { f, h } from './lib';\nf(); h();\n",
        },
        {"main": ["lib.x.f", "lib.y.g"]},
    ),
    "ts: a suffix of js means the ts file": (
        {"a.ts": "export function f() {}\n", "main.ts": "import { f } from './a.js';\nf();\n"},
        {"main": ["a.f"]},
    ),
    "ts: this, super and inherited methods": (
        {
            "main.ts": "class B { constructor() {} g() {} }\nclass A extends B {\n constructor() { super(); }\n"
            " f() { this.g(); this.h(); super.g(); }\n"
            " h() {}\n}\nnew A();\n"
        },
        {"main": ["main.A.constructor"], "main.A.constructor": ["main.B.constructor"], "main.A.f": ["main.A.h", "main.B.g"]},
    ),
    "ts: declared types of parameters and fields": (
        {
            "a.ts": "export class A { m() {} }\n",
            "main.ts": "import { A } from './a';\nclass C { private a: A;\n f(x: A) { x.m(); }\n"
            " g() { this.a.m(); } }\nconst k = (y: A) => y.m();\n",
        },
        {"main.C.f": ["a.A.m"], "main.C.g": ["a.A.m"], "main.k": ["a.A.m"]},
    ),
    "js: require of a member and of the module": (
        {
            "a.js": "function f() {}\nfunction g() {}\nmodule.exports = { f, h: g };\n",
            "main.js": "const a = require('./a');\nconst { f } = require('./a');\na.h();\nf();\n",
        },
        {"main": ["a.f", "a.g"]},
    ),
    "js: module.exports is the function": (
        {"a.js": "function f() {}\nmodule.exports = f;\n", "main.js": "const a = require('./a');\na();\n"},
        {"main": ["a.f"]},
    ),
    "js: instance in a local": (
        {"main.js": "class A { m() { return this; } }\nfunction f() { const a = new A(); a.m().m(); }\n"},
        {"main.f": ["main.A", "main.A.m"]},
    ),
    "js: a package of the same name is outside": (
        {"lib/lodash.js": "function get() {}\nmodule.exports = { get };\n", "main.js": "const l = require('lodash');\nl.get();\n"},
        {},
    ),
    "js: parameter hides a function": (
        {"main.js": "function f() {}\nfunction g(f) { f(); }\n"},
        {},
    ),
    "js: closures": (
        {"main.js": "function f() {\n function g() { h(); }\n const h = () => 1;\n g();\n}\n"},
        {"main.f": ["main.f.g"], "main.f.g": ["main.f.h"]},
    ),
    "java: package, import, field, static and implicit this": (
        {
            "a/E.java": "package a;\npublic class E { public void go() {} public static int stat() { return 1; } }\n",
            "b/Help.java": "package b;\nclass Help { static void h() {} }\n",
            "b/K.java": "package b;\nimport a.E;\nclass K {\n E e;\n K() { e = new E(); }\n"
            " void f(E q) { q.go(); e.go(); g(); E.stat(); Help.h(); }\n"
            " void g() {}\n}\n",
        },
        {"b.K.K.K": ["a.E.E"], "b.K.K.f": ["a.E.E.go", "a.E.E.stat", "b.Help.Help.h", "b.K.K.g"]},
    ),
    "java: inherited method through an import": (
        {
            "a/B.java": "package a;\npublic class B { protected void g() {} }\n",
            "b/K.java": "package b;\nimport a.*;\nclass K extends B { void f() { g(); this.g(); super.g(); } }\n",
        },
        {"b.K.K.f": ["a.B.B.g"]},
    ),
    "java: unknown receiver is not asserted": (
        {"A.java": "class A { void get() {} }\n", "B.java": "class B { void f(Unknown u) { u.get(); } }\n"},
        {},
    ),
    "go: folder package, imports and receivers across files": (
        {
            "util/t.go": "package util\ntype T struct {}\nfunc New() *T { return &T{} }\n",
            "util/m.go": "package util\nfunc (t *T) Go() { helper() }\nfunc helper() {}\n",
            "main.go": 'package main\nimport "example.com/x/util"\nfunc main() { t := util.New(); t.Go(); local() }\n',
            "other.go": "package main\nfunc local() {}\n",
        },
        {"main.main": ["other.local", "util.t.New", "util.t.T.Go"], "util.t.New": ["util.t.T"], "util.t.T.Go": ["util.m.helper"]},
    ),
    "rust: crate paths, impl in another file and Self": (
        {
            "src/lib.rs": "mod util;\nuse crate::util::{run, T};\n"
            "pub fn go() { run(); let t = T::new(); t.m(); crate::util::run(); }\n",
            "src/util.rs": "pub struct T {}\n"
            "impl T { pub fn new() -> Self { T {} } pub fn m(&self) { self.n(); } fn n(&self) {} }\npub fn run() {}\n",
        },
        {
            "src.lib.go": ["src.util.T.m", "src.util.T.new", "src.util.run"],
            "src.util.T.m": ["src.util.T.n"],
            "src.util.T.new": ["src.util.T"],
        },
    ),
    "c: a prototype leads to its body, and static stays in its file": (
        {
            "a.c": '#include "a.h"\nint f(void) { return 1; }\nstatic int hidden(void) { return 2; }\n',
            "a.h": "int f(void);\n",
            "main.c": '#include "a.h"\nint main(void) { hidden(); return f(); }\n',
        },
        {"main.main": ["a.f"]},
    ),
    "cpp: method bodies outside the class": (
        {
            "k.hpp": "namespace a { class K { public: void m(); void n(); }; }\n",
            "k.cpp": '#include "k.hpp"\nnamespace a { void K::m() { n(); this->n(); } void K::n() {} }\n',
        },
        {"k.a.K.m": ["k.a.K.n"]},
    ),
    "c#: namespaces, fields and implicit this": (
        {
            "a.cs": "namespace A.B { public class E { public void Go() {} public static void Stat() {} } }\n",
            "k.cs": "using A.B;\nnamespace N { class K { E e; void F(E q) { q.Go(); e.Go(); G(); E.Stat(); } void G() {} } }\n",
        },
        {"k.N.K.F": ["a.A.B.E.Go", "a.A.B.E.Stat", "k.N.K.G"]},
    ),
    "php: namespaces, use and typed properties": (
        {
            "e.php": "<?php\nnamespace C\\D;\nclass E { function go() {} static function s() {} }\nfunction f() {}\n",
            "k.php": "<?php\nnamespace A;\nuse C\\D\\E;\nuse function C\\D\\f;\n"
            "class K { private E $e; function m(E $q) { $q->go(); $this->e->go(); E::s(); f();"
            " $this->n(); self::n(); } function n() {} }\n",
        },
        {"k.K.m": ["e.E.go", "e.E.s", "e.f", "k.K.n"]},
    ),
    "ruby: modules, instance variables and constructors": (
        {
            "k.rb": "module A\n  class K\n    def initialize\n      @u = U.new\n    end\n    def m\n"
            "      help()\n      @u.go\n      K.new.m\n    end\n"
            "    def help; end\n  end\n  class U\n    def go; end\n  end\nend\n"
        },
        {"k.A.K.initialize": ["k.A.U"], "k.A.K.m": ["k.A.K.help", "k.A.K.initialize", "k.A.K.m", "k.A.U.go"]},
    ),
    "bash: functions and sourced files": (
        {"lib.sh": "g() { echo; }\n", "main.sh": "source ./lib.sh\nf() { g; }\nf\n"},
        {"main": ["main.f"], "main.f": ["lib.g"]},
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_inside_the_project_are_exactly_the_expected_ones(name: str) -> None:
    """Asserted calls between definitions of the project, no fewer and no more."""
    program, expected = PROGRAMS[name]
    assert calls(program) == expected


def test_languages_do_not_call_into_each_other_by_name() -> None:
    """A Python-like name in another family is no candidate."""
    program = {"a.js": "class A { get() {} }\n", "b.rb": "class B\n  def f(x)\n    x.get\n  end\nend\n"}
    assert calls(program, "all") == {}
