"""How much do this process and its children hold, and how much may they? The only reader of `/proc`, cgroups, PSI and psutil.

Not here: any decision. Invariant: a figure is what the
operating system says at that moment, in bytes, or None where it cannot tell; it is never estimated and never 0 for "unknown". A
process that vanishes while it is read counts as nothing; one that lives and may not be read makes a sum None, because the sum
would be too small.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from lepasserelle.memory import pages, procfs
from lepasserelle.memory.cgroups import CgroupMemory, Cgroups
from lepasserelle.memory.kernel_files import read, read_or_none, read_whole
from lepasserelle.memory.pacing import Pause, at_once

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class MemoryReading(msgspec.Struct, frozen=True):
    """What one process holds at one moment, in bytes. None: the system cannot tell."""

    rss_bytes: int | None
    """Resident pages, shared ones counted in full."""
    pss_bytes: int | None = None
    """Resident pages, each shared one divided by the number of processes that map it."""
    anonymous_bytes: int | None = None
    """Resident pages that no file backs: what only exists in memory."""
    uss_bytes: int | None = None
    """Resident pages that no other process maps."""
    swap_bytes: int | None = None
    """Pages that went to swap, divided among those that share them."""
    file_bytes: int | None = None
    """Resident pages of mapped files."""
    shared_bytes: int | None = None
    """Resident pages of shared memory that no file on a disk backs."""
    data_bytes: int | None = None
    """Private writable address space, touched or not: what `RLIMIT_DATA` limits."""


class SystemMemory(NamedTuple):
    """The machine's memory, in bytes."""

    total_bytes: int
    available_bytes: int
    """What can be had without swapping; clean page cache counts as available."""


class ProcessLimit(NamedTuple):
    """`RLIMIT_DATA` or `RLIMIT_AS` of this process, in bytes: the kernel refuses what is beyond it, and native code may abort."""

    limit_bytes: int
    used_bytes: int


class Stall(NamedTuple):
    """Pressure stall information: percent of the last ten seconds in which tasks waited for memory."""

    some_percent: float
    """At least one task waited."""
    full_percent: float
    """All tasks waited."""


class MappedBytes(NamedTuple):
    """What this process holds of one mapped file, in bytes."""

    rss_bytes: int
    """Resident pages, each once, however many of its mappings hold it."""
    pss_bytes: int


class Holder(msgspec.Struct, frozen=True):
    """One process that has an index open, and what it holds, in bytes. None: the system cannot tell."""

    pid: int
    program: str
    private_bytes: int | None
    """Resident pages that no other process maps (USS)."""
    shared_bytes: int | None
    """Resident pages that others map as well."""
    pss_bytes: int | None
    """Both, each shared page divided by the number of those that map it."""
    index_rss_bytes: int
    """Of the index's files: resident pages,"""
    index_pss_bytes: int
    """its share of them,"""
    index_private_bytes: int
    """and those that it maps alone, and once (the system counts a page that one process maps twice as shared)."""


