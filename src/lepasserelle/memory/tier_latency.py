"""How long a folder takes to give a small file back that the system does not hold in memory: what tiers are ordered by.

Not here: what is done with it (`tiers`). Invariant: nothing is left behind; a folder that cannot be measured is slower than any.
"""

import math
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.durable.atomic import sync_file, temporary_name
from lepasserelle.memory import pages

PROBE_BYTES: Final = 64 * 1024
ROUNDS: Final = 5


def read_ms(folder: Path) -> float:
    """Median of some reads of a file of 64 KiB, each after the system was asked to forget it, in milliseconds. Infinite when the
    folder cannot be written or read.
    """
    path = temporary_name(folder / "probe")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(os.urandom(PROBE_BYTES))
            file.flush()
            sync_file(file.fileno())
        return sorted(_read_once(path) for _ in range(ROUNDS))[ROUNDS // 2]
    except OSError:
        return math.inf
    finally:
        with suppress(OSError):
            path.unlink()


def _read_once(path: Path) -> float:
    pages.drop_file_cache(path)
    began_s = time.perf_counter()
    path.read_bytes()
    return (time.perf_counter() - began_s) * 1000.0
