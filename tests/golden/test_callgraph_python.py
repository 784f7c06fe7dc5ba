"""The calls of small Python programs: answers against what the programs do, and the graph against the answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from callgraph_judging import Edges, answers, edges_in, judged

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

HERE = Path(__file__).parent / "callgraph"
PROGRAMS = sorted(path.parent for path in (HERE / "python").glob("*/*/expected.json"))

LEAST_PRECISION, LEAST_RECALL, LEAST_EXACT = 1.0, 0.998, 493
"""What was reached; these only rise."""


def found(program: Path) -> Edges:
    """The asserted calls of the graph."""
    files = []
    for path in sorted(program.rglob("*.py"), key=lambda path: path.as_posix().encode()):
        relative = path.relative_to(program).as_posix()
        module = relative.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(relative, module, "python", 0, parse(path.read_bytes(), "python")))
    return edges_in(dict(Graph(link(lambda: iter(files))).adjacency(resolution="inferred")))


def test_answers_are_what_the_programs_do() -> None:
    """Every call that happens is in the answer, and every answer happens or is declared not to be seen."""
    command = [sys.executable, str(HERE / "observe.py"), *map(str, PROGRAMS)]
    observed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for program in PROGRAMS:
        expected, unobserved = answers(program)
        direct = set(map(tuple, observed[str(program)]["direct"]))
        seen = direct | set(map(tuple, observed[str(program)]["through"]))
        own = {path.stem if path.is_file() else path.name for path in program.iterdir()}
        inside = {edge for edge in expected if edge[1].split(".")[0] in own}
        assert not direct - expected, program
        assert inside - seen == unobserved & inside, program


def test_the_graph_gives_the_answers() -> None:
    """Precision, recall and exactness over all programs are at least what they were."""
    precision, recall, exact, mistakes = judged(PROGRAMS, HERE / "python", found)
    assert len(PROGRAMS) >= 150
    assert (precision >= LEAST_PRECISION, recall >= LEAST_RECALL, exact >= LEAST_EXACT) == (True, True, True), "\n".join(
        [f"precision {precision:.4f} recall {recall:.4f} exact {exact}/{len(PROGRAMS)}", *mistakes]
    )


@pytest.mark.parametrize("name", ["imports/reexport", "functions/called_directly"])
def test_the_command_exports_the_same_adjacency(name: str, tmp_path: Path) -> None:
    """What is judged is what `leindex graph export` prints."""
    program = HERE / "python" / name
    command, place = [sys.executable, "-m", "lepasserelle"], ["--index-dir", str(tmp_path / "index")]
    subprocess.run([*command, "index", str(program), *place], check=True, capture_output=True)
    export = [*command, "graph", "export", "--edges", "calls", "--format", "adjacency", "--project", str(program), *place]
    done = subprocess.run(export, check=True, capture_output=True, text=True)
    assert edges_in(json.loads(done.stdout)) == found(program)