class Meter:
    """Reads memory figures. Holds nothing that changes but the cgroup mounts, so it may be used from any thread.

    `proc_root` and `sys_root` are where the proc and sys file systems are mounted (fixture trees in tests). Where there is no
    proc, psutil answers what it can: resident bytes, descendants and the machine's memory, but no PSS. `pid` None always means
    this process.
    """

    __slots__ = ("_cgroups", "_proc", "has_proc")

    def __init__(self, proc_root: str | os.PathLike[str] = "/proc", sys_root: str | os.PathLike[str] = "/sys") -> None:
        self._proc = os.fspath(proc_root)
        self._cgroups = Cgroups(self._proc, os.fspath(sys_root))
        self.has_proc: Final = os.path.exists(f"{self._proc}/self")  # noqa: PTH110  # the whole module reads by plain text paths
        """Whether this system has a proc file system in Linux's form."""

    def read(self, pid: int | None = None) -> MemoryReading:
        """All figures of one process from a single look at it; every figure is None when it is gone or may not be read."""
        rollup = self._rollup(_own(pid))
        if rollup is None or "Rss" not in rollup:
            return MemoryReading(self.rss_bytes(pid))
        private = [rollup[name] for name in ("Private_Clean", "Private_Dirty", "Private_Hugetlb") if name in rollup]
        status = self._status(pid)
        return MemoryReading(
            rss_bytes=rollup["Rss"],
            pss_bytes=rollup.get("Pss"),
            anonymous_bytes=rollup.get("Anonymous"),
            uss_bytes=sum(private) if private else None,
            swap_bytes=rollup.get("SwapPss"),
            file_bytes=status.get("RssFile"),
            shared_bytes=status.get("RssShmem"),
            data_bytes=status.get("VmData"),
        )

    def rss_bytes(self, pid: int | None = None) -> int | None:
        """Resident bytes of one process; some twenty times cheaper than `read`, because no page table is walked."""
        if not self.has_proc:
            return _psutil_rss(_own(pid))
        try:
            return int(read(f"{self._proc}/{_own(pid)}/statm").split()[1]) * _PAGE_BYTES
        except (OSError, IndexError, ValueError):
            return None

    def quick_split(self, pid: int | None = None) -> tuple[int, int] | None:
        """(anonymous, file and shared) resident bytes by the kernel's running counters: cheap, and behind by some pages a
        processor at most. None when it is gone or the system has no such counters.
        """
        try:
            resident, shared = read(f"{self._proc}/{_own(pid)}/statm").split()[1:3]
            return (int(resident) - int(shared)) * _PAGE_BYTES, int(shared) * _PAGE_BYTES
        except (OSError, ValueError):
            return None

    def pss_bytes(self, pid: int | None = None) -> int | None:
        """Proportional resident bytes of one process."""
        return self.read(pid).pss_bytes

    def anonymous_bytes(self, pid: int | None = None) -> int | None:
        """Anonymous resident bytes of one process."""
        return self.read(pid).anonymous_bytes

    def tree(self, pid: int | None = None) -> list[int]:
        """The process and its descendants that live, parents before children."""
        found = [_own(pid)]
        for number in found:
            found += [child for child in self._children(number) if child not in found]
        return found

    def tree_pss_bytes(self, pid: int | None = None) -> int | None:
        """Sum of the PSS of a process and its descendants."""
        return self.sum_bytes("Pss", self.tree(pid))

    def tree_anonymous_bytes(self, pid: int | None = None) -> int | None:
        """Sum of the anonymous bytes of a process and its descendants: what a limit binds."""
        return self.sum_bytes("Anonymous", self.tree(pid))

    def sum_bytes(self, field: str, pids: Iterable[int]) -> int | None:
        """Sum of one field of `smaps_rollup` (`Pss`, `Anonymous`, …); None when a living process cannot be read, or none lives."""
        amounts = []
        for pid in pids:
            rollup = self._rollup(pid)
            if rollup is not None and field in rollup:
                amounts.append(rollup[field])
            elif self._has_memory(pid):
                return None
        return sum(amounts) if amounts else None

    def sum_rss_bytes(self, pids: Iterable[int]) -> int:
        """Sum of the resident bytes of those processes that can be read; a cheap sign of change, not a figure to report."""
        return sum(self.rss_bytes(pid) or 0 for pid in pids)

    def mapped_bytes(self, paths: Iterable[str | os.PathLike[str]]) -> Mapping[str, MappedBytes] | None:
        """What this process holds of each of these files through its mappings; 0 for a file that it does not map.

        Each page counts once, however often it is mapped. Keys are the paths as given. A mapping whose file was deleted or replaced
        meanwhile is not counted under the old name. None where the system has no `smaps`.
        """
        paths = list(paths)
        alone = self._alone(paths)
        return self._walked(paths)[0] if alone is None else alone

    def own_bytes(
        self, paths: Iterable[str | os.PathLike[str]], pause: Pause = at_once
    ) -> tuple[Mapping[str, MappedBytes] | None, int | None]:
        """As `mapped_bytes`, and the anonymous bytes of this process. `pause` is called between files.

        Where nobody else maps these files, which the page table says of each page, what is resident is the share, and the kernel
        need not write down every mapping of the process: a third of the time. Else from one walk of all.
        """
        paths = list(paths)
        alone = self._alone(paths, pause)
        return self._walked(paths) if alone is None else (alone, self.anonymous_bytes())

    def _walked(self, paths: list[str | os.PathLike[str]]) -> tuple[Mapping[str, MappedBytes] | None, int | None]:
        """As `own_bytes`, by `smaps`."""
        try:
            smaps = read_whole(f"{self._proc}/self/smaps")
        except OSError:
            return None, self.anonymous_bytes()
        given = {os.fspath(path): os.fsencode(os.path.realpath(path)) for path in paths}
        mapped = {name: self._held_of("self", procfs.mapped(smaps, path)) for name, path in given.items()}
        anonymous = procfs.anonymous(smaps)
        return mapped, self.anonymous_bytes() if anonymous is None else anonymous

    def _alone(self, paths: list[str | os.PathLike[str]], pause: Pause = at_once) -> dict[str, MappedBytes] | None:
        """What this process holds of each file, by the page table, if it shares no page of them; else None."""
        try:
            maps = read_whole(f"{self._proc}/self/maps")
        except OSError:
            return None
        found = {}
        for path in paths:
            ranges = procfs.ranges(maps, os.fsencode(os.path.realpath(path)))
            held_bytes = pages.held_alone_bytes(ranges, f"{self._proc}/self/pagemap")
            if held_bytes is None:
                return None
            found[os.fspath(path)] = MappedBytes(held_bytes, held_bytes)
            pause()
        return found

    def holders(self, folder: str | os.PathLike[str], also: Iterable[int] = ()) -> list[Holder] | None:
        """The processes that map files of `folder`, and those of `also` that live, by number; those that may not be looked into,
        another user's, are left out. None where the system has no `maps`.
        """
        if not self.has_proc:
            return None
        place, wanted = os.fsencode(os.path.realpath(folder)), frozenset(also)
        numbers = sorted(int(name) for name in os.listdir(self._proc) if name.isdigit())  # noqa: PTH208
        found = (self._holder(pid, place, is_wanted=pid in wanted) for pid in numbers)
        return [holder for holder in found if holder is not None]

    def system(self) -> SystemMemory | None:
        """Total and available memory of the machine; by psutil where there is no `meminfo` of use."""
        found = procfs.system(read_or_none(f"{self._proc}/meminfo") or b"")
        if found is not None:
            return SystemMemory(*found)
        return None if self.has_proc else _psutil_system()

    def cgroups(self, *, cheap: bool = False) -> tuple[CgroupMemory, ...]:
        """Every cgroup above this process that limits memory, the nearest first. `cheap`: a new limit is seen some seconds late."""
        return self._cgroups.read(cheap=cheap)

    def data_limit(self) -> ProcessLimit | None:
        """`RLIMIT_DATA` and what counts against it; None when there is no limit or it cannot be told."""
        return self._own_limit(procfs.data_limit, "VmData")

    def space_limit(self) -> ProcessLimit | None:
        """`RLIMIT_AS`, likewise."""
        return self._own_limit(procfs.space_limit, "VmSize")

    def _own_limit(self, found_in: Callable[[bytes], int | None], counted: str) -> ProcessLimit | None:
        limit_bytes = found_in(read_or_none(f"{self._proc}/self/limits") or b"")
        used_bytes = None if limit_bytes is None else self._status(None).get(counted)
        return None if limit_bytes is None or used_bytes is None else ProcessLimit(limit_bytes, used_bytes)

    def stall(self) -> Stall | None:
        """Memory pressure of the whole system; None where the kernel does not keep it."""
        found = procfs.stalls(read_or_none(f"{self._proc}/pressure/memory") or b"")
        return Stall(found["some"], found.get("full", 0.0)) if "some" in found else None

    def _holder(self, pid: int, place: bytes, *, is_wanted: bool) -> Holder | None:
        try:
            if not is_wanted and place + b"/" not in read_whole(f"{self._proc}/{pid}/maps"):
                return None
            files = procfs.mapped_below(read_whole(f"{self._proc}/{pid}/smaps"), place)
            program = procfs.program(read(f"{self._proc}/{pid}/cmdline"))
        except OSError:
            return None
        whole = self.read(pid)
        known = whole.rss_bytes is not None and whole.uss_bytes is not None
        shared = (whole.rss_bytes or 0) - (whole.uss_bytes or 0) if known else None
        held = [self._held_of(str(pid), mappings) for mappings in files]
        rss, pss = sum(one.rss_bytes for one in held), sum(one.pss_bytes for one in held)
        private = sum(mapping.private for mappings in files for mapping in mappings)
        return Holder(pid, program, whole.uss_bytes, shared, whole.pss_bytes, rss, pss, private)

    def _held_of(self, process: str, mappings: Sequence[procfs.Mapping]) -> MappedBytes:
        """What the process holds of one file through its mappings. Where several hold the same part of it (two `LeIndex` on one
        index), its page table tells which pages these are; where it may not be read, the sum stands, which is an upper bound.
        """
        pss_bytes = sum(one.pss for one in mappings)
        if procfs.overlap(mappings):
            from lepasserelle.memory.page_tables import distinct_bytes  # with numpy, which children do without

            found = distinct_bytes(f"{self._proc}/{process}/pagemap", [one[:3] for one in mappings if one.rss])
            if found is not None:
                return MappedBytes(found, pss_bytes)
        return MappedBytes(sum(one.rss for one in mappings), pss_bytes)

    def _status(self, pid: int | None) -> dict[str, int]:
        return procfs.fields(read_or_none(f"{self._proc}/{_own(pid)}/status") or b"")

    def _rollup(self, pid: int) -> dict[str, int] | None:
        """`smaps_rollup` in bytes; None when it cannot be read, which is also so for a process that has no memory left."""
        try:
            return procfs.fields(read(f"{self._proc}/{pid}/smaps_rollup"))
        except OSError:
            return None

    def _has_memory(self, pid: int) -> bool:
        """Whether the process lives and is no zombie."""
        if not self.has_proc:
            return _psutil_rss(pid) is not None
        try:
            return "VmRSS" in procfs.fields(read(f"{self._proc}/{pid}/status"))
        except OSError:
            return False

    def _children(self, pid: int) -> list[int]:
        """Children of every thread of the process; by psutil where the kernel keeps no `children` files."""
        tasks = f"{self._proc}/{pid}/task"
        found: list[int] = []
        known = False
        with suppress(OSError):
            for task in sorted(os.listdir(tasks)):  # noqa: PTH208
                with suppress(OSError, ValueError):
                    found += map(int, read(f"{tasks}/{task}/children").split())
                    known = True
        return found if known or self._is_gone(pid) else _psutil_children(pid)

    def _is_gone(self, pid: int) -> bool:
        return self.has_proc and not os.path.exists(f"{self._proc}/{pid}")  # noqa: PTH110


def _own(pid: int | None) -> int:
    return os.getpid() if pid is None else pid


def _psutil_rss(pid: int) -> int | None:
    import psutil  # type: ignore[import-untyped]  # ships no types; a twentieth of a search's time, and Linux never asks it

    try:
        return int(psutil.Process(pid).memory_info().rss) or None
    except (psutil.Error, OSError):
        return None


def _psutil_system() -> SystemMemory | None:
    import psutil

    try:
        memory = psutil.virtual_memory()
        return SystemMemory(int(memory.total), int(memory.available))
    except (psutil.Error, OSError):
        return None


def _psutil_children(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except (psutil.Error, OSError):
        return []
