"""Slices through calls, in a project of two files: parameters, returned values, fields, names of files, recursion, and the
bounds.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model.slices import Slice

PRICES = """RATE = 3


def base(item):
    return item.price


def same(value):
    result = value
    return result


def discount(customer, item):
    note = customer.name
    if customer.loyal:
        return RATE
    return 0


def even(n):
    if n == 0:
        return 1
    return odd(n - 1)


def odd(n):
    if n == 0:
        return 0
    return even(n - 1)


def set_rate(value):
    global RATE
    RATE = value


def one(x):
    return two(x)


def two(x):
    return three(x)


def three(x):
    return x + 1
"""

CART = """from prices import base, discount, even, one, same, set_rate


class Cart:
    def __init__(self, owner, title):
        self.owner = owner
        self.items = []

    def add(self, item):
        self.items.append(item)

    def size(self):
        return len(self.items)

    def total(self):
        price = 0
        for item in self.items:
            price = price + base(item)
        cut = discount(self.owner, None)
        return price - cut


def main(who, what, title):
    cart = Cart(who, title)
    set_rate(5)
    cart.add(what)
    unused = even(7)
    result = cart.total()
    return result


def twins(left, right):
    first = same(left)
    second = same(right)
    print(first)
    return second


def parity(n, other):
    answer = even(n)
    return answer


def measured(who):
    cart = Cart(who, None)
    number = cart.size()
    return cart


def far(x):
    return one(x)
"""
SOURCES = {"prices.py": PRICES, "cart.py": CART}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """It, indexed and open."""
    root = tmp_path_factory.mktemp("calls")
    for path, text in SOURCES.items():
        (root / path).write_text(text, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        yield leindex


def line_of(path: str, text: str) -> int:
    """The line that holds a text."""
    return next(number for number, line in enumerate(SOURCES[path].splitlines(), start=1) if text in line)


def said(found: Slice) -> set[str]:
    """The texts of its statements."""
    return {one.text.strip() for one in found.statements}


def test_a_backward_slice_follows_returns_fields_and_names_of_files(project: LeIndex) -> None:
    """The total needs what items were added, the owner, and the rate that was set."""
    found = project.slice("cart.py", line_of("cart.py", "return result"), across_calls=True, depth=5)
    assert said(found) >= {
        "return item.price",
        "if customer.loyal:",
        "return RATE",
        "RATE = value",
        "set_rate(5)",
        "self.owner = owner",
        "self.items.append(item)",
        "cart.add(what)",
        "cart = Cart(who, title)",
    }
    assert not said(found) & {"note = customer.name", "unused = even(7)", "return odd(n - 1)", "second = same(right)"}
    assert found.is_complete
    assert found.functions >= 6


def test_each_statement_says_how_many_calls_away_it_is(project: LeIndex) -> None:
    """The line itself is at 0, its callee at 1, what that calls at 2."""
    found = project.slice("cart.py", line_of("cart.py", "return result"), across_calls=True)
    level = {one.text.strip(): one.calls for one in found.statements}
    assert level["return result"] == 0
    assert level["return price - cut"] == 1
    assert level["return item.price"] == 2


def test_a_slice_goes_up_to_the_arguments_of_callers(project: LeIndex) -> None:
    """And only to those that matter."""
    found = project.slice("prices.py", line_of("prices.py", "if customer.loyal"), "customer.loyal", across_calls=True)
    assert {"cut = discount(self.owner, None)", "self.owner = owner", "cart = Cart(who, title)"} <= said(found)
    assert "price = price + base(item)" not in said(found)


def test_a_slice_does_not_return_to_a_call_that_it_did_not_come_from(project: LeIndex) -> None:
    """`same` is called twice; the second result does not need the first argument."""
    found = project.slice("cart.py", line_of("cart.py", "return second"), across_calls=True)
    assert {"second = same(right)", "result = value", "return result"} <= said(found)
    assert "first = same(left)" not in said(found)


def test_a_forward_slice_follows_arguments_and_results(project: LeIndex) -> None:
    """From the price of an item to whoever calls the total."""
    found = project.slice("prices.py", line_of("prices.py", "return item.price"), forward=True, across_calls=True)
    assert said(found) >= {"price = price + base(item)", "return price - cut", "result = cart.total()", "return result"}
    assert "cut = discount(self.owner, None)" not in said(found)
    down = project.slice("cart.py", line_of("cart.py", "def far"), "x", forward=True, across_calls=True, depth=5)
    assert {"return one(x)", "return two(x)", "return three(x)", "return x + 1"} <= said(down)


def test_mutually_recursive_functions_are_summarised_to_a_fixpoint(project: LeIndex) -> None:
    """`even` and `odd` need their number and nothing else."""
    found = project.slice("cart.py", line_of("cart.py", "return answer"), across_calls=True)
    assert {"return odd(n - 1)", "return even(n - 1)", "answer = even(n)"} <= said(found)
    assert found.is_complete


def test_a_depth_that_cuts_is_said(project: LeIndex) -> None:
    """And a greater one does not cut."""
    line = line_of("cart.py", "return one(x)")
    short = project.slice("cart.py", line, across_calls=True, depth=1)
    assert "return two(x)" in said(short)
    assert "return three(x)" not in said(short)
    assert not short.is_complete
    assert "cut at 1 calls" in short.notes[0]
    assert project.slice("cart.py", line, across_calls=True, depth=4).is_complete


def test_a_number_of_functions_that_cuts_is_said(project: LeIndex) -> None:
    """What was not looked at is taken to change what it is given."""
    found = project.slice("cart.py", line_of("cart.py", "return result"), across_calls=True, most_functions=2)
    assert not found.is_complete
    assert any("cut at 2 functions" in note for note in found.notes)


def test_a_followed_call_changes_only_what_it_changes(project: LeIndex) -> None:
    """`size` only reads; without looking into it a slice must take it to change the cart."""
    line = line_of("cart.py", "return cart")
    assert "number = cart.size()" in said(project.slice("cart.py", line))
    assert "number = cart.size()" not in said(project.slice("cart.py", line, across_calls=True))


MADE = """class Box:
    def __init__(self):
        self.v = 0


