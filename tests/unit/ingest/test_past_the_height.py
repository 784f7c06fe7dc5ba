"""What takes most beside linking is begun when that goes on in one process: who says so, and what a builder does that asks."""

import os
import sqlite3
import sys
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest, asides, segments
from lepasserelle.ingest.asides import forked
from lepasserelle.ingest.building import Builder
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import Alone, BuildJob, Built, Damaged, Free, Job, Relieved, Reply, Start, Take
from lepasserelle.storage import Index, Lestockage

CODE = b"""class Basket:
    def total_price(self):
        return len(self.items)

def first(basket):
    return basket.total_price()
"""


class Listened(Child):
    """A child whose build jobs are remembered, with what it is told and says beside them, in order."""

    log: list[Job | Reply]

    def send(self, job: Job) -> bool:
        """Pass it on."""
        if isinstance(job, BuildJob | Take):
            self.log.append(job)
        return super().send(job)

    def receive(self) -> Reply | None:
        """Pass it on."""
        reply = super().receive()
        if isinstance(reply, Alone | Relieved | Built):
            self.log.append(reply)
        return reply


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A file that is linked."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "basket.py").write_bytes(CODE)
    return folder


def builder_of(project: Path, said: list[Reply], dealt: list[str]) -> Builder:
    """A builder in this process, over what an index has: `said` to the parent, which deals these kinds."""
    Ingest(project, Settings()).index()
    start = Start(str(project), str(project / ".leindex"), Settings(), parses=False)

    def taken() -> str:
        there = {path.name for path in (project / ".leindex" / "segments").glob("2-*")}
        said.append(Built([], edges=len(there)))  # how many segments there are when it waits
        return dealt.pop(0)

    return Builder(start, said.append, taken)


def forget_terms(index: Path) -> None:
    """Leave them to who builds, as a parse of many files does."""
    with Lestockage.open(index, writable=True) as lestockage:
        lestockage.put_terms((file, b"") for file in lestockage.files())


def spoil(index: Path) -> None:
    """Alter all that is stored of contents."""
    with sqlite3.connect(index / "lestockage.db") as database:
        database.execute("UPDATE blobs SET data = zeroblob(length(data))")


def test_a_builder_asks_when_its_own_is_written_and_until_nothing_is_left(project: Path) -> None:
    """What it asks beside is what the parent deals by, so no segment is begun that was not dealt."""
    said: list[Reply] = []
    built = builder_of(project, said, ["vectors", "trigrams", ""]).build(BuildJob(2, ["text"], asks=True))
    assert isinstance(built, Built)
    assert [ref.kind for ref in built.segments] == ["text", "vectors", "trigrams"]
    assert said == [Free(), Built([], 1), Free(), Built([], 2), Free(), Built([], 3)]


def test_a_builder_that_is_not_to_ask_says_nothing(project: Path) -> None:
    """There would be nobody to answer."""
    said: list[Reply] = []
    assert isinstance(builder_of(project, said, []).build(BuildJob(2, ["text", "vectors"])), Built)
    assert not said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
def test_vectors_are_begun_when_one_process_links(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fork says when it is done; the other builder hears it then, and again when linking has given back."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: True)
    Ingest(project, Settings(), Listened).index()
    jobs = [job for job in log if isinstance(job, BuildJob)]
    assert [(job.kinds, job.forks, job.asks) for job in jobs] == [(["graph", "rows"], True, True), ([], False, True)]
    alone = next(at for at, entry in enumerate(log) if isinstance(entry, Alone))
    relieved = next(at for at, entry in enumerate(log) if isinstance(entry, Relieved))
    assert min(alone, relieved) < log.index(Take("lexical"))  # of so small a project the fork may end after the flow
    assert relieved < log.index(Take("vectors"))
    manifest = Index.open(project / ".leindex").manifest()
    assert manifest is not None
    assert {ref.kind for ref in manifest.segments} == set(segments.KINDS)


def test_nothing_waits_where_linking_goes_on_in_one_process(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a run is short of cores, or of nothing: it has no height that is worth a wait."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: False)
    Ingest(project, Settings(), Listened).index()
    assert not any(isinstance(entry, Alone | Relieved) for entry in log)
    assert [job.kinds for job in log if isinstance(job, BuildJob)] == [["graph", "rows"], ["lexical", "vectors"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_height_is_past_when_what_was_worked_with_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not before."""
    order: list[str] = []
    wait = forked(lambda: b"one", lambda: b"two", relieved=lambda: order.append("past"))
    monkeypatch.setattr(asides.pages, "trim_heap", lambda: order.append("given back"))
    assert not order
    assert wait() == (b"one", b"two")
    assert order == ["given back", "past"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
def test_nobody_waits_where_linking_follows_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project in Java has nothing to do beside its names: linking says at once that it goes on alone."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: True)
    (tmp_path / "Basket.java").write_bytes(b"class Basket { int total() { return price(); } int price() { return 1; } }")
    Ingest(tmp_path, Settings(), Listened).index()
    said = [type(entry) for entry in log if isinstance(entry, Alone | Relieved)]
    assert said == [Alone, Relieved]
    manifest = Index.open(tmp_path / ".leindex").manifest()
    assert manifest is not None
    assert {ref.kind for ref in manifest.segments} == set(segments.KINDS)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("refused", [False, True])
def test_segments_over_words_of_a_fork_are_those_over_words_of_this_process(
    project: Path, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    """Byte for byte, also where the system refuses a fork."""
    pids: list[int] = []
    fork = os.fork

    def noted() -> int:
        if refused:
            raise BlockingIOError("no more processes")
        pids.append(pid := fork())
        return pid

    said: list[Reply] = []
    builder = builder_of(project, said, ["vectors", "lexical", "", ""])
    forget_terms(project / ".leindex")
    here = Builder(Start(str(project), str(project / ".leindex"), Settings(), parses=False), said.append, lambda: "")
    monkeypatch.setattr(os, "fork", noted)
    apart = builder.build(BuildJob(2, ["text", "trigrams"], asks=True, words_first=True))
    assert len(pids) == (0 if refused else 2)  # some of the words, and the others
    assert isinstance(apart, Built)
    kinds = ["text", "trigrams", "vectors", "lexical"]
    assert [ref.kind for ref in apart.segments] == kinds
    folder = project / ".leindex" / "segments"
    written = [(folder / ref.name).read_bytes() for ref in apart.segments]
    alone = here.build(BuildJob(2, kinds))
    assert isinstance(alone, Built)
    assert apart.segments == alone.segments
    assert written == [(folder / ref.name).read_bytes() for ref in alone.segments]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_damage_that_a_fork_meets_is_told_as_damage(project: Path) -> None:
    """What died over stored terms is done once more here, where its error can be named."""
    said: list[Reply] = []
    builder = builder_of(project, said, ["lexical", ""])
    spoil(project / ".leindex")
    reply = builder.build(BuildJob(2, [], asks=True, words_first=True))
    assert isinstance(reply, Damaged)
    assert reply.paths == ["basket.py"]
