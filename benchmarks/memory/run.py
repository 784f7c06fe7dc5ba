"""What spilling, reloading and watching cost, cache by cache, on Django and on a generated project of 200 000 nodes.

Memory is read from outside: the `smaps` of a child process that holds the index, before and after. What the system as a whole
holds of the files is `mincore`'s answer. Times are the child's own; the stall is that of a second Python thread in it that wants to
run every half millisecond, beside the same thread while the child sleeps.

make bench-memory       writes RESULTS.md, session.svg, tiers.svg and prediction.svg
  --small               without the 200 000 nodes
  --background          only questions under pressure; --runs N of them, --alone at real-time priority
  --traces              only tiers and predicted warming
  --work FOLDER         keeps the indexes there, and uses them again
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

import corpora
from graph import memory as graph_memory
from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.graph import Graph
from lepasserelle.memory.pages import system_resident_bytes
from lepasserelle.storage import Index
from lepasserelle.storage.layout import SEGMENTS
from memory import appendix, eviction, generated
from memory import page_parts as parts
from memory.measured import COLD_ROUNDS, LOST_ROUNDS, ROUNDS, AnswerResult, Beside, CacheResult, Held, Others, ProjectResult
from memory.page import report
from memory.plot import Happening, Mark, Series, draw

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
PICTURE = HERE / "session.svg"
CACHES = ("pdg", "vectors")
NAMES = ("QuerySet.filter", "Field.clean", "get_object_or_404", "Model.save")
NODES = 200_000
ANSWERS = 200
ALONE = ("chrt", "--rr", "1")
_SETTLED_S = 3.0
"""After so long the monitor's first look is over."""


class Child:
    """The subject, driven from here."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def do(self, what: str, cache: str = "", *, stall: bool = False) -> dict[str, Any]:
        """One order and its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, "cache": cache, "stall": stall}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"error": "the subject has ended"}')
        if "error" in answer:
            raise SystemExit(answer["error"])
        return answer

    def held(self, cache: str) -> Held:
        """What it holds, and what the system holds of the cache's files."""
        paths = [str(path) for path in self.do("files", cache)["told"]]
        anonymous = pss = file = file_pss = 0
        inside = False
        for line in Path(f"/proc/{self.process.pid}/smaps").read_text().splitlines():
            word = line.split()
            if not word[0].endswith(":"):
                inside = line.endswith(tuple(paths)) if paths else False
                continue
            size = int(word[1]) * 1024 if word[1].isdigit() else 0
            anonymous += size if word[0] == "Anonymous:" else 0
            pss += size if word[0] == "Pss:" else 0
            file += size if inside and word[0] == "Rss:" else 0
            file_pss += size if inside and word[0] == "Pss:" else 0
        known = [system_resident_bytes(path) for path in paths]
        return Held(anonymous, file, file_pss, pss, None if None in known else sum(size or 0 for size in known))


