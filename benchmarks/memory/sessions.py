"""Records sessions of real questions to an index: which blocks of pages each of them touched, and which answer it was.

The questions are scripted, the answers and the pages are real. Somebody works in some areas of the code, more in some than in
others, and moves on from week to week. A session begins at a function of an area; each step asks one thing about where one stands
(search for its words, its definition, callers, callees, its code with surroundings, its file) and often steps to a neighbour that
the answer showed, or back. Before each question every page of the index is given back, so that what the page table shows after it
is what the question read (in the kernel's stretches of 64 KiB around each fault).

python benchmarks/memory/sessions.py FILE [--project django | cpython] [--work FOLDER] [--sessions 60] [--seed 1]
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

import corpora
from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.leindex.generation import OpenGeneration

BLOCK_BYTES = 64 * 1024
DAY_S = 86_400.0
AREAS = 12
PROJECTS: dict[str, Callable[[], Path]] = {
    "django": lambda: corpora.wheel_tree(*corpora.DJANGO),
    "cpython": corpora.standard_library,
}
ASKED = ("search", "search", "symbols", "callers", "callees", "analyze", "analyze", "read", "outline")

Step = tuple[str, str, str]
"""What is asked, of which symbol, in which file."""


class Walker:
    """Somebody who works on the code; where they stand, and where they could go."""

    def __init__(self, leindex: LeIndex, chance: random.Random) -> None:
        self.leindex = leindex
        self.chance = chance
        spots = leindex.hotspots(600)
        self.areas = [[(spot.symbol, spot.path) for spot in spots[number::40]] for number in range(40)]
        self.current = chance.sample(range(40), AREAS)

    def session(self) -> Iterator[tuple[Step, object]]:
        """Each step with its answer."""
        if self.chance.random() < 0.15:
            self.current[self.chance.randrange(AREAS)] = self.chance.randrange(40)
        area = self.areas[self.current[min(int(self.chance.expovariate(0.5)), AREAS - 1)]]
        place = self.chance.choice(area)
        been = [place]
        for _ in range(self.chance.randrange(6, 22)):
            asked = self.chance.choice(ASKED)
            answer = self.ask(asked, *place)
            yield (asked, *place), answer
            if self.chance.random() < 0.3:
                place = self.chance.choice(been)
            elif self.chance.random() < 0.6:
                place = self.chance.choice([place, *neighbours(answer)][:8])
            been.append(place)

    def ask(self, asked: str, symbol: str, path: str) -> object:
        """The answer, None where there is none."""
        words = symbol.rpartition(".")[2].replace("_", " ").strip() or symbol
        try:
            match asked:
                case "search":
                    return self.leindex.search(words)
                case "analyze":
                    return self.leindex.analyze(words)
                case "outline":
                    return self.leindex.outline(path)
                case _:
                    return getattr(self.leindex, asked)(symbol)
        except LeIndexError:
            return None


def neighbours(answer: object) -> list[tuple[str, str]]:
    """Symbols that an answer shows, with their files."""
    rows = answer if isinstance(answer, list) else getattr(answer, "parts", ())
    return [(row.symbol, row.path) for row in rows if getattr(row, "symbol", "") and getattr(row, "path", "")]


def record(project: Path, folder: Path, sessions: int, seed: int) -> Iterator[dict[str, Any]]:
    """A row a question."""
    chance = random.Random(seed)
    with LeIndex(project, MemoryConfig(auto_spill=False, access_log=False), index_dir=str(folder)) as leindex:
        if not (folder / "manifest.json").exists():
            leindex.index_project()
        leindex.clear_cache_store()
        walker = Walker(leindex, chance)
        leindex.search("warm up")
        generation = leindex._current.peek()  # noqa: SLF001  # a benchmark looks inside
        assert generation is not None
        at_s = 9 * 3600.0
        for number in range(sessions):
            branch = f"b{min(number * 4 // sessions, 3)}" if chance.random() < 0.8 else "main"
            steps = walker.session()
            while True:
                leindex._keeper.analysis.clear()  # noqa: SLF001
                give_back(generation)
                try:
                    (asked, symbol, _), answer = next(steps)
                except StopIteration:
                    break
                packed = msgspec.msgpack.encode(answer)
                digest = hashlib.blake2b(f"{asked} {symbol}".encode(), digest_size=8).hexdigest()
                yield {
                    "session": number,
                    "at_s": at_s,
                    "asked": asked,
                    "branch": branch,
                    "blocks": touched(generation),
                    "answer": digest if asked == "analyze" else "",
                    "answer_bytes": len(packed),
                }
                at_s += chance.expovariate(1 / 40.0)
            at_s += chance.choice((900.0, 3600.0, 5000.0, DAY_S / 2))
            leindex.clear_cache_store()


def give_back(generation: OpenGeneration) -> None:
    """Every page of the index."""
    for segment in generation.open_segments().values():
        segment.give_back()


def touched(generation: OpenGeneration) -> list[str]:
    """Blocks that are held now, by segment."""
    found = {kind: segment.resident_blocks(BLOCK_BYTES) for kind, segment in generation.open_segments().items()}
    assert None not in found.values(), "the system does not show the page table"
    return [f"{kind}:{block}" for kind, blocks in found.items() for block in blocks or ()]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--project", choices=PROJECTS, default="django")
    arguments.add_argument("--work", type=Path)
    arguments.add_argument("--sessions", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    project = PROJECTS[chosen.project]()
    with tempfile.TemporaryDirectory() as temporary, chosen.file.open("w", encoding="utf-8") as out:
        folder = (chosen.work or Path(temporary)) / chosen.project
        for row in record(project, folder, chosen.sessions, chosen.seed):
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
