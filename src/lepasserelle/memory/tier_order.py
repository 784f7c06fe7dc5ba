"""Which of several folders comes first where that is measured: as the last time, unless another is faster beyond doubt.

Two disks that are nearly as fast would change places from one start to the next, and compressed copies would move between them each
time. So the order is kept in a file, and a folder passes another one only when it was read `FASTER` times as fast. Not here: what
is measured (`tier_latency`), and what lies in the folders (`tiers`). Invariant: an order that cannot be kept, or was damaged, is
measured anew; what could not be measured is never what is kept.
"""

import math
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import xxhash

from lepasserelle.durable.atomic import write_atomically
from lepasserelle.errors import StorageError

FASTER: Final = 1.5
"""What is measured of one folder differs by a quarter from one time to the next, and rarely by half (decision 295)."""


def order_of(folders: Sequence[Path], latencies_ms: Sequence[float], kept: Path | None) -> list[int]:
    """Numbers of the folders, the fastest first. `kept`: a file that remembers it, and is written when the order is another one."""
    former = None if kept is None else _recalled(kept, folders)
    if former is None:
        order = sorted(range(len(folders)), key=lambda number: (latencies_ms[number], number))
    else:
        order = _passed(former, latencies_ms)
    if kept is not None and order != former and all(map(math.isfinite, latencies_ms)):
        _keep(kept, [folders[number] for number in order])
    return order


def _passed(former: Sequence[int], latencies_ms: Sequence[float]) -> list[int]:
    order = list(former)
    for _ in order:
        for place in range(len(order) - 1):
            first, second = order[place : place + 2]
            if latencies_ms[first] > FASTER * latencies_ms[second]:
                order[place : place + 2] = second, first
    return order


def _recalled(kept: Path, folders: Sequence[Path]) -> list[int] | None:
    """None: nothing is kept, it is damaged, or of other folders."""
    names = _names(folders)
    with suppress(OSError, msgspec.DecodeError):
        checksum, _, content = kept.read_bytes().partition(b" ")
        if checksum == _checksum(content):
            former = msgspec.json.decode(content, type=list[str])
            if len(set(names)) == len(names) and sorted(former) == sorted(names):
                return [names.index(name) for name in former]
    return None


def _keep(kept: Path, folders: Sequence[Path]) -> None:
    content = msgspec.json.encode(_names(folders))
    if kept.parent.is_dir():
        with suppress(StorageError):  # then it is measured anew the next time
            write_atomically(kept, _checksum(content) + b" " + content, "tier.order", sync=False)


def _names(folders: Sequence[Path]) -> list[str]:
    return [os.fsencode(folder.absolute()).hex() for folder in folders]


def _checksum(content: bytes) -> bytes:
    return xxhash.xxh3_64_hexdigest(content).encode()
