"""Which memory limits do the cgroups above this process set, and how much of each is used?

Versions 1, 2 and both at once (hybrid: the memory controller is in one of them). Not here: what follows from it. Invariants:
every ancestor that can be seen from here is read, since the tightest binds and a limit of a parent counts its other children
too; usage is without page cache that the kernel can drop, because a large file that was read once is no reason to spill; what
cannot be read is None.

Sources: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from lepasserelle.memory import procfs
from lepasserelle.memory.kernel_files import read_or_none, read_whole

_DEEPEST: Final = 64

UNLIMITED_S: Final = 5.0
"""So long a cheap look takes for granted that a cgroup without a limit still has none: asking costs the kernel a third of a
millisecond, and limits are set when a container starts."""


class CgroupMemory(msgspec.Struct, frozen=True):
    """One cgroup that limits memory and contains this process."""

    path: str
    """Its folder, as mounted."""
    limit_bytes: int
    """The smaller of the limit at which the kernel kills and the one at which it throttles."""
    usage_bytes: int | None
    """What its processes hold, without reclaimable page cache and slab."""


_Reader = Callable[[str], CgroupMemory | None]


class Cgroups:
    """The cgroups of this process. Mounts are found once; which cgroup the process is in is read each time: it can be moved."""

    __slots__ = ("_clock", "_limited", "_mounts", "_proc", "_read_s", "_sys", "_text")

    def __init__(self, proc_root: str, sys_root: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._proc = proc_root
        self._sys = sys_root
        self._clock = clock
        self._mounts: list[procfs.Mount] | None = None
        self._text: bytes | None = None
        self._limited: list[tuple[str, _Reader]] = []
        self._read_s = float("-inf")

    def read(self, *, cheap: bool = False) -> tuple[CgroupMemory, ...]:
        """Every ancestor with a limit, the nearest first; empty when there is none, or no cgroup can be seen.

        `cheap`: one that had none lately (`UNLIMITED_S`) is not asked again; those that have one always are.
        """
        text = read_or_none(f"{self._proc}/self/cgroup")
        if text is None:
            return ()
        if not cheap or text != self._text or self._clock() - self._read_s >= UNLIMITED_S:
            return self._read_all(text)
        return tuple(found for folder, reader in self._limited if (found := reader(folder)) is not None)

    def _read_all(self, text: bytes) -> tuple[CgroupMemory, ...]:
        unified, memory = procfs.cgroup_paths(text)
        places: list[tuple[str, _Reader]] = []
        for mount in self._mounted():
            if mount.is_v2 and unified is not None:
                places += [(folder, _read_v2) for folder in self._folders(mount, unified)]
            elif mount.has_memory and memory is not None:
                places += [(folder, _read_v1) for folder in self._folders(mount, memory)]
        seen = [(place, place[1](place[0])) for place in places]
        self._limited = [place for place, found in seen if found is not None]
        self._text, self._read_s = text, self._clock()
        return tuple(found for _, found in seen if found is not None)

    def _mounted(self) -> list[procfs.Mount]:
        if self._mounts is None:
            try:
                self._mounts = procfs.cgroup_mounts(read_whole(f"{self._proc}/self/mountinfo", is_long=False))
            except OSError:
                self._mounts = []
        return self._mounts

    def _folders(self, mount: procfs.Mount, path: bytes) -> list[str]:
        """The folder of the cgroup `path` and of its ancestors up to the mount point.

        A path outside of what is mounted (a container that sees the host's names, or `/..` of a namespace) leaves the mount point.
        """
        point = os.fsdecode(mount.point)
        top = self._sys + point[len("/sys") :] if point == "/sys" or point.startswith("/sys/") else point
        root = mount.root.rstrip(b"/")
        inside = path == root or path.startswith(root + b"/")
        parts = [part for part in os.fsdecode(path[len(root) :]).split("/") if part] if inside else []
        if ".." in parts or len(parts) > _DEEPEST:
            parts = []
        return ["/".join([top, *parts[:depth]]) for depth in range(len(parts), -1, -1)]


def _read_v2(folder: str) -> CgroupMemory | None:
    """`memory.high` counts as a limit: above it the kernel makes every allocation wait."""
    limits = [_limit(f"{folder}/memory.max"), _limit(f"{folder}/memory.high")]
    known = [limit for limit in limits if limit is not None]
    if not known:
        return None
    stat = procfs.amounts(read_or_none(f"{folder}/memory.stat") or b"")
    return CgroupMemory(folder, min(known), _usage(f"{folder}/memory.current", stat, b""))


def _read_v1(folder: str) -> CgroupMemory | None:
    """`hierarchical_memory_limit` also tells of ancestors that are mounted nowhere in this container."""
    stat = procfs.amounts(read_or_none(f"{folder}/memory.stat") or b"")
    above = stat.get(b"hierarchical_memory_limit", procfs.NO_LIMIT_BYTES)
    own = _limit(f"{folder}/memory.limit_in_bytes")
    least = min(above, procfs.NO_LIMIT_BYTES if own is None else own)
    if least >= procfs.NO_LIMIT_BYTES:
        return None
    return CgroupMemory(folder, least, _usage(f"{folder}/memory.usage_in_bytes", stat, b"total_"))


def _limit(path: str) -> int | None:
    text = read_or_none(path)
    return None if text is None else procfs.limit(text)


def _usage(path: str, stat: Mapping[bytes, int], prefix: bytes) -> int | None:
    """What is used without what the kernel can drop: clean page cache and reclaimable slab. Dirty pages must be written first."""
    text = read_or_none(path)
    if text is None or not text.strip().isdigit():
        return None
    cached = sum(stat.get(prefix + name, 0) for name in (b"active_file", b"inactive_file"))
    unwritten = sum(stat.get(prefix + name, 0) for name in (b"file_dirty", b"file_writeback", b"dirty", b"writeback"))
    return max(0, int(text) - max(0, cached - unwritten) - stat.get(b"slab_reclaimable", 0))
