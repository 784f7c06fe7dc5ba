"""What lies between the children of a build: everything is dealt once, nobody waits without need, and a death loses nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError
from lepasserelle.ingest import segments
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.dealing import Between, Dealt, Deliver, LinkingStage, deal
from lepasserelle.ingest.messages import Alone, BuildJob, Built, Free, Job, Ready, Relieved, Reply, Start, Take
from lepasserelle.ingest.reserving import BYTES_A_STEP, Claim, Reserve, least_linking_bytes
from lepasserelle.storage import ContentKey, IndexedFile, SegmentRef

DIES = None
"""Among the steps of a child."""


class Table:
    """Lets children speak one at a time, in an order that a test gives: a child's number for each thing that is said."""

    def __init__(self, scripts: Sequence[Sequence[Reply | None]], order: Sequence[int]) -> None:
        self.children = [Scripted(self, script) for script in scripts]
        self._order = list(order)

    def speak(self) -> None:
        """Go on with whoever is next and can, until everyone has ended or waits."""
        while can := [number for number, child in enumerate(self.children) if child.can_speak()]:
            wanted = self._order.pop(0) if self._order else 0
            self.children[can[wanted % len(can)]].speak()


class Scripted:
    """Stands for a child that says these things, and asks for more until nothing is left before it answers."""

    def __init__(self, table: Table, script: Sequence[Reply | None]) -> None:
        self.table = table
        self.script = list(script)
        self.taken: list[str] = []
        self.waits = False
        self.deliver: Deliver | None = None

    def can_speak(self) -> bool:
        """Whether it has something to say now."""
        return bool(self.script) and not self.waits and self.deliver is not None

    def speak(self) -> None:
        """Say the next thing; at the end, that there is nothing more."""
        assert self.deliver is not None
        said = self.script.pop(0)
        self.waits = isinstance(said, Free)
        if said is DIES:
            self.script.clear()
        self.deliver(said)
        if isinstance(said, Built):
            self.deliver(None)

    def listen(self, deliver: Deliver) -> None:
        """The last one that is listened to lets them begin."""
        self.deliver = deliver
        if self is self.table.children[-1]:
            self.table.speak()

    def send(self, job: Job) -> bool:
        """Take what is dealt."""
        assert isinstance(job, Take)
        assert self.waits
        self.waits = False
        if job.kind:
            self.taken.append(job.kind)
            self.script.insert(0, Free())
        self.table.speak()
        return True


LINKS = (Ready(), Alone(), Relieved(), Free(), Built([], 7))
BUILDS = (Ready(), Free(), Built([]))


def test_who_is_done_first_takes_what_lies_between() -> None:
    """Here the linking child is never done, so the other one has all."""
    table = Table([(Ready(), Relieved(), Built([], 7)), BUILDS], [1] * 20)
    dealt = deal(table.children, Between(["text", "trigrams"], ["vectors"]))
    assert [one.taken for one in dealt] == [[], ["vectors", "text", "trigrams"]]
    assert [one.answer for one in dealt] == [Built([], 7), Built([])]


def test_nobody_has_anything_while_linking_is_in_two_processes() -> None:
    """There is no core for it, and little memory."""
    between = Between(["text", "trigrams"], ["lexical"], ["vectors"], LinkingStage.IN_TWO)
    assert between.next_for(links=False) is None
    between.goes_on(LinkingStage.ALONE)
    assert [between.next_for(links=False) for _ in range(4)] == ["lexical", "text", "trigrams", None]
    between.goes_on(LinkingStage.RELIEVED)
    assert [between.next_for(links=links) for links in (True, False, False)] == ["", "vectors", ""]


def test_linking_goes_no_step_back() -> None:
    """The fork may end after linking is past its height."""
    between = Between(["text"], [], ["vectors"], LinkingStage.IN_TWO)
    between.goes_on(LinkingStage.RELIEVED)
    between.goes_on(LinkingStage.ALONE)
    assert [between.next_for(links=False) for _ in range(3)] == ["vectors", "text", ""]


def test_a_linking_child_takes_what_lies_between_and_never_what_is_late() -> None:
    """It has no words; what it leaves is told as left."""
    between = Between(["text"], ["lexical"], ["vectors"], LinkingStage.IN_TWO)
    assert [between.next_for(links=True) for _ in range(2)] == ["text", ""]
    assert between.rest() == ["lexical", "vectors"]


@pytest.mark.parametrize("last", [Built([]), DIES])
def test_a_linking_child_that_says_nothing_in_between_holds_nobody(last: Reply | None) -> None:
    """It could not fork, or died: the other one goes on when it has answered, or left."""
    table = Table([[Ready(), last], BUILDS], [1] * 4)
    dealt = deal(table.children, Between([], ["vectors"], at=LinkingStage.IN_TWO))
    assert dealt == [Dealt(last), Dealt(Built([]), ["vectors"])]


