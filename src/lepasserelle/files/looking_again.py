"""What another walk would find, where nothing came, went or is judged otherwise: by a look at folders and files, without a rule.

Not the walk (`walking`), and not the figure that tells how many files changed (`marks.unchanged`), which goes by the same marks.
Invariant: what is given is what a walk gives; where that is not sure, nothing is.
"""

import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.files.marks import ALWAYS_DROPPED, is_settled, key_of, names_of, own_folders, same_rules
from lepasserelle.files.records import FileEntry, FolderMark, SkipReason, TreeMarks, Walk, WalkRules, path_from_os, path_to_os
from lepasserelle.files.walking import link_reason, resolve_project

_LINKS: Final = frozenset({SkipReason.LINK_INSIDE, SkipReason.LINK_OUTSIDE, SkipReason.LINK_BROKEN})
"""Reasons that depend on what else there is."""


class Found(msgspec.Struct, frozen=True, array_like=True):
    """What a walk found, but for sizes and times, as it is read: `packed` writes it."""

    names: tuple[tuple[str, str, int], ...]
    """Path, language and flags of each entry."""
    skipped: tuple[tuple[str, SkipReason], ...]


def packed(walk: Walk) -> bytes:
    """What `look_again` takes; empty for a walk without marks."""
    if not walk.marks.key:
        return b""
    names = [(entry.path, entry.language, entry.flags) for entry in walk.entries]
    return msgspec.msgpack.encode((names, walk.skipped))


def look_again(project: Path, rules: WalkRules, marks: TreeMarks, former: bytes, index: Path) -> Walk | None:
    """What `walk` would give, but for the line that says that the folder `index` is passed over, which may have come since.
    None: only a walk can tell. `marks`, `former`: what a walk left. Raises `ProjectError`.
    """
    real, began_ns = resolve_project(project), time.time_ns()
    if not former or not marks.key or marks.key != key_of(real, rules) or not same_rules(marks):
        return None
    try:
        found = msgspec.msgpack.decode(former, type=Found)
        folders = _Folders(real, rules, marks, {path for path, _ in found.skipped}, index).now()
        entries = _entries(f"{real}/", found, rules.max_file_bytes)
        if folders is None or entries is None or not _are_large(f"{real}/", marks.large, rules.max_file_bytes):
            return None
    except (OSError, msgspec.DecodeError):  # something went meanwhile, or cannot be seen any more
        return None
    skipped: list[tuple[str, str]] = [
        (path, link_reason(f"{real}/{path_to_os(path)}", str(real)) if why in _LINKS else why) for path, why in found.skipped
    ]
    return Walk(entries, skipped, TreeMarks(marks.key, began_ns, folders, marks.rules, marks.large))


def _entries(root: str, found: Found, most_bytes: int) -> list[FileEntry] | None:
    """The files as they are; None where one is no file any more, or too large."""
    entries = []
    for path, language, flags in found.names:
        status = os.lstat(root + path_to_os(path))
        if not stat.S_ISREG(status.st_mode) or status.st_size > most_bytes:
            return None
        entries.append(FileEntry(path, status.st_size, status.st_mtime_ns, language, flags))
    return entries


def _are_large(root: str, paths: tuple[str, ...], most_bytes: int) -> bool:
    states = [os.lstat(root + path_to_os(path)) for path in paths]
    return all(stat.S_ISREG(status.st_mode) and status.st_size > most_bytes for status in states)


class _Folders:
    """The folders that a walk listed."""

    def __init__(self, project: Path, rules: WalkRules, marks: TreeMarks, skipped: set[str], index: Path) -> None:
        self._root = f"{project}/"
        self._own = own_folders(project, rules)
        self._index = path_from_os(os.path.relpath(os.path.realpath(index), project)) + "/"
        self._marks = marks
        self._skipped = skipped

    def now(self) -> Mapping[str, FolderMark] | None:
        """Their marks as they are; None where one holds other names. Raises `OSError`."""
        folders = {}
        for path, mark in self._marks.folders.items():
            status = os.lstat(self._root + path_to_os(path))
            times = status.st_mtime_ns, status.st_ctime_ns
            if times == (mark.mtime_ns, mark.ctime_ns) and is_settled(self._marks.began_ns, *times):
                folders[path] = mark
            elif stat.S_ISDIR(status.st_mode) and self._has_same_names(path, mark):
                folders[path] = FolderMark(*times, mark.names)
            else:
                return None
        return folders

    def _has_same_names(self, path: str, mark: FolderMark) -> bool:
        """Also of those that marks pass over, but for the index."""
        with os.scandir(self._root + path_to_os(path)) as listing:
            entries = list(listing)
        if names_of(entries, self._own) != mark.names:
            return False
        dropped = [entry for entry in entries if entry.name in ALWAYS_DROPPED]
        was_link = any(f"{path}{name}" in self._skipped for name in ALWAYS_DROPPED)
        if was_link or not all(entry.is_dir(follow_symlinks=False) for entry in dropped):
            return False
        now = {f"{path}{entry.name}/" for entry in dropped}
        before = {f"{path}{name}/" for name in ALWAYS_DROPPED} & self._skipped
        return now ^ before <= {self._index}
