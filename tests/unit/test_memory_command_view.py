"""How memory is shown: nothing is cut off, nothing unknown is shown as zero, and every figure is there."""

import copy
import io
from typing import Any

import pytest
from rich.console import Console

from lepasserelle.errors import BudgetExceededError, in_megabytes
from lepasserelle.faces.cli.memory_live import bar, view
from lepasserelle.faces.cli.memory_text import holder_lines, spill_lines, statistics_lines

FIGURES = {
    "name": "vectors",
    "state": "hot",
    "entries": 1,
    "resident_bytes": 912_345_678,
    "resident_file_bytes": 912_000_000,
    "file_bytes": 999_999_999,
    "hits": 123_456,
    "misses": 1_234,
    "reloads": 1_234,
    "last_reload_ms": 1234.56,
    "longest_reload_ms": 2000.0,
    "spills": 1_233,
    "given_back_bytes": 999_900_000_000,
}
ANSWER: dict[str, Any] = {
    "pid": 4194304,
    "program": "leindex",
    "project": "/home/somebody/project",
    "caches": {"cache_entries": 1, "cache_bytes": 912_345_678, "spilled_entries": 0, "spilled_bytes": 0, "caches": [FIGURES]},
    "memory": {
        "limit_bytes": 2_000_000_000,
        "limit_name": "memory_limit_bytes",
        "low_bytes": 1_400_000_000,
        "high_bytes": 1_700_000_000,
        "hard_bytes": 1_900_000_000,
        "bound_bytes": 600_000_000,
        "is_bound_exact": True,
        "usage_bytes": 1_500_000_000,
        "reserved_bytes": 50_000_000,
        "host_bytes": 550_000_000,
        "cache_bytes": 912_345_678,
        "max_cache_bytes": 1_000_000_000,
        "level": "between the low and the high mark",
        "system_pressure": 0.5,
        "stall": {"some_percent": 1.5, "full_percent": 0.0},
        "reservations": {"parse": 50_000_000},
        "watch": {"refusals": 2, "waits": 1, "looks": 10, "look_s": 0.02, "monitor_runs": True, "active": ["memory_limit_bytes"]},
    },
    "events": [{"at_s": 1.0e9, "kind": "spill", "what": "pdg", "size_bytes": 2_000_000, "why": "usage"}],
}


def drawn(*answers: dict[str, Any], width: int = 80) -> str:
    """The live view as a terminal of that width shows it, without colours."""
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(view(answers, ["alone"]))
    return stream.getvalue()


def unknown() -> dict[str, Any]:
    """A system that tells nothing."""
    answer = copy.deepcopy(ANSWER)
    answer["memory"] |= dict.fromkeys(("limit_bytes", "low_bytes", "high_bytes", "hard_bytes", "system_pressure", "stall"))
    answer["memory"]["is_bound_exact"] = False
    answer["caches"]["caches"][0]["resident_file_bytes"] = None
    return answer


@pytest.mark.parametrize("width", [80, 120])
def test_the_live_view_fits_its_terminal(width: int) -> None:
    """Figures of the largest plausible size are not cut off at 80 columns."""
    text = drawn(ANSWER, width=width)
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())
    for shown in (
        "912.3 MB",
        "1000.0 MB",
        "1234, 1.2 s",
        "1233, 999.9 GB",
        "75% of 2.0 GB",
        "spill pdg 2.0 MB",
        "note: alone",
        "parse",
    ):
        assert shown in text, shown


def test_a_process_that_cannot_be_asked_has_its_place() -> None:
    """Beside the others, with the reason."""
    text = drawn({"pid": 7, "error": "process 7 does not answer: it took too long"}, ANSWER)
    assert "process 7 does not answer" in text
    assert "process 4194304" in text


def test_the_bar_tells_bound_from_files_and_shows_the_marks() -> None:
    """Full, half and empty cells in proportion, with a line at each mark that is not covered."""
    text = bar(ANSWER["memory"], 20).plain
    assert text.startswith("██████▒▒▒▒▒▒▒▒▒··│·│")
    full = bar({**ANSWER["memory"], "bound_bytes": 9_000_000_000, "usage_bytes": 9_000_000_000}, 20).plain
    assert full.startswith("█" * 20 + "  450%")


