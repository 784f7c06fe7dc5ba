"""The parent's side of building: children build the segments side by side, the parent waits and hands damage on. Builds nothing
itself.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Final, Self

import msgspec

from lepasserelle.errors import BudgetExceededError, ConfigError, DamagedError, LeIndexError, ModelError, StorageError, WorkerError
from lepasserelle.files import path_to_os
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.cores import usable_cores
from lepasserelle.ingest.dealing import Between, Dealt, LinkingStage, deal
from lepasserelle.ingest.linking_memory import LinkingNeed
from lepasserelle.ingest.messages import Alone, BuildFailed, BuildJob, Built, Damaged, Former, Ready, Relieved, Reply, Start
from lepasserelle.ingest.reserving import (
    IDLE_BYTES,
    Claim,
    Reserve,
    build_bytes,
    has_room_beside,
    lesser_bytes,
    may_fork,
    steps_within,
    unlimited,
)
from lepasserelle.storage import ContentKey, IndexedFile, SegmentRef

KINDS: Final = ("graph", "lexical", "vectors", "text", "trigrams")
"""Segments of a generation."""

ROWS: Final = "rows"
"""Not a segment: the graph's symbols and edges as rows in lestockage, written by the child that has the graph."""

_SHARES: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS), ("lexical", "vectors"))
"""What is built by the same child, in that order."""

_COMMON: Final = ("text", "trigrams")
"""What lies between the children where there are two: who is done takes the next."""

_SHARES_WITHOUT_LINKING: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS, "lexical"), ("vectors",))
"""The same where nothing is linked: vectors take as long as the rest."""

_SHARES_WITHOUT_TERMS: Final[tuple[tuple[str, ...], ...]] = (("graph", ROWS, "text", "trigrams", "lexical", "vectors"),)
"""The same where the words are the former ones too: what is left is less than starting one more child."""

_LATE: Final = ("lexical",)
_LAST: Final = ("vectors",)
"""What takes most beside linking, where that goes on in two processes for a time: begun when one is left, and when that one is past
its height (decision 382)."""

_EXCEPTION: Final = re.compile(r"status 1: [\w.]*(Error|Exception)\b")
_OUT_OF_MEMORY: Final = re.compile(r"MemoryError|can't start new thread|Exception ignored in sys\.unraisablehook")
"""Among the last words of a child that was refused memory, its own, that of a thread's stack or that for telling of it."""
_UNTOLD: Final = re.compile(r"exit status (1|120)(:|$)")
"""How an interpreter ends that names no exception: one that is held to a bound had no memory for that (`lost sys.stderr`)."""


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
    linked_within_bytes: int = 0
    """What linking was granted, where that cut the flow short; 0: it lacked no memory."""
    notes: list[str] = []
    """What a person should know."""


