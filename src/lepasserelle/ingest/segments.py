"""The parent's side of building: children build the segments side by side, the parent waits and hands damage on. Builds nothing
itself.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, Self

import msgspec

from lepasserelle.errors import BudgetExceededError, DamagedError, StorageError, WorkerError
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.cores import usable_cores
from lepasserelle.ingest.messages import BuildFailed, BuildJob, Built, Damaged, Former, GoOn, Ready, Relieved, Reply, Start
from lepasserelle.ingest.reserving import IDLE_BYTES, Claim, Reserve, build_bytes, may_fork, unlimited
from lepasserelle.storage import ContentKey, IndexedFile, SegmentRef

KINDS: Final = ("graph", "lexical", "vectors", "text", "trigrams")
"""Segments of a generation."""

ROWS: Final = "rows"
"""Not a segment: the graph's symbols and edges as rows in lestockage, written by the child that has the graph."""

_SHARES: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS), ("lexical", "text", "trigrams", "vectors"))
"""What is built by the same child, in that order."""

_SHARES_WITHOUT_LINKING: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS, "lexical"), ("vectors", "text", "trigrams"))
"""The same where nothing is linked: both take as long then."""

_SHARES_WITHOUT_TERMS: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS, "text", "trigrams", "lexical", "vectors"),)
"""The same where the words are the former ones too: what is left is less than starting one more child."""

_LATE: Final = "vectors"
"""What takes most beside linking: begun when that is past its height, where it goes on in two processes (decision 310)."""

_OUT_OF_MEMORY: Final = "MemoryError"
"""Among the last words of a child that was refused memory."""


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
    calls_cut_short: bool = False
    """The flow of values through the graph was cut short at its bound."""


