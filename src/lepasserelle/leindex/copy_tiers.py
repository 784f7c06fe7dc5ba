"""Compressed copies of segments in the slow tier: moved there ahead of need, brought up when they are needed again and again.

A copy is read only when its segment is lost, so that its place is the lowest tier. What stands in the index folder then is a
symbolic link: whoever reads copies follows it, and whoever makes or removes one replaces or removes the link. Rules:

- A copy that is a file goes down, as long as copies take at most half of the slow quota; one that lies there already, byte for
  byte, is not written again.
- The second time that it brought a segment back it comes up, if it takes at most an eighth of the fast quota; the copy below
  stays. What came up goes down again, the longest unused first, while such copies take more than that eighth together.
- Where the other folder was measured to be the faster one (`tier_order`), the index folder is the lowest tier: copies stay
  there, and those that went come back.
- A tier that vanishes, is full or cannot be written, or a system without links: copies stay where they are, said once in a
  warning, and it is tried again after a while. A link whose file is gone counts as no copy: the next run of the index makes another
  one in the index folder, and until then lestockage has the same (docs/decisions/240).

Invariant: a copy is whole in its new place, and compared with the old one, before the old one goes; so a kill leaves it in one or
in both. Nobody waits for a slow folder but the thread that moves.
"""

import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.durable.atomic import atomic_file, is_temporary, temporary_name, write_atomically
from lepasserelle.durable.steps import step
from lepasserelle.errors import StorageError, in_megabytes
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.threads import start_thread
from lepasserelle.memory.tier_mark import TierMark, Whereabouts
from lepasserelle.memory.tiers import LARGEST_SHARE, REST_S
from lepasserelle.model.tiers import TierContent
from lepasserelle.storage.frozen import copy_uses
from lepasserelle.storage.layout import FROZEN, segment_of_copy

COPIES_SHARE: Final = 2
"""Copies may take such a part of the slow quota; answers have the rest."""

PROMOTED_AT: Final = 2
"""A copy comes up when it has brought its segment back so often."""

COPIES: Final = "copies"
"""Where they lie in the slow tier, by index."""

HERE: Final = "compressed copies in the index folder, from which a lost segment comes back"
CAME_UP: Final = "compressed copies that were needed twice: up from the slow tier"
ALSO_BELOW: Final = "compressed copies in the index folder that also lie in the slow tier"
ALSO_ABOVE: Final = "compressed copies that also lie in the index folder, where they are read"
BELOW: Final = "compressed copies: read only when a segment is lost"
STAYED: Final = "the copy that stayed when it came up: letting the upper one go writes nothing"

FORMER: Final = "compressed copies of a former generation: another process may read them still; removed after an hour"
UNFINISHED: Final = "a copy that is being written, or was by a process that died; removed after an hour"

PATIENCE_S: Final = 10.0
"""A tier that answers no more holds no program up for longer than twice that."""

_PART_BYTES: Final = 1 << 20
_ORPHAN_S: Final = 3600.0


