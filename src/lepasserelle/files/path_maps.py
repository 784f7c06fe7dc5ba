"""Where do `tsconfig.json` and `jsconfig.json` say that imports lead which are not relative?

`baseUrl` and `paths`, also through `extends` of files of the project, by TypeScript's own rules: what a file says itself stands
before what it extends, later ones of a list before earlier ones, and paths are relative to the file that says them
(`${configDir}`: to the one that is extended for). Where a configuration has neither and only refers to others (`references`), as
build tools set projects up, theirs hold. Invariant: what is damaged or unexpected says nothing.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lepasserelle.files.documents import Document, Read, inside, json_object, table
from lepasserelle.model.import_maps import PathMap

FILE_NAMES: Final = ("tsconfig.json", "jsconfig.json")
"""Of two in one folder the first holds."""

_MOST_EXTENDED: Final = 32
"""Files in a row; more are a circle, or nobody's project."""
_OF_LEAF: Final = "${configDir}"
_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_LAST_COMMA: Final = re.compile(r'("(?:\\.|[^"\\])*"?)|,(?=\s*[}\]])', re.DOTALL)
"""Strings and comments without an end reach to that of the text: else each later quote would be looked at to there."""


class _Written(NamedTuple):
    """A path, and the folder of the file that says it."""

    folder: str
    path: str


class _Options(NamedTuple):
    base: _Written | None = None
    paths: tuple[tuple[str, tuple[_Written, ...]], ...] | None = None


def path_maps(paths: Iterable[str], read: Read) -> tuple[PathMap, ...]:
    """The maps of all folders among whose files (`paths`) is a configuration, in their order. A folder whose configuration says
    nothing has an empty map: no configuration above it holds there.
    """
    reader = _Reader(read)
    chosen: dict[str, str] = {}
    for path in paths:
        folder, name = posixpath.split(path)
        if name in FILE_NAMES and (folder not in chosen or name == FILE_NAMES[0]):
            chosen[folder] = path
    return tuple(reader.map_of(folder, path) for folder, path in sorted(chosen.items()))


class _Reader:
    """Reads each file once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._documents: dict[str, Document | None] = {}
        self._options: dict[str, _Options] = {}

    def map_of(self, folder: str, path: str) -> PathMap:
        found = _resolved(folder, self._options_of(path, 0))
        if found.base is not None or found.paths:
            return found
        merged: dict[str, tuple[str, ...]] = {}
        base = None
        for other in self._referred(path):
            one = _resolved(posixpath.dirname(other), self._options_of(other, 0))
            base = one.base if base is None else base
            merged = dict(one.paths) | merged
        return PathMap(folder, base, tuple(merged.items()))

    def _options_of(self, path: str, depth: int) -> _Options:
        """What a file says, with what it extends."""
        known = self._options.get(path)
        if known is None:
            self._options[path] = _Options()  # a circle finds nothing new
            known = self._options[path] = self._evaluated(path, depth)
        return known

    def _evaluated(self, path: str, depth: int) -> _Options:
        document = self._document(path)
        if document is None or depth > _MOST_EXTENDED:
            return _Options()
        found = _Options()
        for extended in _texts(document.get("extends")):
            above = self._extended(posixpath.dirname(path), extended)
            options = self._options_of(above, depth + 1) if above is not None else _Options()
            found = _Options(options.base or found.base, options.paths if options.paths is not None else found.paths)
        own = _own_options(posixpath.dirname(path), document)
        return _Options(own.base or found.base, own.paths if own.paths is not None else found.paths)

    def _extended(self, folder: str, text: str) -> str | None:
        """The file of the project that is extended; None for one of an installed package."""
        if not text.startswith("."):
            return None
        path = inside(folder, text)
        candidates = (path, f"{path}.json") if path else ()
        return next((one for one in candidates if self._document(one) is not None), None)

    def _referred(self, path: str) -> Iterator[str]:
        document = self._document(path) or {}
        references = document.get("references")
        for reference in references if isinstance(references, list) else ():
            text = reference.get("path") if isinstance(reference, dict) else None
            other = inside(posixpath.dirname(path), text) if isinstance(text, str) else None
            if other is not None and other.endswith(".json") and posixpath.dirname(other) == posixpath.dirname(path):
                yield other  # a folder's own holds there, not here

    def _document(self, path: str) -> Document | None:
        if path not in self._documents:
            text = self._read(path)
            self._documents[path] = parse_relaxed(text) if text is not None else None
        return self._documents[path]


def parse_relaxed(text: str) -> Document | None:
    """The object of a text in JSON that may have comments and commas behind the last item; None where it is none."""
    for pattern in (_COMMENT, _LAST_COMMA):
        text = pattern.sub(lambda match: match[1] or " ", text)
    return json_object(text.removeprefix("\ufeff"), strict=False)


def _own_options(folder: str, document: Document) -> _Options:
    options = table(document, "compilerOptions")
    base, paths = options.get("baseUrl"), options.get("paths")
    return _Options(
        _Written(folder, base) if isinstance(base, str) else None,
        tuple(_patterns(folder, paths)) if isinstance(paths, dict) else None,
    )


def _patterns(folder: str, paths: Document) -> Iterator[tuple[str, tuple[_Written, ...]]]:
    for pattern, targets in paths.items():
        if pattern.count("*") < 2:
            yield pattern, tuple(_Written(folder, target) for target in _texts(targets))


def _resolved(leaf: str, options: _Options) -> PathMap:
    """The map of a folder, whose configuration is extended for."""
    base = _placed(leaf, options.base) if options.base is not None else None
    found = []
    for pattern, targets in options.paths or ():
        if options.base is not None:
            targets = tuple(_Written(base, target.path) for target in targets) if base is not None else ()
        placed = [_placed(leaf, target) for target in targets]
        found.append((pattern, tuple(path for path in placed if path is not None)))
    return PathMap(leaf, base, tuple(found))


def _placed(leaf: str, written: _Written) -> str | None:
    if written.path.startswith(_OF_LEAF):
        return inside(leaf, written.path.removeprefix(_OF_LEAF).lstrip("/") or ".")
    return inside(written.folder, written.path)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
