"""What is in a file or a folder, out of the graph alone: definitions in source order, or folders and files with their figures.

Not the text. Invariant: what is local to a function is not in an outline, unless that function has no name and is most of its file
(what is run at once, UMD, `define`): what stands in it stands at the top then, and it is not shown itself. A path that is not in
the index is an error that says so, and nothing outside the index is looked at.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.model import FileOutline, FolderEntry, FolderOutline, NodeFlag, NodeKind, OutlineEntry
from lepasserelle.query.compact import local_name

_NAMES: Final = 40
_OPEN: Final = frozenset({NodeKind.MODULE, NodeKind.NAMESPACE, NodeKind.SECTION})
_VALUES: Final = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.ENUM_MEMBER})
_AROUND: Final = frozenset({NodeKind.MODULE, NodeKind.LAMBDA})
"""In what a function without a name can be the top of its file: in a function it is its local."""
_FOLDED: Final = -2


def outline_of(graph: Graph, path: str) -> FileOutline | FolderOutline:
    """The outline of a file or folder; `""` is the project. Raises `QueryError` for what the index does not hold."""
    file = graph.file_named(path)
    if file >= 0:
        return _file_outline(graph, file)
    folder = path.rstrip("/") + "/" if path.strip("/") else ""
    files = _files_below(graph, folder)
    if not files:
        raise QueryError(unknown_path(graph, path))
    return _folder_outline(graph, folder, files)


def unknown_path(graph: Graph, path: str) -> str:
    """A sentence about a path that the index does not hold, with paths that end alike."""
    last = path.rstrip("/").rpartition("/")[2]
    near = [known for known in map(graph.file_path, range(graph.file_count)) if known.rpartition("/")[2] == last][:3]
    hint = f"Did you mean {', '.join(near)}?" if near else "It is skipped (ignored, binary, too large or secret), or not there."
    return f"{path!r} is not in the index. {hint}"


def _file_outline(graph: Graph, file: int) -> FileOutline:
    nodes = graph.nodes_of(file)
    module, depths = graph.file_module(file), _depths(graph, nodes)
    entries = []
    for node in nodes[1:]:
        depth = depths[node]
        kind = graph.kind(node)
        if depth != _FOLDED and kind is not NodeKind.LAMBDA:
            symbol = graph.qualified_name(node)
            entries.append(
                OutlineEntry(symbol, local_name(symbol, module), kind.word, *graph.lines(node), depth, graph.signature(node))
            )
    return FileOutline(graph.file_path(file), graph.file_language(file), module, graph.lines(nodes[0])[1], tuple(entries))


def _depths(graph: Graph, nodes: range) -> dict[int, int]:
    """Definition of a file → its depth, or `_FOLDED`. What holds one may stand behind it: a method above its hoisted function."""
    depths = {nodes[0]: -1}
    for node in nodes[1:]:
        unsettled = []
        while node in nodes and node not in depths:
            unsettled.append(node)
            node = graph.parent(node)
        for inner in reversed(unsettled):
            depths[inner] = _depth(graph, inner, depths.get(graph.parent(inner), -1))
    return depths


def _depth(graph: Graph, node: int, above: int) -> int:
    """One more than what holds it; as much where a function or value is given it from outside (`res.send = function …`), which
    says its holder itself and seldom stands right below it.
    """
    holder = graph.parent(node)
    kind = graph.kind(holder) if holder >= 0 else NodeKind.MODULE
    if above == _FOLDED or (graph.kind(node) is NodeKind.LAMBDA and not _is_most(graph, node)):
        return _FOLDED
    if graph.kind(node) is NodeKind.LAMBDA:
        return above if kind in _AROUND else _FOLDED
    if kind in _OPEN or kind.is_type or kind is NodeKind.LAMBDA:
        return above + 1
    first, stop = graph.byte_span(holder)
    if not first <= graph.byte_span(node)[0] < stop:
        return above
    return above + 1 if kind in _VALUES else _FOLDED


def _is_most(graph: Graph, node: int) -> bool:
    """Whether a definition is more than half of its file."""
    first, stop = graph.byte_span(node)
    start, end = graph.byte_span(graph.first_node(graph.file_of(node)))
    return 2 * (stop - first) > end - start


def _files_below(graph: Graph, folder: str) -> range:
    """Numbers of the files whose path begins with `folder`: they stand side by side."""
    start = bisect_left(range(graph.file_count), folder, key=graph.file_path)
    stop = (
        bisect_left(range(graph.file_count), folder[:-1] + chr(ord("/") + 1), key=graph.file_path) if folder else graph.file_count
    )
    return range(start, stop)


def _folder_outline(graph: Graph, folder: str, files: range) -> FolderOutline:
    """Of a folder that holds one folder and nothing else, the outline of that one."""
    folders: dict[str, list[int]] = {}
    direct: list[int] = []
    for file in files:
        name, slash, _ = graph.file_path(file)[len(folder) :].partition("/")
        if slash:
            folders.setdefault(f"{folder}{name}/", []).append(file)
        else:
            direct.append(file)
    if len(folders) == 1 and not direct:
        return _folder_outline(graph, next(iter(folders)), files)
    below = [_folder_entry(graph, path, inside) for path, inside in sorted(folders.items())]
    return FolderOutline(
        path=folder.rstrip("/"),
        files=len(files),
        symbols=_symbols(graph, files),
        languages=dict(Counter(map(graph.file_language, files)).most_common()),
        entries=(*below, *(_file_entry(graph, file) for file in direct)),
    )


def _folder_entry(graph: Graph, path: str, files: list[int]) -> FolderEntry:
    ((language, _),) = Counter(map(graph.file_language, files)).most_common(1)
    return FolderEntry(path, len(files), _symbols(graph, range(files[0], files[-1] + 1)), 0, language)


def _file_entry(graph: Graph, file: int) -> FolderEntry:
    nodes = graph.nodes_of(file)
    names = tuple(_top_names(graph, nodes))[:_NAMES]
    return FolderEntry(graph.file_path(file), 1, len(nodes) - 1, graph.lines(nodes[0])[1], graph.file_language(file), names)


def _top_names(graph: Graph, nodes: range) -> Iterator[str]:
    tops = {nodes[0]}
    for node in nodes[1:]:
        if graph.kind(node) is NodeKind.LAMBDA and graph.parent(node) in tops and _is_most(graph, node):
            tops.add(node)
    top = [node for node in nodes[1:] if graph.parent(node) in tops]
    telling = [node for node in top if graph.kind(node).is_type or graph.kind(node) in {NodeKind.FUNCTION, NodeKind.SECTION}]
    for node in sorted(telling, key=lambda node: (not graph.flags(node) & NodeFlag.EXPORTED, node)):
        yield graph.name(node)


def _symbols(graph: Graph, files: range) -> int:
    """Definitions in files that stand side by side, without the files' own nodes."""
    if not files:
        return 0
    return graph.nodes_of(files[-1]).stop - graph.first_node(files[0]) - len(files)
