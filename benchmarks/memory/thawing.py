"""Lost segments brought back from their copies: the first time in a process and the fifth, beside what the same bytes take at
least.

Each figure is the least of some processes, in turns: megabytes of segment a second of the processor time of the thread that does
it. *copied in memory*: into fresh pages; *file copied*: the segment read and written anew in pieces of 1 MiB; *unpacked alone*: the
copy's frames by zstd, into one place. The segment is deleted before each time. The text has no copy: it comes out of lestockage.

python benchmarks/memory/thawing.py [--work FOLDER] [--rounds N]     prints the table of docs/decisions/322
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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
from tables import table

TIMES = 5
PIECE_BYTES = 1 << 20
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
    arguments.add_argument("--one", nargs=2)
    chosen = arguments.parse_args()
    if chosen.one:
        print(json.dumps(measured(Path(chosen.one[0]), chosen.one[1])))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        found = []
        for name, project in (("django", corpora.wheel_tree(*corpora.DJANGO)), ("cpython", corpora.standard_library())):
            if not (work / name / "manifest.json").exists():
                with LeIndex(project, MemoryConfig(access_log=False), index_dir=str(work / name)) as leindex:
                    leindex.index_project()
            found += rows(name, work / name, chosen.rounds)
        print(table(HEAD, found))


if __name__ == "__main__":
    main()
