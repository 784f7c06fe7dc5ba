"""Which processes a command about memory is for: running ones that have the index open, or this one alone.

Faces do not know each other: what can reach other processes is offered by the composition root, and is seen here by its shape.
Not here: what is asked of a process. Invariant: a command that acts on this process alone says so.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import Any, Literal, NamedTuple, Protocol

import click

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.cli.output import notice
from lepasserelle.leindex import LeIndex

Command = Callable[..., None]
Document = dict[str, Any]
Part = Literal["pdg", "vectors", "analysis", "all"]
ReloadPart = Literal["pdg", "vectors", "all"]

ALONE = "no running leindex process answers for this index; this is about the process of this command alone, which ends with it"

_PATIENCE_S = 2.0
"""Who waits longer is told for whom, and again each time that this has passed."""


class Process(Protocol):
    """One open index of one process. Calls raise `LeIndexError`."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def is_own(self) -> bool:
        """It is this process."""

    def statistics(self, events: int = 20) -> Document:
        """What it holds, how much it may, and its last events."""

    def spill(self, part: Part = "all", *, cold: bool = False) -> Document:
        """Let go of a cache; `cold`: the system shall forget its files, too."""

    def reload(self, part: ReloadPart = "all") -> Document:
        """Bring a cache back."""

    def warm(self, strategy: str = "all") -> Document:
        """Load ahead of need."""


class Closable(Protocol):
    """Something that serves until it is closed."""

    def close(self) -> None:
        """End it."""


class Control(Protocol):
    """What the face that reaches other processes offers."""

    def serve(self, leindex: LeIndex, /) -> Closable:
        """Let others reach this index."""

    def running(self, leindex: LeIndex, /) -> Sequence[Process]:
        """The processes that have it open."""

    def own(self, leindex: LeIndex, /) -> Process:
        """The process of this command."""


class Chosen(NamedTuple):
    """The processes that a command is for."""

    processes: Sequence[Process]
    notes: tuple[str, ...] = ()


def process_options(command: Command) -> Command:
    """`--pid N` and `--all`."""
    command = click.option("--all", "everyone", is_flag=True, help="Every running process that has the index open.")(command)
    return click.option("--pid", type=click.IntRange(1), metavar="N", help="The running process with this number.")(command)


def control() -> Control:
    """What the composition root offers for reaching other processes; loaded now."""
    offered = click.get_current_context().find_root().obj
    assert callable(offered)
    found: Control = offered()
    return found


@contextmanager
def served(leindex: LeIndex) -> Iterator[None]:
    """Let others reach this index within the block; where that cannot be, say so and go on."""
    try:
        server = control().serve(leindex)
    except LeIndexError as error:
        notice(f"note: {error}")
        yield
        return
    try:
        yield
    finally:
        server.close()


def choose(leindex: LeIndex, pid: int | None, *, everyone: bool) -> Chosen:
    """The running processes that were chosen; the only one when none was; this one, with a note, when none runs.

    Raises `click.UsageError` when several run and none was chosen, `LeIndexError` when the chosen one does not run.
    """
    if pid is not None and everyone:
        raise click.UsageError("--pid and --all exclude each other.")
    reach = control()
    running = reach.running(leindex)
    numbers = sorted({process.pid for process in running})
    if pid is not None:
        if pid not in numbers:
            raise LeIndexError(f"process {pid} does not have this index open, or cannot be reached. {_who_runs(numbers)}")
        return Chosen([process for process in running if process.pid == pid])
    if len(numbers) > 1 and not everyone:
        raise click.UsageError(f"{_who_runs(numbers)} Choose one with --pid, or all with --all.")
    return Chosen(running) if running else Chosen([reach.own(leindex)], (ALONE,))


def ask_each(
    processes: Sequence[Process], question: Callable[[Process], Document], tell: Callable[[str], None] | None = notice
) -> list[Document]:
    """The answers in order, of processes that are asked side by side. One that cannot answer among several is told as `error`; one
    alone raises. `tell` is told whom the answer is waited for when that takes longer than a moment.
    """
    if len(processes) == 1 and processes[0].is_own:
        return [question(processes[0])]
    answers: list[Document | LeIndexError | None] = [None] * len(processes)
    done: Queue[int] = Queue()

    def ask(number: int) -> None:
        try:
            answers[number] = question(processes[number])
        except LeIndexError as error:
            answers[number] = error
        finally:
            done.put(number)

    for number in range(len(processes)):
        Thread(target=ask, args=(number,), daemon=True, name="leindex-asking").start()
    _wait(processes, done, tell)
    return [_told(process, answer, is_alone=len(processes) == 1) for process, answer in zip(processes, answers, strict=True)]


def _wait(processes: Sequence[Process], done: "Queue[int]", tell: Callable[[str], None] | None) -> None:
    """Until each has answered or failed, which has an end of its own."""
    awaited = set(range(len(processes)))
    while awaited:
        try:
            awaited.discard(done.get(timeout=_PATIENCE_S if tell is not None else None))
        except Empty:
            assert tell is not None
            numbers = sorted({processes[number].pid for number in awaited})
            tell(f"waiting for process {', '.join(map(str, numbers))} …")


def _told(process: Process, answer: Document | LeIndexError | None, *, is_alone: bool) -> Document:
    if isinstance(answer, LeIndexError):
        if is_alone:
            raise answer
        return {"pid": process.pid, "error": str(answer)}
    if answer is None:  # its thread ended by an error that is none of ours, and has said so
        return {"pid": process.pid, "error": f"process {process.pid} could not be asked"}
    return answer


def _who_runs(numbers: Sequence[int]) -> str:
    if not numbers:
        return "No process that can be reached has it open."
    return f"Processes that have it open: {', '.join(str(number) for number in numbers)}."
