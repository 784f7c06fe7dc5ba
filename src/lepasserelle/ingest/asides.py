"""Work in a fork of this process, beside what this process goes on with or waited for at once: the fork sees all that is here and
copies none of it but what either side writes to.

For build children only: they have one thread where they fork (no segment is being copied then), and nothing of the user's runs in
them.
Invariants: the fork leaves by itself with its answer, waits for nobody to take it, and runs nothing of what this process does at
its end; a fork that cannot be had, or dies, costs time and never an answer, since the work is then done here.
"""

import gc
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import IO, Final

from lepasserelle.graph.linking import Work, in_turn
from lepasserelle.ingest.frames import FrameError, read_frame, write_frame
from lepasserelle.ingest.parenthood import die_with_parent
from lepasserelle.memory import pages

Both = Callable[[], tuple[bytes, bytes]]

_DONE: Final = 0
_FAILED: Final = 1


def apart(work: Work) -> bytes | None:
    """Do it in a fork and wait for it, so that the memory it takes leaves with the fork; None where none can be had, or it dies:
    then the work is to be done here, and raises here. For whoever has no file open that a fork must not share.
    """
    answer, pid = _begin(lambda: (work(),))
    found = _told(pid, answer, 1) if answer is not None else None
    return found[0] if found is not None else None


def forked(
    first: Work,
    second: Work,
    meanwhile: bool = True,
    *,
    relieved: Callable[[], None] = lambda: None,
    alone: Callable[[], None] = lambda: None,
) -> Callable[[], tuple[bytes, bytes]]:
    """Begin both in a fork, one after the other, and give what waits for their results. When the fork dies the work is done here,
    and raises here. `meanwhile`: whether there is anything else to do; without it a fork is worth nothing. `relieved`: called here
    when the results are asked for, and what was worked with meanwhile is given back. `alone`: called in the fork when both are
    done, at its end. Both at once where there is nothing to wait for.
    """
    if not meanwhile:
        alone()
        relieved()
        return in_turn(first, second)

    def work() -> tuple[bytes, bytes]:
        return first(), second()

    gc.freeze()  # a collection on either side would write to every object that both have
    answer, pid = _begin(work, alone)
    if answer is None:
        gc.unfreeze()
        alone()
        relieved()
        return in_turn(first, second)
    return lambda: _wait(work, pid, answer, relieved)


def _begin(work: Callable[[], tuple[bytes, ...]], at_its_end: Callable[[], None] = lambda: None) -> tuple[IO[bytes] | None, int]:
    """(where a fork leaves its answer, its id); None where none can be had."""
    pages.trim_heap()  # what was freed so far would be written to on either side
    parent = os.getpid()
    with ExitStack() as stack:
        try:
            answer = stack.enter_context(_memory())
            pid = os.fork()
        except OSError:  # no memory or no process to be had
            return None, 0
        stack.pop_all()
    if pid == 0:
        _answer(work, parent, answer, at_its_end)
    return answer, pid


def _memory() -> IO[bytes]:
    """A file without a name, in memory where the system has such: a pipe would hold the fork, and its memory, until it is read."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("lepasserelle-aside"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _answer(work: Callable[[], tuple[bytes, ...]], parent: int, answer: IO[bytes], at_its_end: Callable[[], None]) -> None:
    """In the fork: do the work, say the results, leave."""
    status = _FAILED
    try:
        die_with_parent(parent)
        for result in work():
            write_frame(answer.fileno(), result)
        status = _DONE
        at_its_end()
    finally:
        os._exit(status)


def _wait(work: Both, pid: int, answer: IO[bytes], relieved: Callable[[], None]) -> tuple[bytes, bytes]:
    pages.trim_heap()  # what was worked with here meanwhile is free now, and would stand beside what other children build
    relieved()
    found = _told(pid, answer, 2)
    gc.unfreeze()
    return (found[0], found[1]) if found is not None else work()


def _told(pid: int, answer: IO[bytes], count: int) -> list[bytes] | None:
    """The results of the fork, which is waited for; None when it died over them."""
    with answer:
        _, status = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(status) != _DONE:
            return None
        answer.seek(0)
        with suppress(FrameError):
            found = [frame for _ in range(count) if (frame := read_frame(answer.fileno())) is not None]
            return found if len(found) == count else None
    return None