def subject(a, probe):
    p = Box()
    p.v = a
    probe(p.v)
"""


def test_what_is_put_on_a_new_instance_is_followed(tmp_path: Path) -> None:
    """A class whose constructor is followed gives an object, and not nothing: what is stored on it afterwards is seen."""
    (tmp_path / "made.py").write_text(MADE, encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        found = leindex.slice("made.py", 9, across_calls=True)
    assert [(one.start_line, one.why) for one in found.statements if one.symbol == "made.subject"] == [
        (7, ("writes p", "may change a", "may change p.v")),
        (8, ("writes p.v",)),
        (9, ("asked for",)),
    ]


OPEN = """class A:
    def run(self): return 1


class B:
    def run(self): return 2


class C:
    @property
    def total(self):
        return self.x


def use(thing):
    result = thing.run()
    return result


def read(q):
    c = C()
    c.x = q
    found = c.total
    return found


def plain(q):
    more = q + 1
    return more
"""


@pytest.mark.parametrize(
    ("line", "notes"),
    [
        (17, ("calls that several functions could answer (run in line 16) were not followed",)),
        (24, ()),
        (29, ()),
    ],
)
def test_what_is_not_followed_is_said(tmp_path: Path, line: int, notes: tuple[str, ...]) -> None:
    """A call with candidates; nothing where nothing is left out: a property with code of its own is entered."""
    (tmp_path / "open.py").write_text(OPEN, encoding="utf-8")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        found = leindex.slice("open.py", line, across_calls=True)
    assert found.notes == notes
    assert found.is_complete == (not notes)
