"""Slices of small programs of JavaScript, Java and C against running them: the statements without which they print something else.

`slice_programs/languages` has each such statement marked; they were found by running the programs without one statement after the
other (a returned value was replaced by nothing, where the language asks for one).
"""

import pytest
from executed import PROGRAMS, OneFile

PATHS = {"javascript": "program.js", "java": "Main.java", "c": "program.c"}
CASES = {
    (path.stem, part.partition("\n")[0]): part.partition("\n")[2]
    for path in sorted((PROGRAMS / "languages").glob("*.txt"))
    for part in f"\n{path.read_text(encoding='utf-8')}".split("\n=== ")[1:]
}
SAID = 8
"""At most so many of them are not complete."""


def lacking(language: str, text: str) -> tuple[list[str], bool]:
    """Marked lines that the slice of the line that prints lacks, and whether it says that it is complete."""
    found = OneFile(text, language, PATHS[language]).ask("probe", forward=False)
    kept = {line for one in found.statements for line in range(one.start_line, one.end_line + 1)}
    lines = enumerate(text.split("\n"), start=1)
    return [line.strip() for number, line in lines if "needed" in line and number not in kept], found.is_complete


@pytest.mark.parametrize(("language", "name"), CASES)
def test_what_calls_itself_complete_has_every_statement_that_matters(language: str, name: str) -> None:
    """Whichever way a value goes: a closure, a prototype, a field with a function, what the language calls by itself."""
    lacks, is_complete = lacking(language, CASES[language, name])
    assert not (lacks and is_complete), lacks


def test_most_of_these_slices_are_complete() -> None:
    """A note everywhere would be no answer."""
    assert sum(not lacking(language, text)[1] for (language, _), text in CASES.items()) <= SAID
