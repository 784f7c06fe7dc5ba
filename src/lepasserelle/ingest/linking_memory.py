"""Whether linking would be granted more memory now than when a graph was linked that lacked some.

Not here: how much linking takes (`reserving`), how it is claimed (`segments`), and what is followed with less (`graph`). Invariant:
what a graph is said to have been linked within grows each time that it is linked again for that alone, by a margin, so that this
comes to an end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

import msgspec

from lepasserelle.errors import BudgetExceededError
from lepasserelle.ingest.reserving import Claim, Reserve, build_bytes, least_linking_bytes, lesser_bytes, steps_within
from lepasserelle.storage import IndexedFile

MARGIN_BYTES: Final = 16_000_000
"""So much more is worth linking again: what a process holds of itself differs from run to run by some megabytes."""

MORE_NOTE: Final = "there is more memory than when calls were last followed: they were followed again"
"""What is said of a run that linked again for that."""

ALL: Final = 1 << 62
"""What is granted where nothing is limited."""


class LinkingNeed(msgspec.Struct, frozen=True):
    """What linking takes of some files, in a child that builds `share`."""

    share: tuple[str, ...]
    need_bytes: int
    least_bytes: int
    """The same when no values are followed."""

    @classmethod
    def of(cls, share: Sequence[str], files: Sequence[IndexedFile]) -> "LinkingNeed":
        """That of these files."""
        definitions, source_bytes = sum(file.definition_count for file in files), sum(file.size_bytes for file in files)
        return cls(tuple(share), build_bytes(share, definitions, source_bytes), least_linking_bytes(definitions, source_bytes))

    def most_steps(self, granted_bytes: int) -> int | None:
        """As in `BuildJob`."""
        return None if granted_bytes >= self.need_bytes else steps_within(granted_bytes, self.least_bytes)

    def within(self, reserve: Reserve) -> int:
        """What linking could take if it began now, and where all of it is granted what is left beside it; 0: not even the least."""
        with suppress(BudgetExceededError), self._claim(reserve, self.need_bytes) as claim:
            return ALL if claim.most_bytes is None else claim.most_bytes
        with suppress(BudgetExceededError):
            with self._claim(reserve, self.least_bytes) as claim:
                amount_bytes = lesser_bytes(self.need_bytes, self.least_bytes, claim.most_bytes)
            with suppress(BudgetExceededError), self._claim(reserve, amount_bytes):
                return amount_bytes
            return self.least_bytes
        return 0

    def is_more(self, within_bytes: int, former_bytes: int) -> bool:
        """Whether so much is worth linking again what was linked within `former_bytes`."""
        has_all = within_bytes >= self.need_bytes > former_bytes
        return has_all or within_bytes > former_bytes + MARGIN_BYTES

    @contextmanager
    def _claim(self, reserve: Reserve, asked_bytes: int) -> Iterator[Claim]:
        with reserve(asked_bytes, f"building {self.share[0]}", timeout_s=0, in_children=True) as claim:
            yield claim
