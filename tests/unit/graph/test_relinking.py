"""Linking after an edit: what is remembered of a former linking changes no byte of the result, and only files that the names of the
edit touch are resolved again.
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import Change, LinkFile, apart, value_cells, value_rounds
from lepasserelle.graph.differences import difference_of
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.linking import link
from lepasserelle.graph.remembered import Former, Remembered, plan_of
from lepasserelle.graph.stated import decode
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_program import Program
from lepasserelle.model import Sections
from lepasserelle.parse import parse

SHOP = {
    "shop/base.py": "class Thing:\n    def price(self):\n        return self.cost()\n    def cost(self):\n        return 1\n",
    "shop/cart.py": "from shop.base import Thing\n\n"
    "class Cart:\n    def add(self, thing):\n        total = Thing().price()\n        return total\n",
    "shop/app.js": "function go() { return run() }\nfunction run() { return 1 }\n",
    "shop/main.py": "from shop.cart import Cart\nfrom shop.tools import helper\n\n"
    "def main():\n    cart = Cart()\n    cart.add(helper())\n",
    "shop/other.js": "function other() { return go() }\n",
    "shop/stars.py": "from shop.tools import *\n\ndef starred():\n    return helper()\n",
    "shop/tools.py": "def helper():\n    thing = object()\n    return thing\n",
}
PATHS = sorted(SHOP)


def read(path: str, text: str) -> LinkFile:
    """One file."""
    language = "python" if path.endswith(".py") else "javascript"
    module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
    return LinkFile(path, module, language, 0, parse(text.encode(), language))


def changes_of(before: Sequence[LinkFile], after: Sequence[LinkFile]) -> list[Change]:
    """The files that say something else."""
    pairs = enumerate(zip(before, after, strict=True))
    return [Change(number, was.facts, now.facts) for number, (was, now) in pairs if was.facts != now.facts]


class Linked(NamedTuple):
    """Sections, and what the linking left."""

    sections: Sections
    left: Remembered


def linked(files: Sequence[LinkFile], former: Former | None = None) -> Linked:
    """Link them."""
    left: list[Remembered] = []
    return Linked(link(lambda: iter(files), former=former, remember=left.append), left[0])


def assert_same(here: Sections, there: Sections) -> None:
    """Byte for byte."""
    assert here.keys() == there.keys()
    for name, section in there.items():
        assert np.array_equal(here[name], section), name


# ── the result ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32))
@example(7)  # a name that nothing binds was looked for behind the wildcards of another file
@example(301)  # modules that import each other's name: what it is hung on who asked first
def test_after_edits_of_random_programs_the_graph_is_that_of_a_fresh_link(seed: int) -> None:
    """Four edits one after the other, each on top of what the linking before left."""
    random = Random(seed)
    writer = Writer(random)
    order = sorted(MODULES, key=path_of)
    units = {module: writer.module() for module in MODULES}
    files = [read(path_of(module), "".join(units[module])) for module in order]
    left = linked(files).left
    for _ in range(4):
        now = list(files)
        for _ in range(random.choice((1, 1, 1, 2))):
            module = random.choice(order)
            units[module] = writer.edited(units[module])
            now[order.index(module)] = read(path_of(module), "".join(units[module]))
        found = linked(now, Former(left, changes_of(files, now), []))
        assert_same(found.sections, linked(now).sections)
        files, left = now, found.left


DEEP = "".join(f"def f{number}():\n    return f{number + 1}()\n" for number in range(90)) + "def f90():\n    return Box()\n"


def test_an_answer_that_is_cut_short_does_not_depend_on_what_was_resolved_before() -> None:
    """Calls that lie deeper than is followed are resolved with nothing remembered, first and after an edit."""
    texts = {
        "a.py": "from z import f40\n\ndef run():\n    f40().open()\n",
        "b.py": "def b():\n    pass\n",
        "m.py": "from z import f0, f20\n\ndef run():\n    f20().open()\n    f0().open()\n",
        "z.py": f"class Box:\n    def open(self):\n        pass\n{DEEP}",
    }
    files = [read(path, text) for path, text in texts.items()]
    before = linked(files)
    assert decode(_unpacked(before.left)).cut
    now = [read(path, text.replace("f40", "f39") if path == "a.py" else text) for path, text in texts.items()]
    assert_same(linked(now, Former(before.left, changes_of(files, now), [])).sections, linked(now).sections)


def _unpacked(left: Remembered) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().decompress(left.stated)


def test_a_name_is_not_looked_for_behind_the_wildcards_of_another_file() -> None:
    """`helper` of a file that imports nothing is unknown, whatever a file before it imports."""
    files = [
        read("a.py", "from b import *\n\ndef run(given):\n    given.x()\n"),
        read("b.py", "def helper():\n    pass\n"),
        read("c.py", "def ask():\n    return helper()\n"),
    ]
    sections = linked(files).sections
    asked = 5  # a, a.run, b, b.helper, c, c.ask
    start, stop = sections["out_start"][asked : asked + 2].tolist()
    assert 3 not in sections["out_target"][start:stop].tolist()


# ── what is resolved again ────────────────────────────────────────────────────────────────────────────────────────────────────


def resolved_after(path: str, *edit: str) -> set[str] | None:
    """The files whose names are resolved after an edit; None: all."""
    files = [read(name, SHOP[name]) for name in PATHS]
    text = SHOP[path].replace(*edit)
    assert text != SHOP[path]
    now = [read(name, text) if name == path else file for name, file in zip(PATHS, files, strict=True)]
    survey = Survey()
    for file in now:
        survey.add(file)
    survey.close()
    former = Former(linked(files).left, changes_of(files, now), [])
    assert_same(linked(now, former).sections, linked(now).sections)
    plan = plan_of(survey, former)
    return None if plan is None else {PATHS[number] for number in np.flatnonzero(plan.resolves).tolist()}


@pytest.mark.parametrize(
    ("path", "edit", "touched"),
    [
        ("shop/tools.py", ("    thing =", "    print()\n    thing ="), set()),
        ("shop/tools.py", ("thing", "found"), set()),
        ("shop/tools.py", ("def helper", "def fresh(x):\n    return x\n\ndef helper"), set()),
        ("shop/base.py", ("    def cost", "    def fresh(self):\n        return self.cost()\n    def cost"), set()),
        ("shop/tools.py", ("return thing", "return len"), {"shop/main.py", "shop/stars.py"}),
        ("shop/tools.py", ("def helper", "def help"), {"shop/main.py", "shop/stars.py"}),
        ("shop/base.py", ("def price", "def value"), {"shop/cart.py", "shop/main.py"}),
        ("shop/main.py", ("def main", "import json\n\ndef main"), set()),
        ("shop/app.js", ("return 1", "return go()"), {"shop/other.js"}),
    ],
    ids=["call", "local", "function", "method", "returned", "renamed", "method renamed", "import", "another family"],
)
def test_only_files_that_an_edit_touches_by_names_are_resolved(path: str, edit: tuple[str, str], touched: set[str]) -> None:
    """The file itself, and those that mention what came, went or means something else, also what they return on from it."""
    assert resolved_after(path, *edit) == {path, *touched}


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("shop/cart.py", ("class Cart:", "class Cart(Thing):")),
        ("shop/base.py", ("    def cost", "    def __getattr__(self, name):\n        return name\n    def cost")),
        ("shop/stars.py", ("from shop.tools import *", "from shop.base import *")),
        ("shop/tools.py", ("def helper", "__all__ = ['helper']\n\ndef helper")),
    ],
    ids=["base", "hook", "wildcard", "exports"],
)
def test_where_names_do_not_tell_what_is_touched_all_of_the_language_is(path: str, edit: tuple[str, str]) -> None:
    """Bases, members that nobody names, and what a wildcard brings."""
    found = resolved_after(path, *edit)
    assert found is not None
    assert found == {name for name in PATHS if name.endswith(".py")}


# ── flows of values ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

FLOWING = {
    **SHOP,
    "shop/README.md": "# Shop\n\nA shop.\n",
    "shop/numbers.py": "class Late:\n    def __getattr__(self, name):\n        return name\n\n"
    "def each(f):\n    return f()\n\n"
    + "".join(f"def n{number}():\n    return {number}\n\neach(n{number})\n" for number in range(40)),
}


def followed_after(
    before: dict[str, str], after: dict[str, str], monkeypatch: pytest.MonkeyPatch, unsure: Sequence[int] = ()
) -> set[str]:
    """The families whose values are followed again after an edit; the graph is that of a fresh link."""
    paths = sorted(before)
    files = [read_any(path, before[path]) for path in paths]
    now = [file if before[path] == after[path] else read_any(path, after[path]) for path, file in zip(paths, files, strict=True)]
    left, solved = linked(files).left, set[str]()
    fresh = linked(now)
    with monkeypatch.context() as patch:

        def followed(survey: Survey, evaluator: Evaluator, program: Program, *, leaves: bool, most_steps: int) -> bytes:
            solved.add(program.family)
            return apart_followed(survey, evaluator, program, leaves=leaves, most_steps=most_steps)

        apart_followed = apart.followed
        patch.setattr(apart, "followed", followed)
        found = linked(now, Former(left, changes_of(files, now), unsure))
    assert_same(found.sections, fresh.sections)
    # what this linking leaves in turn is as good
    again = linked(now, Former(found.left, [], []))
    assert_same(again.sections, fresh.sections)
    return solved


def read_any(path: str, text: str) -> LinkFile:
    """A file of any language of the tests."""
    return LinkFile(path, "README", "markdown", 0, parse(text.encode(), "markdown")) if path.endswith(".md") else read(path, text)


@pytest.mark.parametrize(
    ("path", "edit", "expected"),
    [
        ("shop/README.md", ("A shop.", "A shop.\n\n## More\n\n## Even more\n\nhelper\n"), set()),
        ("shop/app.js", ("function go", "function before() { return JSON.parse('1') }\nfunction go"), {"ecma"}),
        ("shop/cart.py", ("        return total", "        print(total)\n        return total"), {"python"}),
    ],
    ids=["documentation", "script", "python"],
)
def test_values_are_followed_again_only_in_the_family_of_what_changed(
    path: str, edit: tuple[str, str], expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values of one family never reach code of another: what they do is said again under the numbers of now."""
    after = {**FLOWING, path: FLOWING[path].replace(*edit)}
    assert after != FLOWING
    assert followed_after(FLOWING, after, monkeypatch) == expected


