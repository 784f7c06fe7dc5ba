"""Lost segments brought back from their copies: the first time in a process and the fifth, beside what the same bytes take at
least.

Each figure is the least of some processes, in turns: megabytes of segment a second of the processor time of the thread that does
it. *copied in memory*: into fresh pages; *file copied*: the segment read and written anew in pieces of 1 MiB; *unpacked alone*: the
copy's frames by zstd, into one place. The segment is deleted before each time. The text has no copy: it comes out of lestockage.

What another Python thread waits for meanwhile (`ticker`) is told beside what a process of its own, which does nothing but tick,
waits for at the same time, and beside the same time without thawing: what those have, too, is the system's.

python benchmarks/memory/thawing.py [--work FOLDER] [--rounds N] [--stalls N]     prints the tables of docs/decisions/289 and 322
"""

import argparse
import gc
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import zstandard

import corpora
from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.ingest.copies import COPIED_KINDS, derivations
from lepasserelle.storage import Index, SegmentRef
from lepasserelle.storage.frozen import chunk_sizes, read_copy
from lepasserelle.storage.layout import SEGMENTS, frozen_path
from lepasserelle.storage.thawing import thaw
from memory.ticker import Stall, Ticker
from tables import table

TIMES = 5
PIECE_BYTES = 1 << 20
STALL_TIMES = 8
"""Of thawing, for each figure of a stall."""

STALLS = ("thread, longest wait", "of it for a processor", "longest of the rest", "nothing is thawed", "process of its own")
HEAD = ("segment of", "kind", "MB", "first", "fifth", "copied in memory", "file copied", "unpacked alone")


def taken_s(work: Callable[[], object]) -> float:
    """Processor seconds of this thread."""
    began = time.thread_time()
    work()
    return max(1e-6, time.thread_time() - began)


def file_copied(path: Path) -> None:
    """The plainest way to a file of these bytes."""
    with path.open("rb") as source, path.with_suffix(".twin").open("wb") as target:
        while piece := source.read(PIECE_BYTES):
            target.write(piece)


def unpacked(packed: list[tuple[int, bytes]]) -> None:
    """Every frame, one after the other."""
    room, unpacker = np.zeros(PIECE_BYTES, np.uint8), zstandard.ZstdDecompressor()
    for size, data in packed:
        if len(data) != size:
            unpacker.stream_reader(data).readinto(room.data[:size])


def frames(folder: Path, ref: SegmentRef) -> list[tuple[int, bytes]]:
    """(length unpacked, bytes) of each chunk of a copy."""
    path = frozen_path(folder, ref.name)
    with path.open("rb", buffering=0) as file:
        copy = read_copy(ref, path, file)
        assert copy is not None
        return [
            (size, file.read(chunk.length))
            for entry, column in copy.sections
            for size, chunk in zip(chunk_sizes(entry.length, column.order), column.chunks, strict=False)
        ]


def measured(folder: Path, kind: str) -> dict[str, float]:
    """What is measured in one process: seconds by column, and the bytes of the segment."""
    ref = next(ref for ref in Index.open(folder).manifest().segments if ref.kind == kind)  # type: ignore[union-attr]
    known, lost = derivations(kind), folder / SEGMENTS / ref.name
    times = []
    for _ in range(TIMES):
        lost.unlink(missing_ok=True)
        times.append(taken_s(lambda: thaw(folder, ref, known)))
    data, packed = np.fromfile(lost, np.uint8), frames(folder, ref)
    found = {
        "bytes": float(ref.size_bytes),
        "first": times[0],
        "fifth": times[-1],
        "copied in memory": taken_s(data.copy),
        "file copied": taken_s(lambda: file_copied(lost)),
        "unpacked alone": taken_s(lambda: unpacked(packed)),
    }
    lost.with_suffix(".twin").unlink()
    return found


def stalled(folder: Path, kind: str) -> list[float]:
    """Milliseconds, by `STALLS`, in one process."""
    ref = next(ref for ref in Index.open(folder).manifest().segments if ref.kind == kind)  # type: ignore[union-attr]
    known, lost = derivations(kind), folder / SEGMENTS / ref.name
    forked = multiprocessing.get_context("fork")
    ours, theirs = forked.Pipe()
    control = forked.Process(target=_ticking, args=(theirs,))
    control.start()
    gc.collect()
    gc.freeze()
    began_s = time.perf_counter()
    with Ticker() as ticker:
        for _ in range(STALL_TIMES):
            lost.unlink(missing_ok=True)
            thaw(folder, ref, known)
    took_s = time.perf_counter() - began_s
    ours.send(None)
    beside: Stall = ours.recv()
    control.join()
    with Ticker() as idle:
        time.sleep(took_s)
    found = ticker.longest
    return [found.whole_ms, found.queued_ms, ticker.longest_locked.locked_ms, idle.longest.whole_ms, beside.whole_ms]


def _ticking(ends: Connection) -> None:
    with Ticker() as ticker:
        ends.recv()
    ends.send(ticker.longest)


def stall_rows(name: str, folder: Path, runs: int) -> list[list[str]]:
    """A row for each figure: median, nine of ten and most of so many processes that thaw the graph."""
    command = [sys.executable, __file__, "--one-stall", str(folder), "graph"]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs)]
    made = []
    for number, what in enumerate(STALLS):
        times_ms = sorted(run[number] for run in found)
        shown = [times_ms[len(times_ms) // 2], times_ms[len(times_ms) * 9 // 10], times_ms[-1]]
        made.append([name, what, *(f"{one_ms:.1f}" for one_ms in shown), str(sum(one_ms > 10 for one_ms in times_ms))])
    return made


def rows(name: str, folder: Path, rounds: int) -> list[list[str]]:
    """A row a kind, each round in a process of its own."""
    command = [sys.executable, __file__, "--one", str(folder)]
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in COPIED_KINDS}
    for _ in range(rounds):
        for kind, found in runs.items():
            found.append(json.loads(subprocess.run([*command, kind], check=True, capture_output=True, text=True).stdout))
    made = []
    for kind, found in runs.items():
        size_mb = found[0]["bytes"] / 1e6
        speeds = [f"{size_mb / min(run[column] for run in found):.0f}" for column in HEAD[3:]]
        made.append([name, kind, f"{size_mb:.2f}", *speeds])
    return made


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--stalls", type=int, default=24)
    arguments.add_argument("--one", nargs=2)
    arguments.add_argument("--one-stall", nargs=2)
    chosen = arguments.parse_args()
    if chosen.one_stall:
        print(json.dumps(stalled(Path(chosen.one_stall[0]), chosen.one_stall[1])))
        return
    if chosen.one:
        print(json.dumps(measured(Path(chosen.one[0]), chosen.one[1])))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        found, stalls = [], []
        for name, project in (("django", corpora.wheel_tree(*corpora.DJANGO)), ("cpython", corpora.standard_library())):
            if not (work / name / "manifest.json").exists():
                with LeIndex(project, MemoryConfig(access_log=False), index_dir=str(work / name)) as leindex:
                    leindex.index_project()
            found += rows(name, work / name, chosen.rounds)
            stalls += stall_rows(name, work / name, chosen.stalls)
        print(table(HEAD, found))
        print(table(("graph of", "milliseconds", "median", "nine of ten", "most", f"over 10 of {chosen.stalls}"), stalls))


if __name__ == "__main__":
    main()
