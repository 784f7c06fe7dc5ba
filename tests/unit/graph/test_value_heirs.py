"""What methods of a base put on their receiver: each class below has its own."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

_TOOLS = """
class Pen:
    def use(self): pass
class Brush:
    def use(self): pass
"""


def _callees(source: str, name: str) -> set[str]:
    file = LinkFile("a.py", "a", "python", 0, parse((_TOOLS + source).encode(), "python"))
    graph = Graph(link(lambda: iter([file])))
    return {edge.target for edge in graph.callees(graph.find(name)[0], "inferred")}


def test_a_default_of_one_class_is_nothing_of_what_others_are_given() -> None:
    """Calls that leave a parameter to its default give nothing, also where others are given an instance."""
    source = """
class Worker:
    tool = Pen()
    def __init__(self, tool=None):
        if tool is not None:
            self.tool = tool
class Writer(Worker): pass
class Painter(Worker): pass
def write():
    Writer().tool.use()
def paint():
    Painter(Brush()).tool.use()
"""
    assert _callees(source, "write") == {"a.Worker.__init__", "a.Pen.use"}
    assert _callees(source, "paint") >= {"a.Worker.__init__", "a.Brush.use", "a.Brush"}


@pytest.mark.parametrize("call", ["Worker.__init__(self, tool)", "super().__init__(*[tool])"])
def test_a_call_of_which_the_receiver_or_the_argument_is_not_known_counts(call: str) -> None:
    """The base's constructor called by its name, with the receiver for an argument, and arguments that are unpacked."""
    source = f"""
class Worker:
    def __init__(self, tool):
        self.tool = tool
class Writer(Worker):
    def __init__(self, tool):
        {call}
class Painter(Worker): pass
def write():
    Writer(Pen()).tool.use()
"""
    assert "a.Pen.use" in _callees(source, "write")


def test_a_class_that_nobody_makes_has_what_its_base_is_given() -> None:
    """An instance that changes its class was made as one of another."""
    source = """
class Worker:
    def __init__(self, tool):
        self.tool = tool
class Writer(Worker):
    def write(self):
        self.tool.use()
def make():
    made = Worker(Pen())
    made.__class__ = Writer
    made.write()
"""
    assert _callees(source, "Writer.write") == {"a.Pen.use"}


def test_what_declared_types_exclude_does_not_arrive() -> None:
    """The annotation of a parameter holds for each class, too."""
    source = """
class Worker:
    def __init__(self, tool: Pen):
        self.tool = tool
class Writer(Worker):
    def write(self):
        self.tool.use()
def make(flag):
    Writer(Pen() if flag else Brush()).write()
"""
    assert _callees(source, "Writer.write") == {"a.Pen.use"}


def test_names_that_two_made_classes_give_stay_with_nobody() -> None:
    """Two classes are made below one base: what their dictionaries name is not told apart, and not asserted."""
    source = """
class Base:
    def run(self): pass
def one(self): pass
def two(self): pass
First = type("First", (Base,), {"go": one, "only": one})
Second = type("Second", (Base,), {"go": two})
def ask():
    First().run()
    First().go()
    First().only()
"""
    assert _callees(source, "ask") == {"a.Base", "a.Base.run", "a.one"}


@pytest.mark.parametrize("name", ["run", "__init__"])
def test_a_base_does_not_stand_for_a_class_that_replaces_a_method_of_it(name: str) -> None:
    """`run` of the class that is made is another one than the base's, which nobody calls here."""
    source = f"""
class Base:
    def __init__(self): pass
    def run(self): pass
def another(self): pass
Made = type("Made", (Base,), {{"{name}": another}})
def ask():
    Made().run()
"""
    assert _callees(source, "ask").isdisjoint({"a.Base.run", "a.Base.__init__"})
