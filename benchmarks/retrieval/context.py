"""Does the context of a question hold what it is about? Annotated files of which something stands in the answer within a budget of
tokens, beside searching and then reading: whole files, best first, until the budget is full.

Both count tokens by `estimate_tokens`, headings included. A file that is read takes its path as heading. Not judged: whether what
stands there suffices; therefore the share of files with a whole definition stands beside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lepasserelle import Analysis, LeIndex
from lepasserelle.query.tokens import estimate_tokens
from retrieval.scoring import Question
from tables import table

BUDGETS: Final = (1000, 2000, 4000, 8000)
READ_WHOLE: Final = "search, then read whole files"
READ_CUT: Final = "the same, the last file cut where the budget ends"
PACKED: Final = "context"
PACKED_WHOLE: Final = "context, files with a whole definition"
WAYS: Final = (PACKED, PACKED_WHOLE, READ_CUT, READ_WHOLE)
_TOLD: Final = 2000
"""The budget that is told by category and package."""

_FILES = 20
"""Hits that are read, at most."""


@dataclass
class Coverage:
    """Targets covered, by way and budget."""

    covered: dict[tuple[str, int], list[tuple[str, str, float]]] = field(default_factory=dict)
    """(package, category, share of the question's targets) of each question."""
    longest: dict[int, int] = field(default_factory=dict)
    """Tokens of the longest answer of each budget."""

    def ask(self, leindex: LeIndex, questions: Iterable[Question]) -> None:
        """All ways, all budgets. The index is searched as it is; answers are not taken from those that are kept."""
        sizes: dict[str, int] = {}
        for question in questions:
            hits = list(dict.fromkeys(hit.path for hit in leindex.search(question.text, _FILES)))
            for budget in BUDGETS:
                answer = leindex.analyze(question.text, budget)
                self.longest[budget] = max(self.longest.get(budget, 0), estimate_tokens(answer.text))
                found = {PACKED: _paths(answer), PACKED_WHOLE: _paths(answer, "whole"), **_read(leindex, hits, budget, sizes)}
                for way, paths in found.items():
                    self._note(way, budget, question, paths)

    def _note(self, way: str, budget: int, question: Question, paths: set[str]) -> None:
        share = sum(_is_covered(target, paths) for target in question.targets) / len(question.targets)
        self.covered.setdefault((way, budget), []).append((question.package, question.category, share))

    def mean(self, way: str, budget: int, **only: str) -> float:
        """Mean share over the questions, of one package or category."""
        shares = [
            share
            for package, category, share in self.covered[way, budget]
            if only.get("package", package) == package and only.get("category", category) == category
        ]
        return sum(shares) / len(shares)

    def report(self) -> str:
        """Tables."""
        asked = self.covered[PACKED, _TOLD]
        packages = list(dict.fromkeys(package for package, _, _ in asked))
        categories = list(dict.fromkeys(category for _, category, _ in asked))
        missed = sum(share < 1 for _, _, share in asked)
        return "\n\n".join(
            [
                f"### Context: share of the annotated files in an answer of so many tokens, mean of {len(asked)} questions",
                table(["way", *map(str, BUDGETS)], [[way, *(f"{self.mean(way, one):.3f}" for one in BUDGETS)] for way in WAYS]),
                table(
                    [f"{_TOLD} tokens", *categories, *packages],
                    [
                        [
                            way,
                            *(f"{self.mean(way, _TOLD, category=name):.2f}" for name in categories),
                            *(f"{self.mean(way, _TOLD, package=name):.2f}" for name in packages),
                        ]
                        for way in WAYS
                    ],
                ),
                f"Of {missed} questions a file is missing at {_TOLD} tokens. Longest answers, of the budgets above: "
                + ", ".join(str(self.longest[budget]) for budget in BUDGETS)
                + " tokens.",
            ]
        )


def _paths(answer: Analysis, form: str = "") -> set[str]:
    return {part.path for part in answer.parts if not form or part.form == form}


def _read(leindex: LeIndex, hits: list[str], budget: int, sizes: dict[str, int]) -> dict[str, set[str]]:
    """Whole files in this order, as long as the next one fits; and with the first one that does not."""
    left, whole = budget, []
    for path in hits:
        if path not in sizes:
            sizes[path] = estimate_tokens(f"## {path}\n" + (leindex.project / path).read_text("utf-8", "replace"))
        left -= sizes[path]
        if left < 0:
            break
        whole.append(path)
    return {READ_WHOLE: set(whole), READ_CUT: set(hits[: len(whole) + 1])}


def _is_covered(target: str, paths: set[str]) -> bool:
    return any(path == target or path.startswith(target.rstrip("/") + "/") for path in paths)
