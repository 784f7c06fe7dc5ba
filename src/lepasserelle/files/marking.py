"""What a walk takes down of folders and rules, for `marks` to compare with. Not the walk, and not the comparison."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lepasserelle.files.ignore import GITIGNORE, LEINDEXIGNORE, IgnoreStack, outer_rule_files, rule_files
from lepasserelle.files.marks import ABSENT, THERE, key_of, names_of, own_folders, seen
from lepasserelle.files.records import FileTime, FolderMark, SkipReason, TreeMarks, WalkRules, path_from_os

_RULE_NAMES: Final = frozenset({".git", GITIGNORE, LEINDEXIGNORE})


class Marker:
    """Takes down what a walk sees. Made before it begins."""

    def __init__(self, project: Path, rules: WalkRules) -> None:
        self._began_ns = time.time_ns()
        self._key = key_of(project, rules)
        self._own = own_folders(project, rules)
        self._folders: dict[str, FolderMark] = {}
        self._rules: dict[str, FileTime] = {}
        self._is_usable = True
        self._look_at(outer_rule_files(project))

    def times(self, os_path: str) -> tuple[int, int]:
        """Of a folder that is about to be listed; what cannot be seen will be skipped, which makes marks unusable."""
        try:
            status = os.lstat(os_path)
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_ctime_ns

    def folder(
        self, path: str, os_path: str, times: tuple[int, int], listing: list[os.DirEntry[str]], names: frozenset[str]
    ) -> None:
        """A folder that was listed."""
        self._folders[path] = FolderMark(*times, names_of(listing, self._own))
        if not names.isdisjoint(_RULE_NAMES):
            self._look_at(rule_files(os_path, names))

    def ignoring(self, stack: IgnoreStack) -> None:
        """The rules that hold in a folder."""
        self._is_usable = self._is_usable and not stack.brings_back

    def marks(self, skipped: Iterable[tuple[str, str]]) -> TreeMarks:
        """What was seen, if a look at folders and files can stand for another walk."""
        large = []
        for path, reason in skipped:
            if reason in (SkipReason.UNREADABLE, SkipReason.VANISHED):
                return TreeMarks()
            if reason is SkipReason.TOO_LARGE:
                large.append(path)
        return TreeMarks(self._key, self._began_ns, self._folders, self._rules, tuple(large)) if self._is_usable else TreeMarks()

    def _look_at(self, files: Iterable[tuple[str, bool]]) -> None:
        for path, is_read in files:
            now = seen(path)
            self._rules[path_from_os(path)] = now if is_read or now == ABSENT else THERE
