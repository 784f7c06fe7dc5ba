"""Lines by text and by pattern, beside ripgrep on the same tree: size and time of the trigrams, questions, the one-shot command.

`run.py [FOLDER] [--linux FOLDER]`: the tree, default CPython's `Lib`, and sources of Linux: those in the folder, or a part of
Debian's `linux-source` (`literal.linux`), which is fetched; left out, and said so, where that is not to be had. ripgrep is the one
that the tests bring along, else the system's, else Debian's, fetched.
Writes RESULTS.md for the default tree only.
"""

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


import corpora
import fetching
from lepasserelle import LeIndex
from lepasserelle.leindex.generation import VECTORS
from lepasserelle.lexical.trigram_build import build_trigrams
from lepasserelle.storage import Index, TextStore
from literal import linux
from process_tree import compile_package, run, wall_ms
from tables import machine, median, spread, table

LEINDEX = Path(sys.prefix) / "bin" / "leindex"
RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS = 5
TEXTS = (
    "_zip_searchorder",
    "asyncio.gather",
    "raise ValueError(",
    "def __init__(self",
    "import os",
    "_payload",
    "TODO",
    "self.assertRaises",
)
LINUX_TEXTS = (
    "EXPORT_SYMBOL_GPL(dev_",
    "return -EINVAL;",
    "netif_receive_skb",
    "static int __init",
    "#include <linux/module.h>",
    "spin_lock_irqsave(",
    "TODO",
    "sizeof(struct",
)
LINUX_PATTERNS = (r"EXPORT_SYMBOL\w*\(", r"^static int \w+_init\(", r"(get|put)_page\(", r"\d{6,}", r"(x+x+)+y")
FREQUENT = ("self", "def ", "import", "return")
LINUX_FREQUENT = ("int ", "struct", "if (", "return")
MIDDLE_AND_LEAST: Sequence[Callable[[Sequence[float]], float]] = (median, min)
DJANGO_TEXT = "get_object_or_404"
PATTERNS = (r"raise \w+Error\(", r"^class \w+\(Exception\)", r"(get|set)_payload", r"\d{6,}", r"(x+x+)+y")