def test_what_the_system_cannot_tell_is_unavailable() -> None:
    """Never zero, in the text and in the live view."""
    lines = "\n".join(statistics_lines(unknown()))
    for line in ("limit     unavailable", "low unavailable, high unavailable, hard unavailable", "600.0 MB at most"):
        assert line in lines
    assert "unavailable, stalls unavailable" in lines
    text = drawn(unknown())
    assert "limit unavailable" in text
    assert "0 bytes" not in text.replace("0 entries, 0 bytes", "")


def test_the_text_has_every_figure() -> None:
    """Limit, marks, bound, usage, reservations, monitor, caches and events."""
    lines = "\n".join(statistics_lines(ANSWER))
    for shown in (
        "memory_limit_bytes",
        "1.4 GB",
        "600.0 MB",
        "50.0 MB for parse",
        "2 reservations refused",
        "spilling because of",
        "(usage)",
    ):
        assert shown in lines, shown
    assert "\t" not in lines


def test_a_spill_says_what_was_measured_and_by_whom() -> None:
    """The process and the system apart; a failure with its reason; an unmeasured one as such."""
    unmeasured = {"is_measured": False, "elapsed_ms": 0.0} | dict.fromkeys(("file_bytes", "anonymous_bytes", "system_bytes"))
    measured = {"is_measured": True, "file_bytes": 2_500_000, "anonymous_bytes": 500_000, "system_bytes": 0, "elapsed_ms": 1.0}
    shared = {**measured, "file_bytes": 0, "anonymous_bytes": 0, "file_left_bytes": 2_500_000, "system_left_bytes": 4_000_000}
    reports = [
        {"name": "pdg", "outcome": "spilled", "state": "warm", "given_back_bytes": 3_000_000, "error": "", **measured},
        {"name": "vectors", "outcome": "failed", "state": "hot", "given_back_bytes": 0, "error": "disk on fire", **unmeasured},
        {"name": "pdg", "outcome": "spilled", "state": "hot", "given_back_bytes": 0, "error": "", **shared},
        {"name": "analysis", "outcome": "spilled", "state": "warm", "given_back_bytes": 7, "error": "2 stay", **unmeasured},
    ]
    told = list(spill_lines({"pid": 1, "program": "x", "spilled": reports}))
    assert told[1].startswith("  pdg: 3.0 MB given back (measured: pages 2.5 MB, heap 500.0 kB)")
    assert told[1].endswith("system 0 bytes; now warm")
    assert told[2] == "  vectors: failed: disk on fire"
    assert "2.5 MB of pages stay, which are mapped here once more; system 0 bytes (4.0 MB stay in its page cache)" in told[3]
    assert "7 bytes given back (by its own account: pages unavailable" in told[4]
    assert told[4].endswith("now warm; 2 stay")


@pytest.mark.parametrize(
    ("holders", "told"),
    [
        (0, "no other process has the index open"),
        (1, "1 process has the index open and holds"),
        (2, "2 processes have the index open and hold"),
    ],
)
def test_processes_are_counted_as_people_count(holders: int, told: str) -> None:
    """None, one, several."""
    amounts = ("private_bytes", "shared_bytes", "pss_bytes", "index_rss_bytes", "index_pss_bytes")
    one = {"pid": 7, "program": "python", **dict.fromkeys(amounts, 1)}
    lines = list(holder_lines({"holders": [one] * holders, "index_pss_bytes": holders}))
    assert lines[0].startswith(told)
    assert len(lines) == (1 if not holders else 2 + holders)


@pytest.mark.parametrize(
    ("amount_bytes", "told"),
    [
        (99_999, "99999 bytes"),
        (12_345_678, "12.3 MB"),
        (99_999_000_000, "99999.0 MB"),
        (100_000_000_000, "100.0 GB"),
        (2**63, "9.2 EB"),
        (10**30, "over 1000 EB"),
    ],
)
def test_memory_in_messages_can_be_read(amount_bytes: int, told: str) -> None:
    """A claim without bounds is not told as a row of zeros."""
    assert in_megabytes(amount_bytes) == told
    assert told in str(BudgetExceededError("work", amount_bytes, 1, "memory_limit_bytes", {}))
