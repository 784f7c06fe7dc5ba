"""Names as they are imported: `package.Name` where the package's file binds a definition of another file under that name.

Reads the imports of the modules that a name may begin with, and no others. The graph keeps no aliases: a definition goes by its own
name. Nor does it keep whether an import takes in all names or the module itself; `_takes_all` says what stands for that.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import site_lines, source_lines, source_of
from lepasserelle.graph.families import family_of
from lepasserelle.graph.lookup import nodes_named
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_MODULE: Final = int(NodeKind.MODULE)
_SECTION: Final = int(NodeKind.SECTION)
_FAMILIES: Final = frozenset({"python", "ecma"})
"""Where what a file imports are names of its own."""
_PACKAGE_FILES: Final = frozenset({"__init__", "index"})
_MOST_PACKAGES: Final = 1
"""Packages that a name is followed through when another one takes in all their names."""

Nodes = NDArray[np.int64]
Bound = dict[int, list[int]]
"""Module → the definitions of other files that it binds under the name in question, ascending."""


class _Wanted(NamedTuple):
    """Definitions of one name, ascending; whether no import of all names takes it in; and how, with a dot before it, the name of
    the module must end.
    """

    nodes: Nodes
    is_private: bool
    ending: str


def imported_as(graph: "Graph", name: str) -> list[int]:
    """Definitions that go by this dotted name where they are imported: `prefix.Name`, and members below them, where `prefix` is, or
    ends, the name of a module that imports `Name`. Those of the module with just that name come first.
    """
    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        found = _imported(graph, parts[:at], parts[at])
        if found:
            return _below(graph, found, parts[at + 1 :])
    return []


def _imported(graph: "Graph", prefix: list[str], name: str) -> list[int]:
    wanted, kinds = _named(graph, name), graph.hot["kind"]
    wanted = wanted[(kinds[wanted] != _MODULE) & (kinds[wanted] != _SECTION)]
    modules = _named(graph, prefix[-1]) if len(wanted) else wanted
    modules = modules[kinds[modules] == _MODULE]
    if not len(modules):
        return []
    whole = ".".join(prefix)
    bound = _bound(graph, modules, _Wanted(wanted, name.startswith("_"), "." + whole), _MOST_PACKAGES)
    exact = [node for module, nodes in bound.items() if graph.qualified_name(module) == whole for node in nodes]
    ending = [node for nodes in bound.values() for node in nodes]
    return list(dict.fromkeys([*sorted(exact), *sorted(ending)]))


def _below(graph: "Graph", owners: list[int], rest: list[str]) -> list[int]:
    """The members of these owners that the rest of a name leads to."""
    for part in rest:
        around = set(owners)
        owners = [node for node in _named(graph, part).tolist() if graph.parent(node) in around]
    return owners


def _named(graph: "Graph", name: str) -> Nodes:
    """Definitions of the project with this simple name, ascending."""
    nodes: Nodes = nodes_named(graph, name).astype(np.int64)
    return nodes[nodes < graph.definition_count]


def _bound(graph: "Graph", modules: Nodes, wanted: _Wanted, packages: int) -> Bound:
    """Which of the wanted definitions the modules bind by import."""
    edges, targets = _imports(graph, modules)
    found: Bound = {}
    for edge in _reaching(edges, targets, wanted.nodes):
        _add(graph, found, edge, [graph.targets[edge]], wanted.ending)
    if found or wanted.is_private:
        return found
    whole = graph.hot["kind"][targets] == _MODULE
    edges, targets = edges[whole], targets[whole]
    _add_all(graph, found, edges, targets, _holders(graph, wanted.nodes), wanted.ending)
    if packages and len(targets) and not found:
        inner = _bound(graph, np.array(sorted(set(targets.tolist()))), wanted._replace(ending=""), packages - 1)
        _add_all(graph, found, edges, targets, inner, wanted.ending)
    return found


def _holders(graph: "Graph", nodes: Nodes) -> Bound:
    """What stands directly in what."""
    holders: Bound = {}
    for node, parent in zip(nodes.tolist(), graph.hot["parent"][nodes].tolist(), strict=True):
        holders.setdefault(parent, []).append(node)
    return holders


def _imports(graph: "Graph", modules: Nodes) -> tuple[Nodes, Nodes]:
    """(edges, targets) of what these modules are known to import."""
    spans = [np.arange(graph.out_start[node], graph.out_start[node + 1]) for node in modules.tolist()]
    edges = np.concatenate(spans)
    known = [kind == EdgeKind.IMPORTS and how != Resolution.AMBIGUOUS for kind, how, _ in graph.edge_types]
    edges = edges[np.array(known, dtype=np.bool_)[graph.out_type[edges]]]
    targets = graph.out_target[edges].astype(np.int64)
    inside = targets < graph.definition_count
    return edges[inside], targets[inside]


def _reaching(edges: Nodes, targets: Nodes, nodes: Nodes) -> list[int]:
    """Those of the edges whose targets are among these nodes, which ascend."""
    if not len(nodes):
        return []
    places = np.minimum(np.searchsorted(nodes, targets), len(nodes) - 1)
    reaching: list[int] = edges[nodes[places] == targets].tolist()
    return reaching


def _add_all(graph: "Graph", found: Bound, edges: Nodes, targets: Nodes, holders: Bound, ending: str) -> None:
    """What imports of all names take in from the modules that hold or bind what is wanted."""
    for edge in _reaching(edges, targets, np.array(sorted(holders), dtype=np.int64)):
        if _is_package(graph, source_of(graph, edge)):
            _add(graph, found, edge, holders[graph.targets[edge]], ending, takes_all=True)


def _add(graph: "Graph", found: Bound, edge: int, nodes: list[int], ending: str, *, takes_all: bool = False) -> None:
    """What an import binds in its file, if it does so for all of the file, not within a function."""
    module = source_of(graph, edge)
    if family_of(graph.language(module)).name not in _FAMILIES:
        return
    if ending and not f".{graph.qualified_name(module)}".endswith(ending):
        return
    file = graph.file_of(module)
    lines = [line for line in site_lines(graph, module, edge) if graph.innermost(file, line, line) == module]
    if lines and (not takes_all or _takes_all(graph, module, edge, lines)):
        found[module] = sorted({*found.get(module, ()), *nodes})


def _is_package(graph: "Graph", module: int) -> bool:
    """Whether a module is the file that stands for its folder."""
    return graph.path(module).rpartition("/")[2].partition(".")[0] in _PACKAGE_FILES


def _takes_all(graph: "Graph", module: int, edge: int, lines: list[int]) -> bool:
    """Whether a package's import of a whole module, on these lines, takes in all its names: so where nothing is imported by name on
    one of the lines.

    The module itself may be meant (`from . import module`). What is found then is the only definition of that name that the
    package's file has to do with.
    """
    kinds = [kind == EdgeKind.IMPORTS for kind, _, _ in graph.edge_types]
    others = {line for other, of in source_lines(graph, module) if other != edge and kinds[graph.types[other]] for line in of}
    return not others.issuperset(lines)
