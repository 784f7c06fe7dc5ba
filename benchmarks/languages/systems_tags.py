"""Recall of our definitions against universal-ctags, for C, C++, Go, Rust, Bash, Lua, Elixir and Haskell.

    python benchmarks/languages/systems_tags.py LANGUAGE FOLDER

A tag is found when a definition of its name spans its line (one line either way). Left out, because they are no definitions: kinds
in `NO_DEFINITIONS`, tags inside string literals and comments (examples in documentation), and names that are words of the language,
which pattern-based tag parsers produce. What is left out is counted and printed, so that nobody has to believe it.
"""

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from lepasserelle.parse import parse
from lepasserelle.parse.grammar import grammar

SUFFIXES = {
    "c": (".c", ".h"),
    "cpp": (".cc", ".cpp", ".h", ".hpp"),
    "go": (".go",),
    "rust": (".rs",),
    "bash": (".sh", ".bash", ""),
    "lua": (".lua",),
    "elixir": (".ex", ".exs"),
    "haskell": (".hs",),
    "zig": (".zig",),
}
CTAGS = {"c": "C", "cpp": "C++", "go": "Go", "rust": "Rust", "bash": "Sh", "lua": "Lua", "elixir": "Elixir", "haskell": "Haskell"}
NO_DEFINITIONS = {
    "go": {"package", "packageName"},
    "rust": {"implementation", "module"},
    "bash": {"heredoc"},
    "haskell": {"module"},
    "elixir": {"implementation"},
}
"""Package clauses, `impl` blocks and `mod x;` (imports to us), labels; implementations are named by protocol and type here."""
WORDS = {
    "haskell": {"class", "infixr", "infixl", "infix", "family", "instance", "deriving"},
    "elixir": {"unquote"},
    "rust": {"str"},
}
LITERALS = ("string", "sigil", "comment", "haddock", "line_comment", "block_comment")
LUA_FUNCTION = re.compile(r"\bfunction\s+[\w.:]+\s*\(|[\w.\]]\s*=\s*function\s*\(")


def literal_lines(data: bytes, language: str) -> set[int]:
    """Lines that lie inside a literal or a comment of several lines."""
    lines: set[int] = set()
    stack = [grammar(language).parser.parse(data).root_node]
    while stack:
        node = stack.pop()
        if node.type in LITERALS:
            first, last = node.start_point[0] + 1, node.end_point[0] + 1
            lines.update(range(first + 1, last + 1) if first != last else ())
        else:
            stack.extend(node.named_children)
    return lines


def tags(files: list[Path], language: str) -> dict[str, list[dict[str, object]]]:
    """What ctags says, by path."""
    command = ["ctags", "--output-format=json", "--fields=NFnK", f"--language-force={CTAGS[language]}", "-f", "-", "-L", "-"]
    said = subprocess.run(command, input="\n".join(map(str, files)), capture_output=True, text=True, check=True).stdout
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in said.splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag" and not str(tag["name"]).startswith("__anon"):
            found[tag["path"]].append(tag)
    return found


def excuse(tag: dict[str, object], language: str, lines: set[int], text: list[str]) -> str:
    """Why a tag is no definition; empty when it is one."""
    line = int(str(tag["line"]))
    if tag["kind"] in NO_DEFINITIONS.get(language, set()):
        return f"kind {tag['kind']}"
    if line in lines:
        return "inside a literal or comment"
    if tag["name"] in WORDS.get(language, set()):
        return "a word of the language"
    if language == "lua" and not LUA_FUNCTION.search(text[line - 1]):
        return "no function on that line"
    return ""


def names_of(tag: dict[str, object], language: str) -> set[str]:
    """The tag's name and the forms in which we would say it."""
    name = str(tag["name"])
    plain = name.replace("operator ", "operator") if language == "cpp" else name
    short = re.split(r"[.:]", name)[-1] if language in ("lua", "elixir") else name
    return {name, plain, short, name.strip("()")}


def main(language: str, folder: Path) -> None:
    """Print one row and the misses."""
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink() and path.suffix in SUFFIXES[language]
    ]
    said = tags(files, language) if language in CTAGS else {}
    found = lines = problems = definitions = 0
    missed: list[str] = []
    excused: Counter[str] = Counter()
    for path in files:
        data = path.read_bytes()
        facts = parse(data, language)
        lines += facts.line_count
        problems += len(facts.problems)
        definitions += len(facts.definitions) - 1
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for definition in facts.definitions[1:]:
            for name in {definition.name, definition.name.rpartition(".")[2]}:
                spans[name].append((definition.start_line, definition.end_line))
        inside = literal_lines(data, language)
        text = data.decode("utf-8", "replace").split("\n")
        for tag in said.get(str(path), ()):
            line = int(str(tag["line"]))
            if any(first - 1 <= line <= last + 1 for name in names_of(tag, language) for first, last in spans.get(name, ())):
                found += 1
            elif reason := excuse(tag, language, inside, text):
                excused[reason] += 1
            else:
                missed.append(f"{path.name}:{line} {tag['kind']} {tag['name']}")
    total = found + len(missed)
    recall = f"{found / total:.4f}" if total else "n.a."
    counts = f"{len(files)} | {lines} | {definitions} | {total} | {recall} | {problems}"
    print(f"| {language} | {counts} | {1000 * problems / max(lines, 1):.2f} |")
    print("excused:", dict(excused))
    print("missed:", *missed[:40], sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
