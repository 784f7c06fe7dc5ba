"""Names as Java, Kotlin, Scala and Go import them: a package and what stands in it, without the file in between.

Reads folders, since the graph keeps no packages: a package of the JVM is the folders that its files stand in, one of Go also what
`go.mod` calls the module and the folders below it. A package that is called otherwise than its folder is not known.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.families import family_of
from lepasserelle.graph.lookup import nodes_named
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_FAMILIES: Final = frozenset({"jvm", "go"})
_NO_MEMBERS: Final = [int(NodeKind.MODULE), int(NodeKind.SECTION)]
_MODULE_FILE: Final = "go.mod"
_STATED: Final = "module "
"""How `go.mod` begins to say its module's path, which the graph has as the name of a section."""
_MAJOR: Final = re.compile(r"/v\d+$")
"""The end of the path of a module's later versions: it is no part of the package's name."""


def in_package(graph: "Graph", name: str) -> list[int]:
    """Definitions that go by this name in other packages, `package.Type.member`, ascending. The package may be written with
    slashes, and from any of its parts on.
    """
    parts = name.replace("/", ".").split(".")
    packages = cache(lambda file: _packages(graph, file))
    nodes = nodes_named(graph, parts[-1]).astype(np.int64)
    nodes = nodes[nodes < graph.definition_count]
    nodes = nodes[~np.isin(graph.kinds[nodes], _NO_MEMBERS)]
    found = []
    for node in nodes.tolist():
        top, at = _scopes_end(graph, node, parts)
        if at and any(f".{package}".endswith("." + ".".join(parts[:at])) for package in packages(graph.file_of(top))):
            found.append(node)
    return found


def _scopes_end(graph: "Graph", node: int, parts: list[str]) -> tuple[int, int]:
    """(the file's node, how many of the parts stand before what a definition and all around it are called); 0 where they are called
    otherwise.
    """
    at = len(parts)
    while (parent := graph.parent(node)) >= 0:
        at -= 1
        if at < 1 or graph.name(node) != parts[at]:
            return node, 0
        node = parent
    return node, at


def _packages(graph: "Graph", file: int) -> list[str]:
    """What the package of a file may be called, in dots."""
    family = family_of(graph.file_language(file)).name
    if family not in _FAMILIES:
        return []
    folder = graph.file_path(file).rpartition("/")[0]
    paths = [folder] if family != "go" else [folder, *_go_paths(graph, folder)]
    return [path.replace("/", ".") for path in paths if path]


def _go_paths(graph: "Graph", folder: str) -> list[str]:
    """The path by which a package of Go is imported, and without the version at its end."""
    above = folder
    while (file := graph.file_named(f"{above}/{_MODULE_FILE}".lstrip("/"))) < 0:
        if not above:
            return []
        above = above.rpartition("/")[0]
    stated = [graph.name(node) for node in graph.nodes_of(file)]
    modules = [name.removeprefix(_STATED).strip('"` ') for name in stated if name.startswith(_STATED)]
    below = folder[len(above) :].strip("/")
    paths = [f"{module}/{below}".rstrip("/") for module in modules[:1]]
    return [*paths, *(_MAJOR.sub("", path) for path in paths)]
