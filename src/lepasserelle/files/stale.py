"""How many files are newer than the index? By size and time of change, within a deadline.

Not here: when to ask (that is LeIndex's) and what to do about it. Invariant: with `complete`, the counts are exactly what the
next index run will find changed by `stat`; without it they are lower bounds.
"""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from lepasserelle.files.records import FileTime, StaleCount, TreeMarks, WalkRules


def count_stale(
    project: Path,
    rules: WalkRules,
    known: Mapping[str, FileTime],
    deadline: float,
    clock: Callable[[], float] = time.monotonic,
    marks: TreeMarks | None = None,
) -> StaleCount:
    """Compare the working tree with `known`: path → (size in bytes, time of change in ns).

    `known` should also hold the files that were walked but left out by content (a minified file is not "added" every time).
    `deadline` is a time of `clock`, in seconds; when it passes, the walk ends between two folders. `marks`: what the walk left that
    found the known files; without need nobody walks again. Raises `ProjectError`.
    """
    if marks is not None and marks.key:
        from lepasserelle.files.marks import unchanged

        found = unchanged(Path(os.path.realpath(project)), rules, marks, known, deadline, clock)
        if found is not None:
            return found
    return _walked(project, rules, known, deadline, clock)


def _walked(
    project: Path, rules: WalkRules, known: Mapping[str, FileTime], deadline: float, clock: Callable[[], float]
) -> StaleCount:
    from lepasserelle.files.walking import walk_folders  # the rules of names are not needed where nothing came

    changed = added = seen = 0
    for batch in walk_folders(project, rules):
        for entry in batch:
            before = known.get(entry.path)
            if before is None:
                added += 1
                continue
            seen += 1
            changed += before != (entry.size_bytes, entry.mtime_ns)
        if clock() >= deadline:
            return StaleCount(changed, added, 0, complete=False)
    return StaleCount(changed, added, len(known) - seen, complete=True)
