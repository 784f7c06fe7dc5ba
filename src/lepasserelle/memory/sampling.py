"""One look at everything that a decision needs: cheap often, exact before anything is done about it.

Not here: where figures come from (`meter`) and what they mean (`limits`, `watermarks`). Invariant: a cheap look never says less
about mapped pages than there are, so that an exact one is taken in time; a figure that the system cannot tell is None.
"""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.meter import MappedBytes, Meter, ProcessLimit, Stall, SystemMemory
from lepasserelle.memory.pacing import Pause, at_once

_NOTHING: Final[Mapping[str, MappedBytes]] = MappingProxyType({})


class MemorySample(msgspec.Struct, frozen=True):
    """What was seen at one moment."""

    is_exact: bool
    """Page tables were walked; a cheap look adds running counters up."""
    held: Mapping[int, int]
    """Bytes that bind, by process of the tree: anonymous ones, or all resident ones where only these can be told."""
    is_anonymous: bool
    """Whether `held` is anonymous memory; otherwise it is an upper bound of it."""
    mapped_bytes: int
    """PSS of the segments' pages in this process; a cheap look gives an upper bound, and 0 where the system cannot tell."""
    files: Mapping[str, MappedBytes] | None
    """The same by file; None when the look was cheap or the system cannot tell."""
    system: SystemMemory | None = None
    cgroups: tuple[CgroupMemory, ...] = ()
    data: ProcessLimit | None = None
    stall: Stall | None = None

    @property
    def held_bytes(self) -> int:
        """Sum over the process tree."""
        return sum(self.held.values())

    @property
    def anonymous_bytes(self) -> int | None:
        """Anonymous memory of the process tree; None where only an upper bound is known."""
        return self.held_bytes if self.is_anonymous else None


class Sampler:
    """Takes samples through a meter and remembers the last exact one, from which cheap ones estimate mapped pages."""

    def __init__(self, meter: Meter) -> None:
        self.meter: Final = meter
        self._mapped_bytes = 0
        self._file_bytes = 0

    def exact(self, files: Iterable[str | os.PathLike[str]] = (), pause: Pause = at_once) -> MemorySample:
        """Walk the page tables of the tree, and of this process for `files`; with pauses between, if that has time."""
        split = self.meter.quick_split()
        paths = list(files)
        found, own_bytes = self.meter.own_bytes(paths, pause) if paths else (_NOTHING, None)
        self._mapped_bytes = sum(amount.pss_bytes for amount in found.values()) if found else 0
        self._file_bytes = split[1] if split else 0
        pause()
        held, is_anonymous = self._exact_tree(own_bytes)
        return self._sample(held, is_anonymous=is_anonymous, is_exact=True, files=found)

    def cheap(self) -> MemorySample:
        """Add running counters up; mapped pages are those of the last exact look and whatever files were touched since."""
        held: dict[int, int] = {}
        is_anonymous = True
        for pid in self.meter.tree():
            split = self.meter.quick_split(pid)
            if split is None:
                is_anonymous = is_anonymous and self.meter.has_proc
                held[pid] = self.meter.rss_bytes(pid) or 0
            else:
                held[pid] = split[0]
        return self._sample(held, is_anonymous=is_anonymous, is_exact=False, files=None)

    def _exact_tree(self, own_bytes: int | None) -> tuple[dict[int, int], bool]:
        """`own_bytes`: what is known of this process, the first of the tree."""
        held: dict[int, int] = {}
        is_anonymous = True
        for number, pid in enumerate(self.meter.tree()):
            amount = self.meter.anonymous_bytes(pid) if number or own_bytes is None else own_bytes
            if amount is None:
                amount = self.meter.rss_bytes(pid) or 0
                is_anonymous = is_anonymous and not amount
            held[pid] = amount
        return held, is_anonymous

    def _sample(
        self, held: dict[int, int], *, is_anonymous: bool, is_exact: bool, files: Mapping[str, MappedBytes] | None
    ) -> MemorySample:
        mapped_bytes = self._mapped_bytes
        if not is_exact and (split := self.meter.quick_split()) is not None:
            mapped_bytes = min(split[1], mapped_bytes + max(0, split[1] - self._file_bytes))
        return MemorySample(
            is_exact=is_exact,
            held=held,
            is_anonymous=is_anonymous,
            mapped_bytes=mapped_bytes,
            files=files,
            system=self.meter.system(),
            cgroups=self.meter.cgroups(cheap=not is_exact),
            data=self.meter.data_limit(),
            stall=self.meter.stall(),
        )
