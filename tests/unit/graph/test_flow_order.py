"""Values flow to the same end in whatever order requests, values and cells are worked off within a round."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import LinkFile, value_rounds
from lepasserelle.graph.linking import link
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.parse import parse

GOLDEN = Path(__file__).parents[2] / "golden" / "callgraph" / "python"

TWO_KINDS = """
def first(): pass
def second(): pass

def run(flag):
    make = list if flag else dict
    held = make([("key", first), ("other", second)])
    for each in held:
        each()
    held.append(first)
    for value in held.values():
        value()
    for value in held[0]:
        value()
    copied = {**held}
    copied["key"]()
"""
TWO_NAMED = """
from collections import namedtuple

def first(): pass
def second(): pass

Point = namedtuple("Point", "x y")
Line = namedtuple("Line", "y x")

def run(flag):
    made = (Point if flag else Line)(first, second)
    made.x()
    made.y()
"""
TWO_FIELDS = """
class Cat:
    def speak(self): pass

class Dog:
    def speak(self): pass

class House:
    pet: Cat

class Yard:
    pet: Dog

def run():
    for place in (House(), Yard()):
        place.pet.speak()
"""
TWO_OPERANDS = """
class Cat:
    def speak(self): pass

class Dog:
    def speak(self): pass

class Fish:
    def speak(self): pass

def run(flag, animal):
    kind = Cat if flag else Dog
    if not isinstance(animal, kind):
        animal.speak()

for each in (Cat(), Dog(), Fish()):
    run(each, each)
"""


class Shuffled(Rounds):
    """Cells that are worked off in an order drawn at random."""

    random = Random(0)

    def run(self) -> None:
        """To the fixpoint."""
        while True:
            acts, self._acts = self._acts, []
            asked, self._asked = self._asked, []
            if self._arriving:
                self._admit()
            elif acts or asked:
                self.round += 1
            else:
                return
            todo = [*acts, *asked, *[(cell,) for cell in self._new]]
            self.random.shuffle(todo)
            for each in todo:
                self._work_off(each)
            for request in self._late:
                self._watchers.add(*request)
            self._late.clear()

    def _work_off(self, each: Any) -> None:
        if isinstance(each, int):
            self._set_up(each)
        elif len(each) > 1:
            act, value, first, second = each
            act(value, first, second)
        else:
            self._pass_on(each[0])

    def _pass_on(self, cell: int) -> None:
        new, rings, at = self._new.pop(cell), self._watchers, 0
        values = {new} if isinstance(new, int) else set(new)
        readers, last, acts = list(self.readers(cell)), rings.latest[cell], []
        while at != last:
            at = rings.following[at or last]
            acts += [(rings.each_act[rings.acts[at]], value, rings.firsts[at], rings.seconds[at]) for value in values]
        self.random.shuffle(readers)
        self.random.shuffle(acts)
        for reader in readers:
            self._add_all(reader, values)
        for act, value, first, second in acts:
            act(value, first, second)


def graph_of(texts: dict[str, str]) -> bytes:
    """What is linked, as bytes."""
    files = []
    for path in sorted(texts, key=str.encode):
        module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(path, module, "python", 0, parse(texts[path].encode(), "python")))
    return msgspec.msgpack.encode({name: section.tobytes() for name, section in link(lambda: iter(files)).items()})


def assert_same_in_any_order(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, seeds: Sequence[int]) -> None:
    """The graph is the same bytes."""
    expected = graph_of(texts)
    with monkeypatch.context() as patch:
        patch.setattr("lepasserelle.graph.value_flow.Rounds", Shuffled)
        for seed in seeds:
            Shuffled.random = Random(seed)
            assert graph_of(texts) == expected, seed


@pytest.mark.parametrize("source", [TWO_KINDS, TWO_NAMED, TWO_FIELDS, TWO_OPERANDS], ids=["kinds", "named", "fields", "operands"])
def test_of_two_that_arrive_at_one_place_neither_counts_for_being_first(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list or a dictionary, one of two named tuples, fields of two types, two classes that are asked for."""
    assert_same_in_any_order({"main.py": source}, monkeypatch, range(8))


