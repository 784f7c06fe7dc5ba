"""How long Django's program dependence graph takes to link on one core: names, calls by the flow of values, all sections, in one
process that is pinned to one core and forks nothing, from the facts that lestockage holds. What an edit of one file takes stands in
the table of `benchmarks/indexing`. The distribution's Python, which is built with profile guided optimisation where that is usual,
links the same facts in turns with the one that runs us. `codegraph init`, whole and on all cores, takes its turn too: the aims (4 s
beside its 6.8) were set on one machine, so that their ratio is the aim on any other.
"""

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from interpreters import distribution_command
from lepasserelle import LeIndex
from process_tree import compile_package, run
from tables import machine, median, spread, table

RESULTS = Path(__file__).parent / "LINKING.md"
LIMIT_SECONDS = 4.0
PEER_SECONDS = 6.8
"""What `codegraph init` took where the limit was set."""
RUNS = 5

LINK = """
import gc, json, os, resource, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import msgspec
from pathlib import Path
from lepasserelle.graph import LinkFile, link
from lepasserelle.model import FileFacts
from lepasserelle.storage import Lestockage
with Lestockage.open(Path(sys.argv[1])) as lestockage:
    decode = msgspec.msgpack.Decoder(FileFacts).decode
    files = lestockage.files()
    def walk():
        for file, blob in lestockage.blobs("facts", files):
            yield LinkFile(file.path, file.module, file.key.language, file.flags, decode(blob))
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # as in a build child (`ingest/worker`)
    wall, processor = time.perf_counter(), time.process_time()
    sections = link(walk)
    took = time.perf_counter() - wall, time.process_time() - processor
print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, len(sections["nodes"])]))
"""


def linked(python: str, index: Path) -> list[float]:
    """One linking in a process of its own: wall and processor seconds, its peak resident bytes, nodes."""
    done = subprocess.run([python, "-c", LINK, str(index)], capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def interpreters() -> dict[str, str]:
    """What each is called → its executable."""
    found = {f"CPython {platform.python_version()} of this environment": sys.executable}
    if other := distribution_command():
        found[f"CPython {other[0]} of the distribution"] = str(other[1].parent / "python")
    return found


def peer_seconds(tree: Path) -> float:
    """Wall seconds of one `codegraph init` on a fresh copy."""
    program = corpora.npm_program(*corpora.CODEGRAPH, "codegraph")
    with tempfile.TemporaryDirectory() as place:
        project = shutil.copytree(tree, Path(place) / tree.name, ignore=shutil.ignore_patterns("__pycache__", ".leindex"))
        return run([str(program), "init", "."], cwd=project, environment={"CODEGRAPH_TELEMETRY": "0"}).seconds


def beside(name: str, runs: list[list[float]], peers: list[float]) -> list[str]:
    """What one interpreter took, by what codegraph took in the same turns."""
    ratio, aim = median([each[0] for each in runs]) / median(peers), LIMIT_SECONDS / PEER_SECONDS
    return [f"{name}: wall / codegraph's", f"{ratio:.2f}", f"{aim:.2f}", f"{ratio / aim:.2f}"]


def rows_of(name: str, runs: list[list[float]]) -> list[list[str]]:
    """What one interpreter took."""
    wall, processor, peak = (list(each) for each in list(zip(*runs, strict=True))[:3])
    return [
        [f"{name}: wall, s", spread(wall), f"{LIMIT_SECONDS:g}", f"{median(wall) / LIMIT_SECONDS:.2f}"],
        ["processor, s", spread(processor), f"{LIMIT_SECONDS:g}", f"{median(processor) / LIMIT_SECONDS:.2f}"],
        ["peak resident set of the process, MB", spread([each / 1e6 for each in peak], 0), "", ""],
    ]


def main() -> int:
    """Print and write the table."""
    compile_package()
    pythons = interpreters()
    folder = corpora.wheel_tree(*corpora.DJANGO)
    with tempfile.TemporaryDirectory() as place, LeIndex(folder, index_dir=place) as leindex:
        report = leindex.index_project()
        runs: dict[str, list[list[float]]] = {name: [] for name in pythons}
        peers: list[float] = []
        for _ in range(RUNS):
            peers.append(peer_seconds(folder))
            for name, python in pythons.items():
                runs[name].append(linked(python, Path(place)))
    rows = [row for name, each in runs.items() for row in rows_of(name, each)]
    rows += [["codegraph init on all cores: wall, s", spread(peers), "", ""], *(beside(name, runs[name], peers) for name in runs)]
    nodes = int(next(iter(runs.values()))[0][3])
    said = (
        f"{machine()} Written by `benchmarks/graph/linking.py`: Django {corpora.DJANGO[1]}, {report.files} files, {nodes} "
        f"nodes, {report.edges} edges; {RUNS} processes of each in turns, each pinned to one core, median and range."
    )
    text = f"# Linking on one core\n\n{said}\n\n{table(['', 'taken', 'aim', 'part of the aim'], rows)}\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
