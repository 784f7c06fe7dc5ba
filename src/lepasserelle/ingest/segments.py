"""The parent's side of building: children build the segments side by side, the parent waits and hands damage on. Builds nothing
itself.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

import msgspec

from lepasserelle.errors import DamagedError, StorageError, WorkerError
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import BuildFailed, BuildJob, Built, Damaged, Ready, Reply, Start
from lepasserelle.storage import ContentKey, SegmentRef

KINDS: Final = ("graph", "lexical", "vectors", "text")
"""Segments of a generation."""

ROWS: Final = "rows"
"""Not a segment: the graph's symbols and edges as rows in lestockage, written by the child that has the graph."""

_SHARES: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS), ("lexical", "vectors", "text"))
"""What is built by the same child, in that order."""


class DamagedContents(DamagedError):  # noqa: N818 - names the thing that is damaged
    """Stored contents of some files do not match their checksums: forget the keys and read the files again."""

    def __init__(self, paths: Sequence[str], keys: Sequence[ContentKey]) -> None:
        super().__init__(
            f"what is stored of {len(keys)} files is damaged, first {paths[0]}; run `leindex index` to parse them again"
        )
        self.paths = paths
        self.keys = keys


class BuildResult(msgspec.Struct):
    """The segments of a generation and what only their builders know."""

    segments: list[SegmentRef] = []
    edges: int | None = None
    """None: no graph was built."""


class BuildCrew:
    """The build children of one run; a context manager that leaves none behind. They start early and import while others parse."""

    def __init__(self, spawn: Callable[[], Child], start: Start, kinds: Iterable[str] = (*KINDS, ROWS)) -> None:
        wanted = set(kinds)
        self._spawn = spawn
        self._start = start
        self._shares = [share for share in ([kind for kind in share if kind in wanted] for share in _SHARES) if share]
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
        self._children = []

    def prepare(self) -> None:
        """Start the children. Does nothing when they run."""
        while len(self._children) < len(self._shares):
            child = self._spawn()
            self._children.append(child)
            child.send(self._start)

    def build(self, generation: int) -> BuildResult:
        """Build every share at once.

        A child that dies is tried once more, alone. Raises `DamagedContents`, `DamagedError` (lestockage), `StorageError`,
        `WorkerError`.
        """
        self.prepare()
        for child, share in zip(self._children, self._shares, strict=True):
            child.send(BuildJob(generation, share))
        replies = [_last_reply(child) for child in self._children]
        result = BuildResult()
        for number, (reply, share) in enumerate(zip(replies, self._shares, strict=True)):
            _add(result, reply if reply is not None else self._again(number, BuildJob(generation, share)))
        return result

    def _again(self, number: int, job: BuildJob) -> Reply:
        first = self._children[number].how_it_ended()
        child = self._children[number] = self._spawn()
        child.send(self._start)
        child.send(job)
        reply = _last_reply(child)
        if reply is None:
            raise WorkerError(
                f"the child that builds {', '.join(job.kinds)} died twice ({first}; {child.how_it_ended()}). "
                "The last complete index is as it was. Is there enough memory?"
            )
        return reply


def _last_reply(child: Child) -> Reply | None:
    reply = child.receive()
    return child.receive() if isinstance(reply, Ready) else reply


def _add(result: BuildResult, reply: Reply) -> None:
    if isinstance(reply, Damaged):
        raise DamagedContents(reply.paths, reply.keys)
    if isinstance(reply, BuildFailed):
        raise _failure(reply)
    if not isinstance(reply, Built):
        raise WorkerError(f"a child answered {type(reply).__name__} out of turn; try again, and report it if it happens again")
    result.segments.extend(reply.segments)
    if any(segment.kind == "graph" for segment in reply.segments):
        result.edges = reply.edges


def _failure(reply: BuildFailed) -> StorageError:
    return DamagedError(reply.message) if reply.damaged else StorageError(reply.message)
