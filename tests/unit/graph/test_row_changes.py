"""After an edit rows are made for the files in which they may differ: one too many costs time, one too few would be wrong."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.row_changes import files_with_other_rows
from lepasserelle.parse import parse

LANGUAGES = {"py": "python", "cpp": "cpp", "hpp": "cpp", "go": "go"}
SHOP = {
    "a.py": "from b import Base\n\nclass Own(Base):\n    def run(self):\n        return self.price(len([]))\n",
    "b.py": "class Base:\n    def price(self, count):\n        return count\n",
    "c.py": "import b\n\ndef quiet(thing):\n    return thing.total()\n",
    "d.py": "import json\nfrom a import Own\n\ndef main():\n    return json.dumps(Own().run())\n",
}


def read(path: str, text: str) -> LinkFile:
    """One file."""
    language = LANGUAGES[path.rpartition(".")[2]]
    module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
    return LinkFile(path, module, language, 0, parse(text.encode(), language))


def rewritten(before: Sequence[LinkFile], after: Sequence[LinkFile]) -> list[int]:
    """Files that say something else."""
    return [number for number, (was, now) in enumerate(zip(before, after, strict=True)) if was.facts != now.facts]


def differing(former: Graph, now: Graph) -> list[int]:
    """Files whose rows differ, by the rows themselves."""
    each = [
        [
            (symbols, [(source, target, graph.edge_words[of], line) for source, target, of, line in edges])
            for symbols, (_, edges) in zip(graph.symbol_rows(), graph.edge_rows(), strict=True)
        ]
        for graph in (former, now)
    ]
    return [number for number, (was, here) in enumerate(zip(*each, strict=True)) if was != here]


def edited(texts: dict[str, str], changed: dict[str, str]) -> tuple[list[int] | None, list[int]]:
    """(files that are named, files whose rows differ) when some files say something else."""
    before = [read(path, text) for path, text in sorted(texts.items())]
    after = [read(path, text) for path, text in sorted({**texts, **changed}.items())]
    former, now = (Graph(link(lambda files=files: iter(files))) for files in (before, after))  # type: ignore[misc]
    return files_with_other_rows(former, now, rewritten(before, after)), differing(former, now)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32))
def test_no_file_whose_rows_differ_is_left_out(seed: int) -> None:
    """Random programs of Python, one or two of their modules edited."""
    random = Random(seed)
    writer = Writer(random)
    units = {module: writer.module() for module in MODULES}
    texts = {path_of(module): "".join(lines) for module, lines in units.items()}
    chosen = random.sample(MODULES, random.choice((1, 1, 2)))
    found, wanted = edited(texts, {path_of(module): "".join(writer.edited(units[module])) for module in chosen})
    assert found is not None
    assert set(wanted) <= set(found)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"c.py": SHOP["c.py"].replace("total", "sum")}, [2]),
        ({"b.py": "import os\n" + SHOP["b.py"]}, [1]),
        ({"b.py": SHOP["b.py"].replace("price", "cost")}, [0, 1]),
        ({"a.py": SHOP["a.py"].replace("run", "start")}, [0, 3]),
        ({"c.py": SHOP["c.py"] + "\ndef more():\n    return b.Base()\n"}, [2]),
        ({"d.py": SHOP["d.py"].replace("json", "abc")}, [3]),
    ],
)
def test_files_that_the_edit_does_not_touch_are_not_named(changed: dict[str, str], named: list[int]) -> None:
    """Numbers of definitions, of what lies outside and of strings move with the edit; names do not."""
    found, wanted = edited(SHOP, changed)
    assert found == named == wanted


def test_no_file_is_left_out_where_the_owner_of_its_methods_is_written_again() -> None:
    """A method that stands outside its class is called after it, and no line of its own file has to change for that."""
    texts = {"a.hpp": "class Box { public: void open(); };\n", "b.cpp": '#include "a.hpp"\nvoid Box::open() {}\n'}
    found, wanted = edited(texts, {"a.hpp": "class Lid {};\n" + texts["a.hpp"]})
    assert found == wanted == [0]
    found, wanted = edited(texts, {"a.hpp": "class Lid { public: void open(); };\n"})
    assert wanted == [0, 1]
    assert found is None


def test_a_candidate_set_is_told_by_its_name() -> None:
    """An edit elsewhere gives sets other numbers; what a file calls by name alone stays as it was."""
    texts = {
        "a.py": "class A:\n    def stop(self): pass\nclass B:\n    def stop(self): pass\n",
        "b.py": "def b(x):\n    x.stop()\n",
        "c.py": "def c(x):\n    pass\n",
    }
    found, wanted = edited(texts, {"a.py": "class Z:\n    def b(self): pass\n" + texts["a.py"]})
    assert found == [0]
    assert wanted == [0]