def index(project: Path) -> float:
    """Processor seconds of indexing, of all processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run([str(LEINDEX), "index", str(project)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sizes(project: Path, indexing_s: float) -> str:
    """The segment beside the text, and building it beside indexing."""
    with Index.open(project / ".leindex").pin() as snapshot, snapshot.segment("text") as segment:
        store = TextStore(segment.sections)
        texts = [store.read(file) for file in range(store.file_count)]
        text_bytes, segment_bytes = sum(map(len, texts)), snapshot.segment("trigrams").file_bytes
        began_s = time.process_time()
        build_trigrams(store.read(file) for file in range(store.file_count))
        build_s = time.process_time() - began_s
        del store
    return table(
        ["trigrams", "they take", "of", "share"],
        [
            ["segment", f"{segment_bytes / 1e6:.2f} MB", f"{text_bytes / 1e6:.1f} MB of text", f"{segment_bytes / text_bytes:.1%}"],
            ["building, processor time", f"{build_s:.2f} s", f"{indexing_s:.1f} s of indexing", f"{build_s / indexing_s:.1%}"],
        ],
    )


@cache
def _program() -> str:
    found = shutil.which("rg", path=os.pathsep.join([str(LEINDEX.parent), os.environ.get("PATH", os.defpath)]))
    return found or str(fetching.debian_package("ripgrep")[0] / "usr/bin/rg")


def ripgrep(project: Path, text: str, is_regex: bool) -> list[str]:
    """The command; two threads, as there are cores."""
    return [_program(), "--no-config", "--no-ignore", "-n", "-j2", *([] if is_regex else ["-F"]), "-e", text, str(project)]


def in_process(project: Path, texts: Sequence[str], patterns: Sequence[str]) -> str:
    """Each text and pattern that is there in turns: one open index, with what it keeps of the texts that it unpacked and without,
    and a process of ripgrep's.
    """
    rows = []
    everything: dict[bool, list[list[float]]] = {False: [[], [], []], True: [[], [], []]}
    with LeIndex(project, stale_check_ms=0) as leindex:
        for text, is_regex in [*((text, False) for text in texts), *((pattern, True) for pattern in patterns)]:
            found = leindex.find_text(text, is_regex=is_regex)
            if not found:
                continue
            leindex.find_text(text, is_regex=is_regex)  # from the second question on texts stay unpacked
            ours, anew, theirs = [], [], []
            for _ in range(ROUNDS):
                ours.append(asked_ms(leindex, text, is_regex))
                leindex.manager.spill(VECTORS, 1)  # texts go first, and are enough
                anew.append(asked_ms(leindex, text, is_regex))
                theirs.append(wall_ms(ripgrep(project, text, is_regex)))
            sides = (ours, anew, theirs)
            for all_of, side in zip(everything[is_regex], sides, strict=True):
                all_of += side
            kind = "pattern" if is_regex else "text"
            rows.append([kind, f"`{text.replace('|', chr(92) + '|')}`", str(len(found)), *map(spread, sides)])
    for is_regex, kind in ((False, "text"), (True, "pattern")):
        p50s = [f"{statistics.median(side):.2f}" if side else "" for side in everything[is_regex]]
        rows.append([f"every {kind}, p50", "", "", *p50s])
    return table(["", "looked for", "lines", "open index, ms", "unpacking anew, ms", "ripgrep, whole process, ms"], rows)


def asked_ms(leindex: LeIndex, text: str, is_regex: bool) -> float:
    """What one question takes."""
    began_s = time.perf_counter()
    leindex.find_text(text, is_regex=is_regex)
    return (time.perf_counter() - began_s) * 1000


def one_shot(project: Path, texts: Sequence[str]) -> str:
    """For each text the command in two forms, ripgrep and the start of an interpreter with two imports, in turns, beside the bound:
    ripgrep and 1.5 starts. The least of the rounds stands beside the median, since a busy machine moves that.
    """
    rows = []
    for text in texts:
        sides = {
            "grep": [str(LEINDEX), "grep", text, "--project", str(project)],
            "search": [str(LEINDEX), "search", text, "--mode", "literal", "--limit", "10", "--project", str(project)],
            "ripgrep": ripgrep(project, text, is_regex=False),
            "start": [sys.executable, "-c", "import click, sqlite3"],
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(ROUNDS):
            for name, command in sides.items():
                times[name].append(wall_ms(command))
        bound, least = (of(times["ripgrep"]) + 1.5 * of(times["start"]) for of in MIDDLE_AND_LEAST)
        shares = f"{median(times['grep']) / bound:.2f} · {min(times['grep']) / least:.2f}"
        rows.append([f"`{text}`", *(spread(one, 0) for one in times.values()), f"{bound:.0f}", shares])
    start = "`python -c 'import click, sqlite3'`"
    head = ["one process", "`leindex grep`", "`leindex search --mode literal`", "ripgrep", start]
    return table([*head, "ripgrep + 1.5 × the start", "`grep` to that, median · least"], rows)


def measured(source: Path, name: str, texts: Sequence[str], patterns: Sequence[str], frequent: Sequence[str]) -> list[str]:
    """Tables of one tree, indexed in a copy of it: `frequent` are texts of thousands of lines, for the command alone."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / name
        shutil.copytree(source, project, ignore=shutil.ignore_patterns("__pycache__", "site-packages", ".leindex"), symlinks=True)
        indexing_s = index(project)
        return [sizes(project, indexing_s), in_process(project, texts, patterns), one_shot(project, [texts[1], *frequent])]


def of_django() -> list[str]:
    """Only the command, for texts of thousands of lines."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "django"
        shutil.copytree(corpora.wheel_tree(*corpora.DJANGO), project)
        index(project)
        return [f"## Django {corpora.DJANGO[1]}", one_shot(project, [DJANGO_TEXT, *FREQUENT])]


def of_linux(folder: Path | None) -> list[str]:
    """Tables of sources of Linux, under what they are of."""
    if folder is not None:
        return [
            f"## Sources of Linux: `{folder.name}`",
            *measured(folder, folder.name, LINUX_TEXTS, LINUX_PATTERNS, LINUX_FREQUENT),
        ]
    try:
        core, version = linux.core()
    except fetching.NotFetchedError as failure:
        return ["## Sources of Linux", f"Not measured: {failure}."]
    about = f"The folders {', '.join(f'`{name}`' for name in linux.CORE)} of Debian's {version}."
    return ["## Sources of Linux: the core", about, *measured(core, core.name, LINUX_TEXTS, LINUX_PATTERNS, LINUX_FREQUENT)]


def main() -> None:
    """Measure, and write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, help="the tree; default: CPython's Lib")
    arguments.add_argument("--linux", type=Path, help="sources of Linux that are unpacked, instead of what is fetched")
    given = arguments.parse_args()
    compile_package()
    parts = measured(given.folder or corpora.standard_library(), "Lib", TEXTS, PATTERNS, FREQUENT)
    if given.folder is None:
        parts += of_django()
    if given.folder is None or given.linux is not None:
        parts += of_linux(given.linux)
    load = f"{os.getloadavg()[0]:.1f}"
    about = f"{machine()} Load at the end: {load}. CPython's `Lib`. Method: [../README.md](../README.md)."
    text = "\n\n".join(["# Lines by text and pattern", about, *parts]) + "\n"
    if given.folder is None:
        RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
