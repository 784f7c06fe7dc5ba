"""Draws what a reader judges of languages without a sample of observed calls: `python language_sample.py FOLDER LANGUAGE…`.

The folder holds an index. Drawn with a committed seed, one file after the other, so that as many files as can be have a part:
25 places of asserted calls (17 of what the project defines, 8 of what lies outside), 15 that assert nothing, 10 bases. Prints the
source around each and what it is told to enter; `JUDGED_LANGUAGES.md` holds what was said of them, `JUDGED_LANGUAGES_SECOND.md`
of draws with this seed.
"""

import random
import sys
from pathlib import Path
from typing import NamedTuple

from lepasserelle.graph import Graph
from lepasserelle.graph.answers import members, source_lines
from lepasserelle.graph.layout import SET_BIT, Reason
from lepasserelle.model import EdgeKind, Resolution
from lepasserelle.storage import Index

SEED = 20261212
INSIDE, OUTSIDE, LOOSE, BASES = 17, 8, 15, 10
NEAR = 2
"""Lines of source around a place."""


class Place(NamedTuple):
    """One place that states a relation, and the nodes that it is told to lead to."""

    path: str
    line: int
    source: str
    targets: tuple[str, ...]
    said: str


def places(graph: Graph, languages: set[str]) -> dict[str, list[Place]]:
    """The places of each part of the draw."""
    found: dict[str, list[Place]] = {"inside": [], "outside": [], "loose": [], "bases": []}
    for source in range(graph.definition_count):
        if graph.language(source) not in languages:
            continue
        for edge, lines in source_lines(graph, source):
            kind, resolution, reason = graph.edge_types[graph.types[edge]]
            target = graph.targets[edge]
            nodes = members(graph, target & ~SET_BIT) if target & SET_BIT else [target]
            part = _part(graph, kind, resolution, nodes)
            said = f"{Resolution(resolution).word}: {Reason(reason).words}"
            named = tuple(_named(graph, node) for node in nodes)
            if part:
                found[part] += [Place(graph.path(source), line, graph.qualified_name(source), named, said) for line in lines]
    return found


def _part(graph: Graph, kind: int, resolution: int, nodes: list[int]) -> str:
    if kind == EdgeKind.INHERITS:
        return "bases"
    if kind != EdgeKind.CALLS:
        return ""
    if resolution == Resolution.AMBIGUOUS:
        return "loose"
    return "inside" if nodes[0] < graph.definition_count else "outside"


def _named(graph: Graph, node: int) -> str:
    where = f" ({graph.path(node)}:{graph.lines(node)[0]})" if node < graph.definition_count else ""
    return graph.qualified_name(node) + where


def drawn(pool: list[Place], count: int, chance: random.Random) -> list[Place]:
    """So many places, from as many files as there are."""
    by_file: dict[str, list[Place]] = {}
    for place in sorted(set(pool)):
        by_file.setdefault(place.path, []).append(place)
    order = sorted(by_file)
    chance.shuffle(order)
    found: list[Place] = []
    while len(found) < count and order:
        for path in order[: count - len(found)]:
            rows = by_file[path]
            found.append(rows.pop(chance.randrange(len(rows))))
        order = [path for path in order if by_file[path]]
    return found


def main() -> int:
    """Draw and print."""
    root, chance = Path(sys.argv[1]), random.Random(SEED)
    graph = Graph(Index.open(root / ".leindex").pin().segment("graph").sections)
    pools = places(graph, set(sys.argv[2:]))
    for part, count in (("inside", INSIDE), ("outside", OUTSIDE), ("loose", LOOSE), ("bases", BASES)):
        print(f"== {part}: {len(pools[part])} places")
        for place in drawn(pools[part], count, chance):
            lines = (root / place.path).read_text(encoding="utf-8", errors="replace").splitlines()
            print(f"{place.source} → {', '.join(place.targets[:6])} [{place.said}]\n  {place.path}:{place.line}")
            print(*[f"    {line}" for line in lines[max(0, place.line - 1 - NEAR) : place.line + NEAR]], sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