def test_a_flow_whose_files_moved_their_lines_is_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of it names the lines of before."""
    after = {**FLOWING, "shop/README.md": "# Shop\n\n# Sold\n"}
    unsure = [sorted(FLOWING).index("shop/cart.py")]
    assert followed_after(FLOWING, after, monkeypatch, unsure) == {"python"}


def test_a_flow_whose_constants_stand_in_another_order_is_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heading that is spelled like a constant of Python is met before the constants that came first."""
    before = {"a.md": "# Begin\n", "b.py": "def f(x):\n    return x['first'], x['next']\n"}
    assert followed_after(before, {**before, "a.md": "# snext\n"}, monkeypatch) == {"python"}
    assert followed_after(before, {**before, "a.md": "# other\n"}, monkeypatch) == set()


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32))
def test_after_edits_of_other_languages_the_graph_is_that_of_a_fresh_link(seed: int) -> None:
    """Random programs of Python between files that change, where a cell holds two values and most are full."""
    random = Random(seed)
    writer, words = Writer(random), ["run", "item", "f", "sitem", "srun", "x", "A", "i0"]
    units = {path_of(module): "".join(writer.module()) for module in MODULES}

    def other(path: str) -> str:
        chosen = random.choices(words, k=random.randint(0, 6))
        return "".join(f"# {word}\n\n" if path.endswith(".md") else f"function {word}() {{ return f('x') }}\n" for word in chosen)

    others = ("a.md", "n.js", "z.md")
    with pytest.MonkeyPatch.context() as patch:
        for engine in (value_cells, value_rounds):
            patch.setattr(engine, "MOST_VALUES", 2)
            patch.setattr(engine, "MOST", (2,) * 16)
        files = [read_any(path, text) for path, text in sorted({**units, **{path: other(path) for path in others}}.items())]
        left = linked(files).left
        for _ in range(4):
            path = random.choice(others)
            now = [read_any(path, other(path)) if file.path == path else file for file in files]
            found = linked(now, Former(left, changes_of(files, now), []))
            assert_same(found.sections, linked(now).sections)
            files, left = now, found.left


