"""Slices within one function against running it: closures that were made elsewhere, managers of classes that inherit, displays.

Everything outside of `main` stays; of `main` only what the slice of its probe has.
"""

import ast

import pytest
from executed import DEPTH, PROGRAMS, OneFile, kept, run, text_store

from lepasserelle.model.slices import SliceQuestion
from lepasserelle.query.slices import Slicer

CASES = {
    f"{path.stem}/{part.partition(chr(10))[0]}": part.partition("\n")[2]
    for path in sorted((PROGRAMS / "within").glob("*.txt"))
    for part in f"\n{path.read_text(encoding='utf-8')}".split("\n=== ")[1:]
}


def sliced(text: str, *, across: bool) -> set[int]:
    """The lines that are kept."""
    one = OneFile(text)
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if each.strip().startswith("probe("))
    question = SliceQuestion(one.path, line, "", "backward", across_calls=across, depth=DEPTH)
    found = Slicer(one.graph, text_store(one), one).slice(question)
    lines = {number for each in found.statements for number in range(each.start_line, each.end_line + 1)}
    others = [each for each in ast.parse(text).body if not (isinstance(each, ast.FunctionDef) and each.name == "main")]
    return lines if across else lines.union(*(range(each.lineno, (each.end_lineno or 0) + 1) for each in others))


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_the_probe_sees_the_same_without_the_rest(name: str, across: bool) -> None:
    """What an earlier call changed in what a closure holds, and what a `with` that keeps exceptions back lets go on."""
    text = CASES[name]
    assert run(kept(text, sliced(text, across=across)))[0] == run(ast.parse(text))[0]


def test_a_manager_whose_class_says_how_it_is_left_keeps_nothing_back() -> None:
    """Its base is code of the project, and gives nothing back."""
    text = CASES["managers/keeps_nothing_back"].replace("    try:\n        with", "    if True:\n        with")
    text = text.replace("    except ValueError:\n        pass\n", "")
    one = OneFile(text)
    line = text.split("\n").index("    probe(x)") + 1
    found = Slicer(one.graph, text_store(one), one).slice(SliceQuestion(one.path, line, "", "backward"))
    assert not any("x = 2" in each.text for each in found.statements)
