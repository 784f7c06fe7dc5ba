"""What lies in which tier, and why, told from the files themselves: true for what other processes and earlier ones did, too.

Not here: moving anything (`tiers`). Invariant: nothing is read but names, sizes and times.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from lepasserelle.memory import store_entry
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_folder import Found
from lepasserelle.memory.tiers import LARGEST_SHARE, Tier, TieredStore
from lepasserelle.model.tiers import TierContent, TierFigures

ONLY: Final = "there is no other tier"
NEW: Final = "written here; not asked for since"
IN_USE: Final = "asked for since it was written"
PROMOTED: Final = "copied up from the tier below, where it was asked for twice"
COPY_BELOW: Final = "the copy that stayed when it was promoted: letting the upper one go writes nothing"
LARGE: Final = "over an eighth of the quota above"
PUSHED_OUT: Final = "the quota above pushed it out"
ONCE: Final = "the quota above pushed it out; asked for once since: the next time it moves up"


def told(store: CacheStore | TieredStore) -> tuple[TierFigures, ...]:
    """Each tier with what lies in it, the fastest first."""
    if isinstance(store, CacheStore):
        rows = _rows(store.files(), lambda _: ONLY)
        held_bytes = store.statistics(look=False).disk_bytes
        return (TierFigures("L2", str(store.home), ONLY, store.quota_bytes, held_bytes, store.problem or "", rows),)
    listings = [{found.name: found for found in tier.store.files()} for tier in store.tiers]
    return tuple(_tier(store.tiers, listings, number) for number in range(len(listings)))


def _tier(tiers: Sequence[Tier], listings: Sequence[Mapping[str, Found]], number: int) -> TierFigures:
    tier = tiers[number]
    above = listings[number - 1] if number else {}
    below = listings[number + 1] if number + 1 < len(listings) else {}
    upper_quota_bytes = tiers[number - 1].place.quota_bytes if number else None

    def why(found: Found) -> str:
        if found.name in above:
            return COPY_BELOW
        if found.name in below:
            return PROMOTED
        if upper_quota_bytes is None:
            return IN_USE if found.was_used else NEW
        if found.size_bytes > upper_quota_bytes // LARGEST_SHARE:
            return LARGE
        return ONCE if found.was_used else PUSHED_OUT

    measured = "as configured" if tier.latency_ms is None else f"measured: {tier.latency_ms:.2f} ms to read 64 KiB"
    held_bytes = tier.store.statistics().disk_bytes
    rows = _rows(listings[number].values(), why)
    name, folder = f"L{number + 2}", str(tier.place.folder)
    return TierFigures(name, folder, measured, tier.place.quota_bytes, held_bytes, tier.store.problem or "", rows)


def _rows(found: Iterable[Found], why: Callable[[Found], str]) -> tuple[TierContent, ...]:
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        title = store_entry.title(one.name)
        if title is not None:
            row = sums[title.kind, why(one)]
            row[0] += 1
            row[1] += one.size_bytes
    return tuple(TierContent(what, reason, entries, size_bytes) for (what, reason), (entries, size_bytes) in sorted(sums.items()))
