"""A program for tests: asks everything of an indexed project and says of each question what was allocated and what was claimed.

`claims_run.py WARM_UP PROJECT…`: the first project is asked unmeasured, so that imports and tables of the interpreter are there.
The most that Python and numpy held during a question beyond what they held before (tracemalloc), and the largest sum of claims of
this process in force at one time, as JSON: a list by project of {question: [allocated, claimed]}.
"""

import gc
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy
from lepasserelle.memory import reservations
from lepasserelle.memory.meter import Meter


class Book:
    """Watches the claims of the process."""

    def __init__(self) -> None:
        self._now = self.most_bytes = 0
        ledger = reservations.PROCESS
        add, remove = ledger.add, ledger.remove

        def added(claim: reservations.Reservation) -> None:
            add(claim)
            self._now += 0 if claim.in_children else claim.asked_bytes
            self.most_bytes = max(self.most_bytes, self._now)

        def removed(claim: reservations.Reservation) -> None:
            remove(claim)
            self._now -= 0 if claim.in_children else claim.asked_bytes

        ledger.add, ledger.remove = added, removed  # type: ignore[method-assign]

    def begin(self) -> None:
        """Forget what was."""
        self.most_bytes = self._now


def questions(leindex: LeIndex, nowhere: io.TextIOBase) -> dict[str, Callable[[], object]]:
    """Everything that can be asked or had done, with arguments for which it takes much."""
    first = "area0/part_0.py"

    def spilled(question: Callable[[], object]) -> Callable[[], object]:
        def asked() -> object:
            leindex.spill_all_caches()
            return question()

        return asked

    def edited() -> object:
        with (leindex.project / first).open("a") as file:
            file.write("\n\ndef added_later():\n    return 1\n")
        return leindex.index_project()

    def uncopied() -> object:
        for copy in (leindex.folder / "frozen").glob("*-graph-*"):
            copy.unlink()
        return leindex.index_project()

    return {
        "index without a copy of the graph": uncopied,
        "search": lambda: leindex.search("how is the total amount computed"),
        "search of common words": lambda: leindex.search("compute amount value total return"),
        "search by words": lambda: leindex.search("compute amount", mode="lexical"),
        "search by meaning": lambda: leindex.search("compute amount", mode="semantic"),
        "search by symbol": lambda: leindex.search("compute_3", mode="symbol"),
        "search with filters": lambda: leindex.search("amount", kind="function", path="area*/**", language="python"),
        "search for many": lambda: leindex.search("compute amount", 1000),
        "first search": spilled(lambda: leindex.search("how is the total amount computed")),
        "analyze": lambda: leindex.analyze("what computes the amount"),
        "analyze at length": lambda: leindex.analyze("what computes the amount", 100_000),
        "symbols": lambda: leindex.symbols("compute_3"),
        "callers": lambda: leindex.callers("compute_0", "all"),
        "callees": lambda: leindex.callees("use_0", "all"),
        "impact": lambda: leindex.impact("compute_0"),
        "outline of all": leindex.outline,
        "outline of a file": lambda: leindex.outline(first),
        "read": lambda: leindex.read(first),
        "find text": lambda: leindex.find_text("return amount"),
        "find a pattern": lambda: leindex.find_text(r"return\s+amount", is_regex=True, ignore_case=True),
        "slice": lambda: leindex.slice(first, 6),
        "export": lambda: leindex.export_graph(nowhere),  # type: ignore[arg-type]
        "export as graphml": lambda: leindex.export_graph(nowhere, form="graphml"),  # type: ignore[arg-type]
        "export as dot": lambda: leindex.export_graph(nowhere, form="dot", resolution="all"),  # type: ignore[arg-type]
        "status": leindex.status,
        "statistics": leindex.get_cache_stats,
        "spill": leindex.spill_all_caches,
        "warm": spilled(lambda: leindex.warm_caches(WarmStrategy.ALL)),
        "warm recent": spilled(lambda: leindex.warm_caches(WarmStrategy.RECENT_FIRST)),
        "reload": spilled(leindex.reload_pdg_from_cache),
        "verify": leindex.verify_caches,
        "staleness": lambda: leindex._watch._count(float("inf")),
        "index": leindex.index_project,
        "index after an edit": edited,
        "rebuild": leindex.reload_vector_from_pdg,
    }


ASKED_AGAIN = {"status": 3, "statistics": 3, "index without a copy of the graph": 3}
"""They do the same each time: a thread that looks at memory just then allocates beside them, but not each time."""


def ask_all(project: str, book: Book | None) -> dict[str, list[int]]:
    """Every question once; measured when there is a book. The monitor sleeps: what it reads would be told of whoever asks then."""
    found: dict[str, list[int]] = {}
    with (
        LeIndex(project, MemoryConfig(auto_spill=False, check_interval_secs=3600), stale_check_ms=0) as leindex,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
    ):
        leindex.search("amount")
        for name, question in questions(leindex, nowhere).items():
            if book is None:
                question()
                continue
            found[name] = min(_measured(question, book) for _ in range(ASKED_AGAIN.get(name, 1)))
    return found


def _measured(question: Callable[[], object], book: Book) -> list[int]:
    """What one question allocated, and claimed."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    book.begin()
    question()
    found = [tracemalloc.get_traced_memory()[1] - before, book.most_bytes]
    tracemalloc.stop()
    return found


def always_walk_mappings() -> None:
    """Whoever asks for memory reads `smaps`, some 270 kB, as where other processes map the index too: whether the kernel says that
    nobody does hangs on the moment, and not on the question.
    """

    def shares_some(*_: object) -> None:
        return None

    setattr(Meter, "_alone", shares_some)  # noqa: B010 - mypy lets no method be assigned


if __name__ == "__main__":
    always_walk_mappings()
    ask_all(sys.argv[1], None)
    watching = Book()
    sys.stdout.write(json.dumps([ask_all(project, watching) for project in sys.argv[2:]]))
