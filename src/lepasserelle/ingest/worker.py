"""The child process: reads jobs from standard input, answers on standard output, leaves at the end of input.

Run as `python -m lepasserelle.ingest.worker` by `ingest.child` and by nobody else. Parsing and building happen here because the
memory they take leaves with the process, and because native code that crashes takes only this process with it.
Invariants: nothing but frames goes to the pipe of standard output (a stray `print` lands in standard error); a child does not
outlive its parent (end of input, and on Linux a signal from the system when the parent dies).
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Final

from lepasserelle.ingest.frames import read_frame, write_frame
from lepasserelle.ingest.messages import BuildJob, Job, ParseJob, Ready, Reply, Start, Take, decode_job, encode
from lepasserelle.ingest.parenthood import die_with_parent
from lepasserelle.interpreter import PARENT_VARIABLE

_COLLECT_EVERY: Final = 50_000
"""Objects between two collections; Python's own number is 700."""

_COLLECT_EVERY_PARSING: Final = 400_000
"""A file leaves nothing behind that refers to itself: what the collector would walk is the file in hand."""

Work = Callable[[Job], Iterator[Reply]]
"""What a child does with a job."""


def main() -> None:
    """Serve jobs, or whoever asks for a fork, until the end of input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(os.environ.get(PARENT_VARIABLE, "0")))
    if len(sys.argv) == 1:
        _work()
        return
    from lepasserelle.ingest.forking import serve

    serve(sys.stdin.fileno(), _work, *sys.argv[2:])
    os._exit(0)  # the parent waits for this end, and taking the interpreter down takes longer than the end itself


def _work() -> None:
    """Serve jobs until the end of input; building is one job."""
    replies = _claim_standard_output()
    requests = sys.stdin.fileno()
    try:
        _serve(requests, lambda reply: write_frame(replies, encode(reply)))
    except BrokenPipeError:
        os._exit(0)


def _serve(requests: int, answer: Callable[[Reply], None]) -> None:
    frame = read_frame(requests)
    if frame is None:
        return
    start = decode_job(frame)
    assert isinstance(start, Start)
    work = _parser(start) if start.parses else _builder(start, answer, lambda: _taken(requests))
    _collect_rarely(_COLLECT_EVERY_PARSING if start.parses else _COLLECT_EVERY)
    answer(Ready())
    while (frame := read_frame(requests)) is not None:
        for reply in work(decode_job(frame)):
            answer(reply)
        if not start.parses:
            return  # what building took leaves now, and not when the slower builder beside it is done


def _parser(start: Start) -> Work:
    from lepasserelle.ingest.reading import Reader

    reader = Reader(start)

    def work(job: Job) -> Iterator[Reply]:
        assert isinstance(job, ParseJob)
        return map(reader.read, job.entries)

    return work


def _taken(requests: int) -> str:
    """The kind that the parent deals; empty: none is left, or the parent is gone."""
    frame = read_frame(requests)
    job = Take("") if frame is None else decode_job(frame)
    assert isinstance(job, Take)
    return job.kind


def _builder(start: Start, tell: Callable[[Reply], None], taken: Callable[[], str]) -> Work:
    from lepasserelle.ingest.building import Builder

    builder = Builder(start, tell, taken)

    def work(job: Job) -> Iterator[Reply]:
        assert isinstance(job, BuildJob)
        yield builder.build(job)

    return work


def _collect_rarely(every: int) -> None:
    """What was imported is never garbage, and what a job makes is mostly kept: looking often costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(every, 20, 20)


def _claim_standard_output() -> int:
    """A descriptor of the pipe for frames alone; what is printed goes to standard error from now on."""
    sys.stdout.flush()
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


if __name__ == "__main__":
    main()
