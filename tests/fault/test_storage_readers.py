"""N or N+1: readers in other processes, pinned while generations are published and collected under them."""

import json
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from storage_run import Child, in_child, read, run

from lepasserelle.storage import Index, Snapshot, layout, write_segment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")
KINDS = ("graph", "lexical", "vectors")
GENERATIONS = 40


def publish(index: Index, generation: int) -> None:
    """Publish a generation whose segments say its number, and collect."""
    refs = [write_segment(index.folder, generation, kind, {"n": np.full(5_000, generation, np.uint32)}) for kind in KINDS]
    index.publish(generation, refs, {"files": generation})
    index.collect_garbage()


def look(snapshot: Snapshot) -> int:
    """The one generation that all parts of a snapshot say they are."""
    assert snapshot.is_pinned
    found = {snapshot.manifest.counts["files"]}
    for kind in KINDS:
        with snapshot.segment(kind) as segment:
            found.update(np.unique(segment.sections["n"]).tolist())
    assert found == {snapshot.generation}, f"a mix of generations: {found}"
    return snapshot.generation


def read_until(folder: Path, last: int, hold: int) -> str:
    """Pin and look until the last generation is there; keep `hold` older snapshots and look at them again and again."""
    index = Index.open(folder)
    seen: list[int] = []
    with ExitStack() as stack:
        held: list[Snapshot] = []
        deadline = time.monotonic() + 60
        while not seen or seen[-1] != last:
            assert time.monotonic() < deadline
            with index.pin() as snapshot:
                seen.append(look(snapshot))
            if len(held) < hold and (not held or held[-1].generation != seen[-1]):
                held.append(stack.enter_context(index.pin()))
            for snapshot in held:
                look(snapshot)
    assert seen == sorted(seen), "went back to an older generation"
    return f"{len(set(seen))} generations"


def test_readers_see_one_generation_while_many_are_published(tmp_path: Path) -> None:
    """Two readers, one of which keeps old generations pinned; at the end only the last generation is left."""
    folder = tmp_path / "i"
    index = Index.open(folder)
    with index.writer_lock():
        publish(index, 1)
    children = [Child(lambda hold=hold: read_until(folder, GENERATIONS, hold)) for hold in (0, 3)]
    with index.writer_lock():
        for generation in range(2, GENERATIONS + 1):
            publish(index, generation)
            time.sleep(0.005)
    for child in children:
        status, answer = child.finish()
        assert status == 0
        assert answer.endswith(" generations"), answer
    index.collect_garbage()
    assert {layout.segment_generation(path.name) for path in (folder / "segments").iterdir()} == {GENERATIONS}


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Eight runs in four processes at once: eight generations, each whole, none lost."""
    texts = {"a.py": b"one", "b.py": b"two"}
    children = [Child(lambda: [run(tmp_path, texts) for _ in range(2)]) for _ in range(4)]
    answers = [child.finish() for child in children]
    generations = sorted(number for _, answer in answers for number in json.loads(answer))
    assert generations == list(range(1, 9))
    assert read(tmp_path) == (8, [b"one", b"two"])


def test_pin_dies_with_its_process(tmp_path: Path) -> None:
    """A reader that is killed leaves nothing behind."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        publish(index, 1)

    def pin_and_die() -> None:
        index.pin()
        os.kill(os.getpid(), signal.SIGKILL)

    assert os.WIFSIGNALED(in_child(pin_and_die)[0])
    with index.writer_lock():
        publish(index, 2)
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == ["2.json", "2.pin"]