class BuildCrew:
    """The build children of one run; a context manager that leaves none behind. They start early and import while others parse."""

    def __init__(
        self,
        spawn: Callable[[], Child],
        start: Start,
        kinds: Iterable[str] = (*KINDS, ROWS),
        reserve: Reserve = unlimited,
        complete: Callable[[], None] = lambda: None,
        clear: Callable[[], None] = lambda: None,
    ) -> None:
        """`complete` is called when all children have their jobs: one more is spawned in place of one that dies only; `clear` where
        memory is short: away with who forks.
        """
        self._wanted = set(kinds)
        self._spawn = spawn
        self._start = start
        self._common = [kind for kind in _COMMON if kind in self._wanted]
        self._shares = self._wanted_of(_SHARES)
        self._children: list[Child] = []
        self._leaving: list[Child] = []
        """Those that have answered and leave by themselves."""
        self._reserve = reserve
        self._complete = complete
        self._clear = clear
        self._former: Former | None = None
        self._links = "graph" in self._wanted
        self._early = ExitStack()
        """The claim for children that wait for their job."""
        self._linking = LinkingNeed((), 0, 0)
        self._granted_bytes: int | None = None
        """What linking was granted where that is less than it may take."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def _wanted_of(self, shares: Sequence[Sequence[str]]) -> list[list[str]]:
        """Those of which anything is wanted; one without a kind of its own where only what lies between is."""
        found = [share for share in ([kind for kind in share if kind in self._wanted] for share in shares) if share]
        return found or ([[]] if self._common else [])

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
        self._links = "graph" in self._wanted and (former is None or not former.has_same_edges)
        same_terms = former is not None and former.has_same_terms
        self._shares = self._wanted_of(_SHARES if self._links else _SHARES_WITHOUT_TERMS if same_terms else _SHARES_WITHOUT_LINKING)
        self.prepare()

    def _dismiss(self) -> None:
        self._early.close()
        for child in (*self._leaving, *self._children):
            child.kill()
        self._leaving, self._children = [], []

    def _let_go(self, claim: Claim, needs: Sequence[int]) -> None:
        """Who has answered leaves by itself, and nobody waits for that where there is room for what they have until then: giving
        back what linking took is as long as publishing what it made.
        """
        self._leaving, self._children = [*self._leaving, *self._children], []
        if not has_room_beside(sum(needs), claim.most_bytes):
            self._dismiss()

    def _start_all(self, wanted: int, *, told: bool = True) -> None:
        """`told`: whether each hears what it is likely to build, to import that while it waits."""
        while len(self._children) > wanted:
            self._children.pop().kill()
        while len(self._children) < wanted:
            share = self._shares[len(self._children)] if told else ()
            child = self._spawn()
            self._children.append(child)
            child.send(msgspec.structs.replace(self._start, kinds=tuple(share)))

    def build(self, generation: int, files: Sequence[IndexedFile], meanwhile: Callable[[], object] = lambda: None) -> BuildResult:
        """Build every share of a generation of these files, all at once where memory for all is granted, else one after the other.
        `meanwhile` is called while they are at it, or before anything else where memory for all is not granted; it may be twice.

        A child that dies is tried once more, alone. Raises `DamagedContents`, `DamagedError` (lestockage), `StorageError`,
        `WorkerError`, and `BudgetExceededError` when memory for one share alone is not granted.
        """
        self._early.close()
        definitions, source_bytes = sum(file.definition_count for file in files), sum(file.size_bytes for file in files)
        encoder_bytes = _encoder_bytes(self._start)
        self._linking, self._granted_bytes = LinkingNeed.of(("graph", ROWS), files), None
        needs = [build_bytes((*share, *self._common), definitions, source_bytes, encoder_bytes) for share in self._shares]
        if len(needs) > 1:
            with suppress(BudgetExceededError), ExitStack() as stack:
                claim = stack.enter_context(self._reserve(sum(needs), "building", timeout_s=0, in_children=True))
                return self._build_all(generation, claim, needs, meanwhile)
            self._dismiss()
        meanwhile()
        return self._build_in_turn(generation, needs)

    def _build_in_turn(self, generation: int, needs: Sequence[int]) -> BuildResult:
        """One child after the other; what would lie between them is the last one's."""
        result, shares, common = BuildResult(), self._shares, self._common
        alone = [list(share) for share in shares]
        for last in alone[-1:]:
            last += [kind for kind in common if kind not in last]
        try:
            self._common = []
            for share, need_bytes in zip(alone, needs, strict=True):
                with ExitStack() as stack:
                    claim, granted_bytes = self._granted(stack, share, need_bytes)
                    self._shares = [share]
                    is_less = "graph" in share and granted_bytes < need_bytes
                    self._granted_bytes = granted_bytes if is_less else None
                    found = self._build_all(generation, claim, [granted_bytes])
                    result.segments += found.segments
                    result.edges = found.edges if result.edges is None else result.edges
                    result.calls_cut_short |= found.calls_cut_short
                    result.linked_within_bytes |= found.linked_within_bytes
                    result.notes += found.notes
                    if len(shares) > 1:
                        self._dismiss()
        finally:
            self._shares, self._common = shares, common
        return result

    def _granted(self, stack: ExitStack, share: Sequence[str], need_bytes: int) -> tuple[Claim, int]:
        """The claim for one share, and how much it is: all that it may take, or of linking as much as there is room for. Before
        less is asked for, whoever waits for a job leaves: what they hold counts beside it.
        """
        with suppress(BudgetExceededError):
            return stack.enter_context(self._claim(share, need_bytes)), need_bytes
        self._dismiss()
        self._clear()
        least_bytes = self._linking.least_bytes
        if "graph" not in share or need_bytes <= least_bytes:
            return stack.enter_context(self._claim(share, need_bytes)), need_bytes
        with suppress(BudgetExceededError):
            return stack.enter_context(self._claim(share, need_bytes)), need_bytes
        with self._claim(share, least_bytes) as least:
            amount_bytes = lesser_bytes(need_bytes, least_bytes, least.most_bytes)
        with suppress(BudgetExceededError):
            return stack.enter_context(self._claim(share, amount_bytes)), amount_bytes
        return stack.enter_context(self._claim(share, least_bytes)), least_bytes

    def _claim(self, share: Sequence[str], amount_bytes: int) -> AbstractContextManager[Claim]:
        return self._reserve(amount_bytes, f"building {share[0]}", in_children=True)

    def _build_all(
        self, generation: int, claim: Claim, needs: Sequence[int], meanwhile: Callable[[], object] = lambda: None
    ) -> BuildResult:
        """Build these shares at once, each child held to its part of what was granted."""
        self._start_all(len(self._shares))
        claim.covers(*(child.pid for child in self._children))
        forks = self._links and "graph" in self._shares[0] and may_fork(needs[0], claim.most_bytes, usable_cores())
        others = {kind for share in self._shares[1:] for kind in share} if forks else set[str]()
        late, last = ([kind for kind in kinds if kind in others] for kinds in (_LATE, _LAST))
        jobs = self._jobs(generation, [*late, *last], forks=forks)
        for child, job, need_bytes in zip(self._children, jobs, needs, strict=True):
            child.hold_to(None if claim.most_bytes is None else claim.most_bytes * need_bytes // sum(needs))
            child.send(job)
        if len(jobs) > 1 and self._links:  # what others take is over before a program that does less would have begun
            self._complete()
        meanwhile()
        between = Between(self._common, late, last, LinkingStage.IN_TWO if others else LinkingStage.RELIEVED)
        dealt = deal(self._children, between) if len(jobs) > 1 else [Dealt(_last_reply(self._children[0]))]
        endings = ["" if one.answer is not None else child.how_it_ended() for child, one in zip(self._children, dealt, strict=True)]
        self._let_go(claim, needs)
        result, rest = BuildResult(), between.rest()
        for job, one, ending in zip(jobs, dealt, endings, strict=True):
            if one.answer is None:
                anew = BuildJob(generation, [*job.kinds, *one.taken, *rest])
                one.answer, rest = self._again(anew, ending, claim), []
            _add(result, one.answer)
        if result.calls_cut_short:
            result.linked_within_bytes = self._granted_bytes or 0
        return result

    def _jobs(self, generation: int, late: Sequence[str], *, forks: bool) -> list[BuildJob]:
        """What each child begins with. `late` lies between them, and `_common`."""
        several = len(self._shares) > 1
        return [
            BuildJob(
                generation,
                [kind for kind in share if kind not in late],
                self._former,
                forks=forks and "graph" in share,
                gives_way=several and self._links and not forks and "graph" not in share,
                asks=several,
                words_first=bool(late) and "graph" not in share and self._former is None,
                most_steps=self._most_steps() if "graph" in share else None,
            )
            for share in self._shares
        ]

    def _most_steps(self) -> int | None:
        """As in `BuildJob`."""
        return None if self._granted_bytes is None else self._linking.most_steps(self._granted_bytes)

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
        if claim.most_bytes is not None and self._links and "graph" in job.kinds and _is_starved(first):
            job = msgspec.structs.replace(job, most_steps=steps_within(claim.most_bytes, self._linking.least_bytes) // 2)
            self._granted_bytes = self._granted_bytes or claim.most_bytes
        child.send(job)
        reply = _last_reply(child)
        if reply is not None:
            return reply
        last = child.how_it_ended()
        if claim.most_bytes is not None and _is_starved(first) and _is_starved(last):
            raise MemoryError(f"building {', '.join(job.kinds)} takes more than {claim.most_bytes / 1e6:.0f} MB")
        raise WorkerError(
            f"the child that builds {', '.join(job.kinds)} died twice ({first}; {last}). "
            f"A complete index from before is as it was. {_what_to_do(last)}"
        )


def _what_to_do(ending: str) -> str:
    """Advice on a death: a child of which an exception is told was not killed for memory."""
    if _EXCEPTION.search(ending) and not _OUT_OF_MEMORY.search(ending):
        return "That is a fault of LePasserelle: please report it with this line"
    return "Is there enough memory?"


def _is_starved(ending: str) -> bool:
    """Whether a child that is held to a bound ended for want of memory."""
    return bool(_OUT_OF_MEMORY.search(ending) or (_UNTOLD.match(ending) and not _EXCEPTION.search(ending)))


def _last_reply(child: Child) -> Reply | None:
    """Its answer; None when it died."""
    while isinstance(reply := child.receive(), Ready | Alone | Relieved):
        pass
    return reply


def _add(result: BuildResult, reply: Reply) -> None:
    if isinstance(reply, Damaged):
        raise DamagedContents(reply.paths, reply.keys)
    if isinstance(reply, BuildFailed):
        raise _failure(reply)
    if not isinstance(reply, Built):
        raise WorkerError(f"a child answered {type(reply).__name__} out of turn; try again, and report it if it happens again")
    result.segments.extend(reply.segments)
    result.notes += reply.notes
    if any(segment.kind == "graph" for segment in reply.segments):
        result.edges, result.calls_cut_short = reply.edges, reply.calls_cut_short


def _failure(reply: BuildFailed) -> LeIndexError:
    if reply.damaged:
        return DamagedError(reply.message)
    return {"ModelError": ModelError, "ConfigError": ConfigError}.get(reply.kind, StorageError)(reply.message)


def _encoder_bytes(start: Start) -> int:
    """What a model of the user's takes where vectors are built: what opening it does, and a part of its table."""
    folder = start.settings.encoder_folder(Path(path_to_os(start.project)))
    if folder is None:
        return 0
    from lepasserelle.vectors.model_files import heap_bytes, table_bytes

    return heap_bytes(folder) + table_bytes(folder)