# ── what does not fit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _with(left: Remembered, **values: object) -> Remembered:
    return msgspec.structs.replace(left, **values)


@pytest.mark.parametrize("what", ["version", "files", "definitions", "stored"])
def test_what_was_left_by_another_linking_is_not_believed(what: str) -> None:
    """Another version, other files, other definitions: everything is resolved, to the same result."""
    files = [read(name, SHOP[name]) for name in PATHS]
    now = [read(name, SHOP[name].replace("def helper", "def help")) for name in PATHS]
    left = linked(files).left
    other = {
        "version": _with(left, version=left.version + 1),
        "files": _with(left, bases=left.bases[:-1]),
        "definitions": _with(left, bases=[*left.bases[:-1], left.bases[-1] + 1]),
        "stored": _with(left, has_stored=not left.has_stored),
    }[what]
    former = Former(other, changes_of(files, now), [])
    survey = Survey()
    for file in now:
        survey.add(file)
    survey.close()
    assert plan_of(survey, former) is None
    assert_same(linked(now, former).sections, linked(now).sections)


def test_files_whose_lines_moved_since_are_resolved_too() -> None:
    """What is remembered of their places is of other lines."""
    files = [read(name, SHOP[name]) for name in PATHS]
    left = linked(files).left
    moved = [read(name, ("\n\n" if name == "shop/cart.py" else "") + SHOP[name]) for name in PATHS]
    now = [read(name, SHOP[name] + "\nhelper()\n") if name == "shop/tools.py" else moved[at] for at, name in enumerate(PATHS)]
    found = linked(now, Former(left, changes_of(moved, now), [PATHS.index("shop/cart.py")]))
    assert_same(found.sections, linked(now).sections)