@given(
    st.lists(st.integers(0, 1), max_size=30),
    st.sets(st.integers(0, 1)),
    st.sampled_from(LinkingStage),
    st.sampled_from([(), ("vectors",), ("vectors", "lexical")]),
    st.integers(0, 3),
)
def test_everything_is_dealt_once_whoever_dies(
    order: list[int], dying: set[int], at: LinkingStage, late: tuple[str, ...], depth: int
) -> None:
    """In whatever order they speak, and wherever one dies: what was dealt and what is told as left is what there was."""
    scripts: list[list[Reply | None]] = [list(LINKS), list(BUILDS)]
    for number in dying:
        scripts[number].insert(min(depth, len(scripts[number]) - 1), DIES)
    table = Table(scripts, order)
    between = Between(["text", "trigrams"], late[:1], late[1:], at)
    dealt = deal(table.children, between)
    assert sorted([*between.rest(), *(kind for one in dealt for kind in one.taken)]) == sorted(["text", "trigrams", *late])
    assert [one.taken for one in dealt] == [child.taken for child in table.children]
    assert not set(late).intersection(dealt[0].taken)
    assert {number for number, one in enumerate(dealt) if one.answer is None} == dying
    assert dying or not between.rest()


class Answering:
    """Stands for a child process that builds what it is told, or dies of its first job."""

    def __init__(self, jobs: list[BuildJob], *, dies: bool) -> None:
        self.jobs = jobs
        self.pid = 1
        self._dies = dies
        self._deliver: Deliver | None = None
        self._kinds: list[str] = []

    def send(self, job: Job) -> bool:
        """Build it."""
        if isinstance(job, BuildJob):
            self.jobs.append(job)
            self._kinds += job.kinds
        if isinstance(job, Take):
            self._kinds += [job.kind] if job.kind else []
            self._say(Free() if job.kind else self.receive())
        return True

    def listen(self, deliver: Deliver) -> None:
        """Ask at once, or die."""
        self._deliver = deliver
        self._say(None if self._dies else Free())

    def _say(self, reply: Reply | None) -> None:
        assert self._deliver is not None
        self._deliver(reply)

    def receive(self) -> Reply:
        """The answer of one that is not listened to."""
        return Built([SegmentRef(kind, f"1-{kind}", 1, "0" * 16) for kind in self._kinds if kind != segments.ROWS])

    def hold_to(self, most_bytes: int | None) -> None:
        """No limit here."""

    def kill(self) -> None:
        """Nothing runs."""

    def how_it_ended(self) -> str:
        """As its last words are."""
        return "signal 9"


@pytest.mark.parametrize("dying", [(), (0,), (1,), (0, 1)], ids=["nobody", "linking", "the other", "both"])
def test_a_generation_has_every_segment_once_whichever_child_dies(dying: tuple[int, ...]) -> None:
    """Who died is asked again, for its own and for what nobody took."""
    started: list[Answering] = []
    jobs: list[BuildJob] = []

    def spawn() -> Child:
        started.append(Answering(jobs, dies=len(started) in dying))
        return cast("Child", started[-1])

    crew = segments.BuildCrew(spawn, Start("p", "i", Settings(), parses=False))
    result = crew.build(1, [])
    assert sorted(ref.kind for ref in result.segments) == sorted(segments.KINDS)
    assert len(jobs) == 2 + len(dying)
    assert [job.asks for job in jobs] == [True, True, *(False for _ in dying)]


def test_what_is_done_meanwhile_is_done_when_every_child_has_its_job() -> None:
    """Children build beside it, so nobody waits for it."""
    jobs: list[BuildJob] = []
    told: list[int] = []
    crew = segments.BuildCrew(lambda: cast("Child", Answering(jobs, dies=False)), Start("p", "i", Settings(), parses=False))
    crew.build(1, [], lambda: told.append(len(jobs)))
    assert told == [2]


class Leaving(Answering):
    """Counts how often somebody waited for its end."""

    ends = 0

    def kill(self) -> None:
        """Its end is waited for."""
        self.ends += 1


