"""A project of any size, always the same for the same size: Python modules whose classes and functions call each other.

Not real code: it has the shape of real code where memory is concerned (definitions a file, calls a definition, words a name), so
that figures for a size that no single package has can be had. Every module has `NODES_A_MODULE` definitions.
"""

import random
from pathlib import Path

CLASSES = 10
METHODS = 8
FUNCTIONS = 9
NODES_A_MODULE = 1 + CLASSES * (1 + METHODS) + FUNCTIONS
_WORDS = """
account address amount archive batch buffer cache cart channel client column command config cursor customer date delivery
document driver entry event export field file filter folder format handler header image import index invoice item journal key
label layout ledger limit line list loader lock message method model network node object option order owner packet page
parser path payment pixel plan point policy pool price process product profile query queue range reader record region report
request result route row rule sample schedule schema score segment server session setting shape signal sink source stage
state store stream style table target task template thread ticket timer token topic trace tree unit update user value vector
version view voucher window worker writer
"""
_VERBS = """
add apply build check clear close copy count create find format get load map merge move open parse read remove render save
send set sort split update write
"""
WORDS = _WORDS.split()
VERBS = _VERBS.split()


def write(folder: Path, nodes: int, seed: int = 7) -> int:
    """Write modules with about `nodes` definitions under `folder`; returns how many modules there are."""
    choose = random.Random(seed)
    modules = -(-nodes // NODES_A_MODULE)
    for number in range(modules):
        path = folder / f"area{number // 50}" / f"{choose.choice(WORDS)}_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(module(number, choose), encoding="utf-8")
    return modules


def module(number: int, choose: random.Random) -> str:
    """The text of one module."""
    functions = [f"{choose.choice(VERBS)}_{choose.choice(WORDS)}_{number}_{one}" for one in range(FUNCTIONS)]
    lines = [f'"""{choose.choice(WORDS).capitalize()} and {choose.choice(WORDS)} of part {number}."""', ""]
    for name in functions:
        lines += ["", f"def {name}({choose.choice(WORDS)}, limit=10):", f'    """{sentence(choose)}"""', "    return limit", ""]
    for one in range(CLASSES):
        lines += type_lines(number, one, functions, choose)
    return "\n".join(lines) + "\n"


def type_lines(number: int, one: int, functions: list[str], choose: random.Random) -> list[str]:
    """One class: each method calls another method and a function of its module."""
    methods = [f"{choose.choice(VERBS)}_{choose.choice(WORDS)}_{step}" for step in range(METHODS)]
    lines = ["", f"class {choose.choice(WORDS).capitalize()}{number}x{one}:", f'    """{sentence(choose)}"""']
    for step, name in enumerate(methods):
        lines += [
            "",
            f"    def {name}(self, {choose.choice(WORDS)}):",
            f'        """{sentence(choose)}"""',
            f"        found = self.{methods[step - 1]}({choose.choice(functions)}(3))",
            f"        return {choose.choice(functions)}(found)",
        ]
    return [*lines, ""]


def sentence(choose: random.Random) -> str:
    """Some words."""
    verb = choose.choice(VERBS).capitalize()
    return f"{verb} the {choose.choice(WORDS)} of each {choose.choice(WORDS)} in the {choose.choice(WORDS)}."
