"""Questions about a name that Python compares in another form than it is written in."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

PYTHON = "class \ufb01le:\n    def go(self): pass\n"
SCRIPT = "class \ufb01le { }\nclass file { }\n"


def _graph() -> Graph:
    files = [
        LinkFile("a.js", "a", "javascript", 0, parse(SCRIPT.encode(), "javascript")),
        LinkFile("b.py", "b", "python", 0, parse(PYTHON.encode(), "python")),
    ]
    return Graph(link(lambda: iter(files)))


def test_a_name_of_python_is_found_as_the_source_writes_it() -> None:
    """The ligature of the source and the letters that Python reads it as, also as the owner of a member."""
    graph = _graph()
    assert [graph.qualified_name(node) for node in graph.find("b.\ufb01le")] == ["b.file"]
    assert graph.find("\ufb01le.go") == graph.find("b.file.go") != []


def test_other_languages_are_asked_letter_by_letter() -> None:
    """To them the ligature is another name: its own class is found, and not the one that is written without."""
    graph = _graph()
    assert [graph.qualified_name(node) for node in graph.find("\ufb01le")] == ["a.\ufb01le", "b.file"]
