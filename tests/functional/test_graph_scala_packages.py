"""Packages of Scala: a type and its companion have one name, and an import may begin in a package around it."""

from test_graph_languages import calls

COMPANIONS = (
    "package a.b\nclass X(n: Int) { def one: Int = X.make() }\nobject X { def make(): Int = 1; def apply(n: Int): X = new X(n) }\n"
)


def test_a_name_that_a_type_and_its_companion_share_leads_to_both() -> None:
    """From another file of their package: members of the companion were said to be one of several."""
    program = {
        "x.scala": COMPANIONS,
        "y.scala": "package a.b\nobject Y { def go(): Int = X.make(); def mk() = X(1); def old() = new X(2) }\n",
    }
    assert calls(program, "exact")["y.Y.go"] == ["x.X.make"]
    assert calls(program, "exact")["y.Y.mk"] == ["x.X.apply"]
    assert set(calls(program)["y.Y.old"]) == {"x.X"}


def test_an_import_may_begin_in_a_package_around_it() -> None:
    """`import b.X` in `package a; package c` means `a.b.X`, and so does `b.X` without an import."""
    program = {
        "x.scala": COMPANIONS,
        "z.scala": "package a\npackage c\nimport b.X\n"
        "object Z { def go(): Int = X.make(); def far() = b.X.make(); def top() = a.b.X.make() }\n",
        "o.scala": "package other\nimport b.X\nobject O { def go(): Int = X.make() }\n",
    }
    found = calls(program, "exact")
    assert [found.get(f"z.Z.{name}") for name in ("go", "far", "top")] == [["x.X.make"]] * 3
    assert "o.O.go" not in found
