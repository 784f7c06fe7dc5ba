"""The flows of one linking: which programs have to be followed, and which say again what they said in a former one.

A family's flow is said again where none of its files changed: a page of documentation, a script or a style sheet is nothing to
what flows in Python. Sections do not depend on it.
"""

from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

import zstandard

from lepasserelle.graph import apart
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.flowed import Flowed, order_of, renumbered, starts_of
from lepasserelle.graph.remembered import VERSION, Former
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_again import said_again
from lepasserelle.graph.value_outcome import Outcome
from lepasserelle.graph.value_program import Program

_LEVEL: Final = 3


class Flows:
    """Made once the strings stand that every flow begins with."""

    def __init__(self, survey: Survey, evaluator: Evaluator, former: Former | None) -> None:
        self._survey = survey
        self._bases, self._references = starts_of(survey)
        self._orders = {family: order_of(survey, program) for family, program in survey.programs.items()}
        self._said = {} if former is None else self._said_again(former)
        self.leaves = former is not None
        """Whether flows that are followed say what they leave of each row: an edit is likely to come after an edit."""
        if former is not None and "python" not in self._said:
            self._take_on(former, evaluator)
        self._followed: dict[str, apart.Followed] = {}

    def _said_again(self, former: Former) -> dict[str, Flowed]:
        survey, known = self._survey, former.remembered
        if known.version != VERSION:
            return {}
        changed = {survey.files[file].family.name for file in (*former.unsure, *[change.file for change in former.changes])}
        return {
            family: flowed
            for family, flowed in known.flows.items()
            if family not in changed and self._orders.get(family) == flowed.order and self._fits(family, flowed)
        }

    def _take_on(self, former: Former, evaluator: Evaluator) -> None:
        """What Python's flow said stands where its files changed and it does not feel that."""
        survey, flowed = self._survey, former.remembered.flows.get("python")
        files = [survey.files[change.file].family.name == "python" for change in former.changes]
        changes = [change for change, own in zip(former.changes, files, strict=True) if own]
        unsure = any(survey.files[file].family.name == "python" for file in former.unsure)
        if former.remembered.version != VERSION or flowed is None or not flowed.left or unsure or "python" not in survey.programs:
            return
        if not self._fits("python", flowed, {change.file for change in changes}):
            return
        with survey.rewound():  # flows that are followed begin with the strings that the survey met
            again = said_again(survey, evaluator, changes, flowed, cache(lambda: self._unpacked(flowed)))
            packed = apart.packed_of(again.outcome, survey.strings) if again is not None else b""
        if again is not None:
            outcome = zstandard.ZstdCompressor(level=_LEVEL).compress(packed)
            self._said["python"] = Flowed(self._bases, self._references, self._orders["python"], outcome, again.left)

    def _unpacked(self, flowed: Flowed) -> Outcome:
        return apart.unpack(zstandard.ZstdDecompressor().decompress(flowed.outcome), self._survey.strings)

    def _fits(self, family: str, flowed: Flowed, changed: AbstractSet[int] = frozenset()) -> bool:
        """Whether each file of the family has as many definitions as it had, and if it did not change as many references."""
        files = self._survey.files
        if len(flowed.bases) != len(files) + 1 or len(flowed.references) != len(files) + 1:
            return False
        return all(
            after[number + 1] - after[number] == before[number + 1] - before[number]
            for before, after, others in ((flowed.bases, self._bases, ()), (flowed.references, self._references, changed))
            for number, row in enumerate(files)
            if row.family.name == family and number not in others
        )

    def to_follow(self) -> list[Program]:
        """The programs whose values have to be followed, the one of most rows first. The others are empty from here on."""
        for family in self._said:
            self._survey.programs[family].clear()
        return [program for program in apart.by_size(self._survey) if program.family not in self._said]

    def followed(self, family: str, found: apart.Followed) -> None:
        """What came of a program."""
        self._followed[family] = found

    def outcome(self) -> Outcome:
        """What all of them say, once all that had to be have been followed."""
        survey, outcome = self._survey, Outcome()
        for family in survey.programs:
            flowed = self._said.get(family)
            if flowed is None:
                outcome.join(apart.unpack(self._followed[family].outcome, survey.strings))
            else:
                outcome.join(renumbered(self._unpacked(flowed), flowed, survey))
        return outcome

    def kept(self) -> dict[str, Flowed]:
        """All of them, for the next linking."""
        compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        fresh = {
            family: Flowed(self._bases, self._references, self._orders[family], compress(found.outcome), found.left)
            for family, found in self._followed.items()
        }
        return {**self._said, **fresh}
