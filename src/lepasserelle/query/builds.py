"""Which files are one module in several forms: a source and what it is built into, an implementation and its declarations.

`src/core/parse.ts` and `core/parse.js`, `.cjs`, `.d.ts`; `es/add.js` and `lib/add.js`; `more.py` and `more.pyi`. What finds one
finds all of them, word for word, so one leads and the others are named with it. Not a judgement by the graph (`variants`
has that): a file's path says of what it may be a form, and the names that it defines whether it is. Invariant: pure for one graph;
each file belongs to one module; what is not of those languages costs nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.runs import begins
from lepasserelle.query.seams import GraphTable

LANGUAGES: Final = frozenset({"javascript", "typescript", "tsx", "python"})

_SUFFIXES: Final = {
    ".d.ts": 4,
    ".d.mts": 5,
    ".d.cts": 6,
    ".pyi": 4,
    ".ts": 0,
    ".tsx": 0,
    ".mts": 0,
    ".cts": 0,
    ".jsx": 0,
    ".py": 0,
    ".mjs": 1,
    ".js": 2,
    ".cjs": 3,
}
"""Form → how far it is from what somebody wrote and would open."""
_OF_PYTHON: Final = frozenset({".py", ".pyi"})
_DECLARES: Final = 4
"""From here on a form has no bodies."""

_FOLDERS: Final = {
    "src": 0,
    "source": 0,
    "": 1,
    "es": 2,
    "es6": 2,
    "es2015": 2,
    "esnext": 2,
    "esm": 2,
    "mjs": 2,
    "lib": 3,
    "dist": 4,
    "build": 4,
    "out": 4,
    "es5": 5,
    "esm5": 5,
    "cjs": 6,
    "commonjs": 6,
    "umd": 7,
    "amd": 7,
    "types": 8,
    "typings": 8,
}
"""Folders that hold the same files in another form, beside each other: how far each is from the source. Not those that tell a
platform or an age (`browser`, `legacy`): what is in these is another program.
"""
_SOURCES: Final = frozenset({"src", "source"})
"""Below them folders of these names are parts of the program, and above them most are packages (`types/src`)."""
_MAY_HOLD_SOURCES: Final = frozenset({"dist", "es", "esm", "cjs", "es5", "es6"})

_LEAST_SHARE: Final = 0.5
"""So much of what the smaller one offers must be the other's for two to agree, and so many files of a folder with others."""

_ASKING: Final = {
    "cjs": frozenset({3, 6}),
    "commonjs": frozenset({3, 6}),
    "mjs": frozenset({1, 5}),
    "esm": frozenset({1, 5}),
    "d.ts": frozenset({4}),
    "d.mts": frozenset({5}),
    "d.cts": frozenset({6}),
    "pyi": frozenset({4}),
    "typings": frozenset({4}),
    "compiled": frozenset({1, 2, 3}),
    "transpiled": frozenset({1, 2, 3}),
}
"""Words of a question → the forms that it asks for."""
_ASKING_TWO: Final = frozenset({"declaration file", "type declarations", "type stubs", "stub file"})
_DECLARATIONS: Final = frozenset({4})
_WORDS: Final = re.compile(r"[\w.*]+")


class _Place(NamedTuple):
    """What a path says of a file."""

    rank: tuple[int, int, int]
    """(How far its form is from the source, how far its folder is, the file): of one module the least leads."""
    file: int
    root: str
    """The folders that tell its form, with what is above them; nothing, where none do."""


