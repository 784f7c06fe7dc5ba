"""Reads a judged page and sums it up: the share of the drawn edges that are right, and how far that may be off.

A page that is not wholly judged has no figure. `cannot tell` counts as not right.
"""

import math
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

VERDICTS = ("right", "wrong", "cannot tell")
_HEAD = re.compile(r"^## \d+\. (.+)$", re.MULTILINE)
_VERDICT = re.compile(r"^verdict:[ ]*(.*)\n\nreason:[ ]*(.*)$", re.MULTILINE)
_TWO_SIDED_95 = 1.959964
"""Standard deviations of a normal distribution around its mean that hold 95 % of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one edge."""

    verdict: str
    reason: str

    @property
    def is_given(self) -> bool:
        """Whether it is one of the three, with its reason."""
        return self.verdict in VERDICTS and bool(self.reason)


def verdicts_of(page: str) -> dict[str, Verdict]:
    """What a page says of each edge, by the edge as its head names it."""
    pieces = _HEAD.split(page)
    found = {}
    for key, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        said = _VERDICT.search(piece)
        found[key] = Verdict(*(part.strip() for part in said.groups())) if said else Verdict("", "")
    return found


def wilson(right: int, drawn: int) -> tuple[float, float]:
    """The interval of 95 % around a share (Wilson, 1927), which holds for shares near one as well."""
    share, spread = right / drawn, _TWO_SIDED_95**2 / drawn
    middle = share + spread / 2
    half = _TWO_SIDED_95 * math.sqrt(share * (1 - share) / drawn + spread / (4 * drawn))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def summary(verdicts: dict[str, Verdict]) -> str:
    """One line for a page."""
    if not verdicts or not all(each.is_given for each in verdicts.values()):
        return f"{sum(each.is_given for each in verdicts.values())} of {len(verdicts)} judged."
    counts = Counter(each.verdict for each in verdicts.values())
    low, high = wilson(counts["right"], len(verdicts))
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    return f"Judged: {said}. Precision {counts['right'] / len(verdicts):.3f}, 95 % between {low:.3f} and {high:.3f} (Wilson)."


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name, summary(verdicts_of(Path(name).read_text(encoding="utf-8"))))
