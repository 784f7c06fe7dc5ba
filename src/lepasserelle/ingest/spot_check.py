"""Which files' contents a run verifies that has nothing to read: a part of them, from a place that the clock gives.

Nobody else reads what is stored of a file that has not changed, so that damage to it would be found when it is needed. All of it
takes as long as the rest of such a run (72 ms of 1 176 files); `leindex cache verify` reads all.
"""

from collections.abc import Sequence
from typing import Final

import xxhash

from lepasserelle.storage import IndexedFile, Lestockage

LEAST_FILES: Final = 64
PART: Final = 8
"""Of more files than that, one of so many."""
_AT_ONCE: Final = 12
"""Files whose contents are held together: as little stands in memory for many files as for few."""


def altered(lestockage: Lestockage, files: Sequence[IndexedFile], seed: int) -> list[str]:
    """Paths of those of a part of the files of which something is not what was written; it is forgotten."""
    part = chosen(files, seed)
    return [path for at in range(0, len(part), _AT_ONCE) for path in lestockage.damaged_contents(part[at : at + _AT_ONCE])]


def chosen(files: Sequence[IndexedFile], seed: int) -> list[IndexedFile]:
    """Neighbours in the order of the files, the first ones again after the last."""
    count = min(len(files), max(LEAST_FILES, -(-len(files) // PART)))
    first = xxhash.xxh3_64_intdigest(seed.to_bytes(8, "little")) % len(files) if files else 0  # clocks tell multiples of their step
    return [*files[first : first + count], *files[: max(0, first + count - len(files))]]
