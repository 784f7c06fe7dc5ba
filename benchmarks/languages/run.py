"""Our definitions against universal-ctags on one real package each: Python, JavaScript, TypeScript, TSX.

    python benchmarks/languages/run.py [LANGUAGE …]

A tag is found when a definition of its name holds its line and begins at most `SLACK_LINES` before it (decorators and documentation
stand before a name). What is left out of the comparison is stated in `NO_DEFINITIONS`, counted, and printed with the result.
"""

import json
import re
import subprocess
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
from lepasserelle.model import FileFacts, NodeKind
from lepasserelle.parse import parse
from tables import machine, table

RESULTS = Path(__file__).parent / "web.md"
SLACK_LINES = 40


@dataclass(frozen=True)
class Case:
    """One package: where it comes from, which of its files, what ctags calls the language."""

    language: str
    registry: str
    package: tuple[str, str]
    suffixes: tuple[str, ...]
    ctags: str
    without: tuple[str, ...] = ()
    """Parts of a path that leave a file out (built copies of the sources)."""

    def folder(self) -> Path:
        """The unpacked package, fetched on first use."""
        return corpora.wheel_tree(*self.package) if self.registry == "pip" else corpora.npm_tree(*self.package)

    def files(self) -> list[Path]:
        """Its files, sorted."""
        found = [path for path in self.folder().rglob("*") if path.is_file() and path.name.endswith(self.suffixes)]
        return sorted(path for path in found if not any(part in str(path) for part in self.without))


CASES = (
    Case("python", "pip", corpora.DJANGO, (".py",), "Python"),
    Case("javascript", "npm", ("axios", "1.21.1"), (".js",), "JavaScript", ("/dist/",)),
    Case("typescript", "npm", corpora.ZOD, (".ts",), "TypeScript", (".d.ts",)),
    Case("tsx", "npm", ("ra-ui-materialui", "5.15.4"), (".tsx",), "TypeScript"),
)
NO_DEFINITIONS = {
    "python": {"module": "an import", "namespace": "an import", "unknown": "an import"},
    "javascript": {"property": "a key of an object literal is data, unless it holds a function"},
    "typescript": {"alias": "an import"},
    "tsx": {"alias": "an import"},
}
LOCAL_KINDS = {"variable", "constant", "property"}
RESERVED = {"if", "for", "while", "switch", "catch", "return", "function", "await", "throw", "typeof"}


@dataclass
class Count:
    """What was found in one package."""

    files: int = 0
    lines: int = 0
    tags: int = 0
    found: int = 0
    ours: int = 0
    excused: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def tags(case: Case, files: list[Path]) -> dict[str, list[dict[str, object]]]:
    """What ctags says, by path."""
    command = ["ctags", "--output-format=json", "--fields=NFnK", f"--language-force={case.ctags}", "-f", "-", "-L", "-"]
    said = subprocess.run(command, input="\n".join(map(str, files)), capture_output=True, text=True, check=True).stdout
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in said.splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag":
            found[tag["path"]].append(tag)
    return found


def function_lines(facts: FileFacts, starts: Sequence[int]) -> set[int]:
    """Lines inside the body of a function, the line of its head not counted."""
    lines: set[int] = set()
    for definition in facts.definitions[1:]:
        if NodeKind(definition.kind).is_callable:
            lines.update(range(bisect_right(starts, definition.body_byte) + 1, definition.end_line + 1))
    return lines


def excuse(case: Case, tag: dict[str, object], text: list[str], inside: set[int]) -> str:
    """Why a tag is no definition; empty when it is one."""
    name, kind, line = str(tag["name"]), str(tag["kind"]), int(str(tag["line"]))
    stated = NO_DEFINITIONS[case.language].get(kind)
    if stated:
        return f"{kind}: {stated}"
    if kind in LOCAL_KINDS and line in inside:
        return "a variable inside a function is a local"
    if name in RESERVED:
        return "a word of the language"
    written = text[line - 1]
    if re.search(rf"\b{re.escape(name)}\b", written) and not re.search(rf"\b{re.escape(name)}\b(?!\s*[.(]?\$?\.)", written):
        return "only the begin of a member expression"
    if kind == "class" and case.ctags == "JavaScript" and not re.search(r"\bclass\b|\bfunction\b", written):
        return "class: an object literal"
    if kind == "function" and re.search(rf"[=:(,]\s*(async\s+)?function\b\s*\*?\s*{re.escape(name)}\b", written):
        return "own name of a function that is named by what it is assigned to"
    if name.startswith(("__anon", "anonymous", "AnonymousFunction")):
        return "a name that ctags made up"
    if name.strip("#'\"") not in text[line - 1]:
        return "the name does not stand on the line"
    return ""


def measure(case: Case) -> Count:
    """Compare one package."""
    files = case.files()
    said = tags(case, files)
    count = Count(files=len(files))
    for path in files:
        data = path.read_bytes()
        facts = parse(data, case.language)
        text = data.decode("utf-8", "replace").split("\n")
        count.lines += facts.line_count
        inside = function_lines(facts, [0, *accumulate(len(line) + 1 for line in data.split(b"\n"))])
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for definition in facts.definitions[1:]:
            spans[definition.name.strip("#")].append((definition.start_line, definition.end_line))
        named: set[str] = set()
        for tag in said.get(str(path), ()):
            name, line = str(tag["name"]).strip("#'\""), int(str(tag["line"]))
            if any(line - SLACK_LINES <= first <= line <= last for first, last in spans.get(name, ())):
                count.tags, count.found = count.tags + 1, count.found + 1
                named.add(name)
            elif reason := excuse(case, tag, text, inside):
                count.excused[reason] += 1
            else:
                count.tags += 1
                count.missed.append(f"{path.name}:{line} {tag['kind']} {name}")
        kinds = (NodeKind.LAMBDA, NodeKind.SECTION)
        count.ours += sum(d.kind not in kinds and d.name.strip("#") not in named for d in facts.definitions[1:])
    return count


def main(languages: list[str]) -> None:
    """Measure, print, and write the results when nothing was left out."""
    rows, notes = [], []
    for case in CASES:
        if languages and case.language not in languages:
            continue
        count = measure(case)
        recall = count.found / max(count.tags, 1)
        name = f"{case.package[0]} {case.package[1]}"
        rows.append([case.language, name, str(count.files), str(count.lines), str(count.tags), f"{recall:.4f}", str(count.ours)])
        left_out = "; ".join(f"{number} × {reason}" for reason, number in count.excused.most_common()) or "nothing"
        examples = ", ".join(f"`{miss}`" for miss in count.missed[:5]) or "none"
        notes.append(f"- **{case.language}** left out: {left_out}. Missed ({len(count.missed)}): {examples}.")
        print("\n".join(count.missed[:60]), file=sys.stderr)
    head = ["language", "package", "files", "lines", "ctags symbols", "recall", "ours only"]
    page = (
        f"# Definitions against universal-ctags\n\n{machine()} Made by `run.py`.\n\n{table(head, rows)}\n\n"
        + "\n".join(notes)
        + "\n"
    )
    print(page)
    if not languages:
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
