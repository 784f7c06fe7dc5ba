"""Calls on more values than are followed: what the classes of the program, and displays, say of whom they enter."""

import pytest
from test_flow_kept import solved, taken_on
from test_relinking import assert_same, linked

from lepasserelle.graph import Graph, LinkFile, Reason, link, value_hierarchy
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.parse import parse

MANY = MOST_VALUES + 6
BASE = "class Base:\n    def run(self):\n        return self.step()\n    def step(self):\n        return 0\n"
BELOW = "".join(f"class C{n}(Base):\n    def step(self):\n        return {n}\n" for n in range(MANY))
STEPS = {f"m.C{n}.step" for n in range(MANY)}


def files_of(source: str) -> list[LinkFile]:
    """One module."""
    return [LinkFile("m.py", "m", "python", 0, parse(source.encode(), "python"))]


def graph_of(source: str) -> Graph:
    """Its graph."""
    return Graph(link(lambda: iter(files_of(source))))


def callees_of(source: str, caller: str) -> tuple[set[str], set[str]]:
    """(asserted, asserted or candidates) of a definition."""
    graph = graph_of(source)
    found = (set(dict(graph.adjacency(resolution=resolution))[caller]) for resolution in ("inferred", "all"))
    return next(found), next(found)


def test_a_call_on_the_receiver_enters_what_each_class_below_has_and_says_why() -> None:
    """As for fewer classes; what does not flow there is told apart by its reason."""
    graph = graph_of(BASE + BELOW)
    edges = graph.callees(graph.find("Base.run")[0], "inferred")
    assert {edge.target for edge in edges} == {"m.Base.step", *STEPS}
    assert {edge.reason for edge in edges if edge.target in STEPS} == {Reason.FLOW.words, Reason.HIERARCHY.words}


def test_what_a_class_below_has_is_called_by_the_receiver_of_the_base() -> None:
    """The other way round, and so in the answers that are made of it."""
    graph = graph_of(BASE + BELOW)
    callers = graph.callers(graph.find("C31.step")[0], "inferred")
    assert [(edge.source, edge.sites) for edge in callers] == [("m.Base.run", (("m.py", 3),))]


def test_a_class_that_stands_in_for_the_caller_is_no_receiver_of_it() -> None:
    """Nor is one that inherits from it, unless the method goes on to the base."""
    more = "".join(
        f"class {name}({base}):\n    def step(self):\n        return 1\n{own}"
        for name, base, own in (
            ("Own", "Base", "    def run(self):\n        return None\n"),
            ("On", "Base", "    def run(self):\n        return super().run()\n"),
            ("BelowOwn", "Own", ""),
            ("BelowOn", "On", ""),
        )
    )
    asserted, everything = callees_of(BASE + BELOW + more, "m.Base.run")
    assert asserted == {"m.Base.step", *STEPS, "m.On.step", "m.BelowOn.step"}
    assert everything == asserted


def test_a_class_that_stands_before_the_base_gives_what_it_has() -> None:
    """By the order of the class that inherits from both."""
    step = "    def step(self):\n        return 5\n"
    mixed = f"class Mixin:\n{step}class Both(Mixin, Base):\n    pass\nclass Apart:\n{step}"
    asserted, _ = callees_of(BASE + BELOW + mixed, "m.Base.run")
    assert asserted == {"m.Base.step", *STEPS, "m.Mixin.step"}


def test_a_merge_of_instances_has_what_classes_below_have_for_candidates() -> None:
    """Who flows there is known of some: the others are told as one set, and asserted of nobody."""
    calls = "".join(f"told(C{n}())\n" for n in range(MANY))
    source = f"{BASE}{BELOW}class Unmade(Base):\n    def step(self):\n        return 1\ndef told(value):\n    value.step()\n{calls}"
    asserted, everything = callees_of(source, "m.told")
    assert len(asserted) == MOST_VALUES
    assert asserted < STEPS
    assert everything == {"m.Base.step", "m.Unmade.step", *STEPS}


def test_a_merge_of_what_has_no_class_in_common_stays_as_it_is() -> None:
    """Nothing says what else may flow there."""
    apart = "".join(f"class A{n}:\n    def step(self):\n        return {n}\n" for n in range(MANY))
    calls = "".join(f"told(A{n}())\n" for n in range(MANY))
    asserted, everything = callees_of(f"{apart}def told(value):\n    value.step()\n{calls}", "m.told")
    assert len(asserted) == MOST_VALUES
    assert everything == asserted


