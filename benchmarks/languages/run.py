"""Our definitions against universal-ctags on one real package a language, fetched by name from its registry.

    python benchmarks/languages/run.py [LANGUAGE …]

A tag is found when a definition of its name holds its line, one line either way, and begins at most `SLACK_LINES` before it
(decorators and comments may stand between; the clauses of one Haskell or Elixir function are one definition: any number there).
Recall = found / (tags − those that `exclusions.py` shows to be no definitions). Without arguments the table goes to `RESULTS.md`.
"""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fetching import NotFetchedError
from languages import ctags
from languages.cases import CASES, Case
from languages.ctags import Tag
from languages.exclusions import File, excuse, spellings
from lepasserelle.model import FileFacts, NodeKind
from lepasserelle.parse import parse
from tables import machine, table

FOLDER = Path(__file__).parent
SLACK_LINES = 40
CLAUSES = frozenset({"haskell", "elixir"})
HEAD = ("language", "package", "files", "lines", "definitions", "tags", "left out", "recall", "problems / 1000 lines")


@dataclass
class Count:
    """What was found in one package."""

    package: str
    files: int = 0
    lines: int = 0
    definitions: int = 0
    problems: int = 0
    tags: int = 0
    found: int = 0
    is_compared: bool = True
    excused: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def row(self, language: str) -> list[str]:
        """One line of the table."""
        judged = self.tags - self.excused.total()
        compared = (
            [str(self.tags), str(self.excused.total()), f"{self.found / max(judged, 1):.4f}"] if self.is_compared else ["—"] * 3
        )
        problems = f"{1000 * self.problems / max(self.lines, 1):.2f}"
        return [language, self.package, str(self.files), str(self.lines), str(self.definitions), *compared, problems]

    def note(self, language: str) -> str:
        """What was left out, and what was missed."""
        if not self.is_compared:
            return f"- **{language}**: this ctags does not know the language."
        left_out = "; ".join(f"{number} × {reason}" for reason, number in self.excused.most_common()) or "nothing"
        examples = ", ".join(f"`{miss}`" for miss in self.missed[:5]) or "none"
        return f"- **{language}** left out: {left_out}. Missed ({len(self.missed)}): {examples}."


def measure(case: Case) -> Count:
    """Compare one package."""
    folder, version = case.package.fetch()
    files = case.files(folder)
    count = Count(f"{case.package.name} {version} ({case.package.registry})", files=len(files))
    count.is_compared = bool(case.ctags) and ctags.knows(case.ctags)
    said = ctags.tags(case.ctags, files) if count.is_compared else {}
    for path in files:
        data = path.read_bytes()
        facts = parse(data, case.language)
        count.lines += facts.line_count
        count.definitions += len(facts.definitions) - 1
        count.problems += len(facts.problems)
        compare(case, said.get(path, []), File(case.language, data, facts), count, path.name)
    return count


def compare(case: Case, tags: list[Tag], file: File, count: Count, name: str) -> None:
    """Look every tag of a file up among our definitions."""
    spans = spans_by_name(file.facts)
    slack = sys.maxsize if case.language in CLAUSES else SLACK_LINES
    for tag in tags:
        count.tags += 1
        held = (span for spelling in spellings(case, tag) for span in spans.get(spelling, ()))
        is_package = tag.kind in ("package", "namespace") and tag.name.replace("\\", ".") == file.facts.package
        if is_package or any(first - 1 <= tag.line <= last + 1 and tag.line - first <= slack for first, last in held):
            count.found += 1
        elif reason := excuse(case, tag, file):
            count.excused[reason] += 1
        else:
            count.missed.append(f"{name}:{tag.line} {tag.kind} {tag.name}")


def spans_by_name(facts: FileFacts) -> dict[str, list[tuple[int, int]]]:
    """Lines of the definitions by name: as written, without sigil, and its last part."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for definition in facts.definitions[1:]:
        if definition.kind not in (NodeKind.LAMBDA, NodeKind.SECTION):
            plain = definition.name.lstrip("@$:#")
            for name in {definition.name, plain, plain.rpartition(".")[2]}:
                spans[name].append((definition.start_line, definition.end_line))
    return spans


def main(languages: list[str]) -> None:
    """Measure, print, and write the results when nothing was left out."""
    unknown = set(languages) - {case.language for case in CASES}
    if unknown:
        sys.exit(f"No such language: {', '.join(sorted(unknown))}. There are: {', '.join(case.language for case in CASES)}")
    peer = ctags.version()
    rows, notes = [], []
    for case in CASES:
        if languages and case.language not in languages:
            continue
        try:
            count = measure(case)
        except NotFetchedError as failure:
            notes.append(f"- **{case.language}** was not measured: {failure}.")
            continue
        rows.append(count.row(case.language))
        notes.append(count.note(case.language))
        print(rows[-1], *(count.missed if languages else ()), sep="\n  ", file=sys.stderr, flush=True)
    about = f"{machine()} {peer}, its default kinds. Made by `run.py`; explained in [README.md](README.md)."
    page = "\n\n".join(["# Definitions against universal-ctags", about, table(HEAD, rows)])
    page += "\n\n" + "\n".join(notes) + "\n"
    print(page)
    if not languages:
        (FOLDER / "RESULTS.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
