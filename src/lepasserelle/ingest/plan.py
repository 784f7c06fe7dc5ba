"""What changed since the last committed generation, told from names, sizes and times alone. Reads no content and writes nothing.

Invariant: a file is kept without being read only when nothing that its content or its place in the index depends on can have
changed: same size, same time of change, changed for the last time before the last run began to read, same rules for what is a
secret.
"""

from collections.abc import Iterable

import msgspec

from lepasserelle.files import FileEntry, Walk
from lepasserelle.files.marks import is_settled
from lepasserelle.ingest.last_run import LastRun, LeftOut
from lepasserelle.storage import IndexedFile


class Plan(msgspec.Struct):
    """What a run has to do."""

    kept: dict[str, IndexedFile]
    """By path: rows that go on without their file being read."""
    left_out: dict[str, LeftOut]
    """By path: files that the last run read and left out, and that have not changed."""
    wanted: list[FileEntry]
    """Files to be read; parsed too unless their content is known."""


def make_plan(walk: Walk, last_files: Iterable[IndexedFile], last_run: LastRun) -> Plan:
    """Compare what is there with what was."""
    rows = {file.path: file for file in last_files}
    plan = Plan({}, {}, [])
    died: list[FileEntry] = []
    for entry in walk.entries:
        now = (entry.size_bytes, entry.mtime_ns)
        seen, left_out = last_run.files.get(entry.path), last_run.left_out.get(entry.path)
        if not is_settled(last_run.began_ns, entry.mtime_ns):
            plan.wanted.append(entry)
        elif seen is not None and (seen.size_bytes, seen.mtime_ns) == now and entry.path in rows:
            plan.kept[entry.path] = rows[entry.path]
        elif left_out is not None and (left_out.size_bytes, left_out.mtime_ns) == now:
            plan.left_out[entry.path] = left_out
            if left_out.died:
                died.append(entry)
        else:
            plan.wanted.append(entry)
    if plan.wanted:
        plan.wanted.extend(died)
        plan.left_out = {path: left_out for path, left_out in plan.left_out.items() if not left_out.died}
    return plan