class CopyTiers:
    """The copies of one index over its own folder and a slow one. Safe for threads and processes; `settle` begins."""

    def __init__(
        self,
        folder: Path,
        slow: Path,
        fast_quota_bytes: int,
        slow_quota_bytes: int,
        clock: Callable[[], float] = time.monotonic,
        mark: TierMark | None = None,
        is_lowest: Callable[[], bool] = lambda: True,
    ) -> None:
        """`mark`: the slow tier's, when answers lie there, too. `is_lowest`: whether it is the slowest one, when first asked by who
        moves or tells.
        """
        self._frozen: Final = folder / FROZEN
        self.slow: Final = slow
        self.home: Final = slow / COPIES / hashlib.blake2b(os.fsencode(folder.absolute()), digest_size=16).hexdigest()
        self._most_promoted_bytes: Final = fast_quota_bytes // LARGEST_SHARE
        self._quota_bytes: Final = slow_quota_bytes // COPIES_SHARE
        self._is_lowest: Final = is_lowest
        self._clock = clock
        self._rests_until_s = float("-inf")
        self._settled: tuple[tuple[str, bool], ...] = ()
        """What lay in the index folder when everything was in its place; looked at again when that changes, or after a while."""
        self._again_s = float("-inf")
        self._mark: Final = mark or TierMark(slow)
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()
        self._one = threading.Lock()
        renew_after_fork(self)

    @property
    def quota_bytes(self) -> int:
        """How much of the slow tier is for copies: nothing, where that is the faster one."""
        return self._quota_bytes if self._is_lowest() else 0

    def settle(self) -> None:
        """Begin to move what lies in the wrong place, on a thread of its own, unless that goes on already. Returns at once."""
        is_moving = self._thread is not None and self._thread.is_alive()
        now_s = self._clock()
        if is_moving or self._ends.is_set() or now_s < self._rests_until_s:
            return
        if now_s >= self._again_s or self._seen() != self._settled:
            self._thread = start_thread(self.move, "leindex-copies")

    def move(self) -> int:
        """Move everything now, until `close`; bytes that were written. A refusal ends it, and is said once."""
        written_bytes = 0
        with self._one:
            try:
                self._check_place()
                is_lowest = self._is_lowest()
                for path in list(self._misplaced()) if is_lowest else self._copies():
                    if self._ends.is_set():
                        break
                    if is_lowest:
                        written_bytes += self._up(path) if path.is_symlink() else self._down(path)
                    else:
                        written_bytes += self._home_again(path)
                self._sweep()
                self._check_place()
                self._settled, self._again_s = self._seen(), self._clock() + REST_S
            except (OSError, StorageError, NotImplementedError) as error:
                self._refused(error)
        return written_bytes

    def contents(self, *, below: bool) -> Iterator[TierContent]:
        """What lies in the slow tier, or in the index folder, and why: every file, so that the rows are all that is held."""
        sums: dict[str, tuple[int, int]] = {}
        for why, size_bytes in self._below() if below else self._above():
            entries, before_bytes = sums.get(why, (0, 0))
            sums[why] = entries + 1, before_bytes + size_bytes
        return (
            TierContent("copies", why, entries, size_bytes, size_bytes if below else 0)
            for why, (entries, size_bytes) in sums.items()
        )

    def held_bytes(self) -> int:
        """What copies take of the slow tier."""
        return sum(size_bytes for _, size_bytes in self._below())

    def trouble(self) -> str:
        """By how much copies are over their part of the quota, as after it was lowered, and until when; empty when they are not."""
        sizes = list(self._below())
        over_bytes = sum(size_bytes for _, size_bytes in sizes) - self.quota_bytes
        if over_bytes <= 0 or not self._is_lowest():
            return ""
        former_bytes = sum(size_bytes for why, size_bytes in sizes if why in (FORMER, UNFINISHED))
        return (
            f"compressed copies are {in_megabytes(over_bytes)} over the {in_megabytes(self.quota_bytes)} that are theirs of "
            f"slow_quota_bytes; {in_megabytes(former_bytes)} of them, which no index names, go when they are an hour old, "
            "the others when a run of `leindex index` makes new ones. No more come"
        )

    def close(self) -> None:
        """Wait for what is being moved; when that takes long it ends after the copy that it is at."""
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
            self._ends.set()
            self._thread.join(PATIENCE_S)
            self._thread = None
            self._ends.clear()

    def after_fork(self) -> None:
        """Locks and threads of the parent are not here."""
        self._one, self._ends, self._thread = threading.Lock(), threading.Event(), None

    # ── which ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _copies(self) -> list[Path]:
        with suppress(OSError):
            return sorted(path for path in self._frozen.iterdir() if segment_of_copy(path.name) is not None)
        return []

    def _above(self) -> Iterator[tuple[str, int]]:
        """Why a copy lies in the index folder, and its size."""
        is_compared = self._mark.look().whereabouts is Whereabouts.THERE
        for path in self._copies():
            size_bytes = None if path.is_symlink() else self._size_of(path)
            if size_bytes is not None:
                is_alone = not is_compared or self._size_of(self.home / path.name) is None
                yield HERE if is_alone else CAME_UP if self._came_up(path.name) else ALSO_BELOW, size_bytes

    def _below(self) -> Iterator[tuple[str, int]]:
        """The same of every file in the slow tier, those that no index names, too."""
        links = {path.name: path.is_symlink() for path in self._copies()}
        whys = {None: FORMER, True: BELOW, False: ALSO_ABOVE}
        with suppress(OSError):
            for path in sorted(self.home.iterdir()):
                size_bytes = self._size_of(path)
                if size_bytes is not None:
                    why = UNFINISHED if is_temporary(path.name) else whys[links.get(path.name)]
                    yield STAYED if why is ALSO_ABOVE and self._came_up(path.name) else why, size_bytes

    def _seen(self) -> tuple[tuple[str, bool], ...]:
        """Names in the index folder, and whether each is a link; the slow folder is not touched."""
        return tuple((path.name, path.is_symlink()) for path in self._copies())

    def _misplaced(self) -> Iterator[Path]:
        """Copies to move, those that come up first."""
        copies = self._copies()
        files = [path for path in copies if not path.is_symlink()]
        yield from (path for path in copies if path not in files and self._is_to_come_up(path))
        promoted = sorted((path for path in files if copy_uses(self.home / path.name) >= PROMOTED_AT), key=_used_s)
        promoted_bytes = sum(self._size_of(path) or 0 for path in promoted)
        for path in promoted:
            if promoted_bytes > self._most_promoted_bytes:
                promoted_bytes -= self._size_of(path) or 0
                yield path
        left_bytes = self.quota_bytes - self.held_bytes()
        for path in files:
            if path not in promoted:
                new_bytes = 0 if self._size_of(self.home / path.name) is not None else self._size_of(path) or 0
                if new_bytes <= left_bytes:
                    left_bytes -= new_bytes
                    yield path

    def _is_to_come_up(self, path: Path) -> bool:
        return copy_uses(path) >= PROMOTED_AT and (self._size_of(path) or 0) <= self._most_promoted_bytes

    @staticmethod
    def _size_of(path: Path) -> int | None:
        with suppress(OSError):
            found = path.stat()
            return found.st_size if stat.S_ISREG(found.st_mode) else None
        return None

    # ── moving ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _down(self, path: Path) -> int:
        """Have the copy in the slow tier, and a link to it in its place; bytes written."""
        target = self.home / path.name
        written_bytes = 0
        step("copy.down.begun")
        if not _are_equal(path, target):
            self.home.mkdir(parents=True, exist_ok=True)
            written_bytes = _write(path, target, "copy.down")
            self._mark.leave()
            self._ignore()
            if not _are_equal(path, target):
                raise StorageError(f"what was written to {target} is not what is read there")
        os.utime(target, ns=(time.time_ns(), 0))  # it has not been used there
        link = temporary_name(path)
        try:
            link.symlink_to(target)
            step("copy.linked")
            link.replace(path)
        except BaseException:
            with suppress(OSError):
                link.unlink()
            raise
        step("copy.down.done")
        return written_bytes

    def _ignore(self) -> None:
        """Have tools pass over the copies where the slow folder lies in a project."""
        path = self.home.parent / ".gitignore"
        if not path.exists():
            with suppress(StorageError):
                write_atomically(path, b"*\n", "tier.copies.gitignore", sync=False)

    def _up(self, path: Path) -> int:
        """Have a file in the place of the link; the one below stays."""
        step("copy.up.begun")
        written_bytes = _write(path, path, "copy.up")
        step("copy.up.done")
        with suppress(OSError):
            below = self.home / path.name
            os.utime(below, ns=(path.stat().st_mtime_ns, below.stat().st_mtime_ns))
        return written_bytes

    def _home_again(self, path: Path) -> int:
        """Have the copy in the index folder alone; bytes written. A link whose file is gone stays one."""
        if self._size_of(path) is None:
            return 0
        written_bytes = self._up(path) if path.is_symlink() else 0
        below = self.home / path.name
        if _are_equal(path, below):
            below.unlink()
        return written_bytes

    def _came_up(self, name: str) -> bool:
        """Whether the copy in the index folder is the one that came up from below, by the mark that was left there."""
        with suppress(OSError):
            return (self.home / name).stat().st_atime_ns == (self._frozen / name).stat().st_mtime_ns
        return False

    def _sweep(self) -> None:
        """Remove what no index names any more, when it is old enough to be nobody's unfinished work."""
        kept = {path.name for path in self._copies()}
        with suppress(OSError):
            for path in self.home.iterdir():
                is_old = time.time() - path.stat().st_ctime > _ORPHAN_S
                if is_old and (is_temporary(path.name) or path.name not in kept):
                    path.unlink()

    def _check_place(self) -> None:
        """Raise `StorageError` when the folder is not the one where copies went before."""
        found, why = self._mark.look()
        if found is not Whereabouts.THERE:
            raise StorageError(why)
        self._mark.mend()
        if not self.slow.exists() and any(path.is_symlink() and path.readlink().parent == self.home for path in self._copies()):
            raise StorageError("its folder is not there any more")

    def _refused(self, error: Exception) -> None:
        self._rests_until_s = self._clock() + REST_S
        why = self._mark.voice.advice(error) if isinstance(error, OSError) else error
        self._mark.voice.warn(f"compressed copies stay where they are, without {self.slow}: {why}")


def _used_s(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_atime
    return 0.0


def _are_equal(one: Path, other: Path) -> bool:
    """Whether both are there with the same bytes."""
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb", buffering=0) as first, other.open("rb", buffering=0) as second:
            while part := first.read(_PART_BYTES):
                if part != second.read(_PART_BYTES):
                    return False
            return True
    except FileNotFoundError:
        return False


def _write(source: Path, target: Path, label: str) -> int:
    """Copy a file, durably, part by part; bytes."""
    size_bytes = 0
    with source.open("rb", buffering=0) as file, atomic_file(target, label) as out:
        while part := file.read(_PART_BYTES):
            out.write(part)
            size_bytes += len(part)
            step(f"{label}.part")
    return size_bytes
