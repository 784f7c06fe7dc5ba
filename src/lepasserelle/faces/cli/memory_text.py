"""What a process says of its memory, as lines of text: stable, plain, for a pipe, a log or a person.

Not here: asking, and the live view of a terminal (`memory_live`). Invariant: what the system could not tell reads `unavailable`.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from lepasserelle.faces.cli.output import bytes_text
from lepasserelle.model import CacheCheck

Document = Mapping[str, Any]


def title(document: Document) -> str:
    """Which process it is."""
    return f"process {document['pid']} ({document.get('program') or 'unknown'})"


def statistics_lines(document: Document) -> Iterator[str]:
    """Memory, caches and events of one process."""
    yield title(document)
    yield from (f"  {line}" for line in memory_lines(document["memory"]))
    yield from (f"  {line}" for line in cache_lines(document["caches"]))
    yield from (f"  {event_line(event)}" for event in document["events"])


def memory_lines(memory: Document) -> Iterator[str]:
    """Limit, bound, usage, watermarks, and who else holds memory."""
    yield f"limit     {limit_text(memory)}"
    yield "marks     " + ", ".join(f"{mark} {bytes_text(memory[f'{mark}_bytes'])}" for mark in ("low", "high", "hard"))
    bound = bytes_text(memory["bound_bytes"]) + ("" if memory["is_bound_exact"] else " at most")
    yield f"bound     {bound}, of it reserved {bytes_text(memory['reserved_bytes'])}, host {bytes_text(memory['host_bytes'])}"
    yield f"usage     {bytes_text(memory['usage_bytes'])}: {memory['level']}"
    yield f"caches    {bytes_text(memory['cache_bytes'])} of at most {bytes_text(memory['max_cache_bytes'])}"
    for tag, size_bytes in sorted(memory["reservations"].items()):
        yield f"reserved  {bytes_text(size_bytes)} for {tag}"
    yield f"system    {system_text(memory)}"
    yield f"monitor   {monitor_text(memory['watch'])}"


def holder_lines(sharing: Document) -> Iterator[str]:
    """Every process that has the index open, and what they hold of it together."""
    if sharing["holders"] is None:
        yield "processes that have the index open: unavailable"
        return
    head = ("pid", "program", "private", "shared", "proportional", "of the index", "its share")
    names = ("private_bytes", "shared_bytes", "pss_bytes", "index_rss_bytes", "index_pss_bytes")
    rows = [head, *((str(one["pid"]), one["program"], *(bytes_text(one[name]) for name in names)) for one in sharing["holders"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    if len(rows) == 1:
        yield "no other process has the index open"
        return
    held = f"{bytes_text(sharing['index_pss_bytes'])} of its pages"
    holding = f"{len(rows) - 1} processes have the index open and hold {held} together"
    yield f"1 process has the index open and holds {held}" if len(rows) == 2 else holding
    for row in rows:
        left = [text.ljust(width) for text, width in zip(row[:2], widths[:2], strict=True)]
        right = [text.rjust(width) for text, width in zip(row[2:], widths[2:], strict=True)]
        yield "  " + "  ".join(left + right).rstrip()


def limit_text(memory: Document) -> str:
    """The least limit and where it comes from."""
    if memory["limit_bytes"] is None:
        return "unavailable"
    return f"{bytes_text(memory['limit_bytes'])} ({memory['limit_name']})"


def system_text(memory: Document) -> str:
    """How short the whole machine is of memory."""
    pressure, stall = memory["system_pressure"], memory["stall"]
    taken = "unavailable" if pressure is None else f"{pressure:.0%} taken"
    stalled = "stalls unavailable" if stall is None else f"stalled {stall['some_percent']:.1f} % of the last 10 s"
    return f"{taken}, {stalled}"


def monitor_text(watch: Document) -> str:
    """What the monitor did, and for what reason it spills now."""
    looks = "1 look" if watch["looks"] == 1 else f"{watch['looks']} looks"
    looked = f"{looks}, {watch['look_s'] * 1000:.0f} ms in all" if watch["monitor_runs"] else "not running"
    refused = f", {watch['refusals']} reservations refused" if watch["refusals"] else ""
    spilling = f", spilling because of {', '.join(watch['active'])}" if watch["active"] else ""
    still = f" ({watch['standstill']})" if watch.get("standstill") else ""  # a process of an older version does not tell
    return f"{looked}{refused}{spilling}{still}"


CACHE_HEAD = ("cache", "state", "in memory", "of files", "on disk", "hits", "misses", "reloads", "last", "spills", "given back")


def cache_row(figures: Document) -> tuple[str, ...]:
    """One cache under `CACHE_HEAD`."""
    return (
        figures["name"],
        figures["state"],
        bytes_text(figures["resident_bytes"]),
        bytes_text(figures["resident_file_bytes"]),
        bytes_text(figures["file_bytes"]),
        str(figures["hits"]),
        str(figures["misses"]),
        str(figures["reloads"]),
        time_text(figures["last_reload_ms"]) if figures["reloads"] else "-",
        str(figures["spills"]),
        bytes_text(figures["given_back_bytes"]),
    )


def cache_lines(caches: Document) -> Iterator[str]:
    """The caches as a table, and the sums."""
    rows = [CACHE_HEAD, *(cache_row(figures) for figures in caches["caches"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(CACHE_HEAD))]
    for row in rows:
        left = [text.ljust(width) for text, width in zip(row[:2], widths[:2], strict=True)]
        right = [text.rjust(width) for text, width in zip(row[2:], widths[2:], strict=True)]
        yield "  ".join(left + right).rstrip()
    yield sums_text(caches)
    if caches.get("prediction"):
        yield prediction_text(caches["prediction"])


def prediction_text(prediction: Document) -> str:
    """Which of the two predicts, and how much the model is ahead on this user's own log."""
    if prediction["in_use"] == "learning":
        return f"predicting nothing yet: {_counted(prediction['visits'], 'question')} in the log, which is too few"
    who = "the model" if prediction["in_use"] == "model" else "decayed frequency, the model in shadow"
    known = f"{_counted(prediction['visits'], 'question')} in {_counted(prediction['sessions'], 'finished session')}"
    if not prediction["sessions"]:
        return f"predicting by {who}: {known}"
    error = "" if prediction["error_ms"] is None else f" ± {prediction['error_ms']:.2f}"
    ahead = f"the model ahead by {prediction['gain_ms']:.2f}{error} ms a session"
    return f"predicting by {who}: {known}, {ahead}, had all been out of memory"


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def sums_text(caches: Document) -> str:
    """What is in memory and what is spilled, of all caches."""
    return (
        f"in memory {_entries(caches['cache_entries'])}, {bytes_text(caches['cache_bytes'])}; "
        f"spilled {_entries(caches['spilled_entries'])}, {bytes_text(caches['spilled_bytes'])} to map or read on return"
    )


