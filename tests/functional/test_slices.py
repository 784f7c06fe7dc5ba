"""Slices as people ask for them: through `LeIndex` and the command, in real files, with every way in which it can go wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, MemoryConfig, QueryError
from lepasserelle.faces.cli.slices import slice_ as command
from lepasserelle.model.slices import Slice

QUIET = MemoryConfig(auto_spill=False)

SHOP = '''"""A shop."""

RATE = 3


class Cart:
    """What a customer wants."""

    limit = 10

    def total(self, items, customer):
        """What it costs."""
        price = 0
        count = 0
        for item in items:
            if item.free:
                continue
            price = price + item.price
            count = count + 1
        # what loyal customers get
        discount = customer.discount
        if count > self.limit:
            discount = discount + RATE
        report = f"{count} items"
        self.report = report
        return price - discount


def broken(a):
    b = a $ 2
    c = b
    return c


def one_line(x): return x + 1


later = list(map(lambda one:
    one + RATE,
    [1, 2]))


@kept
@told(1)
def spread(a,
           b):
    return a + b
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project."""
    root = tmp_path_factory.mktemp("slices")
    (root / "shop.py").write_text(SHOP, encoding="utf-8")
    (root / "notes.md").write_text("# Notes\n\nNothing here runs.\n", encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


@pytest.fixture
def shop(project: Path) -> Iterator[LeIndex]:
    """It, open."""
    with LeIndex(project, QUIET) as leindex:
        yield leindex


def lines(found: Slice) -> list[int]:
    """First lines of its statements."""
    return [one.start_line for one in found.statements]


def line_of(text: str) -> int:
    """The line that holds a text."""
    return next(number for number, line in enumerate(SHOP.splitlines(), start=1) if text in line)


def test_a_backward_slice_leaves_out_what_the_value_does_not_need(shop: LeIndex) -> None:
    """The price needs neither the discount nor the report."""
    found = shop.slice("shop.py", line_of("return price"), "price")
    assert found.symbol == "shop.Cart.total"
    assert found.direction == "backward"
    assert [SHOP.splitlines()[line - 1].strip() for line in lines(found)] == [
        "price = 0",
        "for item in items:",
        "if item.free:",
        "continue",
        "price = price + item.price",
        "return price - discount",
    ]


def test_every_statement_says_why_it_is_there(shop: LeIndex) -> None:
    """A person must be able to check each step."""
    found = shop.slice("shop.py", line_of("return price"), "price", assume_pure=True)
    why = {one.text.strip(): one.why for one in found.statements}
    assert why["return price - discount"][0] == "asked for"
    assert "writes price" in why["price = price + item.price"]
    assert why["if item.free:"] == ("decides",)
    assert why["continue"] == ("decides",)


def test_a_forward_slice_holds_what_a_value_reaches(shop: LeIndex) -> None:
    """From the discount to the price that is returned, and nowhere else."""
    found = shop.slice("shop.py", line_of("discount = customer"), forward=True)
    assert [one.text.strip() for one in found.statements] == [
        "discount = customer.discount",
        "discount = discount + RATE",
        "return price - discount",
    ]
    assert "uses discount" in found.statements[-1].why


def test_a_forward_slice_of_a_parameter_starts_at_the_head_of_its_function(shop: LeIndex) -> None:
    """The line of `def` stands for what a caller gives."""
    found = shop.slice("shop.py", line_of("def total"), "customer", forward=True)
    assert lines(found) == [line_of("discount = customer"), line_of("discount = discount"), line_of("return price")]


def test_a_field_is_a_variable_too(shop: LeIndex) -> None:
    """`self.report` is written once, of `report`."""
    found = shop.slice("shop.py", line_of("return price"), "self.report")
    assert line_of("self.report = report") in lines(found)
    assert line_of("report = f") in lines(found)
    assert line_of("discount = customer") not in lines(found)


def test_a_function_with_a_parse_error_says_that_its_slice_may_be_incomplete(shop: LeIndex) -> None:
    """And what could be read is there all the same."""
    found = shop.slice("shop.py", line_of("return c"))
    assert not found.is_complete
    assert "could not be parsed" in found.notes[0]
    assert line_of("c = b") in lines(found)


def test_code_of_a_file_and_of_a_lambda_has_slices(shop: LeIndex) -> None:
    """A line inside a lambda belongs to the lambda, its first line to what is around."""
    assert shop.slice("shop.py", line_of("later =")).symbol == "shop"
    assert shop.slice("shop.py", line_of("one + RATE")).symbol.startswith("shop.<lambda")
    assert shop.slice("shop.py", line_of("one_line")).symbol == "shop.one_line"


def test_the_head_of_a_function_is_what_was_asked_for(shop: LeIndex) -> None:
    """Also where it spans lines and decorators stand above it; an empty answer would look like one that could not be given."""
    for across in (False, True):
        found = shop.slice("shop.py", line_of("def spread(a,"), across_calls=across)
        assert (found.symbol, lines(found)) == ("shop.spread", [line_of("def spread(a,")])
        assert found.statements[0].why == ("asked for",)
        assert found.statements[0].text == "def spread(a,"
        below = shop.slice("shop.py", line_of("           b):"), across_calls=across)
        assert [(one.start_line, one.end_line) for one in below.statements] == [(line_of("def spread"), line_of("           b):"))]
        ahead = shop.slice("shop.py", line_of("def spread(a,"), forward=True, across_calls=across)
        assert lines(ahead) == [line_of("return a + b")]


@pytest.mark.parametrize(
    ("path", "line", "variable", "said"),
    [
        ("shop.py", line_of("# what loyal"), "", "no statement in line"),
        ("shop.py", 9_999, "", "there is no line 9999"),
        ("shop.py", line_of("return price"), "prize", "has no 'prize'"),
        ("gone.py", 1, "", "holds no file"),
        ("notes.md", 1, "", "no statement level"),
        ("../shop.py", 1, "", "not inside the project"),
        ("shop.py", 0, "", "line is 0"),
    ],
)
def test_what_is_not_there_is_said(shop: LeIndex, path: str, line: int, variable: str, said: str) -> None:
    """Each with what to do about it."""
    with pytest.raises(QueryError, match=said):
        shop.slice(path, line, variable)


def test_a_line_without_statement_names_those_near_it(shop: LeIndex) -> None:
    """A comment is no statement; its neighbours are."""
    with pytest.raises(QueryError, match=f"{line_of('count = count')}, {line_of('discount = customer')}"):
        shop.slice("shop.py", line_of("# what loyal"))


def test_the_answer_after_everything_was_spilled_is_the_same(shop: LeIndex) -> None:
    """Reload is invisible."""
    before = shop.slice("shop.py", line_of("return price"))
    shop.spill_all_caches()
    assert shop.slice("shop.py", line_of("return price")) == before
    assert shop.slice("shop.py", line_of("return price"), "price") != before


def test_the_command_shows_lines_with_reasons(project: Path) -> None:
    """As text, and as one document."""
    runner = CliRunner()
    place = f"shop.py:{line_of('return price')}"
    shown = runner.invoke(command, [place, "-v", "price", "-p", str(project)])
    assert shown.exit_code == 0, shown.output
    assert "shop.Cart.total" in shown.output
    assert "price = price + item.price  # writes price" in shown.output
    document = json.loads(runner.invoke(command, [place, "--json", "-p", str(project)]).output)
    assert document["schema_version"] == 1
    assert document["direction"] == "backward"
    assert {"path", "start_line", "end_line", "symbol", "text", "why", "calls"} == set(document["statements"][0])


def test_a_place_must_be_a_file_and_a_line(project: Path) -> None:
    """The error says how a place is written."""
    result = CliRunner().invoke(command, ["shop.py", "-p", str(project)])
    assert isinstance(result.exception, QueryError)
    assert "FILE:LINE" in str(result.exception)
