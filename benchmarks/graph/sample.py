"""Draws the asserted edges that a person judges: 100, by a committed seed, into `JUDGED.md`, with the source around each.

Drawn from the exact and inferred call edges between definitions of the observed packages whose caller ran completely (each of its
lines did) while the package's tests ran, and which were not seen. Ambiguous edges assert nothing and are left out. Whoever judges
did not write the resolver, and says of each whether such a call can happen: `right`, `wrong` or `cannot tell`, with the reason.
Run `observed.py` first. Edges that are judged already keep their verdict when they are drawn again.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import fetching
from graph.judging import Verdict, summary, verdicts_of
from graph.observed import JUDGED_PACKAGES, SEED, graph_of, normal, place_of, tree_of
from lepasserelle.graph import Graph
from lepasserelle.model import Edge, EdgeKind
from tables import machine

MOST = 100
NEAR = 3
"""Lines of source around a place."""
RESULT = Path(__file__).parent / "JUDGED.md"
BEFORE = ("JUDGED_FIRST.md", "JUDGED_SECOND.md", "JUDGED_THIRD.md", "JUDGED_FOURTH.md", "JUDGED_FIFTH.md", "JUDGED_SIXTH.md")
"""Samples that were drawn with other seeds and judged before what they showed was mended; not drawn again."""
RULE = """\
For each write `verdict: right`, `wrong` or `cannot tell` and the reason. Right is an edge for which a careful user could write the
program: public names, declared types and documentation kept, no class or callback that is made only so that the call happens, and
the call at the place that is told enters that function itself (a generator or coroutine counts where it is made; what an outer
library puts around a function is looked through, what the package itself puts around it is not). `run: seen`: such a one ran."""


def candidates(name: str, version: str, folder: str) -> list[tuple[str, Edge, Path]]:
    """(key, edge, folder of the package) of each edge that may be drawn."""
    tree = tree_of(name, version)
    seen = json.loads((fetching.CACHE / f"observed-{tree.name}.json").read_text(encoding="utf-8"))
    package = Path(folder).name
    graph = graph_of(tree / folder)
    completed = {normal(place) for place in seen["completed"]}
    observed = {(normal(caller), normal(callee)) for caller, callee, _ in seen["edges"]}
    found = []
    for node in range(graph.definition_count):
        caller = place_of(graph, node, package)
        if caller in completed:
            unseen = [target for target in _targets(graph, node) if (caller, place_of(graph, target, package)) not in observed]
            names = {graph.qualified_name(target) for target in unseen}
            edges = [edge for edge in graph.edges(node, EdgeKind.CALLS, "out", "inferred") if edge.target in names]
            found += [(f"{name}: `{edge.source}` → `{edge.target}`", edge, (tree / folder).parent) for edge in edges]
    return found


def _targets(graph: Graph, node: int) -> list[int]:
    return [target for target in graph.neighbours(node, EdgeKind.CALLS, "out", "inferred") if target < graph.definition_count]


def shown(number: int, key: str, edge: Edge, root: Path, said: Verdict) -> str:
    """One edge as a section."""
    parts = [f"## {number}. {key}", f"{edge.resolution}: {edge.reason}"]
    for path, line in edge.sites[:2]:
        lines = (root / path).read_text(encoding="utf-8").splitlines()
        first = max(1, line - NEAR)
        around = [f"{at:5}{'>' if at == line else ' '} {lines[at - 1]}" for at in range(first, min(len(lines), line + NEAR) + 1)]
        parts.append(f"`{path}`\n```python\n" + "\n".join(around) + "\n```")
    return "\n\n".join([*parts, f"verdict: {said.verdict}".strip(), f"reason: {said.reason}".strip()])


def given_verdicts() -> dict[str, Verdict]:
    """What was judged before, by edge."""
    places = [*(RESULT.with_name(name) for name in BEFORE), RESULT]
    pages = [place.read_text(encoding="utf-8") for place in places if place.exists()]
    return {key: verdict for page in pages for key, verdict in verdicts_of(page).items() if verdict.is_given}


def main() -> int:
    """Draw and write."""
    # Several definitions of one name are one edge to whoever judges.
    edges = {each[0]: each for package in JUDGED_PACKAGES for each in candidates(*package)}
    pool = [edges[key] for key in sorted(edges)]
    chosen = sorted(random.Random(SEED).sample(pool, min(MOST, len(pool))), key=lambda each: each[0])
    before = given_verdicts()
    verdicts = {key: before.get(key, Verdict("", "")) for key, _, _ in chosen}
    said = f"{machine()} {len(pool)} edges to draw from, {len(chosen)} drawn with the seed {SEED} by `benchmarks/graph/sample.py`."
    sections = [shown(number, key, edge, root, verdicts[key]) for number, (key, edge, root) in enumerate(chosen, 1)]
    page = ["# Asserted edges that were not seen", said, summary(verdicts), RULE, *sections]
    RESULT.write_text("\n\n".join(page) + "\n", encoding="utf-8")
    print(len(pool), "edges,", len(chosen), "drawn.", summary(verdicts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
