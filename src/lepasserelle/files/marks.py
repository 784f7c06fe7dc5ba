"""What a walk leaves so that nobody need walk again to see that nothing came, went or is judged otherwise.

A walk asks the rules about every name. As long as each folder holds the names that it held and no file of rules has changed, the
answers are the same, and only the files' sizes and times are left to look at: a fifth of a walk's time (docs/decisions/326).
Not the walk (`walking`). Invariant: where `unchanged` gives a figure, a walk would give the same; whatever else it sees gives None.
"""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
import xxhash

from lepasserelle.files.records import FileTime, FolderMark, StaleCount, TreeMarks, WalkRules, path_from_os, path_to_os

MARKS_VERSION: Final = 4
"""Raise it when names are judged otherwise than before (`naming`, `ignore`, `walking`)."""

CLOCK_GRAIN_NS: Final = 20_000_000
"""Coarsest step of a file system's clock that is allowed for: a change within it may carry the time of the step before."""

_COARSE_GRAIN_NS: Final = 2_000_000_000
"""That of a file system that tells whole seconds (HFS+, ext3, some servers) or every other one (FAT)."""
_SECOND_NS: Final = 1_000_000_000

ALWAYS_DROPPED: Final = frozenset({"__pycache__", ".leindex"})
"""They come by themselves and are never walked, unless a rule brings them back: then there are no marks."""

_LOOK_EVERY: Final = 256

ABSENT: Final[FileTime] = (-1, 0)
THERE: Final[FileTime] = (-2, 0)
"""It exists, whatever it is."""


def is_settled(began_ns: int, *times_ns: int) -> bool:
    """Whether nothing that came after a look which began then can carry the same times. One that is a whole second may be told by a
    clock that knows no others.
    """
    is_coarse = any(time % _SECOND_NS == 0 for time in times_ns)
    return max(times_ns) < began_ns - CLOCK_GRAIN_NS - (_COARSE_GRAIN_NS if is_coarse else 0)


def key_of(project: Path, rules: WalkRules) -> str:
    """What marks hold for."""
    return f"{MARKS_VERSION} {msgspec.json.encode(rules).decode()} {path_from_os(str(project))}"


def names_of(listing: Iterable[os.DirEntry[str]], own: frozenset[str]) -> int:
    """A number for what a folder holds: names, and whether each is a file, a folder, a link or something else. `own`: folders of
    the index.
    """
    names = sorted(_kind(entry) + entry.name for entry in listing if entry.name not in ALWAYS_DROPPED and entry.path not in own)
    return xxhash.xxh3_64_intdigest("\0".join(names).encode("utf-8", "surrogateescape"))


def own_folders(project: Path, rules: WalkRules) -> frozenset[str]:
    """Real paths of the folders in which the index is."""
    own = (folder for folder in (rules.index_dir, rules.slow_dir) if folder)
    return frozenset(os.path.realpath(project / Path(folder).expanduser()) for folder in own)


def seen(path: str) -> FileTime:
    """A file of rules as it is now; links are not followed, as they are not read."""
    try:
        status = os.lstat(path)
    except OSError:
        return ABSENT
    return status.st_size, status.st_mtime_ns


def unchanged(
    project: Path,
    rules: WalkRules,
    marks: TreeMarks,
    known: Mapping[str, FileTime],
    deadline_s: float,
    clock: Callable[[], float],
) -> StaleCount | None:
    """How many of the `known` files have changed, if no file can have come or gone; None: that takes a walk. `project` is its real
    path. `deadline_s` as for `count_stale`.
    """
    if not marks.key or marks.key != key_of(project, rules) or not same_rules(marks):
        return None
    root, own = f"{project}/", own_folders(project, rules)
    changed = 0
    try:
        for number, (path, mark) in enumerate(marks.folders.items()):
            if not number % _LOOK_EVERY and number and clock() >= deadline_s:
                return StaleCount(0, 0, 0, complete=False)
            if not _same_folder(root + path_to_os(path), mark, marks.began_ns, own):
                return None
        for path in marks.large:
            status = os.lstat(root + path_to_os(path))
            if status.st_size <= rules.max_file_bytes or not stat.S_ISREG(status.st_mode):
                return None
        for number, (path, before) in enumerate(known.items()):
            if not number % _LOOK_EVERY and number and clock() >= deadline_s:
                return StaleCount(changed, 0, 0, complete=False)
            status = os.lstat(root + path_to_os(path))
            changed += before != (status.st_size, status.st_mtime_ns)
    except OSError:  # something went meanwhile, or cannot be seen any more
        return None
    return StaleCount(changed, 0, 0, complete=True)


def same_rules(marks: TreeMarks) -> bool:
    """Whether files of rules are as they were."""
    for path, before in marks.rules.items():
        now = seen(path_to_os(path))
        if before == THERE:
            if now == ABSENT:
                return False
        elif now != before or (now != ABSENT and not is_settled(marks.began_ns, now[1])):
            return False
    return True


def _same_folder(path: str, mark: FolderMark, began_ns: int, own: frozenset[str]) -> bool:
    """Whether it holds the names that it held. Raises `OSError`."""
    status = os.lstat(path)
    times = status.st_mtime_ns, status.st_ctime_ns
    if times == (mark.mtime_ns, mark.ctime_ns) and is_settled(began_ns, *times):
        return True
    if not stat.S_ISDIR(status.st_mode):
        return False
    with os.scandir(path) as listing:
        return names_of(listing, own) == mark.names


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "l"
    if entry.is_dir(follow_symlinks=False):
        return "d"
    return "f" if entry.is_file(follow_symlinks=False) else "o"
