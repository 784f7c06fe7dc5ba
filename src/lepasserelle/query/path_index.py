"""Which file or folder of the project a path names, however much of it is given or stands in front of it.

Not the reading of a question (`path_forms`). Holds the files' paths as one text, folded, made when the first path is asked for:
some 40 bytes a file. Invariant: answers what the graph calls its files; nothing is looked up on the disk.
"""

import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import takewhile
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeKind
from lepasserelle.query.path_forms import AskedPath
from lepasserelle.query.seams import GraphTable

_LEAST_TAIL: Final = 2
"""Parts that must agree where what stands in front of them differs, or is not the project's."""

_LAMBDA: Final = int(NodeKind.LAMBDA)
_IS_CALLABLE: Final = np.array([kind.is_callable for kind in NodeKind])
_HAS_CODE: Final = _IS_CALLABLE | np.isin(
    np.arange(len(NodeKind)),
    [NodeKind.MODULE, NodeKind.NAMESPACE, NodeKind.CLASS, NodeKind.INTERFACE, NodeKind.STRUCT, NodeKind.ENUM],
)

Parts = tuple[str, ...]


class Folder(NamedTuple):
    """Files that a path names as a folder."""

    files: list[int]
    """Directly in it."""
    below: list[int]
    """In folders inside it."""


class PathIndex:
    """Over the files of one graph. `root`: the project's folder, posix; empty: not known. Safe in threads."""

    def __init__(self, graph: GraphTable, root: str = "") -> None:
        self._graph = graph
        self._root = _parts(folded(root))

    def files(self, asked: AskedPath) -> list[int]:
        """The files whose paths have the longest ending in common with what is asked; of equals those in the same letters, then
        those of which nothing is left out. Empty: it names no file.
        """
        if asked.is_folder:
            return []
        wanted = _parts(folded("/".join(asked.parts)))
        best, found = (0, 0, False), list[int]()
        for file in self._holding(f"/{wanted[-1]}\n".encode("utf-8", "replace")):
            value = self._likeness(asked, wanted, file)
            if value > best:
                best, found = value, []
            if value == best:
                found.append(file)
        common, _, is_whole = best
        if common == len(wanted):
            return found
        is_moved = common >= _LEAST_TAIL and (asked.is_open or (is_whole and not asked.is_spaced))
        return found if is_moved and len(found) == 1 else []

    def _likeness(self, asked: AskedPath, wanted: Parts, file: int) -> tuple[int, int, bool]:
        """(Parts in common from the end, how many of them in the same letters, whether the project has no more of it)."""
        path = self._graph.file_path(file)
        own = _parts(folded(path))
        common = _common_ending(wanted, own)
        is_whole = common == len(own)
        if is_whole:
            common += _common_ending(wanted[:-common], self._root)
        return common, _common_ending(asked.parts, _parts(path)), is_whole

    def folder(self, asked: AskedPath) -> Folder:
        """What is in the folders that a path names; nothing for one name without a slash. Its own folders first, then what is
        below the project's folder where that stands in front, then folders anywhere that are called so.
        """
        wanted = _parts(folded("/".join(asked.parts)))
        if len(wanted) > 1 or asked.is_folder:
            below_root = (start for start in range(len(wanted)) if _common_ending(wanted[:start], self._root) == start)
            moved = range(1, len(wanted) - _LEAST_TAIL + 1) if asked.is_open or not asked.is_spaced else ()
            for start in below_root:
                if found := self._inside(wanted[start:], from_top=True):
                    return found
            for start in (0, *moved):
                if found := self._inside(wanted[start:], from_top=start > 0 and not asked.is_open):
                    return found
        return Folder([], [])

    def _inside(self, parts: Parts, from_top: bool) -> Folder | None:
        """What is in the folder at the project's top, or in all folders that are called so."""
        name = "/".join(("", *parts, "")).encode("utf-8", "replace")
        text, found = self._text, Folder([], [])
        for file in self._holding(b"\n" + name if from_top else name):
            rest = text.find(name, self._starts[file]) + len(name)
            (found.below if b"/" in text[rest : text.find(b"\n", rest)] else found.files).append(file)
        return found if found.files or found.below else None

    def _holding(self, part: bytes) -> list[int]:
        """Files whose paths, between two line ends, hold these bytes."""
        text, starts, found = self._text, self._starts, []
        at = text.find(part)
        while at >= 0:
            found.append(bisect_right(starts, at) - 1)
            at = text.find(part, at + len(part) - 1)
        return list(dict.fromkeys(found))

    def innermost(self, file: int, line: int) -> int | None:
        """The innermost definition around a line of a file, lambdas left out; None when the file has no such line. A field that
        a method makes is the method's line.
        """
        graph = self._graph
        own = graph.first_node(file)
        if not 1 <= line <= max(1, graph.lines(own)[1]):
            return None
        end = graph.first_node(file + 1) if file + 1 < graph.file_count else graph.node_count
        last = bisect_right(graph.start_lines, line, own + 1, end) - 1
        around = (node for node in range(last, own, -1) if graph.lines(node)[1] >= line and graph.kinds[node] != _LAMBDA)
        found = next(around, own)
        if found != own and not _HAS_CODE[graph.kinds[found]]:
            holder = next((node for node in around if _HAS_CODE[graph.kinds[node]]), own)
            return holder if _IS_CALLABLE[graph.kinds[holder]] else found
        return found

    @property
    def held_bytes(self) -> int:
        """What was made so far."""
        made = self.__dict__
        return len(made["_text"]) + made["_starts"].nbytes if "_starts" in made else 0

    @cached_property
    def _text(self) -> bytes:
        """Every path between a line end with a slash and a line end, folded, in the order of the files."""
        paths = (folded(self._graph.file_path(file)).replace("\n", " ") for file in range(self._graph.file_count))
        return "".join(f"\n/{path}" for path in paths).encode("utf-8", "replace") + b"\n"

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where in it each file begins."""
        return np.flatnonzero(np.frombuffer(self._text, dtype=np.uint8)[:-1] == ord("\n"))


def folded(text: str) -> str:
    """As names of files are the same to most systems: composed, without capitals. Not by `terms.folded`, whose forms make a
    separator of a full-width stroke in a name.
    """
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _parts(path: str) -> Parts:
    return tuple(part for part in path.split("/") if part)


def _common_ending(one: Parts, other: Parts) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False)))
