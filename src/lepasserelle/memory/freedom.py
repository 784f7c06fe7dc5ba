"""Whether anything could bind the memory of this process, for a program that has not loaded what tells how much: the meter and its
parts do that, later and exactly.

Imports next to nothing. Invariant: what cannot be read, or is not understood, counts as a bound.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PLENTY_BYTES: Final = 4_000_000_000
"""With so much free nobody is refused what a child takes."""

_UNBOUND: Final = ("max", str(2**63 - 4096))
"""What a control group says that bounds nothing, of either version."""

_BOUNDS: Final = ("memory.max", "memory.high", "memory.limit_in_bytes")
_MOUNTED: Final = Path("/sys/fs/cgroup")


def is_bound() -> bool:
    """Whether anything bounds the memory of this process, or little is free. What cannot be read counts as a bound."""
    import resource

    kinds = (resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_RSS)
    if any(resource.getrlimit(kind)[0] != resource.RLIM_INFINITY for kind in kinds):
        return True
    return _free_bytes() < _PLENTY_BYTES or any(map(_bounds, _groups()))


def _free_bytes() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def _groups() -> Iterator[Path]:
    """Folders of the control groups of memory that this process is in, and of those around them, where they usually are."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" or "memory" in controllers.split(","):
            mounted = _MOUNTED if number == "0" else _MOUNTED / "memory"
            inner = mounted / path.lstrip("/")
            yield from (one for one in (inner, *inner.parents) if one.is_relative_to(mounted))


def _bounds(group: Path) -> bool:
    files = (group / name for name in _BOUNDS)
    return any(file.exists() and file.read_text().strip() not in _UNBOUND for file in files)