def test_very_many_are_one_edge_to_the_set_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored does not grow with calls times classes."""
    monkeypatch.setattr(value_hierarchy, "MOST_ASSERTED", MANY - MOST_VALUES - 1)
    asserted, everything = callees_of(BASE + BELOW, "m.Base.run")
    assert len(asserted) <= MOST_VALUES + 1
    assert everything == {"m.Base.step", *STEPS}


def test_a_display_says_all_that_it_lists() -> None:
    """Whichever item is taken; what was put there besides leaves it open."""
    functions = "".join(f"def f{n}():\n    return {n}\n" for n in range(MANY))
    listed = f"ALL = [{', '.join(f'f{n}' for n in range(MANY))}]\ndef run(place):\n    return ALL[place]()\n"
    asserted, _ = callees_of(functions + listed, "m.run")
    assert asserted == {f"m.f{n}" for n in range(MANY)}


@pytest.mark.parametrize(
    ("taken", "letter"), [("    return ALL[key]()\n", "f"), ("    for each in ALL:\n        each()\n", "h")], ids=["items", "keys"]
)
def test_a_dictionary_gives_values_to_who_asks_for_an_item_and_keys_to_who_loops(taken: str, letter: str) -> None:
    """Never the others, however many it lists."""
    functions = "".join(f"def f{n}():\n    return {n}\ndef h{n}():\n    return {n}\n" for n in range(MANY))
    listed = f"ALL = {{{', '.join(f'h{n}: f{n}' for n in range(MANY))}}}\ndef run(key):\n{taken}"
    asserted, everything = callees_of(functions + listed, "m.run")
    assert asserted == {f"m.{letter}{n}" for n in range(MANY)}
    assert everything == asserted


def test_a_display_of_classes_says_what_each_of_them_has() -> None:
    """As one of their instances does."""
    listed = f"ALL = [{', '.join(f'C{n}' for n in range(MANY))}]\ndef told(place):\n    return ALL[place].step(1)\n"
    asserted, everything = callees_of(BASE + BELOW + listed, "m.told")
    assert asserted == STEPS
    assert everything == asserted


@pytest.mark.parametrize("most", [MANY, MANY - 1])
def test_all_that_a_display_lists_counts_for_what_one_call_is_said_to_enter(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What flows there too; one more, and all of them are one set of candidates."""
    monkeypatch.setattr(value_hierarchy, "MOST_ASSERTED", most)
    functions = "".join(f"def f{n}():\n    return {n}\n" for n in range(MANY))
    listed = f"ALL = [{', '.join(f'f{n}' for n in range(MANY))}]\ndef run(place):\n    return ALL[place]()\n"
    asserted, everything = callees_of(functions + listed, "m.run")
    assert everything == {f"m.f{n}" for n in range(MANY)}
    assert asserted == (everything if most == MANY else set())
    graph = graph_of(functions + listed)
    edges = graph.callees(graph.find("m.run")[0], "all")
    assert [len(edge.candidates) for edge in edges] == ([0] * MANY if most == MANY else [MANY])


@pytest.mark.parametrize(
    ("more", "entered"),
    [
        (
            "    if BOTH:\n        def step(self):\n            pass\n    else:\n        def step(self):\n            return\n",
            "m.X.step",
        ),
        ("    step = Other\n", "m.Other.__init__"),
        ("    step = Other()\n", "m.Other.__call__"),
        ("    step = Descriptor()\n", None),
        ("    @property\n    def step(self):\n        return outer\n", "m.outer"),
    ],
    ids=["branches", "class", "callable", "descriptor", "property"],
)
def test_what_a_class_below_binds_in_place_of_a_method_is_entered(more: str, entered: str | None) -> None:
    """By what is written there, since above the bound nothing flows to it."""
    other = "class Other:\n    def __init__(self):\n        self.made = 1\n    def __call__(self):\n        return 1\n"
    descriptor = "class Descriptor(Other):\n    def __get__(self, one, cls):\n        return None\n"
    source = f"{BASE}{BELOW}{other}{descriptor}def outer():\n    return 1\nclass X(Base):\n{more}"
    asserted, everything = callees_of(source, "m.Base.run")
    assert asserted == {"m.Base.step", *STEPS, *([entered] if entered else [])}
    assert everything == asserted


def test_a_method_goes_on_to_that_of_a_base_that_it_names() -> None:
    """As by `super()`; another class that it does not inherit from is not the next."""
    below = "class On(Base):\n    def run(self):\n        return Base.run(self)\n    def step(self):\n        return 1\n"
    own = "class Own(Base):\n    def run(self):\n        return Other.run(self)\n    def step(self):\n        return 1\n"
    apart = f"class Other(Base):\n    pass\n{own}"
    assert callees_of(BASE + BELOW + below, "m.Base.run")[0] == {"m.Base.step", *STEPS, "m.On.step"}
    assert callees_of(BASE + BELOW + below + apart, "m.Base.run")[0] == {"m.Base.step", *STEPS, "m.On.step"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("        return self.step()\n", "        print('runs')\n        return self.step()\n"),
        ("        return self.step()\n", "        self.step()\n        return self.step()\n"),
        ("        return super().run()\n", "        return None\n"),
        ("        return None\n", "        return super().run()\n"),
        ("        return None\n", "        return Base.run(self)\n"),
        ("        return Base.run(self)  #\n", "        return None\n"),
        ("    step = Other\n", "    step = Other()\n"),
    ],
)
def test_an_edit_gives_what_a_fresh_link_gives(before: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the flow is kept or solved again."""
    own = "class Own(Base):\n    def run(self):\n        return None\n    def step(self):\n        return 1\n"
    on = "class On(Base):\n    def run(self):\n        return super().run()\n    def step(self):\n        return 2\n"
    named = "class Named(Base):\n    def run(self):\n        return Base.run(self)  #\n    def step(self):\n        return 3\n"
    other = "class Other:\n    def __call__(self):\n        return 1\nclass Bound(Base):\n    step = Other\n"
    source = BASE + BELOW + own + on + named + other
    assert source.count(before) == 1
    was, now = files_of(source), files_of(source.replace(before, after))
    found, _ = taken_on(was, now, solved(was), monkeypatch)
    assert_same(found.sections, linked(now).sections)
    back, _ = taken_on(now, was, found, monkeypatch)
    assert_same(back.sections, linked(was).sections)
