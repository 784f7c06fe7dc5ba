"""Slices of small programs of other languages against running them: the statements without which they print something else.

`slice_programs/languages`, `more_languages`, `pointers`, `started` and `made` have such statements marked; they were found by
running the programs without one statement after the other (a returned value was replaced by nothing, where the language asks
for one). Go, C# and TypeScript were marked by hand, and some of Java.
"""

import pytest
from executed import PROGRAMS, OneFile

PATHS = {
    "javascript": "program.js",
    "typescript": "program.ts",
    "java": "Main.java",
    "c": "program.c",
    "cpp": "program.cpp",
    "c_sharp": "Program.cs",
    "go": "main.go",
    "rust": "main.rs",
    "python": "program.py",
}
SAID = {"languages": 8, "more_languages": 15, "pointers": 1, "started": 7, "reviewed": 26, "made": 0}
"""At most so many of each are not complete."""
CASES = {
    (folder, path.stem, part.partition("\n")[0]): part.partition("\n")[2]
    for folder in SAID
    for path in sorted((PROGRAMS / folder).glob("*.txt"))
    for part in f"\n{path.read_text(encoding='utf-8')}".split("\n=== ")[1:]
}


def lacking(language: str, text: str) -> tuple[list[str], bool]:
    """Marked lines that the slice of the line that prints lacks, and whether it says that it is complete."""
    found = OneFile(text, language, PATHS[language]).ask("probe", forward=False)
    kept = {line for one in found.statements for line in range(one.start_line, one.end_line + 1)}
    lines = enumerate(text.split("\n"), start=1)
    return [line.strip() for number, line in lines if "needed" in line and number not in kept], found.is_complete


@pytest.mark.parametrize(("folder", "language", "name"), CASES)
def test_what_calls_itself_complete_has_every_statement_that_matters(folder: str, language: str, name: str) -> None:
    """Whichever way a value goes: a closure, a prototype, a field with a function, what the language calls by itself."""
    lacks, is_complete = lacking(language, CASES[folder, language, name])
    assert not (lacks and is_complete), lacks


@pytest.mark.parametrize("folder", SAID)
def test_most_of_these_slices_are_complete(folder: str) -> None:
    """A note everywhere would be no answer."""
    own = [(language, text) for (of, language, _), text in CASES.items() if of == folder]
    assert sum(not lacking(language, text)[1] for language, text in own) <= SAID[folder]
