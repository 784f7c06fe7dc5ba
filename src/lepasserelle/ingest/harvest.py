"""Takes in what the parse children say and puts it into lestockage in short transactions. Decides which files are asked for again.

Invariant: when `gather` returns, everything that the rows name is stored; a run that is killed before has stored whole contents
only, which the next run finds by their keys.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.files import FileEntry, SkipReason, os_path
from lepasserelle.ingest.messages import Parsed, Unread
from lepasserelle.ingest.pool import ParsePool
from lepasserelle.ingest.progress import Teller
from lepasserelle.storage import Lestockage, ParsedFile

STAGE_BYTES: Final = 4 * 1024 * 1024
STAGE_FILES: Final = 256
"""A transaction ends with the file that reaches either."""

READ_ATTEMPTS: Final = 3
"""How often a file is read that changes while it is read."""


class Harvest(msgspec.Struct):
    """What reading all wanted files gave."""

    read: dict[str, Parsed] = {}
    """By path, without the contents, which are in lestockage."""
    left_out: dict[str, Unread] = {}
    parsed_files: int = 0
    symbols: int = 0
    """Definitions in the parsed files."""
    bytes_read: int = 0


class Gatherer:
    """Reads entries through a pool and stages what comes."""

    def __init__(self, project: Path, lestockage: Lestockage, pool: ParsePool, teller: Teller) -> None:
        self._project = project
        self._lestockage = lestockage
        self._pool = pool
        self._teller = teller
        self._waiting: list[ParsedFile] = []
        self._waiting_bytes = 0

    def gather(self, entries: Iterable[FileEntry]) -> Harvest:
        """Read all entries. A file that changes under the reader is read again with its new size and time, a few times."""
        harvest = Harvest()
        wanted = list(entries)
        total = len(wanted)
        for attempt in range(READ_ATTEMPTS):
            again = []
            for reply in self._pool.run(wanted):
                if isinstance(reply, Unread) and reply.retry and attempt < READ_ATTEMPTS - 1:
                    again.append(reply)
                else:
                    self._take(harvest, reply)
                self._tell(harvest, total)
            wanted = [fresh for reply in again if (fresh := self._fresh(harvest, wanted, reply)) is not None]
            if not wanted:
                break
        self._stage()
        return harvest

    def _tell(self, harvest: Harvest, total: int) -> None:
        done = len(harvest.read) + len(harvest.left_out)
        self._teller.tell("parse", done, total, harvest.symbols, harvest.bytes_read)

    def _take(self, harvest: Harvest, reply: Parsed | Unread) -> None:
        if isinstance(reply, Unread):
            harvest.left_out[reply.path] = reply
            return
        harvest.read[reply.path] = msgspec.structs.replace(reply, content=None)
        harvest.bytes_read += reply.size_bytes
        if reply.content is None:
            return
        harvest.parsed_files += 1
        harvest.symbols += reply.content.definition_count
        self._waiting.append(reply.content)
        self._waiting_bytes += len(reply.content.facts) + len(reply.content.terms) + len(reply.content.text)
        if self._waiting_bytes >= STAGE_BYTES or len(self._waiting) >= STAGE_FILES:
            self._stage()

    def _stage(self) -> None:
        if self._waiting:
            self._lestockage.stage(self._waiting)
        self._waiting = []
        self._waiting_bytes = 0

    def _fresh(self, harvest: Harvest, wanted: list[FileEntry], reply: Unread) -> FileEntry | None:
        """The entry with its size and time as they are now; None, and left out, when the file is gone."""
        entry = next(entry for entry in wanted if entry.path == reply.path)
        try:
            status = Path(os_path(self._project, reply.path)).lstat()
        except OSError:
            harvest.left_out[reply.path] = Unread(reply.path, SkipReason.VANISHED)
            return None
        return msgspec.structs.replace(entry, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
