"""Own packages and namespaces before what wildcard imports bring: after edits too, and in time that grows with the file."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.graph import LinkFile, link
from lepasserelle.graph.imports import Imports
from lepasserelle.parse import parse

FILES = {
    "a/X.java": "package a;\npublic class X { public static int g() { return 1; } }\n",
    "p/C.java": "package p;\nimport a.*;\nclass C { int f() { return X.g(); } }\n",
    "T.cs": "namespace A { public class X { public static int G() { return 1; } } }\n",
    "U.cs": "using A;\nnamespace N { class C { int F() { return X.G(); } } }\n",
}
OWN = {
    "p/X.java": "package p;\npublic class X { public static int g() { return 2; } }\n",
    "V.cs": "namespace N { public class X { public static int G() { return 2; } } }\n",
}


def written(project: Path, files: dict[str, str]) -> None:
    """Write these files."""
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)


def called(leindex: LeIndex) -> list[list[str]]:
    """What the two functions call."""
    leindex.index_project()
    return [[edge.target for edge in leindex.callees(name)] for name in ("p.C.f", "U.N.C.F")]


def test_a_type_that_comes_to_the_own_package_is_called_and_gone_again_no_more(tmp_path: Path) -> None:
    """The files that call it stay as they are: what they name is told anew."""
    written(tmp_path, FILES)
    with LeIndex(tmp_path) as leindex:
        assert called(leindex) == [["a.X.X.g"], ["T.A.X.G"]]
        written(tmp_path, OWN)
        assert called(leindex) == [["p.X.X.g"], ["V.N.X.G"]]
        for name in OWN:
            (tmp_path / name).unlink()
        assert called(leindex) == [["a.X.X.g"], ["T.A.X.G"]]


@pytest.mark.parametrize("count", [20, 200])
def test_only_imports_around_a_place_are_looked_through(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many namespaces of one file has its own: all of them at each place took time that grew with their square."""
    looked, real = [], Imports._through_star
    monkeypatch.setattr(Imports, "_through_star", lambda *given: looked.append(given) or real(*given))  # type: ignore[func-returns-value]
    blocks = [f"namespace N{n} {{ using A; using B; class K{n} {{ void M() {{ Unknown.Gone(); }} }} }}" for n in range(count)]
    text = "namespace A { class Y { } }\nnamespace B { class Z { } }\n" + "\n".join(blocks)
    facts = parse(text.encode(), "c_sharp")
    link(lambda: iter([LinkFile("a.cs", "a", "c_sharp", 0, facts)]))
    assert count <= len(looked) <= 40 * count