@pytest.mark.parametrize(("most_bytes", "waited_for"), [(None, 0), (1 << 40, 0), (1 << 27, 1)])
def test_who_has_answered_is_waited_for_at_the_end_unless_memory_is_short(most_bytes: int | None, waited_for: int) -> None:
    """To give back what linking took is as long as publishing; where a limit counts it, it is given back first."""
    jobs: list[BuildJob] = []
    started: list[Leaving] = []

    def spawn() -> Child:
        started.append(Leaving(jobs, dies=False))
        return cast("Child", started[-1])

    class Limited:
        """Grants everything, and bounds it."""

        def __init__(self) -> None:
            self.most_bytes = most_bytes

        def covers(self, *pids: int) -> None:
            """Nobody counts."""

    @contextmanager
    def reserve(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        yield Limited()

    with segments.BuildCrew(spawn, Start("p", "i", Settings(), parses=False), reserve=reserve) as crew:
        crew.build(1, [])
        assert [child.ends for child in started] == [waited_for, waited_for]
        crew.build(2, [])
        assert len(started) == 4
    assert [child.ends for child in started] == [1, 1, 1, 1]


def limited(limit_bytes: int) -> Reserve:
    """Refuses what passes a limit; nobody else holds anything."""

    class Limited:
        """As the manager's claims: with half of what is left."""

        def __init__(self, asked_bytes: int) -> None:
            self.most_bytes = asked_bytes + (limit_bytes - asked_bytes) // 2

        def covers(self, *pids: int) -> None:
            """Nobody counts."""

    @contextmanager
    def reserve(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        if asked_bytes > limit_bytes:
            raise BudgetExceededError(tag, asked_bytes, limit_bytes, "limit", {})
        yield Limited(asked_bytes)

    return reserve


@pytest.mark.parametrize("limit_bytes", [1 << 31, 800_000_000, 300_000_000])
def test_linking_follows_as_many_values_as_there_is_memory_for(limit_bytes: int) -> None:
    """All of them where all that it may take is granted, fewer with less; with less than the least it is refused."""
    jobs: list[BuildJob] = []
    file = IndexedFile("a.py", 40_000_000, 1, 0, "a", ContentKey(b"a", "python"), 100_000)
    spawn = lambda: cast("Child", Answering(jobs, dies=False))  # noqa: E731
    crew = segments.BuildCrew(spawn, Start("p", "i", Settings(), parses=False), reserve=limited(limit_bytes))
    least_bytes = least_linking_bytes(100_000, 40_000_000)
    if limit_bytes < least_bytes:
        with pytest.raises(BudgetExceededError, match="building graph"):
            crew.build(1, [file])
        return
    assert sorted(ref.kind for ref in crew.build(1, [file]).segments) == sorted(segments.KINDS)
    (steps,) = [job.most_steps for job in jobs if "graph" in job.kinds]
    if limit_bytes > 1 << 30:
        assert steps is None
    else:
        assert steps is not None
        assert 0 < steps <= (limit_bytes - least_bytes) // BYTES_A_STEP
    assert all(job.most_steps is None for job in jobs if "graph" not in job.kinds)


class Starving(Answering):
    """Dies of its first job, as one does that may not have more memory."""

    ending = "exit status 1: MemoryError"

    def how_it_ended(self) -> str:
        """As its last words are."""
        return self.ending


@pytest.mark.parametrize("ending", ["exit status 1: KeyError: 5", "signal 11", "exit status 2: usage"])
def test_linking_that_died_of_something_else_follows_as_many(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault, or a crash, is no want of memory."""
    monkeypatch.setattr(Starving, "ending", ending)
    jobs: list[BuildJob] = []
    spawn = lambda: cast("Child", Starving(jobs, dies=len(jobs) < 2))  # noqa: E731
    segments.BuildCrew(spawn, Start("p", "i", Settings(), parses=False), ("graph", "vectors"), limited(1 << 31)).build(1, [])
    assert {job.most_steps for job in jobs} == {None}


@pytest.mark.parametrize(
    "ending",
    [
        "exit status 1: MemoryError",
        "exit status 1: RuntimeError: can't start new thread",
        "exit status 120: Exception ignored in sys.unraisablehook: <built-in function unraisablehook>",
        "exit status 1: lost sys.stderr",
        "exit status 1",
    ],
)
def test_linking_that_died_of_too_little_memory_follows_less(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The estimate was too low: the same again would die again."""
    monkeypatch.setattr(Starving, "ending", ending)
    jobs: list[BuildJob] = []
    spawn = lambda: cast("Child", Starving(jobs, dies=len(jobs) < 2))  # noqa: E731
    crew = segments.BuildCrew(spawn, Start("p", "i", Settings(), parses=False), ("graph", "vectors"), limited(1 << 31))
    crew.build(1, [])
    again = [job.most_steps for job in jobs if "graph" in job.kinds]
    assert again[0] is None
    assert again[1:] == [again[1]]
    assert again[1] is not None
    assert again[1] <= (1 << 31) // (2 * BYTES_A_STEP)


@pytest.mark.parametrize(
    "kinds",
    [(), ("trigrams",), ("text", "trigrams"), ("graph", "trigrams"), ("graph", "vectors"), ("vectors",), ("lexical", "text")],
)
def test_some_kinds_alone_are_built_once_each(kinds: tuple[str, ...]) -> None:
    """A repair asks for what is lost, which may be what lies between children only, or nothing."""
    jobs: list[BuildJob] = []
    crew = segments.BuildCrew(lambda: cast("Child", Answering(jobs, dies=False)), Start("p", "i", Settings(), parses=False), kinds)
    assert sorted(ref.kind for ref in crew.build(1, []).segments) == sorted(kinds)


@pytest.mark.parametrize(
    ("ending", "advice"),
    [
        ("exit status 1: KeyError: 5", "please report it"),
        ("exit status 1: sqlite3.OperationalError: no such column", "please report it"),
        ("exit status 1: MemoryError", "enough memory"),
        ("exit status 1: RuntimeError: can't start new thread", "enough memory"),
        ("signal 9", "enough memory"),
        ("exit status 1: numpy._core._exceptions._ArrayMemoryError: Unable to allocate 2 GiB", "enough memory"),
    ],
)
def test_advice_on_a_death_follows_from_what_it_died_of(ending: str, advice: str) -> None:
    """A fault of ours is none of memory's, and is not told as one."""
    assert advice in segments._what_to_do(ending)
