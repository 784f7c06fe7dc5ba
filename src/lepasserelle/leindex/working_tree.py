"""What can be said of a project without an index: its files, and lines that hold a text, read as they are now.

Not an index, and no parsing: pages of this say that they are partial. Follows the same rules as indexing (ignore files, secrets,
sizes, links), so that nothing comes out here that an index would not hold. Invariant: an answer takes a bounded time, and says when
it has not seen every file.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.files import FileEntry, Source, WalkRules, read_source, walk
from lepasserelle.leindex.places import PLACE, relative_path
from lepasserelle.model import (
    LINE_MODES,
    MOST_QUESTION_CHARS,
    ContextRequest,
    FolderEntry,
    FolderOutline,
    OutlineRequest,
    Page,
    Reading,
    ReadRequest,
    Remarks,
    Request,
    SearchRequest,
    TextMatch,
)
from lepasserelle.query import compact, cursors, page
from lepasserelle.query.globs import glob_pattern
from lepasserelle.query.line_page import matches
from lepasserelle.query.literal import find_text, lines_with_words
from lepasserelle.query.patterns import MOST_CHARS, Pattern
from lepasserelle.wording import counted

LONGEST_S: Final = 2.0
_WORD: Final = re.compile(r"[^\W\d]\w{2,}")
_DEFINERS: Final = (
    "(?:class|const|def|defmodule|defp|enum|fn|fun|func|function|interface|let|module|namespace|record|struct|trait|type|var)"
)
_QUESTION_WORDS: Final = 2
_MOST_WORDS: Final = 12
_MOST_LINES: Final = 200


class WorkingTree:
    """The files of a project as they are on disk."""

    def __init__(self, project: Path, rules: WalkRules, clock: Callable[[], float] = time.monotonic) -> None:
        self._project = project
        self._rules = rules
        self._clock = clock

    def differs(self, path: str, language: str, data: bytes) -> bool:
        """Whether the file is not, or no longer, what was indexed."""
        source = read_source(self._project, FileEntry(path, 0, 0, language), self._rules)
        return isinstance(source, str) or source.data != data

    def answer(self, request: Request, remarks: Remarks) -> Page:
        """The page that answers a request as far as plain text can. Raises `QueryError`, `ProjectError`."""
        entries = walk(self._project, self._rules).entries
        match request:
            case OutlineRequest():
                head, items = self._outline(entries, relative_path(self._project, request.path))
            case ReadRequest() if (found := self._file_of(entries, request.target)) is not None:
                head, items = self._read(*found)
            case SearchRequest():
                wanted = list(_filtered(entries, request.path, request.language))
                head, items = self._search(wanted, request.query, _pattern_of(request))
            case ContextRequest():
                wanted = list(_filtered(entries, request.path, request.language))
                head, items = self._search(wanted, request.question, None)
            case _:
                head, items = self._named(entries, _name_of(request))
        stamped = cursors.stamp("working tree", msgspec.structs.astuple(msgspec.structs.replace(request, cursor="", max_tokens=0)))
        start = min(cursors.read_cursor(request.cursor, stamped), max(0, len(items) - 1))
        return page.cut(items, request.max_tokens, head=head, start=start, stamped=stamped, remarks=remarks)

    def _search(self, entries: Sequence[FileEntry], text: str, pattern: Pattern | None) -> tuple[str, Sequence[page.Item]]:
        """Lines that hold the text; of a question in several words, lines that hold most of them."""
        files = _Readable(self._project, self._rules, entries, self._clock)
        text = text if pattern else text[:MOST_QUESTION_CHARS]
        words = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:_MOST_WORDS]
        if pattern is not None or len(words) < _QUESTION_WORDS:
            return files.told(find_text(files, pattern or Pattern(text[:MOST_CHARS])).matches)
        return files.told(lines_with_words(files, words, _MOST_LINES))

    def _named(self, entries: Sequence[FileEntry], name: str) -> tuple[str, Sequence[page.Item]]:
        """Lines that hold a name as a word, those first that look like its definition."""
        files = _Readable(self._project, self._rules, entries, self._clock)
        last = re.split(r"[.:#/]+", name.strip())[-1] or name
        is_word = re.compile(rf"(?<!\w){re.escape(last)}(?!\w)")
        defines = re.compile(rf"\b{_DEFINERS}\s+{re.escape(last)}(?!\w)")
        matches = find_text(files, Pattern(last)).matches if last else []
        found = [match for match in matches if is_word.search(match.text)]
        return files.told(sorted(found, key=lambda match: defines.search(match.text) is None))

    def _outline(self, entries: list[FileEntry], path: str) -> tuple[str, Sequence[page.Item]]:
        folder = path + "/" if path else ""
        inside = [entry for entry in entries if entry.path.startswith(folder)]
        if not inside:
            raise QueryError(f"{path!r} is no folder with sources; definitions in a file are known once the index is made")
        return compact.folder_outline(_folder(folder, inside))

    def _file_of(self, entries: list[FileEntry], target: str) -> tuple[FileEntry, int, int] | None:
        """(file, first line, last line) of a target that is a place; None for a symbol. Raises `QueryError` for a path that is no
        source.
        """
        place = PLACE.fullmatch(target)
        path = relative_path(self._project, place["path"] if place else target)
        entry = next((entry for entry in entries if entry.path == path), None)
        if entry is None:
            if place or "/" in target:
                raise QueryError(f"{path!r} is no source of this project: ignored, binary, too large, secret, or not there")
            return None
        if place is None:
            return entry, 1, 1 << 30
        first = int(place["first"])
        return entry, first, int(place["last"] or first)

    def _read(self, entry: FileEntry, first: int, last: int) -> tuple[str, Sequence[page.Item]]:
        source = read_source(self._project, entry, self._rules)
        if not isinstance(source, Source):
            raise QueryError(f"{entry.path!r} cannot be read: {source}")
        lines = source.data.decode("utf-8", "replace").split("\n")
        if not 1 <= first <= min(last, len(lines)):
            raise QueryError(f"{entry.path} has lines 1 to {len(lines)}; there is no {first}-{last} in it")
        last = min(last, len(lines))
        text = "\n".join(lines[first - 1 : last])
        reading = Reading(
            entry.path, source.language, first, last, len(lines), text, symbol=entry.path, kind="file", is_whole=False
        )
        return compact.reading(reading, str, 0)


class _Readable:
    """Files that are read one after the other until the time is over: (path, reader) of each."""

    def __init__(self, project: Path, rules: WalkRules, entries: Sequence[FileEntry], clock: Callable[[], float]) -> None:
        self._project = project
        self._rules = rules
        self._entries = entries
        self._clock = clock
        self._count = 0

    def __iter__(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        until_s = self._clock() + LONGEST_S
        for entry in self._entries:
            if self._clock() > until_s:
                return
            self._count += 1
            source = read_source(self._project, entry, self._rules)
            if isinstance(source, Source):
                yield entry.path, partial(_itself, source.data)

    def told(self, found: Sequence[TextMatch]) -> tuple[str, Sequence[page.Item]]:
        """What stands above the lines that were found, and the lines."""
        missing = f" (in {self._count} of {counted(len(self._entries), 'file')})" if self._count < len(self._entries) else ""
        return f"{counted(len(found), 'line')}{missing}" if found else f"nothing found{missing}", matches(found)


def _itself(data: bytes) -> bytes:
    return data


def _filtered(entries: Iterable[FileEntry], path: str, language: str) -> Iterator[FileEntry]:
    pattern = glob_pattern(path) if path else None
    wanted = language.strip().lower()
    return (
        entry for entry in entries if (not wanted or entry.language == wanted) and (pattern is None or pattern.matches(entry.path))
    )


def _pattern_of(request: SearchRequest) -> Pattern | None:
    """Of a search for lines."""
    if request.mode not in LINE_MODES:
        return None
    return Pattern(request.query, request.mode == "regex", request.ignore_case, request.whole_word)


def _name_of(request: Request) -> str:
    """The name that a request is about."""
    asked = msgspec.structs.asdict(request)
    return str(asked.get("name") or asked.get("target") or "")


def _folder(folder: str, inside: list[FileEntry]) -> FolderOutline:
    below: dict[str, list[FileEntry]] = {}
    for entry in inside:
        name, slash, _ = entry.path[len(folder) :].partition("/")
        below.setdefault(name + slash, []).append(entry)
    languages = Counter(entry.language or "text" for entry in inside)
    entries = [
        FolderEntry(folder + name, len(files), 0, 0, Counter(file.language or "text" for file in files).most_common(1)[0][0])
        for name, files in sorted(below.items(), key=lambda item: (not item[0].endswith("/"), item[0]))
    ]
    return FolderOutline(folder.rstrip("/"), len(inside), 0, dict(languages.most_common()), tuple(entries))
