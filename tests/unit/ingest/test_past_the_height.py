"""What takes most beside linking is begun when linking is past its height: who says so, and what a builder does that asks."""

import sys
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest, asides, segments
from lepasserelle.ingest.asides import forked
from lepasserelle.ingest.building import Builder
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import BuildJob, Built, Free, Job, Relieved, Reply, Start, Take
from lepasserelle.storage import Index

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
        if isinstance(reply, Relieved | Built):
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
def test_vectors_are_begun_when_linking_has_given_back(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linking in two processes says when; the other builder hears it then, and before any segment of the graph is asked for."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: True)
    Ingest(project, Settings(), Listened).index()
    jobs = [job for job in log if isinstance(job, BuildJob)]
    assert [(job.kinds, job.forks, job.asks) for job in jobs] == [(["graph", "rows"], True, True), (["lexical"], False, True)]
    assert log.index(Take("vectors")) > next(at for at, entry in enumerate(log) if isinstance(entry, Relieved))
    manifest = Index.open(project / ".leindex").manifest()
    assert manifest is not None
    assert {ref.kind for ref in manifest.segments} == set(segments.KINDS)


def test_nothing_waits_where_linking_goes_on_in_one_process(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a run is short of cores, or of nothing: it has no height that is worth a wait."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: False)
    Ingest(project, Settings(), Listened).index()
    assert not any(isinstance(entry, Relieved) for entry in log)
    assert [job.kinds for job in log if isinstance(job, BuildJob)] == [["graph", "rows"], ["lexical", "vectors"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_height_is_past_when_what_was_worked_with_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not before."""
    order: list[str] = []
    wait = forked(lambda: b"one", lambda: b"two", lambda: order.append("past"))
    monkeypatch.setattr(asides.pages, "trim_heap", lambda: order.append("given back"))
    assert not order
    assert wait() == (b"one", b"two")
    assert order == ["given back", "past"]
