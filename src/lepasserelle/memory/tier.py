"""One folder of stored results: where it is and what it may take, its store, and whether it can be used now.

Not here: what goes where (`tiers`).
"""

import math
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lepasserelle.memory.forks import ForkedRLock
from lepasserelle.memory.store import CacheStore, HandDown
from lepasserelle.memory.store_index import in_blocks
from lepasserelle.memory.tier_mark import TierMark


class TierPlace(NamedTuple):
    """A folder for stored results, and how much of it they may take."""

    folder: Path
    quota_bytes: int
    mark: TierMark | None = None
    """What knows whether it is the folder that was there before; None: for this process only."""
    copies_bytes: int = 0
    """Of the quota, for compressed copies when the place is the lowest one."""


class TierCounts(msgspec.Struct):
    """What moved, in entries and bytes of payload."""

    promoted: int = 0
    promoted_bytes: int = 0
    demoted: int = 0
    demoted_bytes: int = 0
    clean: int = 0
    """Not written, because the place where it was to go held exactly that."""
    raised: int = 0
    """Moved up, because the lowest tier had no room for it and an upper one did."""
    dropped: int = 0
    """Had to go and no tier took it; the same one each time, if it was put again."""


class Tier:
    """One folder with its store, and whether it can be used now."""

    def __init__(
        self, place: TierPlace, project: bytes, hand_down: HandDown, writing: ForkedRLock, *, dictionaries: bool = False
    ) -> None:
        self.place: Final = place
        self.mark: Final = place.mark or TierMark(place.folder)
        voice = self.mark.voice
        self.store: Final = CacheStore(
            place.folder, project, place.quota_bytes, hand_down, voice=voice, writing=writing, dictionaries=dictionaries
        )
        self.latency_ms: float | None = None
        """Measured; None: it was not."""
        self.was_missed = False
        """Its folder was not there when last looked for."""
        self.rests_until_s = -math.inf
        self.rests_for = ""
        """Why it was left out when it last was."""

    def has_room(self, size_bytes: int) -> bool:
        """Whether it can take a file of that size without letting anything go."""
        return held_bytes(self) + in_blocks(size_bytes) <= self.place.quota_bytes

    def left_out(self, why: str) -> None:
        """Tell of it, once."""
        self.mark.voice.warn(f"stored results go on without {self.place.folder}: {why}")


def held_bytes(tier: Tier) -> int:
    """What its files take, in whole blocks, by its own count: no look at the folder."""
    return tier.store.statistics(look=False).disk_bytes
