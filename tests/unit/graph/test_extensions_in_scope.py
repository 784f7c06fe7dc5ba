"""Where a function that extends a type outside the project is called: in its own language, and where it is in scope."""

from pathlib import PurePosixPath

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

_LANGUAGES = {".kt": "kotlin", ".java": "java", ".scala": "scala", ".cs": "c_sharp", ".swift": "swift"}
KOTLIN = "package a.b\nfun String.trim(): String = this\nfun String.shout(): String = this\n"
SCALA = "package a\nobject Ext { extension (s: String) def loud(): Int = 1 }\nextension (s: String) def top(): Int = 2\n"
C_SHARP = "namespace T.X { public static class E { public static int Loud(this string t) => 1; } }\n"


def _callers(sources: dict[str, str], name: str) -> set[str]:
    """Who calls the function for sure, or as inferred, when these files are linked."""
    files = []
    for path in sorted(sources):
        language = _LANGUAGES[PurePosixPath(path).suffix]
        module = path.rpartition(".")[0].replace("/", ".")
        files.append(LinkFile(path, module, language, 0, parse(sources[path].encode(), language)))
    graph = Graph(link(lambda: iter(files)))
    return {edge.source for node in graph.find(name) for edge in graph.callers(node, "inferred")}


def test_no_other_language_calls_an_extension() -> None:
    """Java dispatches to the method of its own class, Scala imports no extension of Kotlin, and Swift has its own."""
    asking = {
        "J.java": "package a.b; class J { String g(String q) { return q.trim(); } }",
        "s.scala": "package a.b\nobject S { def g(q: String) = q.trim() }",
        "s.swift": 'func g() { "x".trim() }',
        "k.kt": KOTLIN,
    }
    assert _callers(asking, "k.trim") == set()


def test_kotlin_sees_extensions_of_its_package_and_those_that_it_imports() -> None:
    """By name, by star and under another name; a file of another package that imports nothing sees none."""
    asking = {
        "k.kt": KOTLIN,
        "same.kt": "package a.b\nfun same(q: String) = q.shout()",
        "none.kt": 'package c.d\nfun none() = "x".shout()',
        "named.kt": 'package c.d\nimport a.b.shout\nfun named() = "x".shout()',
        "star.kt": 'package c.d\nimport a.b.*\nfun star() = "x".shout()',
        "renamed.kt": 'package c.d\nimport a.b.shout as yell\nfun yells() = "x".yell()\nfun shouts() = "x".shout()',
    }
    assert _callers(asking, "k.shout") == {"same.same", "named.named", "star.star", "renamed.yells"}


def test_an_extension_that_is_a_member_counts_in_its_class_and_below() -> None:
    """Outside of it only where an import takes it from an object."""
    asking = {
        "k.kt": 'package a\nopen class W {\n  fun String.inner(): String = this\n  fun own() = "x".inner()\n}\n'
        'class V : W() {\n  fun below() = "x".inner()\n}\nfun outside() = "x".inner()\n'
        "object O {\n  fun String.of(): String = this\n}\n",
        "i.kt": 'package b\nimport a.O.of\nfun taken() = "x".of()',
        "n.kt": 'package a\nfun untaken() = "x".of()',
    }
    assert _callers(asking, "W.inner") == {"k.W.own", "k.V.below"}
    assert _callers(asking, "O.of") == {"i.taken"}


def test_what_extends_a_class_of_another_file_sees_what_its_own_file_imports() -> None:
    """The imports of the file that defines the class say nothing of it."""
    page = "package p\nclass Page(val body: String)"
    extending = "package e\nimport p.Page\nimport a.b.shout\nfun Page.words(): String = this.body.shout()"
    assert _callers({"k.kt": KOTLIN, "page.kt": page, "x.kt": extending}, "k.shout") == {"page.Page.words"}
    extending = extending.replace("import a.b.shout\n", "")
    page = page.replace("class", "import a.b.shout\nclass")
    assert _callers({"k.kt": KOTLIN, "page.kt": page, "x.kt": extending}, "k.shout") == set()


def test_scala_sees_extensions_of_its_package_and_those_that_it_imports() -> None:
    """Also within a method; those of an object that nobody imports are not in scope, nor is a file of another package."""
    asking = {
        "e.scala": SCALA,
        "same.scala": "package a\nobject Same { def top(q: String) = q.top()\n def hidden(q: String) = q.loud() }",
        "none.scala": "package b\nobject None { def top(q: String) = q.top()\n def loud(q: String) = q.loud() }",
        "star.scala": "package c\nimport a.Ext.*\nobject All { def all(q: String) = q.loud() }",
        "named.scala": "package c\nimport a.top\nobject One { def one(q: String) = q.top() }",
        "late.scala": "package d\nobject L { def late(q: String) = { import a.Ext._\n q.loud() } }",
    }
    assert _callers(asking, "Ext.loud") == {"star.All.all", "late.L.late"}
    assert _callers(asking, "e.top") == {"same.Same.top", "named.One.one"}


def test_c_sharp_needs_a_using_of_the_namespace() -> None:
    """Or to stand in it; `using static` names the class, and `global using` of any file counts in all."""
    asking = {
        "e.cs": C_SHARP,
        "none.cs": "namespace App { class P { int None(string q) => q.Loud(); } }",
        "using.cs": "using T.X;\nnamespace App { class Q { int Using(string q) => q.Loud(); } }",
        "static.cs": "using static T.X.E;\nclass R { int Static(string q) => q.Loud(); }",
        "inside.cs": "namespace T.X.Sub;\nclass S { int Inside(string q) => q.Loud(); }",
    }
    seeing = {"using.App.Q.Using", "static.R.Static", "inside.T.X.Sub.S.Inside"}
    found = _callers(asking, "E.Loud")
    assert {name.rpartition(".")[2] for name in found} == {name.rpartition(".")[2] for name in seeing}
    asking["usings.cs"] = "global using T.X;\n"
    assert len(_callers(asking, "E.Loud")) == len(seeing) + 1


def test_swift_sees_extensions_of_the_whole_module() -> None:
    """Its files import none of each other."""
    asking = {"e.swift": "extension String { func loud() -> Int { 1 } }", "u.swift": 'func asks() { "x".loud() }'}
    assert _callers(asking, "e.loud") == {"u.asks"}
