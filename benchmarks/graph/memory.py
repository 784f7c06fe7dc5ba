"""The held graph of Django beside the same nodes, edges and attributes in networkx: two child processes in one run, each measured
from outside before and after it holds the graph.

Ours: the segment as LeIndex writes it, mapped, and every page of it read. networkx: a `MultiDiGraph` with the same attributes on
nodes and edges; equal strings are one object; a candidate set is one node with its members as a tuple, as it is one row with us;
`contains` is the attribute `parent` and no edge, which is to networkx' advantage.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

import corpora
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.answers import members, outgoing, site_lines
from lepasserelle.graph.layout import SET_BIT
from lepasserelle.parse import parse
from lepasserelle.storage import write_segment
from process_tree import pss_bytes
from tables import machine, table

RESULTS = Path(__file__).parent / "RESULTS.md"
LIMIT = 15

OURS = """
import sys, gc
from pathlib import Path
from lepasserelle.graph import Graph
from lepasserelle.storage import Segment, SegmentRef
import msgspec
ref = msgspec.json.decode(sys.argv[2], type=SegmentRef)
def ready():
    gc.collect(); print("ready", flush=True); sys.stdin.readline()
ready()
segment = Segment.open(Path(sys.argv[1]), ref)
graph = Graph(segment.sections)
graph.qualified_name(graph.node_count - 1); graph.callers(0)
total = sum(int(array.view("u1").sum(dtype="u8")) for array in segment.sections.values() if array.size)
ready()
"""

NETWORKX = """
import sys, gc, json
import networkx
texts = {}
def shared(value):
    if isinstance(value, list):
        return tuple(shared(item) for item in value)
    return texts.setdefault(value, value) if isinstance(value, str) else value
def ready():
    gc.collect(); print("ready", flush=True); sys.stdin.readline()
ready()
graph = networkx.MultiDiGraph()
with open(sys.argv[1], encoding="utf-8") as rows:
    for row in rows:
        kind, first, second, attributes = json.loads(row)
        attributes = {sys.intern(key): shared(value) for key, value in attributes.items()}
        if kind == "node":
            graph.add_node(first, **attributes)
        else:
            graph.add_edge(first, second, **attributes)
texts.clear()
ready()
"""


def files_of(tree: Path) -> list[LinkFile]:
    """Every Python file of a tree with its facts."""
    found = []
    for path in sorted(tree.rglob("*.py"), key=lambda path: path.as_posix().encode()):
        relative = path.relative_to(tree.parent).as_posix()
        module = relative.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        found.append(LinkFile(relative, module, "python", 0, parse(path.read_bytes(), "python")))
    return found


def rows_of(graph: Graph) -> Iterator[str]:
    """The graph as JSON lines: nodes with all their attributes, then edges with theirs."""
    for node in range(graph.node_count):
        yield json.dumps(["node", node, 0, node_attributes(graph, node)])
    for number in range(len(graph.sections["set_names"])):
        found = {"name": graph.set_name(number), "members": members(graph, number)}
        yield json.dumps(["node", graph.node_count + number, 0, found])
    for source in range(graph.node_count):
        for edge in outgoing(graph, source):
            target = int(graph.out_target[edge])
            target = graph.node_count + (target & ~SET_BIT) if target & SET_BIT else target
            kind, resolution, reason = graph.edge_types[graph.out_type[edge]]
            found = {"kind": kind, "resolution": resolution, "reason": reason, "sites": site_lines(graph, source, edge)}
            yield json.dumps(["edge", source, target, found])


def node_attributes(graph: Graph, node: int) -> dict[str, object]:
    """What our record and cold columns hold of one node."""
    return {
        "name": graph.name(node),
        "qualified": graph.qualified_name(node),
        "parent": graph.parent(node),
        "path": graph.path(node),
        "language": graph.language(node),
        "span": list(graph.byte_span(node)),
        "lines": list(graph.lines(node)),
        "kind": int(graph.kind(node)),
        "flags": graph.flags(node),
        "complexity": graph.complexity(node),
        "signature": graph.signature(node),
        "documentation": graph.documentation(node),
    }


def held(script: str, *arguments: str) -> int:
    """PSS that a child gains by holding its graph."""
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        found = []
        for _ in range(2):
            if child.stdout.readline().strip() != "ready":
                raise RuntimeError("the child ended before it held the graph")
            found.append(pss_bytes(child.pid))
            child.stdin.write("\n")
            child.stdin.flush()
    return found[1] - found[0]


def main() -> int:
    """Measure, write the tables, and fail when the promise does not hold."""
    files = files_of(corpora.wheel_tree(*corpora.DJANGO))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sections = link(lambda: iter(files))
        ref = write_segment(folder, 1, "graph", sections)
        graph = Graph(sections)
        (folder / "rows").write_text("".join(row + "\n" for row in rows_of(graph)), encoding="utf-8")
        nodes, edges, parts = graph.node_count, graph.edge_count, graph.bytes_by_part()
        ours = held(OURS, str(folder), msgspec.json.encode(ref).decode())
        theirs = held(NETWORKX, str(folder / "rows"))
    write(nodes, edges, parts, ours, theirs)
    return 0 if ours * LIMIT <= theirs else 1


def write(nodes: int, edges: int, parts: dict[str, int], ours: int, theirs: int) -> None:
    """The result tables."""
    rows = [
        ["LePasserelle", f"{ours / 1e6:.2f}", f"{ours / nodes:.0f}", "1"],
        ["networkx", f"{theirs / 1e6:.2f}", f"{theirs / nodes:.0f}", f"{theirs / ours:.1f}"],
    ]
    by_part = sorted(parts.items(), key=lambda part: -part[1])
    part_rows = [[f"`{name}`", str(size), f"{size / nodes:.2f}"] for name, size in by_part if size]
    part_rows.append(["**all**", str(sum(parts.values())), f"**{sum(parts.values()) / nodes:.2f}**"])
    text = f"""# The graph in memory, beside networkx

{machine()} Written by `make bench-graph`.

Django {corpora.DJANGO[1]}: {nodes} nodes, {edges} edges (beside `contains`, which follows from the parents). Each side is a child
process of one run; the figure is the PSS (`smaps_rollup`, read from outside) that it gains by holding the graph, for us with every
page of the mapped segment read. networkx holds the same nodes, edges, candidate sets and attributes, equal strings once.

{table(["", "MB", "bytes a node", "ratio"], rows)}

Promise: at most 1/{LIMIT}.

## Bytes by part

{table(["section", "bytes", "bytes a node"], part_rows)}

What each section holds stands at the head of `src/lepasserelle/graph/layout.py`.
"""
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    raise SystemExit(main())
