"""The pages on which asserted edges were judged: of Python edge by edge (`benchmarks/graph/JUDGED.md` and those before it), of
other languages by counts (`JUDGED_LANGUAGES.md` and the page after it).
"""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from graph.judging import Verdict, summary, verdicts_of, wilson

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LANGUAGES = {BENCHMARKS / "graph" / "JUDGED_LANGUAGES.md": 12, BENCHMARKS / "graph" / "JUDGED_LANGUAGES_SECOND.md": 8}
"""Pages, and of how many languages each is."""
PAGES = sorted({*(BENCHMARKS / "graph").glob("JUDGED*.md")} - LANGUAGES.keys())


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


@pytest.mark.parametrize("page", LANGUAGES, ids=lambda page: page.stem)
def test_the_counts_of_other_languages_add_up(page: Path) -> None:
    """Right and wrong are what was drawn, the last row is the sum of the others, and no wrong place lacks a cause
    (one may have two).
    """
    text = page.read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines() if line.startswith("| ")]
    counted = [row for row in rows if len(row) == 7 and row[2].isdigit()]
    assert len(counted) == LANGUAGES[page]
    assert all(int(row[2]) + int(row[3]) == 25 for row in counted)
    right, wrong, expected = (sum(int(row[column]) for row in counted) for column in (2, 3, 5))
    bases = [re.findall(r"[0-9]+", row[6]) for row in counted if row[6] != "none drawn"]
    together = next(row for row in rows if row[0] == "together")
    assert together[2:] == [
        f"{right} of {25 * len(counted)}",
        str(wrong),
        "",
        f"{expected} of {15 * len(counted)}",
        f"{sum(int(held) for held, _ in bases)} of {sum(int(drawn) for _, drawn in bases)}",
    ]
    causes = [row[1] for row in rows if len(row) == 3 and "`" in row[1] and ":" in row[1]]
    assert sum(len(re.findall(r"`[^`]+:[0-9]+`", places)) for places in causes) >= wrong
