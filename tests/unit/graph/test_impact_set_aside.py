"""Who uses what changes perhaps, by edges that a walk does not take, is counted: nobody reads a bare zero where somebody may."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.leindex.impacts import impact_of
from lepasserelle.leindex.words import ResolutionFilter
from lepasserelle.model import Impact
from lepasserelle.parse import parse
from lepasserelle.query import compact

PYTHON = """
class Plain:
    def go(self): return self.turn()
    def turn(self): return 1
class Other:
    def go(self): return 2
    def turn(self): return 3
def sure(): return Plain().go()
def above(): return sure()
def left(one): return one.go()
def right(one): return one.go() + one.turn()
def test_fixture(plain): assert plain.go()
def never(): return 4
"""
JAVA = """interface Fmt { String fmt(String s); }
class JsonFmt implements Fmt { public String fmt(String s) { return s; } }
class TextFmt implements Fmt { public String fmt(String s) { return s; } }
class Log { Fmt f; String log(String s) { return f.fmt(s); } }
"""
GO = """package a
type Formatter interface { Format(s string) string }
type JSON struct{}
func (j *JSON) Format(s string) string { return s }
type Text struct{}
func (t *Text) Format(s string) string { return s }
type Entry struct { F Formatter }
func (e *Entry) Write(s string) string { return e.F.Format(s) }
"""


def _impact(language: str, text: str, name: str, depth: int = 3, resolution: ResolutionFilter = "inferred") -> Impact:
    graph = Graph(link(lambda: iter([LinkFile("a", "a", language, 0, parse(text.encode(), language))])))
    return impact_of(graph, name, depth, resolution)


def _symbols(found: Impact) -> set[str]:
    return {one.symbol for one in found.reached}


@pytest.mark.parametrize(
    ("language", "text", "name"), [("java", JAVA, "a.JsonFmt.fmt"), ("go", GO, "a.JSON.Format"), ("python", PYTHON, "a.Other.turn")]
)
def test_who_may_use_it_is_counted_where_nothing_is_reached_for_sure(language: str, text: str, name: str) -> None:
    """A method behind an interface, and one of an unknown receiver; the count is of who `all` names one step away."""
    found = _impact(language, text, name)
    assert not found.reached
    assert found.perhaps == len(_symbols(_impact(language, text, name, 1, "all"))) == 1


@pytest.mark.parametrize("name", ["a.Plain", "a.Plain.go", "a.Plain.turn", "a.Other", "a.Other.go", "a.sure", "a.never", "a"])
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("resolution", ["exact", "inferred", "all"])
def test_the_count_is_of_what_is_reached_one_step_away_with_all_and_not_without(
    name: str, depth: int, resolution: ResolutionFilter
) -> None:
    """Whoever is reached for sure anyhow, at any distance, is not told twice; with `all` nothing is left."""
    found = _impact("python", PYTHON, name, depth, resolution)
    besides = _symbols(_impact("python", PYTHON, name, 1, "all")) - _symbols(found)
    assert found.perhaps == len(besides)
    assert resolution != "all" or not found.perhaps


def test_a_class_stands_for_its_members_and_each_user_counts_once() -> None:
    """`right` uses two of them; a test is a definition as well."""
    found = _impact("python", PYTHON, "a.Plain")
    assert _symbols(found) == {"a.sure", "a.above"}
    assert found.perhaps == len({"left", "right", "test_fixture"})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.Other.turn", "0 definitions and 0 in tests within 3 steps; 1 perhaps, one step away: ask with resolution `all` ("),
        ("a.Plain.go", "2 definitions and 0 in tests within 3 steps; 3 more perhaps, one step away: ask with resolution `all` ("),
        ("a.never", "0 definitions and 0 in tests within 3 steps (~ inferred"),
    ],
)
def test_the_page_says_how_many_and_a_bare_zero_only_where_there_are_none(name: str, said: str) -> None:
    """With how to see them."""
    head, _ = compact.impact(_impact("python", PYTHON, name), lambda _: "a")
    assert said in head
