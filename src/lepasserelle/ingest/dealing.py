"""Which child builds which of a run's segments, as far as that is decided while they build.

Each child begins with what only it should build. The rest lies between them, and who is done takes the next: how long linking takes
beside everything else depends on the project, and a core without work is time that a run loses (decision 312). Starts no child and
knows nothing of segments but their names. Invariant: every kind is dealt once, and what was dealt to a child that died is told.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from queue import SimpleQueue
from typing import Protocol

from lepasserelle.ingest.messages import Alone, Free, Job, Ready, Relieved, Reply, Take

Deliver = Callable[[Reply | None], None]
"""Takes what a child says."""


class Builds(Protocol):
    """What is asked of a child here."""

    def send(self, job: Job) -> bool:
        """Say something; False when it is gone."""

    def listen(self, deliver: Deliver) -> None:
        """Have every reply delivered, None at the end."""


@dataclass(slots=True)
class Dealt:
    """What came of a child: its answer, None when it died, and what it had taken beside its own."""

    answer: Reply | None = None
    taken: list[str] = field(default_factory=list)


class LinkingStage(IntEnum):
    """How far linking is, where it goes on in two processes for a time."""

    IN_TWO = 0
    ALONE = 1
    """In one: a core is free, and what the other held."""
    RELIEVED = 2
    """Past its height, or at its end."""


class Between:
    """What lies between the children. `late` and `last` are for those that do not link, and come before what is common: the former
    when linking goes on alone, since there is no core for them before, the latter when it is relieved, since what both take would
    stand side by side. Where linking is in two processes they have nothing.
    """

    def __init__(
        self, common: Sequence[str], late: Sequence[str] = (), last: Sequence[str] = (), at: LinkingStage = LinkingStage.RELIEVED
    ) -> None:
        self._common, self._late, self._last = deque(common), deque(late), deque(last)
        self._at = at

    def goes_on(self, at: LinkingStage) -> None:
        """Linking is so far."""
        self._at = max(self._at, at)

    def next_for(self, *, links: bool) -> str | None:
        """What a child that is done builds next; empty: nothing, ever; None: it is to wait."""
        if links:
            return self._common.popleft() if self._common else ""
        if self._at == LinkingStage.IN_TWO:
            return None
        mine = [self._late, self._last, self._common] if self._at == LinkingStage.RELIEVED else [self._late, self._common]
        for kinds in mine:
            if kinds:
                return kinds.popleft()
        return None if self._last else ""

    def rest(self) -> list[str]:
        """What nobody took, since who would have is dead."""
        return [*self._late, *self._last, *self._common]


def deal(children: Sequence[Builds], between: Between) -> list[Dealt]:
    """Answer the children, each of which has its job, until all have ended. The first one links.

    Raises `WorkerError` when no thread can be had to listen to one.
    """
    heard: SimpleQueue[tuple[int, Reply | None]] = SimpleQueue()
    for number, child in enumerate(children):
        child.listen(partial(_put, heard, number))
    dealt = [Dealt() for _ in children]
    building, waiting = set(range(len(children))), set[int]()
    while building:
        number, reply = heard.get()
        if number not in building or isinstance(reply, Ready):
            continue  # at the end of its answer there is the end of what it says
        if isinstance(reply, Free):
            waiting.add(number)
        elif not isinstance(reply, Alone | Relieved):
            dealt[number].answer = reply
            building.discard(number)
        if number == 0:
            between.goes_on(LinkingStage.ALONE if isinstance(reply, Alone) else LinkingStage.RELIEVED)
        for one in sorted(waiting):
            kind = between.next_for(links=one == 0)
            if kind is not None:
                waiting.discard(one)
                dealt[one].taken += [kind] if kind else []
                children[one].send(Take(kind))
    return dealt


def _put(heard: SimpleQueue[tuple[int, Reply | None]], number: int, reply: Reply | None) -> None:
    heard.put((number, reply))
