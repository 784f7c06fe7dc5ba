"""Which definitions stand somewhere by name although no edge reaches them: members of what is not known, words of a template.

A name counts wherever it stands in code, in a string that is nothing else, or in a file of another kind, but for its own lines, the
head of another definition of the name, and lines whose only mention an asserted edge gives to another one. Not here: what it means.
"""

from collections.abc import Callable, Iterable
from typing import Final

from lepasserelle.graph import Graph
from lepasserelle.graph.graph import ResolutionFilter
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.lookup import with_name
from lepasserelle.graph.overriding import overriding
from lepasserelle.model import EdgeKind, NodeKind
from lepasserelle.query.code_names import WORD, is_prose, names

_KINDS: Final = (EdgeKind.CALLS, EdgeKind.READS, EdgeKind.WRITES, EdgeKind.IMPORTS, EdgeKind.INHERITS)
_BY_SHAPE: Final = frozenset({"go"})
"""Languages in which what an interface wants is asked of every type that has it."""
_BY_RECEIVER: Final = frozenset({"python"})
"""Languages in which a bare name, outside of its class, is no method."""

_AMONG_OTHERS: Final = frozenset({Reason.FLOW.words})
"""Why an edge is asserted beside which others may be meant that the flow of values does not show."""

Read = Callable[[int], bytes]
"""The text of a file."""


def mentioned_of(graph: Graph, nodes: Iterable[int], read: Read) -> set[int]:
    """Those of the definitions that stand somewhere by name. Raises as `read` does."""
    mentions = Mentions(graph, nodes)
    for file in range(graph.file_count):
        mentions.look(file, read)
    return mentions.found


class Mentions:
    """Of some definitions of one graph, found in one walk over its texts."""

    def __init__(self, graph: Graph, nodes: Iterable[int]) -> None:
        self._graph = graph
        self._wanted: dict[bytes, set[int]] = {}
        """Core of a name → definitions that were not met yet."""
        self._others: dict[int, set[tuple[str, int]]] = {}
        """Definition → places that are another's of its name."""
        self.found: set[int] = set()
        """Those that are mentioned."""
        for node in nodes:
            core = WORD.search(graph.name(node).encode("utf-8", "surrogateescape"))
            if core is None:
                self.found.add(node)
            else:
                self._wanted.setdefault(core.group(), set()).add(node)

    def look(self, file: int, read: Read) -> None:
        """Look through a file."""
        language = self._graph.file_language(file)
        if is_prose(language) or not self._wanted:
            return
        data = read(file)
        if self._wanted.keys().isdisjoint(WORD.findall(data)):
            return
        lines: dict[tuple[int, bytes], list[bool]] = {}
        line, counted = 1, 0
        for at, word in names(data, language):
            if word in self._wanted:
                line, counted = line + data.count(b"\n", counted, at), at
                lines.setdefault((line, word), []).append(data[at - 1 : at] in {b".", b">", b":", b'"', b"'"})
        for head in self._heads(file, lines):
            if len(lines[head]) == 1:
                del lines[head]
        for (number, word), places in lines.items():
            self._met(file, number, word, places)

    def _heads(self, file: int, lines: Iterable[tuple[int, bytes]]) -> set[tuple[int, bytes]]:
        """Where definitions of the file have their names: the first line with it in their span."""
        graph, found = self._graph, set[tuple[int, bytes]]()
        at: dict[bytes, list[int]] = {}
        for line, word in lines:
            at.setdefault(word, []).append(line)
        for node in graph.nodes_of(file):
            if graph.language(node) in _BY_SHAPE and graph.kind(graph.parent(node)) is NodeKind.INTERFACE:
                continue
            core = WORD.search(graph.name(node).encode("utf-8", "surrogateescape"))
            if core is not None and core.group() in at:
                own = next((line for line in at[core.group()] if self._holds(node, line)), 0)
                found.update([(own, core.group())] if own else [])
        return found

    def _met(self, file: int, line: int, word: bytes, places: list[bool]) -> None:
        left = self._wanted.get(word, set())
        for node in sorted(left):
            if self._names(node, file, line, places):
                self.found.add(node)
                left.discard(node)
        if not left:
            self._wanted.pop(word, None)

    def _names(self, node: int, file: int, line: int, places: list[bool]) -> bool:
        """Whether what stands on a line may be this definition."""
        graph = self._graph
        if graph.file_of(node) == file and self._holds(node, line):
            return False
        is_around = graph.file_of(node) == file and self._holds(graph.parent(node), line)
        if not (any(places) or is_around) and self._needs_receiver(node):
            return False
        return len(places) > 1 or (graph.file_path(file), line) not in self._elsewhere(node)

    def _holds(self, node: int, line: int) -> bool:
        first, last = self._graph.lines(node)
        return first <= line <= last

    def _needs_receiver(self, node: int) -> bool:
        graph, parent = self._graph, self._graph.parent(node)
        return graph.language(node) in _BY_RECEIVER and graph.kind(node).is_callable and parent >= 0 and graph.kind(parent).is_type

    def _elsewhere(self, node: int) -> set[tuple[str, int]]:
        """Places of asserted edges to others of its name, not to what overrides it; to one outside only where an import says so."""
        known = self._others.get(node)
        if known is None:
            graph, known = self._graph, set()
            same = {node, *overriding(graph, node)}
            for other in with_name(graph, graph.name(node)):
                if other in same or graph.qualified_name(other) == graph.qualified_name(node):
                    continue
                strongest: ResolutionFilter = "inferred" if other < graph.definition_count else "exact"
                for kind in _KINDS:
                    for edge in graph.edges(other, kind, "in", strongest):
                        if edge.reason not in _AMONG_OTHERS:
                            known.update(edge.sites)
            self._others[node] = known
        return known
