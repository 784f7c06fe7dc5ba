"""What indexing claims for a child that builds, beside what the child really takes, on code that other people wrote."""

import asyncio
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pygments
import pytest

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import Alone, BuildJob, Built, Ready, Relieved, start_of
from lepasserelle.ingest.reserving import build_bytes
from lepasserelle.storage import Lestockage

MOST_ABOVE = 2.5
"""The estimate at most, as often as what is taken: of a small project most of it is what a child holds with its libraries."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory of a child is told by Linux")


def many_words(project: Path) -> None:
    """Lists of the names of other libraries: few definitions, twenty thousand words that stand in one or two of them."""
    for file in (Path(pygments.__file__).parent / "lexers").glob("_*.py"):
        shutil.copy(file, project / file.name)


def ordinary(project: Path) -> None:
    """A package of the standard library, with its comments and documentation."""
    shutil.copytree(Path(asyncio.__file__).parent, project / "asyncio", ignore=shutil.ignore_patterns("__pycache__"))


class Watch:
    """The most anonymous memory that a process has held while it was looked at."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes, self._ends = 0, False
        self._thread = threading.Thread(target=self._look, args=(Path(f"/proc/{pid}/status"),))
        self._thread.start()

    def _look(self, status: Path) -> None:
        while not self._ends:
            found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text())
            self.peak_bytes = max(self.peak_bytes, 1024 * int(found[1]) if found else 0)
            time.sleep(0.002)

    def stop(self) -> int:
        """Bytes."""
        self._ends = True
        self._thread.join()
        return self.peak_bytes


@pytest.mark.parametrize("code", [many_words, ordinary])
def test_what_is_claimed_is_no_less_than_what_is_taken_and_not_far_above(code: Callable[[Path], None], tmp_path: Path) -> None:
    """Of words that are still to be collected too, of each segment that takes most of a child's share."""
    project = tmp_path / "project"
    project.mkdir()
    code(project)
    Ingest(project, Settings()).index()
    folder, start = project / ".leindex", start_of(project, project / ".leindex", Settings(), parses=False)
    for kinds in (["lexical"], ["vectors"], ["graph", "rows"], ["text", "trigrams"]):
        with Lestockage.open(folder) as lestockage:
            generation, files = lestockage.generation(), lestockage.files()
            lestockage.put_terms([(file, b"") for file in files])
        asked_bytes = build_bytes(kinds, sum(file.definition_count for file in files), sum(file.size_bytes for file in files))
        child = Child()
        try:
            child.send(start)
            watch = Watch(child.pid)
            child.send(BuildJob(generation, kinds))
            while isinstance(reply := child.receive(), Ready | Alone | Relieved):
                pass
            taken_bytes = watch.stop()
        finally:
            child.kill()
        assert isinstance(reply, Built)
        assert taken_bytes <= asked_bytes <= MOST_ABOVE * taken_bytes, (kinds, asked_bytes, taken_bytes)
