"""Records what the cache of answers is asked for while somebody works on real code: which entry, and how many bytes it has.

What is asked is scripted, from the questions of this repository's own benchmarks and from what functions say of themselves; which
entries that needs (answers, slices, bodies of functions), their sizes and where the next question can go are what the index says.
A task is worked on for some sessions: its question is asked, code that the answer shows is looked into, one goes back, and comes
back another day. Now and then a whole file is reviewed, function by function, and not looked at again.

python benchmarks/memory/recording.py [--work FOLDER] [--requests 3000] [--seed 1]     writes recorded.json
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.memory.analysis import AnalysisCache, EntryName
from lepasserelle.memory.codecs import Kind
from retrieval.questions import HELD_OUT, TASKS

RECORDED = Path(__file__).parent / "recorded.json"
PROJECTS: dict[str, Callable[[], Path]] = {
    "django": lambda: corpora.wheel_tree(*corpora.DJANGO),
    "cpython": corpora.standard_library,
}
SPOTS = 400
OPEN_TASKS = 6
REVIEW_SHARE = 0.08

V = TypeVar("V")


class Place(NamedTuple):
    """Where one looks."""

    symbol: str
    path: str
    start_line: int
    end_line: int


class Requests:
    """Takes down what an `AnalysisCache` is asked for, in order: the number of the entry. Its bytes are those of the payload."""

    def __init__(self, cache: AnalysisCache) -> None:
        self.order: list[int] = []
        self.sizes: list[int] = []
        self._numbers: dict[EntryName, int] = {}
        self._cache, self._ask = cache, cache.get_or_compute
        cache.get_or_compute = self.get_or_compute  # type: ignore[method-assign]

    def get_or_compute(self, kind: Kind[V], key: bytes, epoch: int, compute: Callable[[], V]) -> V:
        """As the cache does."""
        value = self._ask(kind, key, epoch, compute)
        number = self._numbers.setdefault(EntryName(kind.name, key, epoch), len(self.sizes))
        if number == len(self.sizes):
            self.sizes.append(len(kind.codec.encode(value)))
        self.order.append(number)
        return value


class Worker:
    """Somebody who has tasks; asks the index, and goes where its answers lead."""

    def __init__(self, leindex: LeIndex, questions: Sequence[str], chance: random.Random) -> None:
        self.leindex, self.chance = leindex, chance
        self.spots = [Place(spot.symbol, spot.path, spot.start_line, spot.end_line) for spot in leindex.hotspots(SPOTS)]
        told = [words for spot in self.spots[::4] if (words := said_of(leindex, spot))]
        self.waiting = chance.sample([*questions, *told], len(questions) + len(told))
        self.open = [self.waiting.pop() for _ in range(OPEN_TASKS)]

    def sessions(self) -> Iterator[None]:
        """For ever; one step at a time."""
        while True:
            yield from self.review() if self.chance.random() < REVIEW_SHARE else self.session()
            if self.chance.random() < 0.3:  # a task is done; the next one, or one from long ago
                done = self.open.pop(self.chance.randrange(OPEN_TASKS))
                self.waiting.insert(0, done)
                self.open.append(self.waiting.pop())

    def session(self) -> Iterator[None]:
        """Work on one task, mostly on the latest."""
        task = self.open[-1 - min(int(self.chance.expovariate(0.7)), OPEN_TASKS - 1)]
        seen = self.shown_by(task)
        yield
        for _ in range(self.chance.randrange(4, 14)):
            if not seen or self.chance.random() < 0.15:
                seen += self.shown_by(task)
            else:
                place = seen[min(int(self.chance.expovariate(0.35)), len(seen) - 1)]
                seen = (self.shown_by(words_of(place)) if self.chance.random() < 0.5 else self.look_into(place)) + seen
            yield

    def review(self) -> Iterator[None]:
        """A file from top to bottom."""
        path = self.chance.choice(self.spots).path
        for place in [spot for spot in self.spots if spot.path == path][:12]:
            self.look_into(place)
            yield

    def shown_by(self, question: str) -> list[Place]:
        """What the answer with code shows."""
        try:
            parts = self.leindex.analyze(question).parts
        except LeIndexError:
            return []
        return [Place(part.symbol, part.path, part.start_line, part.end_line) for part in parts]

    def look_into(self, place: Place) -> list[Place]:
        """Why its last line is what it is: a slice, sometimes through calls."""
        with suppress(LeIndexError):
            self.leindex.slice(place.path, place.end_line, across_calls=self.chance.random() < 0.3, depth=1, most_functions=10)
        return []


def words_of(place: Place) -> str:
    """Its name as a question."""
    return place.symbol.rpartition(".")[2].replace("_", " ").strip() or place.symbol


def said_of(leindex: LeIndex, place: Place) -> str:
    """The first sentence of what documents it; empty when nothing does."""
    found = [one for one in leindex.symbols(place.symbol) if one.path == place.path]
    return found[0].documentation.strip().partition("\n")[0].partition(". ")[0] if found else ""


def questions_about(name: str) -> list[str]:
    """Those of this repository's benchmarks."""
    found = []
    for file in (HELD_OUT, TASKS):
        for package in json.loads(file.read_text(encoding="utf-8"))["repositories"]:
            if package["name"] == name:
                found += [question["query"] for question in package["queries"]]
    return found


def record(project: Path, folder: Path, name: str, requests: int, seed: int) -> dict[str, list[int]]:
    """`requests`: numbers of entries in the order in which they were asked for; `bytes`: of each entry."""
    with LeIndex(project, MemoryConfig(auto_spill=False, access_log=False), index_dir=str(folder)) as leindex:
        if not (folder / "manifest.json").exists():
            leindex.index_project()
        leindex.clear_cache_store()
        worker = Worker(leindex, questions_about(name), random.Random(seed))
        asked = Requests(leindex._keeper.analysis)  # noqa: SLF001  # a benchmark looks inside
        for _ in islice(worker.sessions(), 20 * requests):
            if len(asked.order) >= requests:
                break
        return {"requests": asked.order[:requests], "bytes": asked.sizes}


def main() -> None:
    """Record both projects."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, help="folder for the indexes; kept, and used again")
    arguments.add_argument("--requests", type=int, default=3000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        found = {name: record(folder_of(), work / name, name, chosen.requests, chosen.seed) for name, folder_of in PROJECTS.items()}
    RECORDED.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
