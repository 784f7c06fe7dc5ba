"""The process that is measured: opens an index, and does what it is told on standard input, one JSON document a line.

python benchmarks/memory/subject.py PROJECT INDEX_FOLDER NAME...      NAME: qualified names to ask for
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.memory import pages
from lepasserelle.storage import Index, Lestockage

sys.path.insert(0, str(Path(__file__).parents[1]))

from memory.ticker import Ticker

QUIET = MemoryConfig(auto_spill=False, max_cache_bytes=4_000_000_000)
BUSY_S = 0.05
KINDS = {"pdg": ("graph",), "vectors": ("vectors", "lexical", "text", "trigrams"), "analysis": ()}


class Subject:
    """The open index and what can be done to it. Every answer has `ms`, and `stall_ms` when it was asked for."""

    def __init__(self, project: str, folder: str, names: list[str]) -> None:
        self.leindex = LeIndex(project, QUIET, index_dir=folder)
        self.names = names
        self._asked = 0

    def do(self, what: str, cache: str, *, stall: bool) -> dict[str, object]:
        """One thing, timed."""
        act: Callable[[], object] = {
            "query": lambda: self.query(cache),
            "answer": lambda: self.answer(cache),
            "spill": lambda: self.spill(cache),
            "reload": lambda: self.leindex.manager.reload(cache),
            "mend": lambda: self.mend(cache),
            "drop": lambda: self.drop(cache),
            "lose": lambda: self.lose(cache),
            "lose copies": lambda: self.lose_copies(cache),
            "lose stored": self.lose_stored,
            "files": lambda: [str(path) for path in self.files(cache)],
            "rebuild": self.leindex.reload_vector_from_pdg,
            "idle": lambda: time.sleep(0.05),
            "busy": busy,
        }[what]
        if not stall:
            return self.timed(act)
        with Ticker() as ticker:
            told = self.timed(act)
        return {**told, "stall_ms": ticker.longest.whole_ms}

    @staticmethod
    def timed(act: Callable[[], object]) -> dict[str, object]:
        """What came of it, and how long it took."""
        began_s = time.perf_counter()
        told = act()
        return {"ms": (time.perf_counter() - began_s) * 1000.0, "told": told}

    def query(self, cache: str) -> int:
        """A question that reads the cache, another one each time."""
        self._asked += 1
        name = self.names[self._asked % len(self.names)]
        return len(self.leindex.callers(name)) if cache == "pdg" else len(self.leindex.search(name.rpartition(".")[2]))

    def answer(self, number: str) -> int:
        """The answer with code to the question with this number; its bytes."""
        name = self.names[int(number) % len(self.names)]
        return len(self.leindex.analyze(f"{name.rpartition('.')[2].replace('_', ' ')}, case {number}").text)

    def spill(self, cache: str) -> dict[str, object]:
        """Let go."""
        report = self.leindex.manager.spill(cache)
        return {"state": report.state.value, "work_ms": report.elapsed_ms, "moved": report.moved_bytes}

    def mend(self, cache: str) -> bool:
        """Bring back what is not on disk any more: the graph on purpose, the search index by asking for it."""
        if cache == "pdg":
            return self.leindex.reload_pdg_from_cache()
        self.query("vectors")
        return True

    def lose(self, cache: str) -> None:
        """Delete its files."""
        for path in self.files(cache):
            path.unlink()

    def lose_copies(self, cache: str) -> int:
        """Delete the compressed copies of its files; how many there were."""
        copies = [path for kind in KINDS[cache] for path in (self.leindex.folder / "frozen").glob(f"*-{kind}-*.frz")]
        for path in copies:
            path.unlink()
        return len(copies)

    def lose_stored(self) -> int:
        """Delete the copies that lestockage holds; how many there were."""
        with Index.open(self.leindex.folder).writer_lock(), Lestockage.open(self.leindex.folder) as lestockage:
            count = len(lestockage.copies())
            lestockage.keep_copies({})
        return count

    def drop(self, cache: str) -> int:
        """Have the system forget the files; bytes."""
        return sum(pages.drop_file_cache(path) or 0 for path in self.files(cache))

    def files(self, cache: str) -> list[Path]:
        """What the cache maps."""
        segments = self.leindex.folder / "segments"
        return [path for kind in KINDS[cache] for path in sorted(segments.glob(f"*-{kind}-*.seg"))]


def busy() -> int:
    """Plain Python for about as long as a spill with its measuring takes."""
    until_s, rounds = time.perf_counter() + BUSY_S, 0
    while time.perf_counter() < until_s:
        rounds += 1
    return rounds


def main() -> None:
    """Until the end of input."""
    subject = Subject(sys.argv[1], sys.argv[2], sys.argv[3:])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(subject.do(order["do"], order.get("cache", ""), stall=order.get("stall", False))), flush=True)
    subject.leindex.close()


if __name__ == "__main__":
    main()
