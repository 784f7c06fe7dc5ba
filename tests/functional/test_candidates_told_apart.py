"""What an ambiguous call could mean is counted by definitions, and a member that is not there offers its owner's."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.errors import UnknownSymbolError
from lepasserelle.query.candidates import said_candidates

JAVA = """class Add {
  int help(int x) { return x; }
  int help(String s) { return 1; }
}
class Base { int hello() { return 1; } }
class Sub extends Base { int hello() { return 2; } }
class Use {
  int go(Add a, Object o, Base b) { return a.help(pick(o)) + b.hello(); }
  <T> T pick(T o) { return o; }
}
"""


def said(root: Path) -> dict[str, str]:
    """Target → what is said of its candidates, of the calls of `Use.go`."""
    (root / "A.java").write_text(JAVA, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        return {edge.target: said_candidates(edge, 5) for edge in leindex.callees("Use.go", resolution="all")}


def test_overloads_are_counted_and_have_their_places(tmp_path: Path) -> None:
    """Two definitions of one name are two candidates."""
    assert said(tmp_path)["A.Add.help"] == "one of 2: A.Add.help (A.java:2), A.Add.help (A.java:3)"


def test_a_single_override_is_no_choice(tmp_path: Path) -> None:
    """It says that it may run instead; what is certain says nothing."""
    found = said(tmp_path)
    assert found["A.Sub.hello"] == "may be overridden by A.Sub.hello"
    assert found["A.Base.hello"] == ""


def test_a_member_that_is_not_there_offers_those_of_its_owner_first(tmp_path: Path) -> None:
    """Names of one letter share no pair of letters with anything, and the same name in another class comes after."""
    text = "class P:\n    def p(self): pass\n\nclass Q:\n    def pp(self): pass\n"
    (tmp_path / "near.py").write_text(text, encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        with pytest.raises(UnknownSymbolError) as failure:
            leindex.callers("P.pp")
    assert failure.value.near[:2] == ("near.P.p", "near.Q.pp")
