"""Indexing in a child process while questions go on: started once at a time, watched by a thread, waited for by whoever wants to.

Not the indexing itself. Invariants: at most one child for one open index; it never outlives this process; what it says is believed
only as far as its records reach, and a child that dies says why.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.config import Settings
from lepasserelle.errors import WorkerError
from lepasserelle.files import path_from_os
from lepasserelle.ingest import Progress
from lepasserelle.interpreter import worker_command, worker_environment
from lepasserelle.memory.threads import start_thread
from lepasserelle.model import IndexReport

_MODULE: Final = "lepasserelle.leindex.indexing_child"
_LOCK_WAIT_MS: Final = 3_600_000
"""Another process that writes the same index is waited for: afterwards there is little left to do."""
_ERROR_BYTES: Final = 4096


class Order(msgspec.Struct, frozen=True):
    """What to index."""

    project: str
    settings: dict[str, object]
    memory_limit_bytes: int | None = None


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the child: exactly one of these."""

    progress: Progress | None = None
    report: IndexReport | None = None
    error: str = ""


class BackgroundRun:
    """One run, from its start on."""

    def __init__(
        self, project: Path, settings: Settings, memory_limit_bytes: int | None, on_report: Callable[[IndexReport], None]
    ) -> None:
        self._on_report = on_report
        self.progress = Progress("start")
        self.report: IndexReport | None = None
        self.error = ""
        self._began_s = time.monotonic()
        self._ended = threading.Event()
        command = [*worker_command()[:-1], _MODULE]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=worker_environment()
            )
        except OSError as error:
            raise WorkerError(f"indexing could not be started: {error.strerror}. Free memory or processes and try again") from error
        order = Order(path_from_os(str(project)), _given(settings), memory_limit_bytes)
        self._words: list[bytes] = []
        self._listener = start_thread(self._listen, "lepasserelle-words")
        if self._listener is None or start_thread(self._watch, "lepasserelle-indexing", order) is None:
            self._give_up()
            raise WorkerError("indexing could not be started: the system gives no thread. Free memory or processes and try again")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    @property
    def age_s(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self._began_s

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, after so many seconds at most."""
        return self._ended.wait(max(0.0, seconds))

    def stop(self) -> None:
        """End it; the index stays as it was."""
        self._process.kill()
        self._ended.wait()

    def _give_up(self) -> None:
        """Nobody would hear what the child says."""
        self._process.kill()
        self._process.wait()
        if self._listener is not None:
            self._listener.join()
        self._close_pipes()

    def _listen(self) -> None:
        self._words.extend(self._process.stderr or ())

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # bytes that could not be written to a child that is gone
                if pipe is not None:
                    pipe.close()

    def _watch(self, order: Order) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        assert self._listener is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                self._hear(line)
        except (OSError, ValueError):
            pass  # it is gone: how it ended says more
        status = process.wait()
        self._listener.join()
        self._close_pipes()
        if self.report is None and not self.error:
            last = b"".join(self._words)[-_ERROR_BYTES:].decode("utf-8", "replace").strip().rpartition("\n")[2]
            self.error = f"indexing ended with status {status}{': ' + last if last else ''}. Run `leindex index` to see why"
        if self.report is not None:
            self._on_report(self.report)
        self._ended.set()

    def _hear(self, line: bytes) -> None:
        said = msgspec.json.decode(line, type=Said)
        if said.progress is not None:
            self.progress = said.progress
        self.report = said.report or self.report
        self.error = said.error or self.error


class Background:
    """The runs of one open index, one after the other."""

    def __init__(self, project: Path, settings: Settings, on_report: Callable[[IndexReport], None]) -> None:
        self._on_report = on_report
        self._project = project
        self._settings = settings
        self._mutex = threading.Lock()
        self.last: BackgroundRun | None = None

    def start(self, memory_limit_bytes: int | None) -> BackgroundRun:
        """The run that is going on, or a new one."""
        with self._mutex:
            if self.last is None or not self.last.is_running:
                self.last = BackgroundRun(self._project, self._settings, memory_limit_bytes, self._on_report)
            return self.last

    def stop(self) -> None:
        """End the run that is going on, if any."""
        with self._mutex:
            if self.last is not None and self.last.is_running:
                self.last.stop()


def _given(settings: Settings) -> dict[str, object]:
    """Settings as the overrides of another `LeIndex`, which waits longer for the lock."""
    values: Mapping[str, object] = msgspec.to_builtins(settings)
    return {name: value for name, value in values.items() if value is not None} | {"lock_timeout_ms": _LOCK_WAIT_MS}