class Builds:
    """The modules of one graph that have several forms. Safe in threads: it does not change."""

    def __init__(self, graph: GraphTable) -> None:
        self._graph = graph
        self.leaders: NDArray[np.int64] = np.arange(graph.file_count + 1, dtype=np.int64)
        """Of each file the one that leads its module: itself where it has one form."""
        self.modules: dict[int, list[int]] = {}
        """Leader → all forms of its module, best first."""
        self._forms: dict[int, int] = {}
        for leader, files in _modules(graph).items():
            self.modules[leader] = [place.file for place in files]
            self.leaders[self.modules[leader]] = leader
            self._forms.update((place.file, place.rank[0]) for place in files)

    def __bool__(self) -> bool:
        return bool(self.modules)

    def leading(self, mask: NDArray[np.bool_], text: str = "", named: Iterable[int] = ()) -> NDArray[np.bool_]:
        """A mask over nodes without those of forms that a better form of their module stands for, of the forms that it shows.

        Beside a program without types its declarations stay: they document what it does, and define what it cannot. `text`: of the
        question; a form that it asks for is the best. `named`: files that it names, which stay.
        """
        if not self.modules:
            return mask
        graph = self._graph
        files = graph.files[: len(mask)]
        shown = np.zeros(graph.file_count + 1, dtype=bool)
        shown[files[mask]] = True
        stays = np.ones(graph.file_count + 1, dtype=bool)
        asked = asked_forms(text)
        for forms in self.modules.values():
            left = [file for file in forms if shown[file]]
            if asked:
                left.sort(key=lambda file: self._forms[file] not in asked)
            stays[left[1:]] = False
            if left and self._forms[left[0]] < _DECLARES and not self._has_types(left[0]):
                stays[next((file for file in left if self._forms[file] >= _DECLARES), left[0])] = True
        stays[list(self._apart(set(named)))] = True
        return mask & stays[files]

    def module_of(self, files: NDArray[np.int64], named: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Of each place which module it is in; what the question `named` is one by itself."""
        if not self.modules:
            return files
        leaders = self.leaders[files]
        return np.where(np.isin(files, list(self._apart(set(files[named].tolist())))), files, leaders) if named.any() else leaders

    def _apart(self, named: AbstractSet[int]) -> set[int]:
        """Of files that a question names those that are meant by themselves: not with the best form of their module."""
        return {file for file in named if int(self.leaders[file]) not in named}

    def elsewhere(self, node: int, mask: NDArray[np.bool_]) -> list[int]:
        """The same definition in the other forms of its module, of those that a mask shows."""
        graph = self._graph
        file = int(graph.files[node])
        others = [other for other in self.modules.get(int(self.leaders[file]), ()) if other != file]
        twins = [twin for other in others if (twin := self._twin(node, file, other)) is not None]
        return [twin for twin in twins if mask[twin]]

    def _twin(self, node: int, file: int, other: int) -> int | None:
        graph = self._graph
        first = graph.first_node(other)
        if node == graph.first_node(file):
            return first
        end = graph.first_node(other + 1) if other + 1 < graph.file_count else graph.node_count
        same = (first + 1 + np.flatnonzero(graph.name_numbers[first + 1 : end] == graph.name_numbers[node])).tolist()
        above = graph.name(graph.parent(node))
        return next((one for one in same if graph.name(graph.parent(one)) == above), same[0] if same else None)

    def _has_types(self, file: int) -> bool:
        """A source in TypeScript says all that its declarations say."""
        return self._forms[file] == 0 and not self._graph.file_path(file).endswith((".py", ".jsx"))


def _keys(files: NDArray[np.int64], names: NDArray[np.int64]) -> NDArray[np.int64]:
    return (files << 32) | names


def _modules(graph: GraphTable) -> dict[int, list[_Place]]:
    """Leader → the forms of its module, best first: of those that paths speak for, the ones that names agree with."""
    paths = graph.file_paths(LANGUAGES)
    alike, sizes = _alike(paths)
    leader_of = {place: leader for leader, *others in alike for place in others}
    if not leader_of:
        return {}
    shares = _shares(graph, {place.file: leader.file for place, leader in leader_of.items()})
    asked: Counter[tuple[str, str]] = Counter()
    agreeing: Counter[tuple[str, str]] = Counter()
    for place, leader in leader_of.items():
        pair = _mirroring(place, leader)
        asked[pair] += 1
        agreeing[pair] += shares[place.file] >= _LEAST_SHARE
    found: dict[int, list[_Place]] = {}
    for place, leader in leader_of.items():
        pair = folder, other = _mirroring(place, leader)
        most = asked[pair] if folder == other else max(asked[pair], sizes[folder])
        if agreeing[pair] >= _LEAST_SHARE * most or (folder == other and shares[place.file] >= _LEAST_SHARE):
            found.setdefault(leader.file, [leader]).append(place)
    return found


def _mirroring(place: _Place, leader: _Place) -> tuple[str, str]:
    """(The folder whose files are forms of those of another one, that one). What is in no folder that tells a form may mirror one
    that does: all that is beside that one then.
    """
    if place.root or not leader.root:
        return place.root, leader.root
    return f"{leader.root.rpartition('/')[0]}/*", leader.root


def _shares(graph: GraphTable, leader_of: Mapping[int, int]) -> dict[int, float]:
    """File → how much of what it or its leader offers, whichever offers less, both offer; all of it where one offers nothing."""
    ours, theirs = np.array([*leader_of], dtype=np.int64), np.array([*leader_of.values()], dtype=np.int64)
    files = graph.files[: graph.node_count].astype(np.int64)
    nodes = np.flatnonzero(np.isin(files, np.concatenate([ours, theirs])) & graph.offered)
    keys = np.sort(_keys(files[nodes], graph.name_numbers[nodes].astype(np.int64)))
    keys = keys[begins(keys)]
    counts = np.bincount(keys >> 32, minlength=graph.file_count)
    leaders = np.full(graph.file_count, -1, dtype=np.int64)
    leaders[ours] = theirs
    is_ours = leaders[keys >> 32] >= 0
    in_leader = _keys(leaders[keys[is_ours] >> 32], keys[is_ours] & 0xFFFFFFFF)
    shared = np.bincount(keys[is_ours][np.isin(in_leader, keys)] >> 32, minlength=graph.file_count)[ours]
    least = np.minimum(counts[ours], counts[theirs])
    return dict(zip(ours.tolist(), np.where(least > 0, shared / np.maximum(least, 1), 1.0).tolist(), strict=True))


def _alike(paths: Mapping[int, str]) -> tuple[list[list[_Place]], Counter[str]]:
    """Files whose paths say that they may be forms of one module, best first; and how many files each root has."""
    modules: defaultdict[tuple[str, str], list[_Place]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    unmarked: Counter[str] = Counter()
    folders: dict[str, tuple[str, str, int]] = {}
    has_stubs = any(path.endswith(".pyi") for path in paths.values())
    for file, path in paths.items():
        folder, _, name = path.rpartition("/")
        stem, suffix = _split(name)
        form = _SUFFIXES.get(suffix)
        if form is None:
            continue
        if suffix in _OF_PYTHON:
            if has_stubs:
                modules[folder, f"{stem}.py"].append(_Place((form, 0, file), file, "python"))
            continue
        if folder not in folders:
            folders[folder] = _taken_apart(folder)
        root, inner, distance = folders[folder]
        unmarked[folder] += not root
        sizes[root] += 1
        modules[inner, stem].append(_Place((form, distance, file), file, root))
    for folder, count in unmarked.items():
        above = folder
        while above:
            sizes[f"{above}/*"] += count
            above = above.rpartition("/")[0]
        sizes["/*"] += count
    return [sorted(places) for places in modules.values() if len(places) > 1], sizes


def _split(name: str) -> tuple[str, str]:
    """(Stem, form)."""
    stem, _, ending = name.rpartition(".")
    if stem.endswith(".d"):
        return stem[:-2], f".d.{ending}"
    return stem, f".{ending}"


def _taken_apart(folder: str) -> tuple[str, str, int]:
    """(The folders that tell a form, with what is above them; the folder without them; how far it is from the source):
    `pkg/dist/esm/a/b` is `pkg/dist/esm`, `pkg/a/b` and 4.
    """
    parts = folder.split("/") if folder else []
    start = next((at for at, part in enumerate(parts) if part in _FOLDERS), len(parts))
    end = start
    while end < len(parts) and parts[end] in _FOLDERS:
        if parts[end] in _SOURCES and end > start and parts[start] not in _MAY_HOLD_SOURCES:
            start = end
        end += 1
        if parts[end - 1] in _SOURCES:
            break
    told = parts[start:end]
    inner = "/".join((*parts[:start], *parts[end:]))
    return "/".join(parts[:end]) if told else "", inner, max((_FOLDERS[part] for part in told), default=_FOLDERS[""])


def asked_forms(text: str) -> frozenset[int]:
    """The forms that a question asks for by their words."""
    lower = text.lower()
    found = frozenset().union(*(forms for word in _WORDS.findall(lower) if (forms := _ASKING.get(word.lstrip("*.")))))
    return found | _DECLARATIONS if any(phrase in lower for phrase in _ASKING_TWO) else found
