"""Two pieces of work in a fork of this process, beside what this process goes on with: the fork sees all that is here and copies
none of it but what either side writes to.

For build children only: they have one thread until their first segment is written, and nothing of the user's runs in them.
Invariants: the fork leaves by itself with its answer, waits for nobody to take it, and runs nothing of what this process does at
its end; a fork that cannot be had, or dies, costs time and never an answer, since the work is then done here.
"""

import gc
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO, Final

from lepasserelle.graph.linking import Work, in_turn
from lepasserelle.ingest.frames import FrameError, read_frame, write_frame
from lepasserelle.ingest.parenthood import die_with_parent
from lepasserelle.memory import pages

Both = Callable[[], tuple[bytes, bytes]]

_DONE: Final = 0
_FAILED: Final = 1


def forked(first: Work, second: Work, relieved: Callable[[], None] = lambda: None) -> Callable[[], tuple[bytes, bytes]]:
    """Begin both in a fork, one after the other, and give what waits for their results. When the fork dies the work is done here,
    and raises here. `relieved`: called here when the results are asked for, and what was worked with meanwhile is given back.
    """

    def work() -> tuple[bytes, bytes]:
        return first(), second()

    pages.trim_heap()  # what was freed so far would be written to on either side
    gc.freeze()  # a collection on either side would write to every object that both have
    parent = os.getpid()
    with ExitStack() as stack:
        try:
            answer = stack.enter_context(_memory())
            pid = os.fork()
        except OSError:  # no memory or no process to be had
            gc.unfreeze()
            return in_turn(first, second)
        stack.pop_all()
    if pid == 0:
        _answer(work, parent, answer)
    return lambda: _wait(work, pid, answer, relieved)


def _memory() -> IO[bytes]:
    """A file without a name, in memory where the system has such: a pipe would hold the fork, and its memory, until it is read."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("lepasserelle-aside"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _answer(work: Both, parent: int, answer: IO[bytes]) -> None:
    """In the fork: do the work, say the results, leave."""
    status = _FAILED
    try:
        die_with_parent(parent)
        for result in work():
            write_frame(answer.fileno(), result)
        status = _DONE
    finally:
        os._exit(status)


def _wait(work: Both, pid: int, answer: IO[bytes], relieved: Callable[[], None]) -> tuple[bytes, bytes]:
    pages.trim_heap()  # what was worked with here meanwhile is free now, and would stand beside what other children build
    relieved()
    with answer:
        _, status = os.waitpid(pid, 0)
        gc.unfreeze()
        if os.waitstatus_to_exitcode(status) == _DONE:
            answer.seek(0)
            try:
                found = read_frame(answer.fileno()), read_frame(answer.fileno())
            except FrameError:
                found = None, None
            if found[0] is not None and found[1] is not None:
                return found[0], found[1]
    return work()
