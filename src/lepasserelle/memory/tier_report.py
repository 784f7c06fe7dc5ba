"""What lies in which tier, and why, told from the files themselves: true for what other processes and earlier ones did, too.

Not here: moving anything (`tiers`). Invariant: nothing is read but names, sizes and times.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from lepasserelle.memory import store_entry
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_folder import Found, Listing
from lepasserelle.memory.store_index import in_blocks
from lepasserelle.memory.tier import Tier
from lepasserelle.memory.tier_mark import Whereabouts
from lepasserelle.memory.tiers import TieredStore, is_large
from lepasserelle.model.tiers import TierContent, TierFigures

ONLY: Final = "there is no other tier"
NEW: Final = "written here; not asked for since"
IN_USE: Final = "asked for since it was written"
PROMOTED: Final = "copied up from the tier below, where it was asked for twice"
COPY_BELOW: Final = "the copy that stayed when it was promoted: letting the upper one go writes nothing"
ALSO_BELOW: Final = "also lies in the tier below: letting this one go writes nothing"
ALSO_ABOVE: Final = "also lies in the tier above"
LARGE: Final = "over an eighth of the quota above"
PUSHED_OUT: Final = "the quota above pushed it out, or the tier above was left out"
UNFINISHED: Final = "being written, or was by a process that died; removed when nobody else is here, or after an hour"
ONCE: Final = "asked for once since it lies here: the next time it moves up, when there is room for what it pushes out"


def told(store: CacheStore | TieredStore) -> tuple[TierFigures, ...]:
    """Each tier with what lies in it, the fastest first."""
    if isinstance(store, CacheStore):
        rows = _rows(store.listing(), lambda _: ONLY)
        return (TierFigures("L2", str(store.home), ONLY, store.quota_bytes, _held(rows), store.trouble() or "", rows),)
    listings = [tier.store.listing() for tier in store.tiers]
    last = len(listings) - 1
    return tuple(
        _tier(store.tiers, listings, number, store.counts.dropped if number == last else 0) for number in range(len(listings))
    )


def _tier(tiers: Sequence[Tier], listings: Sequence[Listing], number: int, dropped: int) -> TierFigures:
    tier = tiers[number]
    above, below = (_compared(tiers, listings, other) for other in (number - 1, number + 1))
    is_there = _is_there(tier)
    upper_quota_bytes = tiers[number - 1].place.quota_bytes if number else None

    def why(found: Found) -> str:
        if found.name in above:
            return COPY_BELOW if is_there and above[found.name].is_copied_from(found) else ALSO_ABOVE
        if found.name in below:
            return PROMOTED if found.is_copied_from(below[found.name]) else ALSO_BELOW
        if upper_quota_bytes is None:
            return IN_USE if found.was_used else NEW
        if is_large(found.size_bytes, upper_quota_bytes):
            return LARGE
        return ONCE if found.was_used else PUSHED_OUT

    measured = "as configured" if tier.latency_ms is None else f"measured: {tier.latency_ms:.2f} ms to read 64 KiB"
    rows = _rows(listings[number], why)
    name, folder = f"L{number + 2}", str(tier.place.folder)
    problem = tier.mark.look().why or tier.store.trouble() or ""
    if problem:
        tier.left_out(problem)
    return TierFigures(name, folder, measured, tier.place.quota_bytes, _held(rows), problem or tier.mark.damage, rows, dropped)


def _compared(tiers: Sequence[Tier], listings: Sequence[Listing], number: int) -> Mapping[str, Found]:
    """What lies in the tier of that number, by name; nothing where there is none, or it is left out: nobody reads it then."""
    if number not in range(len(tiers)) or not _is_there(tiers[number]):
        return {}
    return {found.name: found for found in listings[number].entries}


def _is_there(tier: Tier) -> bool:
    return tier.mark.look().whereabouts is Whereabouts.THERE


def _rows(listing: Listing, why: Callable[[Found], str]) -> tuple[TierContent, ...]:
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in listing.entries:
        title = store_entry.title(one.name)
        if title is not None:
            _add(sums[title.kind, why(one)], one.size_bytes)
    if listing.unfinished:
        _add(sums["unfinished", UNFINISHED], listing.unfinished_bytes)
        sums["unfinished", UNFINISHED][0] = listing.unfinished
    return tuple(TierContent(what, reason, *row) for (what, reason), row in sorted(sums.items()))


def _add(row: list[int], size_bytes: int) -> None:
    row[0] += 1
    row[1] += size_bytes
    row[2] += in_blocks(size_bytes)


def _held(rows: Iterable[TierContent]) -> int:
    return sum(row.held_bytes for row in rows)
