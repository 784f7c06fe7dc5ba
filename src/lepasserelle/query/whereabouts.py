"""What of the project a question names by its place: files, folders, the definition around a line.

Not an answer: it says which nodes stand first and which files are lifted, and `rank` does it. Invariant: a question without a path,
or with paths that the project does not have, names nothing, and is answered as if there were no paths.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from lepasserelle.query.path_forms import AskedPath, paths_in
from lepasserelle.query.path_index import PathIndex
from lepasserelle.query.seams import GraphTable

_BELOW: Final = 0.5
"""Files in folders of a folder are lifted by so much of what its own are."""

_PYTHON_FRAME: Final = 'File "'
"""Begins a frame of a trace whose last frame is the innermost; elsewhere it is the first."""

_FOLDERS_THEMSELVES: Final = ("__init__", "index", "mod")
"""What files are called that stand for their folder."""


class Whereabouts(NamedTuple):
    """What is named."""

    nodes: dict[int, int]
    """Definitions that stand first, with the line that was asked for; 0: none was."""
    files: dict[int, float]
    """Files that are lifted, and how far, 0…1."""
    foremost: frozenset[int] = frozenset()
    """Those of the definitions that stand before the others: where the innermost of several frames is."""


NOWHERE: Final = Whereabouts({}, {})


def named_places(graph: GraphTable, index: PathIndex, text: str) -> Whereabouts:
    """What the paths in a text name; of the readings of each the first that names anything."""
    found = Whereabouts({}, {})
    frames: list[frozenset[int]] = []
    for readings in paths_in(text):
        for asked in readings:
            one = Whereabouts({}, {})
            if _add_files(one, graph, index, asked) or _add_folder(one, graph, index, asked):
                if asked.line:
                    frames.append(frozenset(one.nodes))
                found.nodes.update(one.nodes)
                found.files.update(one.files)
                break
    if len(frames) < 2:
        return found if found.files else NOWHERE
    return found._replace(foremost=frames[-1 if text.count(_PYTHON_FRAME) > 1 else 0])


def _add_files(found: Whereabouts, graph: GraphTable, index: PathIndex, asked: AskedPath) -> bool:
    files = index.files(asked)
    for file in files:
        found.files[file] = 1.0
        node = index.innermost(file, asked.line) if asked.line else None
        if asked.member:
            found.nodes.update((member, 0) for member in graph.find(asked.member) if graph.files[member] == file)
        elif node is not None:
            found.nodes[node] = asked.line
        elif asked.line or asked.is_all:
            found.nodes.setdefault(graph.first_node(file), 0)
    return bool(files)


def _add_folder(found: Whereabouts, graph: GraphTable, index: PathIndex, asked: AskedPath) -> bool:
    folder = index.folder(asked)
    for file in folder.below:
        found.files.setdefault(file, _BELOW if folder.files else 1.0)
    for file in folder.files:
        found.files[file] = 1.0
    if asked.is_all and (own := _own_file(graph, folder.files)) is not None:
        found.nodes[graph.first_node(own)] = 0
    return bool(folder.files or folder.below)


def _own_file(graph: GraphTable, files: Sequence[int]) -> int | None:
    """The file that stands for the folder that these are in."""
    names = {file: graph.file_path(file).rpartition("/")[2].partition(".")[0] for file in files}
    return next((file for name in _FOLDERS_THEMSELVES for file in files if names[file] == name), None)