def test_random_programs_flow_to_the_same_end_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports, classes, decorators and calls of one another's names."""
    for seed in range(15):
        writer = Writer(Random(seed))
        texts = {path_of(module): "".join(writer.module()) for module in MODULES}
        assert_same_in_any_order(texts, monkeypatch, (seed, seed + 1))


def test_small_programs_flow_to_the_same_end_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every third of those that say what calls what."""
    folders = [found.parent for found in sorted(GOLDEN.glob("*/*/expected.json"))]
    assert len(folders) > 300
    for number, folder in enumerate(folders[::3]):
        texts = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.py"))}
        assert_same_in_any_order(texts, monkeypatch, (number,))


@pytest.mark.parametrize("fewest", [1, 1 << 30])
def test_rows_are_set_up_together_as_they_are_one_by_one(fewest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fifth of those that say what calls what, with columns for the smallest rounds and for none."""
    folders = [found.parent for found in sorted(GOLDEN.glob("*/*/expected.json"))][::5]
    programs = [{path.relative_to(each).as_posix(): path.read_text() for path in sorted(each.rglob("*.py"))} for each in folders]
    expected = list(map(graph_of, programs))
    monkeypatch.setattr("lepasserelle.graph.value_at_once.FEWEST", fewest)
    assert list(map(graph_of, programs)) == expected


def test_two_types_of_one_field_are_both_expected() -> None:
    """Neither class says what its field holds but by its declaration: the second one counted for nothing."""
    from lepasserelle.graph import Graph

    files = [LinkFile("main.py", "main", "python", 0, parse(TWO_FIELDS.encode(), "python"))]
    callees = dict(Graph(link(lambda: iter(files))).adjacency(resolution="inferred"))["main.run"]
    assert {"main.Cat.speak", "main.Dog.speak"} <= set(callees)


def test_full_cells_keep_the_same_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two values a cell, so that nearly every one turns some away: the first by key of a round stay, whoever came first in it."""
    for name in ("MOST_VALUES", "MOST_FEW"):
        monkeypatch.setattr(value_rounds, name, 2)
    monkeypatch.setattr(value_rounds, "MOST", (2,) * 16)
    for seed in range(20):
        writer = Writer(Random(seed))
        texts = {path_of(module): "".join(writer.module()) for module in MODULES}
        assert_same_in_any_order(texts, monkeypatch, (seed, seed + 1))


TAKEN = """
class Cat:
    def speak(self): pass

class Dog:
    def speak(self): pass

class Fish:
    def speak(self): pass

def run(first, second):
    cat, dog, fish = Cat(), Dog(), Fish()
    said = cat.speak if first else dog.speak if second else fish.speak
    said()
"""


def test_of_methods_that_are_taken_at_once_those_of_the_first_classes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method with its receiver has a number, which says when somebody took it: it does not count."""
    for name in ("MOST_VALUES", "MOST_FEW"):
        monkeypatch.setattr(value_rounds, name, 2)
    monkeypatch.setattr(value_rounds, "MOST", (2,) * 16)
    assert_same_in_any_order({"main.py": TAKEN}, monkeypatch, range(8))


HOOKS = """
class Real:
    def one(self): return Lazy()
    def two(self): return Kid()
class Proxy:
    def __init__(self): self.real = Real()
    def __getattr__(self, name): return getattr(self.real, name)
class Lazy:
    def __init__(self, fn=None): self.fn = fn
    def __get__(self, instance, owner): return self.fn(instance)
class Base:
    @Lazy
    def data(self): return self.load()
    def load(self): return 1
class Kid(Base):
    def load(self): return 2
def start(self): self.made = Proxy()
Base.__init__ = start
Proxy().one().fn
Proxy().two().data + Kid().made.two().load()
"""


def test_hooks_descriptors_and_constructors_put_on_classes_flow_alike_in_any_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Copies by name, methods that a descriptor is given an instance for, and what stands in for a constructor."""
    assert_same_in_any_order({"main.py": HOOKS}, monkeypatch, range(8))
