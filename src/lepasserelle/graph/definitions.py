"""Where definitions stand and what they are called: columns of a graph that are read one item at a time, without numpy.

Not edges, not texts, and no column as a whole: `Graph`, which is one of these, has them. `graph.layout` says what each byte means.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Final

from lepasserelle.graph.file_names import SECTIONS as FILE_SECTIONS
from lepasserelle.graph.strings import Strings
from lepasserelle.model.kinds import NodeKind
from lepasserelle.model.sections import Sections, Views

SECTIONS: Final = (*FILE_SECTIONS, "nodes", "files_base", "tall")
"""All that it reads."""

NONE: Final = 0xFFFF_FFFF
"""No node: the parent of a module."""
TALL: Final = 0xFFFF
"""The line count of a node that has so many or more."""

_NODE_BYTES: Final = 24
_EXTERNAL: Final = int(NodeKind.EXTERNAL)
_LAMBDA: Final = int(NodeKind.LAMBDA)


class Definitions:
    """Over the sections of a graph segment, as arrays or as plain memory. A node that is none raises IndexError."""

    def __init__(self, sections: Sections | Views) -> None:
        nodes = _flat(sections, "nodes")
        words, halves = nodes.cast("I"), nodes.cast("H")
        self._names, self._parents, self.start_lines = (words[at :: _NODE_BYTES // 4] for at in (0, 1, 4))
        self._line_counts = halves[10 :: _NODE_BYTES // 2]
        self._kinds, self._flags = (nodes[at::_NODE_BYTES] for at in (22, 23))
        self._tall = _flat(sections, "tall")
        self.strings = Strings(_flat(sections, "names"), _flat(sections, "names_end"))
        self.files_base = _flat(sections, "files_base")
        self._modules = _flat(sections, "files")[1::3]
        self.file_module = lru_cache(maxsize=256)(self._file_module)

    @property
    def definition_count(self) -> int:
        """Nodes that stand in a file of the project; the first external node has this number."""
        return self.files_base[-1]

    def _file_module(self, file: int) -> str:
        """Module name of a file."""
        return self.strings[self._modules[file]]

    def first_node(self, file: int) -> int:
        """The module node of a file."""
        return self.files_base[file]

    def nodes_of(self, file: int) -> range:
        """The definitions of a file, its own node first."""
        return range(self.files_base[file], self.files_base[file + 1])

    def name(self, node: int) -> str:
        """Simple name; of a module the last part of its name."""
        return self.strings[self._names[node]]

    def parent(self, node: int) -> int:
        """The node around it (of a method outside its class the class), -1 for modules and external nodes."""
        parent = self._parents[node]
        return -1 if parent == NONE or self._kinds[node] == _EXTERNAL else parent

    def qualified_name(self, node: int) -> str:
        """Module and scopes in dots; of an external node the name under which the code reaches it."""
        parts: list[str] = []
        while True:
            parent, name = self._parents[node], self._names[node]
            if self._kinds[node] == _EXTERNAL:
                prefix = self.strings[parent]
                return f"{prefix}.{self.strings[name]}" if prefix else self.strings[name]
            if parent == NONE:
                break
            parts.append(self.strings[name])
            node = parent
        module = self.file_module(bisect_right(self.files_base, node) - 1)
        return ".".join([module, *reversed(parts)] if module else reversed(parts))

    def kind(self, node: int) -> NodeKind:
        """What the node is."""
        return NodeKind(self._kinds[node])

    def lines(self, node: int) -> tuple[int, int]:
        """(first line, last line), 1-based, inclusive; (0, 0) of an external node."""
        start, count = self.start_lines[node], self._line_counts[node]
        if count == TALL:
            count = self._tall_lines(node)
        return (start, start + count - 1) if count else (0, 0)

    def innermost(self, file: int, first: int, last: int) -> int:
        """The innermost definition of a file that holds all these lines; a lambda is none."""
        found = self.first_node(file)
        for node in self.nodes_of(file):
            start, end = self.lines(node)
            if start > first:
                break
            if end >= last and self._kinds[node] != _LAMBDA:
                found = node
        return found

    def _tall_lines(self, node: int) -> int:
        rows = range(len(self._tall) // 2)
        at = bisect_left(rows, node, key=lambda row: self._tall[2 * row])
        return self._tall[2 * at + 1] if at in rows and self._tall[2 * at] == node else TALL


def _flat(sections: Sections | Views, name: str) -> memoryview:
    """A section as plain memory of one dimension."""
    section = sections[name]
    return section if isinstance(section, memoryview) else memoryview(section.reshape(-1))  # type: ignore[arg-type]
