"""Whole indexing runs: ours and codegraph's on the same tree, taking turns; other real packages; a second run after one edit."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from interpreters import distribution_command
from process_tree import Measured, compile_package, run
from tables import machine, median, spread, table

LEINDEX = Path(sys.prefix) / "bin" / "leindex"
RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS = 3
TIMED_ROUNDS = 5
MB = 1_000_000


def copy(tree: Path, folder: Path) -> Path:
    """A fresh copy of a tree, so that no index of an earlier round is in it."""
    target = folder / tree.name
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(tree, target, ignore=shutil.ignore_patterns("__pycache__", ".leindex", ".codegraph"))
    return target


def ours(project: Path, *, sampled: bool = False, command: Path = LEINDEX) -> Measured:
    """Index with `leindex index`."""
    return run([str(command), "index", str(project)], sampled=sampled)


def theirs(project: Path, *, sampled: bool = False) -> Measured:
    """Index with `codegraph init`, telemetry off."""
    program = corpora.npm_program(*corpora.CODEGRAPH, "codegraph")
    return run([str(program), "init", "."], cwd=project, environment={"CODEGRAPH_TELEMETRY": "0"}, sampled=sampled)


def our_sides() -> dict[str, Callable[..., Measured]]:
    """`leindex index` by the Python that runs us and, where there is another, by the distribution's."""
    sides: dict[str, Callable[..., Measured]] = {f"leindex index, CPython {platform.python_version()} of this environment": ours}
    if found := distribution_command():
        version, command = found
        sides[f"leindex index, CPython {version} of the distribution"] = partial(ours, command=command)
    return sides


def against_codegraph(scratch: Path) -> str:
    """All on Django, in turns: first timed with nothing beside them, then with their memory sampled."""
    tree = corpora.wheel_tree(*corpora.DJANGO)
    sides = {**our_sides(), "codegraph init": theirs}
    timed: dict[str, list[Measured]] = {name: [] for name in sides}
    sampled: dict[str, list[Measured]] = {name: [] for name in sides}
    for round_number in range(TIMED_ROUNDS + ROUNDS):
        is_sampled = round_number >= TIMED_ROUNDS
        for name, index in sides.items():
            (sampled if is_sampled else timed)[name].append(index(copy(tree, scratch), sampled=is_sampled))
    figures = {
        name: (
            [one.seconds for one in timed[name]],
            [one.processor_seconds for one in timed[name]],
            [one.peak_pss_bytes / MB for one in sampled[name]],
        )
        for name in sides
    }
    rows = [[name, spread(wall), spread(processor), spread(peak, 0)] for name, (wall, processor, peak) in figures.items()]
    *mine, peer = figures
    for name in mine:
        ratios = (f"{median(left) / median(right):.2f}" for left, right in zip(figures[name], figures[peer], strict=True))
        rows.append([f"{name.removeprefix('leindex index, ')} / codegraph", *ratios])
    head = ["Django " + corpora.DJANGO[1], "wall s, median (range)", "processor s", "peak PSS of the tree, MB"]
    return table(head, rows)


def others(scratch: Path) -> str:
    """Other real trees, once each by either side."""
    trees = {
        "CPython's Lib": corpora.standard_library(),
        f"SQLAlchemy {corpora.SQLALCHEMY[1]}": corpora.wheel_tree(*corpora.SQLALCHEMY),
        f"zod {corpora.ZOD[1]} (with src)": corpora.npm_tree(*corpora.ZOD),
    }
    rows = []
    for name, tree in trees.items():
        ahead, peer = ours(copy(tree, scratch), sampled=True), theirs(copy(tree, scratch), sampled=True)
        first = ahead.output.splitlines()[0].partition(": ")[2].partition(" in ")[0]
        walls, peaks = (ahead.seconds, peer.seconds), (ahead.peak_pss_bytes / MB, peer.peak_pss_bytes / MB)
        rows.append([name, first, *beside(walls, 2), *beside(peaks, 0)])
    head = ["wall s", "codegraph's", "ratio", "peak PSS of the tree, MB", "codegraph's", "ratio"]
    return table(["tree", "holds", *head], rows)


def beside(both: tuple[float, float], digits: int) -> list[str]:
    """Ours, the peer's, and the ratio."""
    return [*(f"{one:.{digits}f}" for one in both), f"{both[0] / both[1]:.2f}"]


def after_an_edit(scratch: Path) -> str:
    """A second run over Django with nothing changed, and after one file was edited: what moves lines only, and what does not."""
    project = copy(corpora.wheel_tree(*corpora.DJANGO), scratch)
    ours(project)
    edited = project / "db" / "models" / "query.py"
    unchanged, moved, told, changed = [], [], [], []
    for turn in range(ROUNDS):
        unchanged.append(ours(project).seconds)
        edited.write_text(edited.read_text().replace("class QuerySet(", f"# turn {turn}\n\nclass QuerySet(", 1))
        moved.append(ours(project).seconds)
        edited.write_text(edited.read_text().replace('"""Represent', '"""Represent truly', 1))
        told.append(ours(project).seconds)
        edited.write_text(edited.read_text() + f"\n\ndef added_in_turn_{turn}():\n    return {turn}\n")
        changed.append(ours(project).seconds)
    rows = {
        "nothing changed": unchanged,
        "one file edited: a comment": moved,
        "one file edited: documentation": told,
        "one file edited: a function added": changed,
    }
    return table(
        ["second `leindex index` on Django", "wall s of the whole command"], [[name, spread(each)] for name, each in rows.items()]
    )


def main() -> None:
    """Measure everything and write the results."""
    compile_package()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        parts = [against_codegraph(scratch), others(scratch), after_an_edit(scratch)]
    text = "\n\n".join(["# Indexing", f"{machine()} Method: [../README.md](../README.md).", *parts]) + "\n"
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
