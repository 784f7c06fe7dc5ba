"""The current generation: follows what writers publish, and has damage repaired. Answers no question itself.

Between questions one `stat` of the manifest tells whether there is a newer generation. A damaged or missing segment is put into
quarantine and brought back from its compressed copy, or built again from lestockage; where that cannot be, everything is built from
the sources as a new generation.
Safe in threads. A forked child starts anew: it neither uses nor closes what its parent had opened.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TypeVar

from lepasserelle.config import Settings
from lepasserelle.errors import CacheDamagedError, DamagedError, LeIndexError
from lepasserelle.ingest import Repaired, expect
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.storage import DamagedSegment, Index, VersionMismatch
from lepasserelle.storage.belonging import check_project
from lepasserelle.storage.layout import MANIFEST, SEGMENTS

Answer = TypeVar("Answer")

ATTEMPTS: Final = 8
"""How often a question is asked when what it reads turns out to be damaged: every kind of segment may be, and the manifest, each
found out after the one before was mended."""

_Stamp = tuple[int, int, int]


class CurrentGeneration:
    """Holds the newest generation open. `rebuild` makes the given segments again; `index` makes everything again."""

    def __init__(
        self,
        folder: Path,
        rebuild: Callable[[list[str]], Repaired],
        index: Callable[[], None],
        note: Callable[[str], None],
        settings: Settings,
        project: Path,
    ) -> None:
        self.opened: Callable[[], object] = _nothing
        """Called whenever a generation has been opened, also after `close`."""
        self._folder = folder
        self._manifest = folder / MANIFEST
        self._settings = settings
        self._project = project
        self._rebuild = rebuild
        self._index = index
        self._note = note
        self._reset()

    def ask(self, question: Callable[[OpenGeneration], Answer]) -> Answer:
        """The answer of the newest generation, after damage was repaired.

        Raises `NotIndexedError` when there is none, `CacheDamagedError` when what was repaired is damaged again and again, and
        `StorageError` when the folder can neither be read nor repaired.
        """
        for _ in range(ATTEMPTS - 1):
            stamp = self._stamp()
            try:
                with self.newest() as generation:
                    return question(generation)
            except (DamagedError, VersionMismatch) as error:
                self._mend(error, stamp)
        try:
            with self.newest() as generation:
                return question(generation)
        except DamagedError as error:
            raise CacheDamagedError(_what(error), ATTEMPTS - 1) from error

    @contextmanager
    def newest(self) -> Iterator[OpenGeneration]:
        """The newest generation, open within the block. Raises as `Index.pin` does, `VersionMismatch`, and
        `IndexFolderError` when it is that of another project.
        """
        if os.getpid() != self._pid:
            self._reset()
        with self._mutex:
            stamp = self._stamp()
            if self._open is None or stamp != self._stamp_of_open:
                self._replace(stamp)
            generation = self._open
            assert generation is not None
            lease = ExitStack()
            lease.enter_context(generation.lease())
        with lease:
            yield generation

    def peek(self) -> OpenGeneration | None:
        """The generation that is open, if any; nothing is opened or looked for."""
        return self._open if os.getpid() == self._pid else None

    def close(self) -> None:
        """Let go of what is open. It opens again when asked again."""
        if os.getpid() != self._pid:
            self._reset()
        with self._mutex:
            self._drop()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._mutex = threading.RLock()
        self._mending = threading.Lock()
        self._open: OpenGeneration | None = None
        self._stamp_of_open: _Stamp | None = None

    def _stamp(self) -> _Stamp | None:
        try:
            status = self._manifest.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _replace(self, stamp: _Stamp | None) -> None:
        snapshot = Index.open(self._folder).pin()
        try:
            check_project(snapshot.manifest.project, self._folder, self._project)
            expect(snapshot.manifest, self._settings, self._project)
        except LeIndexError:
            snapshot.close()
            raise
        self._drop()
        self._open = OpenGeneration(snapshot, self._settings.encoder_folder(self._project), self._project.as_posix())
        self._stamp_of_open = stamp
        self.opened()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.retire()
        self._open, self._stamp_of_open = None, None

    def _mend(self, error: DamagedError | VersionMismatch, stamp: _Stamp | None) -> None:
        """Repair what `error` names, unless another thread or process has published since `stamp`."""
        with self._mending:
            if self._stamp() != stamp:
                return
            self.close()
            if isinstance(error, VersionMismatch):
                self._note(f"{error.meaning} and has been built anew")
                self._index()
            elif isinstance(error, DamagedSegment):
                missing = self._missing()
                Index.open(self._folder).quarantine(error.path)
                repaired = self._rebuild([error.ref.kind])
                for kind in dict.fromkeys((error.ref.kind, *sorted({*repaired.kinds, *missing}))):
                    what = "missing" if kind in missing else "damaged"
                    self._note(f"the {kind} segment was {what} and has been {repaired.told(kind)}")
            else:
                self._rebuild([])
                self._note("the index was damaged and has been repaired")

    def _missing(self) -> set[str]:
        """Kinds of segments that have no file."""
        try:
            manifest = Index.open(self._folder).manifest()
        except (LeIndexError, OSError):
            return set()
        refs = () if manifest is None else manifest.segments
        return {ref.kind for ref in refs if not (self._folder / SEGMENTS / ref.name).exists()}


def _nothing() -> None:
    """Nobody wants to know."""


def _what(error: DamagedError) -> str:
    return f"{error.ref.kind} segment" if isinstance(error, DamagedSegment) else "index"
