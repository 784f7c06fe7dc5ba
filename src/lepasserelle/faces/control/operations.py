"""The four things that can be asked of an open index, done here: the same for this process and on behalf of another one.

Not here: sockets, and how an answer is shown. Invariants: nothing but statistics, spill, reload and warm; what is returned is a
document, ready for `--json`; bytes are measured by the manager, and what the system as a whole gave back stands apart.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from lepasserelle.errors import ConfigError, DamagedError
from lepasserelle.faces.control.messages import Document, Part, Reload, ReloadPart, Request, Spill, Statistics, Warm
from lepasserelle.leindex import LeIndex
from lepasserelle.memory import MemoryStatistics, SpillReport, WarmStrategy
from lepasserelle.memory.procfs import program as program_of

MOST_EVENTS: Final = 256
_CACHES: Final = ("pdg", "vectors", "analysis")


def act(leindex: LeIndex, request: Request) -> Document:
    """Do what is asked. Raises what LeIndex raises for it."""
    match request:
        case Statistics():
            told = _statistics(leindex, request.events)
        case Spill():
            told = {"spilled": [_spilled(leindex.spill_cache(name, cold=request.cold)) for name in _named(request.part)]}
        case Reload():
            told = {"reloaded": [_reloaded(leindex, name) for name in _segments(request.part)]}
        case Warm():
            warmed = msgspec.to_builtins(leindex.warm_caches(_strategy(request.strategy)))
            told = {"warmed": {**warmed, "notes": leindex.notes}}
    return {"pid": os.getpid(), "program": program(), "project": str(leindex.project), "index": str(leindex.folder), **told}


def program() -> str:
    """What this process is called by: the name of what it runs, without its folder and arguments; a command of ours by its word, as
    the list of those that have the index open calls it.
    """
    return program_of("\0".join(sys.orig_argv).encode("utf-8", "surrogateescape")) or Path(sys.executable).name


def _named(part: Part) -> tuple[str, ...]:
    return _CACHES if part == "all" else (part,)


def _statistics(leindex: LeIndex, events: int) -> dict[str, Any]:
    return {
        "caches": msgspec.to_builtins(leindex.get_cache_stats()),
        "memory": _memory(leindex.manager.statistics()),
        "events": msgspec.to_builtins(leindex.manager.events.last(max(0, min(events, MOST_EVENTS)))),
    }


def _memory(statistics: MemoryStatistics) -> dict[str, Any]:
    """Its tuples with names become objects, so that keys can be added."""
    document: dict[str, Any] = msgspec.to_builtins(statistics, order="deterministic")
    document["system"] = None if statistics.system is None else statistics.system._asdict()
    document["stall"] = None if statistics.stall is None else statistics.stall._asdict()
    document["limits"] = [limit._asdict() for limit in statistics.limits]
    return document


def _spilled(report: SpillReport) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(report)
    return {**document, "given_back_bytes": report.given_back_bytes, "is_measured": report.process_bytes is not None}


def _segments(part: ReloadPart) -> tuple[str, ...]:
    return ("pdg", "vectors") if part == "all" else (part,)


def _reloaded(leindex: LeIndex, name: str) -> dict[str, Any]:
    """`notes`: what was missing or damaged, and how it was mended."""
    began_s = time.perf_counter()
    was_away, notes = _reload_graph(leindex) if name == "pdg" else _reload_vectors(leindex)
    return {"name": name, "was_away": was_away, "elapsed_ms": (time.perf_counter() - began_s) * 1000.0, "notes": notes}


def _reload_graph(leindex: LeIndex) -> tuple[bool, tuple[str, ...]]:
    return leindex.reload_pdg_from_cache(), leindex.notes


def _reload_vectors(leindex: LeIndex) -> tuple[bool, tuple[str, ...]]:
    """Mapped as they are stored; where that is damaged, warming has it mended first."""
    try:
        return leindex.manager.reload("vectors"), ()
    except DamagedError:
        leindex.warm_caches(WarmStrategy.SEARCH_INDEX_ONLY)
        notes = leindex.notes
        return leindex.manager.reload("vectors") or True, notes


def _strategy(word: str) -> WarmStrategy:
    try:
        return WarmStrategy(word)
    except ValueError:
        words = ", ".join(strategy.value for strategy in WarmStrategy)
        raise ConfigError(f"there is no warming strategy {word!r}. There are: {words}.") from None
