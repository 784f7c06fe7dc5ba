"""The program dependence graph in frozen arrays: linking facts into nodes and edges, and walking them. Never sees syntax or files.

`link` turns the facts of all files into `Sections`; `Graph` answers from such sections and copies none of them. How a name is
resolved stands in `docs/decisions/050-resolution.md`, what each byte means in `graph/layout.py`. Linking and reading load apart:
who only asks pays for neither the resolver nor its tables, and who only needs the names of files not even for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.graph.essence import essence_of
    from lepasserelle.graph.graph import Graph
    from lepasserelle.graph.layout import GRAPH_VERSION, Reason
    from lepasserelle.graph.linking import link
    from lepasserelle.graph.moving import Change, moved
    from lepasserelle.graph.records import LinkFile

__all__ = ["GRAPH_VERSION", "Change", "Graph", "LinkFile", "Reason", "essence_of", "link", "moved"]

_LATER = {
    "GRAPH_VERSION": "lepasserelle.graph.layout",
    "Graph": "lepasserelle.graph.graph",
    "Reason": "lepasserelle.graph.layout",
    "Change": "lepasserelle.graph.moving",
    "essence_of": "lepasserelle.graph.essence",
    "LinkFile": "lepasserelle.graph.records",
    "link": "lepasserelle.graph.linking",
    "moved": "lepasserelle.graph.moving",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = globals()[name] = getattr(import_module(_LATER[name]), name)  # so that this is not asked again
    return found
