"""Lines of an index that is not opened: what one command needs to answer one question for a text or a pattern, and no more.

The ordinary way (`LeIndex`) loads numpy, opens all parts and starts what looks after memory, which takes longer than the search.
This way reads a few sections, each verified before use, and answers what `LeIndex.answer` would. Whatever is out of the ordinary
(no index, another version, damage, a limit that may bind, a question that is refused) gives None: then `LeIndex` answers, mends or
complains. Not here: command lines. Invariant: page and record are those that `LeIndex` gives, or there is none.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from lepasserelle.config import Settings, load_settings
from lepasserelle.errors import LeIndexError, ProjectError
from lepasserelle.model import Page, Remarks, SearchRequest, newer_told

if TYPE_CHECKING:
    from lepasserelle.graph.file_names import FileNames
    from lepasserelle.lexical.trigram_index import TrigramIndex
    from lepasserelle.model import Views
    from lepasserelle.query.literal import Lines
    from lepasserelle.query.patterns import Pattern
    from lepasserelle.storage import Manifest
    from lepasserelle.storage.text import TextStore

    Made = TypeVar("Made")
    Make = Callable[[SearchRequest, "Parts", Callable[[], "Stale"]], Made]

_ROOM_BYTES: Final = 128_000_000
"""Under every limit there must be so much more than this takes, else the memory manager has a say."""
_MARK: Final = 0.85
_SIGKILL: Final = 9
"""As POSIX has it; the module `signal` takes half a millisecond to load."""
_GRACE_S: Final = 0.05

_TEXT: Final = ("text.frames", "text.offsets", "text.sizes")
_TRIGRAMS: Final = ("trigrams", "offsets", "postings", "file_count", "line_counts", "line_starts")


class Stale(NamedTuple):
    """How far the working tree has moved on from a generation, as `leindex.staleness` has it."""

    generation: int = 0
    files: int | None = None
    is_lower_bound: bool = False


_LATE: Final = Stale(is_lower_bound=True)
"""Of a count that did not come in time."""


class Place(NamedTuple):
    """What is asked about, and where its index is."""

    project: Path
    folder: Path


class Parts(NamedTuple):
    """What a question for lines reads of a generation."""

    names: "FileNames"
    text: "TextStore"
    trigrams: "TrigramIndex"
    manifest: "Manifest"
    graph: "Views"
    """Those of its sections that were asked for."""


def answer(request: SearchRequest, project: Path, index_dir: str | None = None) -> Page | None:
    """The page of a request of mode `literal` or `regex` about the index of `project`, or None."""
    return _made(_page, request, project, index_dir)


def document(request: SearchRequest, project: Path, index_dir: str | None = None) -> dict[str, object] | None:
    """All lines of such a request as `leindex grep --json` has them, or None."""
    return _made(_document, request, project, index_dir)


def hits(request: SearchRequest, most: int, project: Path, index_dir: str | None = None) -> dict[str, object] | None:
    """The first `most` lines as `leindex search --json` has them, with the definition around each, or None."""
    from lepasserelle.graph.definitions import SECTIONS

    return _made(partial(_hits, most=most), request, project, index_dir, SECTIONS)


def _made(
    make: "Make[Made]", request: SearchRequest, project: Path, index_dir: str | None, graph: Sequence[str] = ()
) -> "Made | None":
    try:
        real = project.resolve(strict=True)
        settings = load_settings(real, {"index_dir": index_dir})
        with _counting(real, settings) as stale:
            return _from_parts(make, request, Place(real, settings.index_folder(real)), stale, graph) if _has_room() else None
    except (LeIndexError, OSError, RuntimeError):
        return None


def _from_parts(
    make: "Make[Made]", request: SearchRequest, place: Place, stale: Callable[[], Stale], graph: Sequence[str]
) -> "Made | None":
    from lepasserelle.graph.file_names import SECTIONS, FileNames
    from lepasserelle.ingest.features import FEATURES
    from lepasserelle.lexical.trigram_index import TrigramIndex
    from lepasserelle.storage import Index
    from lepasserelle.storage.belonging import check_project
    from lepasserelle.storage.parts import CAN_READ, read_parts
    from lepasserelle.storage.text import TextStore

    if not CAN_READ:
        return None
    with Index.open(place.folder).pin() as snapshot:
        check_project(snapshot.manifest.project, place.folder, place.project)
        snapshot.manifest.expect(FEATURES)
        parts = {}
        for kind, wanted in (("graph", graph or SECTIONS), ("text", _TEXT), ("trigrams", _TRIGRAMS)):
            ref = snapshot.manifest.ref(kind)
            if ref is None:
                return None
            parts[kind] = read_parts(place.folder, ref, wanted)
        names, text, trigrams = FileNames(parts["graph"]), TextStore(parts["text"]), TrigramIndex(parts["trigrams"])
        return make(request, Parts(names, text, trigrams, snapshot.manifest, parts["graph"]), stale)


def _page(request: SearchRequest, parts: Parts, stale: Callable[[], Stale]) -> Page:
    from lepasserelle.query.line_page import asked_lines, line_page

    asked = asked_lines(request, parts.manifest.fingerprint)
    found = _lines(request, parts, asked.pattern, asked.most, asked.start)
    return line_page(request, asked, found, _remarks(parts, stale), parts.manifest.left_out)


def _document(request: SearchRequest, parts: Parts, stale: Callable[[], Stale]) -> dict[str, object]:
    from lepasserelle.query.line_page import asked_lines, line_document, line_notes
    from lepasserelle.query.literal import MOST_MATCHES

    pattern = asked_lines(request, parts.manifest.fingerprint).pattern
    found = _lines(request, parts, pattern, MOST_MATCHES)
    newer = _remarks(parts, stale)
    notes = [*line_notes(pattern, found), *_newer_notes(newer)]
    return line_document(request.query, found.matches, newer, parts.manifest.left_out, notes)


def _hits(request: SearchRequest, parts: Parts, stale: Callable[[], Stale], most: int) -> dict[str, object]:
    from lepasserelle.graph.definitions import Definitions
    from lepasserelle.query.line_hits import hits_document, line_hits
    from lepasserelle.query.line_page import asked_lines, line_notes

    pattern = asked_lines(request, parts.manifest.fingerprint).pattern
    found = _lines(request, parts, pattern, most)
    named = line_hits(found.matches, parts.names, Definitions(parts.graph), request.mode)
    newer = _remarks(parts, stale)
    notes = [*line_notes(pattern, found), *_newer_notes(newer)]
    return hits_document(request.query, request.mode, named, newer, parts.manifest.left_out, notes)


def _newer_notes(newer: Remarks) -> list[str]:
    told = newer_told(newer.stale_files, newer.stale_is_lower_bound)
    return [told] if told else []


def _lines(request: SearchRequest, parts: Parts, pattern: "Pattern", most: int, skip: int = 0) -> "Lines":
    from lepasserelle.query.lines import lines_with

    path, language = request.path or None, request.language or None
    return lines_with(parts.names, parts.text, parts.trigrams, pattern, path, language, most, skip=skip)


def _remarks(parts: Parts, stale: Callable[[], Stale]) -> Remarks:
    counted = stale()
    return Remarks("", *counted[1:]) if counted is _LATE or counted.generation == parts.manifest.generation else Remarks()


def _has_room() -> bool:
    """Whether no limit can bind what this takes."""
    from lepasserelle.memory import bounds

    rooms = [int(_MARK * group.limit_bytes) - (group.usage_bytes or 0) for group in bounds.limiting_cgroups()]
    return not bounds.has_data_limit() and min(rooms, default=_ROOM_BYTES) >= _ROOM_BYTES


# ── what has changed since ────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _counting(project: Path, settings: Settings) -> Iterator[Callable[[], Stale]]:
    """Counts stale files beside the search, in a process of its own where there are such: in a thread, walking and searching would
    wait for each other's interpreter. What is given waits for the figure, within the bound that the settings set.
    """
    bound_s = settings.stale_check_ms / 1000
    if not bound_s:
        yield Stale
        return
    deadline_s = time.monotonic() + bound_s
    if sys.platform == "win32" or not hasattr(os, "fork"):
        yield lambda: _count(project, settings, deadline_s)
        return
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(writing, project, settings, deadline_s)
    os.close(writing)
    try:
        yield lambda: _told(reading, deadline_s + _GRACE_S)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, _SIGKILL)  # it has told what it found, or it is too late
            os.waitpid(child, os.WNOHANG)  # a file system that does not answer must not hold the answer up


def _tell(writing: int, project: Path, settings: Settings, deadline_s: float) -> None:
    """The child's whole life: nothing of the parent's is flushed, closed or run in it."""
    try:
        found = _count(project, settings, deadline_s)
        os.write(writing, b" ".join(b"%d" % number for number in found if number is not None))
    finally:
        os._exit(0)


def _told(reading: int, until_s: float) -> Stale:
    """What the child found; nothing when it takes too long, or has died."""
    if not select([reading], [], [], max(0.0, until_s - time.monotonic()))[0]:
        return _LATE
    told = os.read(reading, 64).split()
    return Stale(int(told[0]), int(told[1]), told[2] == b"1") if len(told) == len(Stale._fields) else Stale() if told else _LATE


def _count(project: Path, settings: Settings, deadline_s: float) -> Stale:
    from lepasserelle.files.records import WalkRules
    from lepasserelle.files.stale import count_stale
    from lepasserelle.ingest.last_run import read_latest_run, rules_in_force

    generation, last = read_latest_run(settings.index_folder(project), rules_in_force(settings))
    if not last.began_ns:
        return Stale()
    known = last.looked_at()
    try:
        count = count_stale(project, WalkRules.from_settings(settings), known, deadline_s, marks=last.marks)
    except ProjectError:
        return Stale(generation, len(known))
    return Stale(generation, count.total, not count.complete)