class BuildCrew:
    """The build children of one run; a context manager that leaves none behind. They start early and import while others parse."""

    def __init__(
        self, spawn: Callable[[], Child], start: Start, kinds: Iterable[str] = (*KINDS, ROWS), reserve: Reserve = unlimited
    ) -> None:
        self._wanted = set(kinds)
        self._spawn = spawn
        self._start = start
        self._shares = self._wanted_of(_SHARES)
        self._children: list[Child] = []
        self._reserve = reserve
        self._former: Former | None = None
        self._links = "graph" in self._wanted
        self._early = ExitStack()
        """The claim for children that wait for their job."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def _wanted_of(self, shares: Sequence[Sequence[str]]) -> list[list[str]]:
        return [share for share in ([kind for kind in share if kind in self._wanted] for share in shares) if share]

    def prepare(self, most: int | None = None) -> None:
        """Start the children, `most` of them, ahead of their work, if there is memory for that. Those that run stay."""
        running = len(self._children)
        wanted = len(self._shares) if most is None else min(most, len(self._shares))
        if wanted <= running:
            return
        with suppress(BudgetExceededError):
            asked_bytes = IDLE_BYTES * (wanted - running)
            claim = self._early.enter_context(self._reserve(asked_bytes, "building", timeout_s=0, in_children=True))
            self._start_all(wanted, told=most is None)
            claim.covers(*(child.pid for child in self._children[running:]))

    def expect(self, former: Former | None) -> None:
        """Say what the next build may take over, and start the children that it needs.

        A child that dies over what it takes over is asked to build anew.
        """
        self._former = former
        self._links = links = "graph" in self._wanted and (former is None or not former.has_same_edges)
        same_terms = former is not None and former.has_same_terms
        self._shares = self._wanted_of(_SHARES if links else _SHARES_WITHOUT_TERMS if same_terms else _SHARES_WITHOUT_LINKING)
        self.prepare()

    def _dismiss(self) -> None:
        self._early.close()
        for child in self._children:
            child.kill()
        self._children = []

    def _start_all(self, wanted: int, *, told: bool = True) -> None:
        """`told`: whether each hears what it is likely to build, to import that while it waits."""
        while len(self._children) > wanted:
            self._children.pop().kill()
        while len(self._children) < wanted:
            share = self._shares[len(self._children)] if told else ()
            child = self._spawn()
            self._children.append(child)
            child.send(msgspec.structs.replace(self._start, kinds=tuple(share)))

    def build(self, generation: int, files: Sequence[IndexedFile]) -> BuildResult:
        """Build every share of a generation of these files, all at once where memory for all is granted, else one after the other.

        A child that dies is tried once more, alone. Raises `DamagedContents`, `DamagedError` (lestockage), `StorageError`,
        `WorkerError`, and `BudgetExceededError` when memory for one share alone is not granted.
        """
        self._early.close()
        definitions, source_bytes = sum(file.definition_count for file in files), sum(file.size_bytes for file in files)
        encoder_bytes = _encoder_bytes(self._start)
        needs = [build_bytes(share, definitions, source_bytes, encoder_bytes) for share in self._shares]
        if len(needs) > 1:
            with suppress(BudgetExceededError), ExitStack() as stack:
                claim = stack.enter_context(self._reserve(sum(needs), "building", timeout_s=0, in_children=True))
                return self._build_all(generation, claim, needs)
            self._dismiss()
        return self._build_in_turn(generation, needs)

    def _build_in_turn(self, generation: int, needs: Sequence[int]) -> BuildResult:
        result, shares = BuildResult(), self._shares
        try:
            for share, need_bytes in zip(shares, needs, strict=True):
                with self._reserve(need_bytes, f"building {share[0]}", in_children=True) as claim:
                    self._shares = [share]
                    found = self._build_all(generation, claim, [need_bytes])
                    result.segments += found.segments
                    result.edges = found.edges if result.edges is None else result.edges
                    result.calls_cut_short |= found.calls_cut_short
                    if len(shares) > 1:
                        self._dismiss()
        finally:
            self._shares = shares
        return result

    def _build_all(self, generation: int, claim: Claim, needs: Sequence[int]) -> BuildResult:
        """Build these shares at once, each child held to its part of what was granted."""
        self._start_all(len(self._shares))
        claim.covers(*(child.pid for child in self._children))
        forks = "graph" in self._shares[0] and may_fork(needs[0], claim.most_bytes, usable_cores())
        for child, share, need_bytes in zip(self._children, self._shares, needs, strict=True):
            child.hold_to(None if claim.most_bytes is None else claim.most_bytes * need_bytes // sum(needs))
            child.send(
                BuildJob(
                    generation,
                    share,
                    self._former,
                    forks=forks and "graph" in share,
                    gives_way=self._links and len(needs) > 1 and "graph" not in share,
                    waits_before=_LATE if self._links and forks and "graph" not in share else "",
                )
            )
        replies = _replies(self._children)
        endings = ["" if reply is not None else child.how_it_ended() for child, reply in zip(self._children, replies, strict=True)]
        self._dismiss()  # each leaves by itself with its answer
        result = BuildResult()
        for share, reply, ending in zip(self._shares, replies, endings, strict=True):
            _add(result, reply if reply is not None else self._again(BuildJob(generation, share), ending, claim))
        return result

    def _again(self, job: BuildJob, first: str, claim: Claim) -> Reply:
        """Build a share whose child died, alone: the other children have answered, and leave all that was granted to it.

        Raises `MemoryError` when that was not enough, which the claim makes `BudgetExceededError`.
        """
        self._dismiss()
        child = self._spawn()
        self._children = [child]
        claim.covers(child.pid)
        child.hold_to(claim.most_bytes)
        child.send(self._start)
        child.send(job)
        reply = _last_reply(child)
        if reply is not None:
            return reply
        last = child.how_it_ended()
        if claim.most_bytes is not None and _OUT_OF_MEMORY in first and _OUT_OF_MEMORY in last:
            raise MemoryError(f"building {', '.join(job.kinds)} takes more than {claim.most_bytes / 1e6:.0f} MB")
        raise WorkerError(
            f"the child that builds {', '.join(job.kinds)} died twice ({first}; {last}). "
            "The last complete index is as it was. Is there enough memory?"
        )


def _replies(children: Sequence[Child]) -> list[Reply | None]:
    """What each answers to its job. The first one links: when it is past the height of that, or has ended, the others
    go on; who does not wait never reads that.
    """
    linking, *others = children
    reply = _next_reply(linking)
    for child in others:
        child.send(GoOn())
    return [_next_reply(linking) if isinstance(reply, Relieved) else reply, *map(_last_reply, others)]


def _next_reply(child: Child) -> Reply | None:
    reply = child.receive()
    return child.receive() if isinstance(reply, Ready) else reply


def _last_reply(child: Child) -> Reply | None:
    reply = _next_reply(child)
    return child.receive() if isinstance(reply, Relieved) else reply


def _add(result: BuildResult, reply: Reply) -> None:
    if isinstance(reply, Damaged):
        raise DamagedContents(reply.paths, reply.keys)
    if isinstance(reply, BuildFailed):
        raise _failure(reply)
    if not isinstance(reply, Built):
        raise WorkerError(f"a child answered {type(reply).__name__} out of turn; try again, and report it if it happens again")
    result.segments.extend(reply.segments)
    if any(segment.kind == "graph" for segment in reply.segments):
        result.edges, result.calls_cut_short = reply.edges, reply.calls_cut_short


def _failure(reply: BuildFailed) -> StorageError:
    return DamagedError(reply.message) if reply.damaged else StorageError(reply.message)


def _encoder_bytes(start: Start) -> int:
    """What a model of the user's takes where vectors are built: what opening it does, and a part of its table."""
    folder = start.settings.encoder_folder(Path(start.project))
    if folder is None:
        return 0
    from lepasserelle.vectors.model_files import heap_bytes, table_bytes

    return heap_bytes(folder) + table_bytes(folder)
