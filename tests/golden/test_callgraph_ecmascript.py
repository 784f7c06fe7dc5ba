"""The calls of small ECMAScript programs: answers against what the programs do, and the graph against the answers."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from callgraph_judging import Edges, answers, edges_in, judged

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

HERE = Path(__file__).parent / "callgraph"
SUITE = HERE / "ecmascript"
PROGRAMS = sorted(path.parent for path in SUITE.glob("*/*/expected.json"))
LANGUAGES = {".js": "javascript", ".ts": "typescript", ".tsx": "tsx"}

LEAST_PRECISION, LEAST_RECALL, LEAST_EXACT = 0.997, 0.994, 253
"""What was reached; these only rise."""


def sources(program: Path) -> list[Path]:
    """The files of a program, in the order of their paths' bytes."""
    found = (path for path in program.rglob("*") if path.suffix in LANGUAGES)
    return sorted(found, key=lambda path: path.relative_to(program).as_posix().encode())


def module_of(path: Path, program: Path) -> str:
    """The name of a file's own code."""
    return path.relative_to(program).with_suffix("").as_posix().replace("/", ".")


def found(program: Path) -> Edges:
    """The asserted calls of the graph."""
    files = []
    for path in sources(program):
        language = LANGUAGES[path.suffix]
        facts = parse(path.read_bytes(), language)
        files.append(LinkFile(path.relative_to(program).as_posix(), module_of(path, program), language, 0, facts))
    return edges_in(dict(Graph(link(lambda: iter(files))).adjacency(resolution="inferred")))


def observer() -> ModuleType:
    """The script that runs programs, as a module."""
    spec = importlib.util.spec_from_file_location("observe_ecmascript", HERE / "observe_ecmascript.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(shutil.which("node") is None, reason="runs programs under node")
def test_answers_are_what_the_programs_do() -> None:
    """Every call that happens is in the answer, and every answer happens or is declared not to be seen."""
    observed = observer().observe(PROGRAMS, shutil.which("node"))
    ran = 0
    for program, kinds in observed.items():
        if kinds is None:
            continue
        ran += 1
        expected, unobserved = answers(program)
        own = {module_of(path, program).split(".")[0] for path in sources(program)}
        inside = {edge for edge in expected if edge[1].split(".")[0] in own}
        seen = kinds[0] | kinds[1]
        assert not seen - expected, program
        assert inside - seen == unobserved & inside, program
    assert ran >= 0.95 * len(PROGRAMS)


def test_the_graph_gives_the_answers() -> None:
    """Precision, recall and exactness over all programs are at least what they were."""
    precision, recall, exact, mistakes = judged(PROGRAMS, SUITE, found)
    assert len(PROGRAMS) >= 60
    assert (precision >= LEAST_PRECISION, recall >= LEAST_RECALL, exact >= LEAST_EXACT) == (True, True, True), "\n".join(
        [f"precision {precision:.4f} recall {recall:.4f} exact {exact}/{len(PROGRAMS)}", *mistakes]
    )