@contextmanager
def child(project: Path, folder: Path, names: Sequence[str]) -> Iterator[Child]:
    """A process that holds the index open."""
    command = [sys.executable, str(HERE / "subject.py"), str(project), str(folder), *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield Child(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def measure_cache(one: Child, cache: str) -> CacheResult:
    """All rounds for one cache; it is in memory afterwards."""
    for _ in range(20):
        one.do("query", cache)
    before = one.held(cache)
    one.do("spill", cache)
    result = CacheResult(before, one.held(cache))
    for _ in range(ROUNDS):
        result.warm_ms.append(one.do("reload", cache)["ms"])
        result.first_ms.append(one.do("query", cache)["ms"])
        result.steady_ms += [one.do("query", cache)["ms"] for _ in range(3)]
        result.spill_ms.append(one.do("spill", cache)["told"]["work_ms"])
    for _ in range(COLD_ROUNDS):
        one.do("drop", cache)
        result.cold_ms.append(one.do("reload", cache)["ms"])
        one.do("query", cache)
        result.stall_spill_ms.append(one.do("spill", cache, stall=True)["stall_ms"])
        result.stall_reload_ms.append(one.do("reload", cache, stall=True)["stall_ms"])
        one.do("spill", cache)
    measure_lost(one, cache, result, LOST_ROUNDS)
    one.do("query", cache)
    return result


def measure_lost(one: Child, cache: str, result: CacheResult, rounds: int) -> None:
    """Its files deleted; then their compressed copies, too; at last, once, those in lestockage."""
    ways = [(result.thawed_ms, ()), (result.restored_ms, ("lose copies",)), (result.built_ms, ("lose copies", "lose stored"))]
    for times, losses in ways:
        for _ in range(1 if times is result.built_ms else rounds):
            one.do("lose", cache)
            for loss in losses:
                if not one.do(loss, cache)["told"]:
                    raise SystemExit(f"{cache}: nothing to {loss}")
            times.append(one.do("mend", cache)["ms"])
            one.do("spill", cache)


def measure_answers(one: Child) -> AnswerResult:
    """Answers computed, kept, spilled, and read back."""
    numbers = [str(number) for number in range(ANSWERS)]
    computed = [one.do("answer", number)["ms"] for number in numbers]
    kept = [one.do("answer", number)["ms"] for number in numbers]
    before = one.held("analysis")
    spilled = one.do("spill", "analysis", stall=True)
    after = one.held("analysis")
    stored = [one.do("answer", number)["ms"] for number in numbers]
    return AnswerResult(
        count=ANSWERS,
        own_bytes=spilled["told"]["moved"],
        given_back=before.anonymous - after.anonymous,
        spill_ms=spilled["ms"],
        stall_ms=spilled["stall_ms"],
        computed_ms=computed,
        kept_ms=kept,
        stored_ms=stored,
    )


def measure(name: str, project: Path, folder: Path) -> ProjectResult:
    """Index the project if that was not done, and measure both caches."""
    with LeIndex(project, MemoryConfig(auto_spill=False), index_dir=str(folder)) as leindex:
        status = leindex.status() if (folder / "manifest.json").exists() else None
        if status is None:
            leindex.index_project()
            status = leindex.status()
        leindex.clear_cache_store()  # what an earlier run stored would not be computed
        node_bytes = dict(leindex.memory_report().node_bytes)
        folder_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        copy_bytes = sum(path.stat().st_size for path in (folder / "frozen").iterdir())
        names = [hit.symbol for hit in leindex.search("create update remove", 40, kind="function")]
    with child(project, folder, names) as one:
        one.do("query", "vectors")
        idle, busy = ([one.do(what, stall=True)["stall_ms"] for _ in range(20)] for what in ("idle", "busy"))
        caches = {cache: measure_cache(one, cache) for cache in CACHES}
        answers = measure_answers(one)
        rebuilt = one.do("rebuild")
        speed = rebuilt["told"] / (rebuilt["ms"] / 1000.0)
    return ProjectResult(
        name=name,
        nodes=status.symbols,
        edges=status.edges,
        caches=caches,
        node_bytes=node_bytes,
        beside=beside_networkx(folder),
        answers=answers,
        idle_stall_ms=idle,
        busy_stall_ms=busy,
        rebuild_nodes_s=speed,
        folder_bytes=folder_bytes,
        copy_bytes=copy_bytes,
    )


def monitor_cost(project: Path, folder: Path) -> tuple[float, float]:
    """(processor milliseconds of a look; part of a core that the monitor's thread takes at the default interval, while nobody
    asks), all caches in memory.
    """
    with LeIndex(project, MemoryConfig(check_interval_secs=0.2), index_dir=str(folder)) as leindex:
        leindex.search("create")
        for _ in range(50):
            leindex.manager.look()
        told = leindex.manager.statistics().watch
        look_ms = told.look_s / told.looks * 1000.0
    with LeIndex(project, index_dir=str(folder)) as leindex:
        leindex.search("create")
        thread = next(thread for thread in threading.enumerate() if thread.name == "leindex-memory")
        assert thread.ident is not None
        time.sleep(_SETTLED_S)
        began_s, clock = time.monotonic(), time.pthread_getcpuclockid(thread.ident)
        used_s = -time.clock_gettime(clock)
        time.sleep(MemoryConfig().check_interval_secs)
        used_s += time.clock_gettime(clock)
        return look_ms, used_s / (time.monotonic() - began_s)


def session(project: Path, folder: Path) -> dict[str, Any]:
    """A session under pressure, drawn."""
    told = told_by("pressure.py", project, folder)
    samples = told["samples"]
    lines = [
        Series("usage", "#1f6feb", [(at_s, usage / 1e6) for at_s, usage, _, _ in samples]),
        Series("bound", "#8250df", [(at_s, bound / 1e6) for at_s, _, bound, _ in samples]),
        Series("caches", "#57ab5a", [(at_s, caches / 1e6) for at_s, _, _, caches in samples]),
    ]
    names_of_marks = ("low", "high", "hard")
    colours = {"spill": "#d1242f", "reload": "#1a7f37", "nothing left to spill": "#9a6700"}
    marks = [Mark(name, "#888888", value / 1e6) for name, value in zip(names_of_marks, told["marks"], strict=True)]
    events = [
        Happening(max(0.0, at_s), usage_at(samples, at_s) / 1e6, kind, colours.get(kind, "#444444"))
        for at_s, kind, _ in told["events"]
    ]
    draw(PICTURE, "A session under pressure: the host program takes memory and gives it back", "MB", lines, marks, events)
    return told


def usage_at(samples: Sequence[Sequence[float]], at_s: float) -> float:
    """Usage at the sample nearest in time."""
    return min(samples, key=lambda sample: abs(sample[0] - at_s))[1]


def beside_networkx(folder: Path) -> Beside:
    """The graph of an index, as benchmarks/graph measures it: of a copy, which nobody else maps. This process maps the original
    still, and a share of it would be half of what the graph takes.
    """
    with tempfile.TemporaryDirectory() as temporary:
        rows = Path(temporary) / "rows"
        with Index.open(folder).pin() as snapshot:
            graph = Graph(snapshot.segment("graph").sections)
            with rows.open("w", encoding="utf-8") as out:
                out.writelines(row + "\n" for row in graph_memory.rows_of(graph))
            nodes, ref = graph.node_count, snapshot.manifest.ref("graph")
            assert ref is not None
            copied = Path(temporary) / SEGMENTS / ref.name
            copied.parent.mkdir()
            shutil.copyfile(folder / SEGMENTS / ref.name, copied)
        ours = graph_memory.held(graph_memory.OURS, temporary, msgspec.json.encode(ref).decode())
        return Beside(nodes, ours, graph_memory.held(graph_memory.NETWORKX, str(rows)))


def told_by(script: str, project: Path, folder: Path, before: Sequence[str] = ()) -> dict[str, Any]:
    """What a script of this folder prints of Django, asked for `NAMES`; `before`: a program that runs it."""
    command = [*before, sys.executable, str(HERE / script), str(project), str(folder), *NAMES]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return told


def background_alone(project: Path, folder: Path, runs: int, before: Sequence[str]) -> int:
    """One part of the page measured anew, so many times; the others stay, and what it says of its load is its own."""
    with LeIndex(project, MemoryConfig(auto_spill=False), index_dir=str(folder)) as leindex:
        leindex.index_project()
    told = parts.background([told_by("background.py", project, folder, before) for _ in range(runs)], is_alone=bool(before))
    page = RESULTS.read_text(encoding="utf-8")
    before, _, after = page.partition(parts.BACKGROUND_TITLE + "\n")
    RESULTS.write_text(f"{before}{parts.BACKGROUND_TITLE}\n{told}\n{after[after.index('## ') :]}", encoding="utf-8")
    print(told)
    return 0


def traces_alone(project: Path, folder: Path) -> int:
    """The parts that follow from traces and from no clock, anew; the others stay."""
    page, _, _ = RESULTS.read_text(encoding="utf-8").partition(appendix.TRACES_TITLE + "\n")
    RESULTS.write_text(f"{page}{appendix.TRACES_TITLE}{appendix.traces(project, folder)}", encoding="utf-8")
    return 0


def main() -> int:
    """Measure, write, print; 1 when a target that does not depend on the machine is missed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--small", action="store_true", help="without the generated 200 000 nodes")
    arguments.add_argument(
        "--background", action="store_true", help="measure only questions under pressure, anew, and write that part"
    )
    arguments.add_argument("--work", type=Path, help="folder for the indexes; kept, and used again")
    arguments.add_argument(
        "--alone", action="store_true", help="with --background: at real-time priority (root), where other programs keep it waiting"
    )
    arguments.add_argument("--traces", action="store_true", help="only tiers and predicted warming, anew, and write these parts")
    arguments.add_argument("--runs", type=int, default=1, help="with --background: so many times, one after the other")
    chosen = arguments.parse_args()
    began = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        django = corpora.wheel_tree(*corpora.DJANGO)
        if chosen.traces:
            return traces_alone(django, work / "django")
        if chosen.background:
            return background_alone(django, work / "django", max(1, chosen.runs), ALONE if chosen.alone else ())
        results = [measure(f"Django {corpora.DJANGO[1]}", django, work / "django")]
        if not chosen.small:
            made = work / "generated"
            if not made.exists():
                generated.write(made, NODES)
            results.append(measure("generated", made, work / "generated-index"))
        cost = monitor_cost(django, work / "django")
        told = session(django, work / "django")
        others = Others(
            told_by("background.py", django, work / "django"),
            told_by("sharing.py", django, work / "django"),
            eviction.recorded_rows(),
        )
        indexes = {result.name: work / name for result, name in zip(results, ("django", "generated-index"), strict=False)}
        more = appendix.written(django, work / "django", indexes)
    text = report(results, cost, told, others, f"{began:.1f} at the start, {os.getloadavg()[0]:.1f} at the end") + more
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    gave = all(one.after.file <= 0.05 * one.before.file for result in results for one in result.caches.values())
    return 0 if gave and all(result.beside.ours * graph_memory.LIMIT <= result.beside.theirs for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
