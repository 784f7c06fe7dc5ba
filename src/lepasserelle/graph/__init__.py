"""The program dependence graph in frozen arrays: linking facts into nodes and edges, and walking them. Never sees syntax or files.

`link` turns the facts of all files into `Sections`; `Graph` answers from such sections and copies none of them. How a name is
resolved stands in `docs/decisions/050-resolution.md`, what each byte means in `graph/layout.py`.
"""

from lepasserelle.graph.graph import Graph
from lepasserelle.graph.layout import GRAPH_VERSION, Reason
from lepasserelle.graph.link import LinkFile, link

__all__ = ["GRAPH_VERSION", "Graph", "LinkFile", "Reason", "link"]
