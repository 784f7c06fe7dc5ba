"""A program for tests: does everything with an index under a limit and says what came of each step, as JSON.

`limited_run.py PROJECT user ROOM_BYTES` sets `memory_limit_bytes` so much above what the process holds; `… data LIMIT_BYTES` sets
`RLIMIT_DATA` and becomes this program anew, so that it is in force before anything is loaded. Every step gives an answer or a
`LeIndexError`; anything else ends the program.
"""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

UNIT_BYTES = 4 * 1024 * 1024


def main() -> None:
    """Run as the arguments say."""
    project, mode, amount = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if mode == "data":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (amount, amount))
        os.execv(sys.executable, [sys.executable, __file__, project, "in-data", str(amount)])
    if mode == "user":
        import lepasserelle.ingest.ingest
        import lepasserelle.leindex
        import lepasserelle.query.searcher  # noqa: F401  # held before the limit is set, as by a program that runs for long
    sys.stdout.write(json.dumps(report(project, amount if mode == "user" else None)))


def report(project: str, room_bytes: int | None) -> dict[str, object]:
    """Everything that happened."""
    from lepasserelle.errors import LeIndexError
    from lepasserelle.memory import Meter

    meter = Meter()
    limit_bytes = None if room_bytes is None else (meter.tree_anonymous_bytes() or 0) + room_bytes
    said: dict[str, object] = {"limit": limit_bytes, "most": (limit_bytes or 0) + UNIT_BYTES}
    steps: list[list[object]] = []
    with ExitStack() as stack:
        if limit_bytes is not None:
            watch = stack.enter_context(Watch(meter))
        try:
            from lepasserelle import LeIndex, MemoryConfig

            config = MemoryConfig(memory_limit_bytes=limit_bytes, allocation_unit_bytes=UNIT_BYTES)
            leindex = stack.enter_context(LeIndex(project, config, workers=2))
            for name, step in steps_of(leindex):
                try:
                    steps.append([name, digest(step())])
                except LeIndexError as error:
                    steps.append([name, type(error).__name__, str(error)])
        except LeIndexError as error:
            steps.append(["open", type(error).__name__, str(error), getattr(error, "floor_bytes", 0)])
        if limit_bytes is not None:
            said["peak"] = watch.peak_bytes
    return said | {"steps": steps}


def steps_of(leindex: "object") -> list[tuple[str, Callable[[], object]]]:
    """What is done, in order."""
    one: "LeIndex" = leindex  # type: ignore[name-defined, assignment]  # noqa: F821, UP037

    def without_graph() -> bool:
        from lepasserelle.storage import Lestockage

        one.spill_all_caches()
        for file in one.folder.glob("*/*graph*"):
            file.unlink()
        with Lestockage.open(one.folder) as lestockage:
            lestockage.keep_copies({})
        return one.reload_pdg_from_cache()

    return [
        ("index", lambda: one.index_project().symbols),
        ("search", lambda: one.search("turn the wheel", 5)),
        ("semantic", lambda: one.search("how fast does it move", 5, "semantic")),
        ("analyze", lambda: one.analyze("connect the cable", 500)),
        ("callers", lambda: one.callers("connect3")),
        ("vectors again", lambda: one.reload_vector_from_pdg()),
        ("graph again", without_graph),
        ("callees", lambda: one.callees("turn_wheel5")),
        ("search again", lambda: one.search("turn the wheel", 5)),
    ]


def digest(answer: object) -> str:
    """An answer in few characters."""
    return hashlib.sha256(repr(answer).encode()).hexdigest()[:16]


class Watch:
    """The most that the process tree held, looked at from a thread every five milliseconds."""

    def __init__(self, meter: "object") -> None:
        self._read: Callable[[], int | None] = meter.tree_anonymous_bytes  # type: ignore[attr-defined]
        self._over = threading.Event()
        self.peak_bytes = 0

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self.peak_bytes = max(self.peak_bytes, self._read() or 0)


if __name__ == "__main__":
    main()