# ── two versions of a file ────────────────────────────────────────────────────────────────────────────────────────────────────


def difference(before: str, after: str) -> tuple[int, int] | None:
    """How many items went and came; None: they cannot be compared."""
    found = difference_of(parse(before.encode(), "python"), parse(after.encode(), "python"))
    return None if found is None else (len(found.gone), len(found.come))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("def f(a):\n    b = a\n    return b\n", "def f(x):\n    y = x\n    return y\n", (0, 0)),
        ("def f(a):\n    b = a\n    return b\n", "def f(x):\n    y = x\n    return a\n", (3, 3)),
        ("def f(a):\n    b = a\n    return len\n", "def f(a):\n    len = a\n    return len\n", (1, 1)),
        ("b = 1\n\ndef f():\n    return b\n", "b = 1\n\ndef f():\n    global b\n    return b\n", (0, 1)),
        ("x = f\ny = x\n", "x = f; y = x\n", None),
        ("x = f\ny = g\n", "y = g\nx = f\n", (2, 2)),
    ],
    ids=["renamed", "renamed in part", "hides another", "global", "on one line", "in another order"],
)
def test_two_versions_differ_by_what_binds_names(before: str, after: str, expected: tuple[int, int] | None) -> None:
    """Locals that are called otherwise throughout are the same; order and shared lines count."""
    assert difference(before, after) == expected
