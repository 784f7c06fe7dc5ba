"""Serves requests without ever waiting long: what can be answered now is answered now, and the index is made meanwhile.

For a process that many ask (the MCP server); a command, which may wait, asks `LeIndex.answer`. Here too are the answers about the
index itself. Invariants: no answer waits longer for an index than its patience; one that does not come from a complete index says
so.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.errors import NotIndexedError
from lepasserelle.leindex.background import BackgroundRun
from lepasserelle.leindex.generation import PDG, VECTORS
from lepasserelle.leindex.keeper import ANALYSIS
from lepasserelle.memory import Outcome, SpillReport, WarmStrategy
from lepasserelle.model import (
    BrokenFile,
    CacheStats,
    IndexReport,
    MemoryRequest,
    Page,
    ReindexRequest,
    Remarks,
    Request,
    Status,
    StatusRequest,
)
from lepasserelle.query import cursors, page
from lepasserelle.wording import counted, visible

if TYPE_CHECKING:
    from lepasserelle.leindex.orchestrator import LeIndex

PATIENCE_S: Final = 2.0
"""So long after its start an index is waited for: small projects are there by then."""

_RETRY_S: Final = 20.0
"""A run that failed is not tried again before."""

_LANGUAGES: Final = 8

_SPILLED: Final = {PDG: "graph", VECTORS: "search index", ANALYSIS: "answers"}
"""The caches in the order in which they go, and what they are called here."""


class Service:
    """Answers requests about one open index, from any thread."""

    def __init__(self, leindex: "LeIndex", patience_s: float = PATIENCE_S) -> None:
        self._leindex = leindex
        leindex.is_service = True
        self._patience_s = patience_s
        self._failed_s = float("-inf")

    @property
    def indexing(self) -> BackgroundRun | None:
        """The run that goes on now."""
        run = self._leindex.background.last
        return run if run is not None and run.is_running else None

    def answer(self, request: Request) -> Page:
        """The page. Raises as `LeIndex.answer` does; `NotIndexedError` only when no index can be made, with the reason."""
        match request:
            case StatusRequest():
                return self._status(request)
            case ReindexRequest():
                return self._reindex(request)
            case MemoryRequest():
                return self._memory(request)
        try:
            return self._leindex.answer(request)
        except NotIndexedError:
            run = self._made_meanwhile()
        if run.wait(self._patience_s - run.age_s):
            self._check(run)
            return self._leindex.answer(request)
        return self._leindex.answer_from_text(request, f"no index yet ({run.progress.text}), lines of plain text")

    def _made_meanwhile(self) -> BackgroundRun:
        last = self._leindex.background.last
        if last is not None and last.error and time.monotonic() - self._failed_s < _RETRY_S:
            raise NotIndexedError(last.error)
        return self._leindex.index_in_background()

    def _check(self, run: BackgroundRun) -> None:
        if run.error:
            self._failed_s = time.monotonic()
            raise NotIndexedError(run.error)

    # ── about the index ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _status(self, request: StatusRequest) -> Page:
        status, run = self._leindex.status(), self._leindex.background.last
        lines = _status_lines(status)
        if run is not None and run.is_running:
            lines.append(f"indexing goes on: {run.progress.text}")
        elif run is not None and run.error:
            lines.append(f"the last indexing failed: {run.error}")
        return _page(lines, request, Remarks("", status.stale_files, status.stale_is_lower_bound, status.notes))

    def _reindex(self, request: ReindexRequest) -> Page:
        run = self._leindex.index_in_background()
        if not run.wait(request.wait_seconds):
            return _page([f"indexing goes on: {run.progress.text}. The index before it answers meanwhile"], request)
        self._check(run)
        assert run.report is not None
        return _page(_report_lines(run.report), request)

    def _memory(self, request: MemoryRequest) -> Page:
        lines = []
        if request.action == "spill":
            lines = _spill_lines([self._leindex.spill_cache(name) for name in _SPILLED])
        elif request.action == "warm":
            warmed = self._leindex.warm_caches(WarmStrategy(request.strategy))
            lines = [f"{one.name}: {one.outcome}" for one in warmed.caches]
        return _page(lines + self._memory_lines(), request)

    def _memory_lines(self) -> list[str]:
        statistics = self._leindex.manager.statistics()
        limit = f" of {_mb(statistics.limit_bytes)} ({statistics.limit_name})" if statistics.limit_bytes is not None else ""
        bound = f"bound {_mb(statistics.bound_bytes)}{limit}, usage {_mb(statistics.usage_bytes)}"
        still = statistics.watch.standstill
        told = f"{bound}, level {statistics.level.name.lower()}{f': {still}' if still else ''}"
        return [told, *_cache_lines(self._leindex.get_cache_stats())]


def _page(lines: list[str], request: Request, remarks: Remarks | None = None) -> Page:
    stamped = cursors.stamp(type(request).__name__, lines)
    start = cursors.read_cursor(request.cursor, stamped)
    items = [page.Item("", page.storable(line)) for line in lines]
    return page.cut(items, request.max_tokens, start=start, stamped=stamped, remarks=remarks)


def _status_lines(status: Status) -> list[str]:
    lines = [f"project {status.project}"]
    if not status.generation:
        return [*lines, "no index yet: the first question or `reindex` makes it"]
    languages = sorted(status.languages.items(), key=lambda item: (-item[1], item[0]))
    fresh = "no file has changed since" if status.stale_files == 0 and not status.stale_is_lower_bound else ""
    return [
        *lines,
        f"generation {status.generation}, made {status.indexed_at}: {_held(status)}",
        "languages: " + ", ".join(f"{name} {count}" for name, count in languages[:_LANGUAGES]),
        *([fresh] if fresh else []),
    ]


def _held(made: Status | IndexReport) -> str:
    return f"{counted(made.files, 'file')}, {counted(made.symbols, 'definition')}, {counted(made.edges, 'edge')}"


def _report_lines(report: IndexReport) -> list[str]:
    return [
        f"generation {report.generation}: {_held(report)} in {report.seconds:.1f} s",
        f"parsed {report.parsed_files}, unchanged {report.reused_files}, removed {report.removed_files}",
        *(f"skipped {skipped.count}: {skipped.reason}" for skipped in report.skipped),
        *(f"not understood: {visible(file.path)}{_lines_of(file)}" for file in report.broken_files),
        *report.notes,
    ]


def _lines_of(file: BrokenFile) -> str:
    """`, line 3, 9 …`: where its first broken parts are."""
    lines = ", ".join(str(part.line) for part in file.parts)
    return f", line {lines}{' …' if file.problems > len(file.parts) else ''}" if lines else ""


def _spill_lines(reports: Sequence[SpillReport]) -> list[str]:
    """What went, and then what did not go, or not all of it, and why."""
    given_back = ", ".join(f"{_SPILLED[report.name]} {_mb(report.given_back_bytes)}" for report in reports)
    kept = [f"{report.name}: {report.error or report.outcome.value}" for report in reports if report.error or _stays(report)]
    return [f"given back: {given_back}; the next question brings back what it needs", *kept]


def _stays(report: SpillReport) -> bool:
    return report.outcome not in (Outcome.SPILLED, Outcome.NOTHING)


def _cache_lines(stats: CacheStats) -> list[str]:
    return [
        f"{cache.name}: {cache.state}, {_mb(cache.resident_bytes)} in memory, {_mb(cache.file_bytes)} on disk, "
        f"{counted(cache.hits, 'hit')}, {counted(cache.misses, 'miss', 'misses')}, {counted(cache.spills, 'spill')}"
        for cache in stats.caches
    ]


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
