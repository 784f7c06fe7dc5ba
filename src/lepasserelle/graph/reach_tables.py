"""A survey's columns by who mentions a name, what moves, and where it is bound: what `reach` follows touched names through."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.survey import ASSIGNED, DECLARED, PARAMETER, PAYLOAD, Survey

Numbers = NDArray[np.int64]


class Mentions(NamedTuple):
    """Numbers of texts."""

    members: Numbers
    roots: Numbers


class Texts:
    """Some texts in one, to find who mentions a name."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._all = "\n".join(texts)
        self._ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)

    def mentioning(self, name: str) -> Mentions:
        """The texts in which the name stands by itself: as a member of something, and before any dot."""
        found: tuple[list[int], list[int]] = ([], [])
        text, at = self._all, self._all.find(name)
        while at >= 0:
            end = at + len(name)
            if not _goes_on(text[at - 1 : at]) and not _goes_on(text[end : end + 1]):
                is_member = text[at - 1 : at] == "." and text[at - 3 : at] != "..."
                found[not is_member].append(at)
            at = text.find(name, end)
        members, roots = (np.unique(np.searchsorted(self._ends, places, side="right")) for places in found)
        return Mentions(members, roots)


def _goes_on(character: str) -> bool:
    return character == "~" or character == "_" or character.isalnum()


class Heads(NamedTuple):
    """Bases, or decorators: which string of which definition."""

    strings: Numbers
    nodes: Numbers


def _heads(of: dict[int, tuple[int, ...]]) -> Heads:
    pairs = np.array([(string, node) for node, strings in of.items() for string in strings], dtype=np.int64).reshape(-1, 2)
    return Heads(pairs[:, 0], pairs[:, 1])


class Tables:
    """One survey's columns, by what moves and where it is bound."""

    def __init__(self, survey: Survey, number: int = -1) -> None:
        """`number`: of a former version, that of its file; it is the only one in these tables."""
        self.survey = survey
        self._number = number
        self.strings = Texts(survey.strings.texts)
        self.one_sided: set[int] = set()
        """Classes that the other version does not have."""
        self.flow_source = np.array(survey.flow_source, dtype=np.int64)
        self.flow_scope = np.array(survey.flow_scope, dtype=np.int64)
        values = np.frombuffer(survey.values, dtype=np.uint64)
        kinds = values >> np.uint64(56)
        moves = np.flatnonzero((kinds == ASSIGNED) | (kinds == PARAMETER) | (kinds == DECLARED))
        flows = (values[moves] & np.uint64(PAYLOAD)).astype(np.int64)
        order = np.argsort(flows, kind="stable")
        self._flows, self._keys = flows[order], np.frombuffer(survey.keys, dtype=np.uint64)[moves][order]
        self.import_name = np.array(survey.import_text, dtype=np.int64).reshape(-1, 3)[:, 1]
        self.import_scope = np.array(survey.import_scope, dtype=np.int64)
        self.bases, self.decorators = _heads(survey.bases), _heads(survey.decorators)
        self._bases_of_files = np.array(survey.bases_of_files, dtype=np.int64)
        self._flow_files = self.files_of(self.flow_scope)
        self._is_python = np.array([row.family.name == "python" for row in survey.files], dtype=bool)
        self.has_stars = np.array([bool(row.stars) for row in survey.files], dtype=bool)
        self._mentioned: dict[str, Mentions] = {}

    def files_of(self, nodes: Numbers) -> Numbers:
        """The files that definitions stand in."""
        return np.searchsorted(self._bases_of_files, nodes, side="right") - 1

    def is_python(self, nodes: Numbers) -> NDArray[np.bool_]:
        """Of each definition whether its file is one of Python."""
        found: NDArray[np.bool_] = self._is_python[self.files_of(nodes)]
        return found

    def mentioning(self, name: str) -> Mentions:
        """The strings that mention a name."""
        found = self._mentioned.get(name)
        if found is None:
            found = self._mentioned[name] = self.strings.mentioning(name)
        return found

    def touched(self, strings: Numbers, nodes: Numbers, mentions: Mentions, roots: set[int]) -> Numbers:
        """Which of these strings, that stand in the code of these definitions, mention a touched name: as a member anywhere, as the
        first name in the files of `roots` and in those that import everything from somewhere.
        """
        members = np.isin(strings, mentions.members)
        firsts = np.flatnonzero(np.isin(strings, mentions.roots) & ~members)
        files = self.files_of(nodes[firsts])
        firsts = firsts[self.has_stars[files] | np.isin(files, sorted(roots))]
        found = np.concatenate([np.flatnonzero(members), firsts])
        return found[self.is_python(nodes[found])]

    def bound(self, flow: int) -> list[tuple[int, str]]:
        """(scope, name) that a movement gives a value."""
        start, stop = np.searchsorted(self._flows, (flow, flow + 1)).tolist()
        texts = self.survey.strings.texts
        return [(key >> 32, texts[key & 0xFFFF_FFFF]) for key in self._keys[start:stop].tolist()]

    def name_of(self, node: int) -> str:
        """The name that a definition is bound by."""
        return self.survey.strings.texts[self.survey.bound_as.get(node, self.survey.name[node])]

    def number(self, name: str) -> int:
        """The string that is the name, -1 where there is none."""
        return self.survey.strings.known(name)

    def file_now(self, node: int) -> int:
        """The number that the file of a definition has among all files."""
        return self._number if self._number >= 0 else int(self.files_of(np.array([node]))[0])

    def files_then(self, files: set[int]) -> set[int]:
        """The numbers that files have in these tables."""
        return files if self._number < 0 else {0} if self._number in files else set()

    def flows_within(self, scopes: set[int]) -> Numbers:
        """The movements in some scopes of one file."""
        file = int(self.files_of(np.array([min(scopes)]))[0])
        start, stop = np.searchsorted(self._flow_files, (file, file + 1)).tolist()
        found: Numbers = start + np.flatnonzero(np.isin(self.flow_scope[start:stop], sorted(scopes)))
        return found

    def first_flow(self, file: int) -> int:
        """Where the movements of a file begin."""
        return int(np.searchsorted(self._flow_files, file))

    def within(self, scope: int) -> set[int]:
        """A definition and all in it."""
        found = {scope}
        row = self.survey.files[int(self.files_of(np.array([scope]))[0])]
        for node in range(scope + 1, row.base + row.count):
            if self.survey.lexical_parent[node] in found:
                found.add(node)
        return found
