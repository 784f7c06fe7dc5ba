"""One child process, from the parent's side: start it, talk to it, know how it ended. Decides nothing about its jobs.

The child is this interpreter running `-m lepasserelle.ingest.worker` over pipes, never `multiprocessing`, whose spawn would run an
unguarded script of the user again. Invariant: after `close` or `kill` there is no process and no open pipe left.
"""

import errno
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, Final, Protocol, Self

from lepasserelle.errors import WorkerError
from lepasserelle.ingest.frames import FrameError, read_frame, write_frame
from lepasserelle.ingest.messages import Job, Reply, decode_reply, encode
from lepasserelle.interpreter import worker_command, worker_environment

_UNTOUCHED_BYTES: Final = 40_000_000
"""Private address space that an idle child has and never touches (libraries' buffers and arenas; 35 to 36 MB measured)."""

_CLOSE_S: Final = 5.0
_STDERR_TAIL_BYTES: Final = 4096


class Process(Protocol):
    """What is asked of the process of a child: of `subprocess.Popen`, or of what stands for another process's child."""

    @property
    def pid(self) -> int:
        """Process id."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where jobs go."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where replies come from."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, or the negative of a signal. Raises `subprocess.TimeoutExpired`."""

    def kill(self) -> None:
        """End it at once."""


class Child:
    """A running child. Sending and receiving may happen in different threads; a context manager that ends it."""

    def __init__(self, command: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> None:
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _release
        try:
            self._process: Process = subprocess.Popen(  # noqa: S603 - our own interpreter
                list(command) if command is not None else worker_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=dict(environment) if environment is not None else worker_environment(),
                bufsize=0,
            )
        except OSError as error:
            stderr.close()
            few = error.errno in (errno.EMFILE, errno.ENFILE)
            remedy = "Close files, or raise the limit (`ulimit -n`)" if few else "Free some memory or processes and try again"
            raise WorkerError(f"a child process could not be started: {error.strerror}. {remedy}.") from error
        self._take(stderr)

    def _take(self, stderr: IO[bytes]) -> None:
        """Begin with a process that runs, and with the file that it writes its last words to."""
        self._stderr = stderr
        self.last_reply_s = time.monotonic()
        """When the last reply came, by the monotonic clock."""
        self._ending = ""
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.kill()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def hold_to(self, most_bytes: int | None) -> None:
        """Have the system refuse it more anonymous memory than so much from now on; it dies of that. None: nothing is changed.

        By `RLIMIT_DATA`, which counts private address space, touched or not: up to 5 MB more may be had. Never above what this
        process has itself. Linux only; elsewhere, and where it is not allowed, nothing happens.
        """
        if most_bytes is None or not sys.platform.startswith("linux"):
            return
        import resource

        with suppress(OSError, ValueError):
            own_soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            limits = [limit for limit in (most_bytes + _UNTOUCHED_BYTES, own_soft, hard) if limit != resource.RLIM_INFINITY]
            self._limit_data(min(limits), hard)

    def _limit_data(self, soft_bytes: int, hard_bytes: int) -> None:
        import resource

        resource.prlimit(self.pid, resource.RLIMIT_DATA, (soft_bytes, hard_bytes))

    def send(self, job: Job) -> bool:
        """Write a job; False when the child is gone (its last words are still to be received)."""
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin.fileno(), encode(job))
        except (BrokenPipeError, ValueError):
            return False
        return True

    def receive(self) -> Reply | None:
        """Wait for the next reply; None when the child has ended, or says something that no child of ours says."""
        assert self._process.stdout is not None
        try:
            frame = read_frame(self._process.stdout.fileno())
            reply = None if frame is None else decode_reply(frame)
        except (FrameError, ValueError, OSError):
            return None
        self.last_reply_s = time.monotonic()
        return reply

    def listen(self, deliver: Callable[[Reply | None], None]) -> None:
        """Receive in a thread: every reply goes to `deliver`, None at the end.

        While `deliver` waits, so does the child once its pipe is full. It must not wait any longer when the child is being killed.
        """
        listener = threading.Thread(target=self._listen, args=(deliver,), name="lepasserelle-listener", daemon=True)
        try:
            listener.start()
        except RuntimeError as error:
            raise WorkerError(
                f"no thread could be started to listen to a child: {error}. Raise the limit on data or "
                "processes, or try fewer `workers`."
            ) from error
        self._listener = listener

    def _listen(self, deliver: Callable[[Reply | None], None]) -> None:
        while (reply := self.receive()) is not None:
            deliver(reply)
        deliver(None)

    def end_input(self) -> None:
        """Say that no more jobs come: the child leaves by itself after the last one."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def strike(self) -> None:
        """Kill the process and do not wait; its last replies can still be received."""
        self._process.kill()

    def close(self) -> None:
        """End of input, then wait until the child has left; one that does not is killed."""
        self.end_input()
        self.how_it_ended()

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()
        self._release()

    def how_it_ended(self) -> str:
        """`signal 11`, or `exit status 1: ` and the last line that it wrote to standard error."""
        if not self._ending:
            try:
                self._process.wait(_CLOSE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._release()
        return self._ending

    def _release(self) -> None:
        """Wait for the process, keep its last words, close the pipes. Safe to call again."""
        status = self._process.wait()
        if self._listener is not None:
            self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if not self._ending:
            self._ending = _ending(status, self._last_words())

    def _last_words(self) -> str:
        if self._stderr.closed:
            return ""
        with self._stderr as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _STDERR_TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def _ending(status: int, last_words: str) -> str:
    if status < 0:
        return f"signal {-status}"
    return f"exit status {status}" + (f": {last_words}" if last_words else "")
