"""The calls of small programs in languages with declared types: the graph against answers that were written before the resolver."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from callgraph_judging import Edges, answers

from lepasserelle.files.language import language_of, language_of_name
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.model import EdgeKind, NodeKind
from lepasserelle.parse import parse

HERE = Path(__file__).parent / "callgraph"

LEAST: dict[str, tuple[float, float, int]] = {
    "java": (0.994, 0.982, 15),
    "c_sharp": (1.0, 0.992, 15),
    "kotlin": (0.993, 0.986, 15),
    "scala": (1.0, 0.984, 12),
    "php": (1.0, 1.0, 15),
    "swift": (1.0, 0.985, 13),
    "go": (0.994, 0.979, 15),
    "rust": (0.99, 0.976, 11),
    "c": (1.0, 0.972, 15),
    "cpp": (0.994, 0.954, 10),
}
"""Language → (precision, recall, programs without a mistake) that were reached; these only rise."""

LEAST_PROGRAMS = 15


def programs(language: str) -> list[Path]:
    """The folders of one language's programs."""
    return sorted(path.parent for path in (HERE / language).glob("*/expected.json"))


def graph_of(program: Path) -> Graph:
    """The program linked as a project of its own."""
    files = []
    for path in sorted(program.rglob("*"), key=lambda path: path.as_posix().encode()):
        if path.is_file() and path.suffix != ".json":
            relative, data = path.relative_to(program), path.read_bytes()
            language = language_of(path.name, language_of_name(path.name), data)
            module = relative.with_suffix("").as_posix().replace("/", ".")
            files.append(LinkFile(relative.as_posix(), module, language, 0, parse(data, language)))
    return Graph(link(lambda: iter(files)))


def names_of(graph: Graph) -> list[str]:
    """Qualified names by node; where several definitions share one, `#1`, `#2`, … in the order of the source."""
    names = [graph.qualified_name(node) for node in range(graph.node_count)]
    several = {name for name, count in Counter(names).items() if count > 1}
    met: Counter[str] = Counter()
    for node, name in enumerate(names):
        if name in several:
            met[name] += 1
            names[node] = f"{name}#{met[name]}"
    return names


@cache
def found(program: Path) -> tuple[Edges, Edges]:
    """(asserted calls, calls shown only when candidates are asked for), without those that name nothing."""
    graph = graph_of(program)
    names = names_of(graph)
    asserted, all_of_them = (
        {
            (names[node], names[callee])
            for node in range(graph.definition_count)
            for callee in graph.neighbours(node, EdgeKind.CALLS, "out", resolution)
        }
        for resolution in ("inferred", "all")
    )
    return asserted, {edge for edge in all_of_them - asserted if not edge[1].startswith("?.")}


def score(language: str) -> tuple[float, float, int, list[str]]:
    """(precision, recall, programs without a mistake, what is wrong or missing)."""
    right = wrong = missed = exact = 0
    mistakes = []
    for program in programs(language):
        (calls, candidates), (got, offered) = answers(program, "candidates"), found(program)
        right, wrong, missed = right + len(calls & got), wrong + len(got - calls), missed + len(calls - got)
        exact += calls == got and candidates == offered
        for word, edges in (
            ("wrong", got - calls),
            ("missed", calls - got),
            ("wrong candidate", offered - candidates),
            ("missed candidate", candidates - offered),
        ):
            mistakes += [f"{program.name}: {word} {source} -> {target}" for source, target in sorted(edges)]
    return right / max(1, right + wrong), right / max(1, right + missed), exact, mistakes


@pytest.mark.parametrize("language", LEAST)
def test_the_graph_gives_the_answers(language: str) -> None:
    """Precision, recall and exactness over a language's programs are at least what they were."""
    precision, recall, exact, mistakes = score(language)
    least = LEAST[language]
    assert len(programs(language)) >= LEAST_PROGRAMS
    figures = f"{language}: precision {precision:.4f} recall {recall:.4f} exact {exact}/{len(programs(language))}"
    assert (precision >= least[0], recall >= least[1], exact >= least[2]) == (True, True, True), "\n".join([figures, *mistakes])


@pytest.mark.parametrize("language", LEAST)
def test_what_an_interface_only_declares_is_never_called_for_certain(language: str) -> None:
    """A call through an interface or a trait enters some implementation: no edge to its method may claim to be exact."""
    for program in programs(language):
        graph = graph_of(program)
        for node in range(graph.definition_count):
            for callee in graph.neighbours(node, EdgeKind.CALLS, "out", "exact"):
                owner = graph.parent(callee)
                if callee < graph.definition_count and graph.kind(owner) is NodeKind.INTERFACE and _is_bare(graph, callee):
                    assert owner in _around(graph, node), (program, graph.qualified_name(node), graph.qualified_name(callee))


def _is_bare(graph: Graph, node: int) -> bool:
    """Whether a method has no body of its own."""
    return graph.complexity(node) == 0


def _around(graph: Graph, node: int) -> set[int]:
    found: set[int] = set()
    while node >= 0:
        found.add(node)
        node = graph.parent(node)
    return found


def test_every_language_has_answers() -> None:
    """A folder of programs without a figure to hold it to would be judged by nobody."""
    folders = {path.name for path in HERE.iterdir() if any(path.glob("*/expected.json"))}
    assert folders <= LEAST.keys() | {"javascript", "typescript"}
