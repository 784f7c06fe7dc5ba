"""What has become of every file that was walked: kept, read, or left out. Joins plan and harvest; reads and writes nothing.

Invariant: each walked entry is in exactly one of the three, and rows come in the order of the walk, which is that of the path's
bytes.
"""

from collections.abc import Sequence

import msgspec

from lepasserelle.files import FileEntry, ModuleNames
from lepasserelle.ingest.harvest import Harvest
from lepasserelle.ingest.last_run import LastRun, LeftOut, Seen
from lepasserelle.ingest.plan import Plan
from lepasserelle.storage import IndexedFile


class Settled:
    """The files of one run, by what became of them."""

    def __init__(self, entries: Sequence[FileEntry], names: ModuleNames, plan: Plan, harvest: Harvest, last_run: LastRun) -> None:
        self._entries = {entry.path: entry for entry in entries}
        self._names = names
        self._plan = plan
        self._read = dict(harvest.read)
        self._unread = dict(harvest.left_out)
        self._last_run = last_run

    def entries(self, paths: Sequence[str]) -> list[FileEntry]:
        """The walked entries of these paths."""
        return [self._entries[path] for path in paths]

    def read_again(self, paths: Sequence[str], harvest: Harvest) -> None:
        """Replace what is known of these paths by a new reading."""
        for path in paths:
            self._plan.kept.pop(path, None)
            self._read.pop(path, None)
        self._read.update(harvest.read)
        self._unread.update(harvest.left_out)

    def rows(self) -> list[IndexedFile]:
        """The files of the generation that is to be."""
        return [row for path, entry in self._entries.items() if (row := self._row(path, entry)) is not None]

    def _row(self, path: str, entry: FileEntry) -> IndexedFile | None:
        read = self._read.get(path)
        if read is not None:
            module = self._names.name(path, read.key.language)
            return IndexedFile(path, read.size_bytes, read.mtime_ns, entry.flags, module, read.key, read.definition_count)
        kept = self._plan.kept.get(path)
        if kept is None:
            return None
        return msgspec.structs.replace(kept, flags=entry.flags, module=self._names.name(path, kept.key.language))

    def seen(self) -> dict[str, Seen]:
        """Size, time and problems of the files in the index."""
        read = {path: Seen(one.size_bytes, one.mtime_ns, one.problem_count) for path, one in self._read.items()}
        return {path: self._last_run.files[path] for path in self._plan.kept} | read

    def left_out(self) -> dict[str, LeftOut]:
        """Files that were read, now or before, and are not in the index. Those to be tried again next time are not among them."""
        left_out = dict(self._plan.left_out)
        for path, unread in self._unread.items():
            if not unread.retry:
                entry = self._entries[path]
                left_out[path] = LeftOut(entry.size_bytes, entry.mtime_ns, unread.reason, unread.died)
        return left_out

    def skipped(self) -> list[tuple[str, str]]:
        """(path, reason) of every walked file that is not in the index."""
        before = [(path, one.reason) for path, one in self._plan.left_out.items()]
        return before + [(path, unread.reason) for path, unread in self._unread.items()]
