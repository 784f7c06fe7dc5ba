"""The page on which a person judged asserted edges: `benchmarks/graph/JUDGED.md`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from graph.judging import Verdict, summary, verdicts_of, wilson

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PAGES = sorted((BENCHMARKS / "graph").glob("JUDGED*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_drawn_edge_has_its_verdict_and_its_reason(page: Path) -> None:
    """A page that is half judged would show a figure of the easy half."""
    verdicts = verdicts_of(page.read_text("utf-8"))
    assert len(verdicts) == 100
    assert [key for key, verdict in verdicts.items() if not verdict.is_given] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_figure_of_a_page_is_the_sum_of_its_verdicts(page: Path) -> None:
    """The line at the head is not written by hand."""
    text = page.read_text("utf-8")
    assert summary(verdicts_of(text)) in text


def test_an_edge_without_its_reason_keeps_a_page_from_its_figure() -> None:
    """One is counted as not judged, whatever its verdict."""
    said = {"a": Verdict("right", "made there"), "b": Verdict("right", "")}
    assert summary(said) == "1 of 2 judged."


def test_the_interval_is_wilson_s() -> None:
    """Against values that are known: 95 of 100, and the end where a simple interval has no width."""
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=1e-4)
    assert wilson(100, 100) == pytest.approx((0.9630, 1.0), abs=1e-4)