def _entries(count: int) -> str:
    return f"{count} entry" if count == 1 else f"{count} entries"


def time_text(elapsed_ms: float) -> str:
    """`12.3 ms`, from a second on `1.2 s`."""
    return f"{elapsed_ms:.1f} ms" if elapsed_ms < 1000 else f"{elapsed_ms / 1000:.1f} s"


def event_line(event: Document) -> str:
    """One event, in local time."""
    at = time.strftime("%H:%M:%S", time.localtime(event["at_s"]))
    times = f", {event['count']} times" if event.get("count", 1) > 1 else ""  # of an older process: no count
    return f"{at}  {event['kind']} {event['what']} {bytes_text(event['size_bytes'])} ({event['why']}{times})"


def spill_lines(document: Document) -> Iterator[str]:
    """What a spill gave back, of this process and of the system apart."""
    yield title(document)
    for report in document["spilled"]:
        if report["outcome"] != "spilled":
            yield f"  {report['name']}: {report['outcome']}{': ' + report['error'] if report['error'] else ''}"
            continue
        yield f"  {report['name']}: {spilled_text(report)}{'; ' + report['error'] if report['error'] else ''}"


def spilled_text(report: Document) -> str:
    """One spill: what this process gave back, then what the system did, which is another figure."""
    how = "measured" if report["is_measured"] else "by its own account"
    parts = f"pages {bytes_text(report['file_bytes'])}, heap {bytes_text(report['anonymous_bytes'])}"
    held = report.get("file_left_bytes")  # of an older process: not told
    shared = f"; {bytes_text(held)} of pages stay, which are mapped here once more" if held else ""
    left = report.get("system_left_bytes")
    cached = f" ({bytes_text(left)} stay in its page cache)" if left else ""
    return (
        f"{bytes_text(report['given_back_bytes'])} given back ({how}: {parts}) in {report['elapsed_ms']:.1f} ms{shared}; "
        f"system {bytes_text(report['system_bytes'])}{cached}; now {report['state']}"
    )


def reload_lines(document: Document) -> Iterator[str]:
    """What came back."""
    yield title(document)
    for one in document["reloaded"]:
        told = f"back in {one['elapsed_ms']:.1f} ms" if one["was_away"] else "there already"
        yield f"  {one['name']}: {told}"
        yield from note_lines(one)


def note_lines(document: Document) -> Iterator[str]:
    """What was mended on the way; a process of an earlier version says nothing of it."""
    yield from (f"  note: {note}" for note in document.get("notes", ()))


def warm_lines(document: Document) -> Iterator[str]:
    """What was loaded ahead of need."""
    yield title(document)
    for one in document["warmed"]["caches"]:
        loaded = f", {bytes_text(one['size_bytes'])} in {one['elapsed_ms']:.1f} ms" if one["outcome"] == "loaded" else ""
        yield f"  {one['name']}: {one['outcome']}{loaded}"
    yield from note_lines(document["warmed"])


def check_lines(found: CacheCheck) -> Iterator[str]:
    """What was read, and what is not whole."""
    for segment in found.segments:
        yield f"{segment.kind:<9}{bytes_text(segment.file_bytes):>12}  {segment.problem or 'whole'}"
    for copy in found.copies:
        yield f"{copy.kind:<9}{bytes_text(copy.file_bytes):>12}  {copy.problem or 'whole'} (compressed copy)"
    for copy in found.stored:
        yield f"{copy.kind:<9}{bytes_text(copy.file_bytes):>12}  {copy.problem or 'whole'} (its copy in lestockage)"
    yield from filter(None, (found.rows, found.contents))
    yield f"answers  {bytes_text(found.entry_bytes):>12}  {found.entries} stored"
    for name in found.damaged:
        yield f"damaged: {name}"
    if found.damaged:
        yield f"{found.put_aside} of {len(found.damaged)} damaged answers were put into quarantine"
    for name in found.unreadable:
        yield f"unreadable: {name}"
    if not found.segments:
        yield "nothing is indexed: run `leindex index`"
