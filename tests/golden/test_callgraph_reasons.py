"""What an edge gives as its reason may not contradict where it leads."""

import pytest
from test_callgraph_forms import FORMS, parts
from test_callgraph_typed import LEAST, graph_of, programs

from lepasserelle.files.language import language_of, language_of_name
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.layout import Reason
from lepasserelle.model import EdgeKind
from lepasserelle.parse import parse

OUTSIDE_ONLY = {reason.words for reason in (Reason.GLOBAL, Reason.EXTERNAL_BASE, Reason.BUILTIN, Reason.UNKNOWN)}
"""Reasons that say that the project defines no such thing."""


def contradictions(graph: Graph) -> list[str]:
    """Edges to something in the project whose reason says that it is not there."""
    found = []
    for node in range(graph.definition_count):
        for kind in (EdgeKind.CALLS, EdgeKind.READS, EdgeKind.WRITES, EdgeKind.INHERITS, EdgeKind.IMPORTS):
            inside = {
                graph.qualified_name(end) for end in graph.neighbours(node, kind, "out", "all") if end < graph.definition_count
            }
            edges = graph.edges(node, kind, "out", "all")
            found += [f"{e.source} -> {e.target}: {e.reason}" for e in edges if e.reason in OUTSIDE_ONLY and e.target in inside]
    return found


@pytest.mark.parametrize("language", LEAST)
def test_no_reason_of_a_program_contradicts_its_target(language: str) -> None:
    """In the programs of each language."""
    assert [one for program in programs(language) for one in contradictions(graph_of(program))] == []


def test_no_reason_of_a_form_contradicts_its_target() -> None:
    """In the forms of all languages."""
    found = []
    for form in sorted(FORMS.glob("*.txt")):
        files = {name: text for name, text in parts(form).items() if name != "calls"}
        graph = _linked(files)
        found += [f"{form.stem}: {one}" for one in contradictions(graph)]
    assert found == []


def test_a_method_of_a_class_that_is_not_read_has_no_reason_of_outside() -> None:
    """It belongs to a type that nothing in the project defines, and is found there all the same."""
    text = "namespace js {\nint Lost::size() { return 0; }\nvoid use() { Lost(1).size(); }\n}\n"
    graph = _linked({"a.cpp": text})
    assert contradictions(graph) == []
    assert [e.target for node in range(graph.definition_count) for e in graph.edges(node, EdgeKind.CALLS, "out", "all")] != []


def _linked(files: dict[str, str]) -> Graph:
    linked = []
    for name, text in sorted(files.items()):
        data = text.encode()
        language = language_of(name.rpartition("/")[2], language_of_name(name.rpartition("/")[2]), data)
        module = name.rpartition(".")[0].replace("/", ".")
        linked.append(LinkFile(name, module, language, 0, parse(data, language)))
    return Graph(link(lambda: iter(linked)))
