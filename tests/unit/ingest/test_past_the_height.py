"""What takes most beside linking is begun when linking is past its height: who says so, who waits, and what if nobody says it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest, asides, segments
from lepasserelle.ingest.asides import forked
from lepasserelle.ingest.building import Builder
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import BuildJob, Built, GoOn, Job, Ready, Relieved, Reply, Start
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
        if isinstance(job, BuildJob | GoOn):
            self.log.append(job)
        return super().send(job)

    def receive(self) -> Reply | None:
        """Pass it on."""
        reply = super().receive()
        if isinstance(reply, Relieved | Built):
            self.log.append(reply)
        return reply


class Scripted:
    """Stands for a child that says these things and keeps what it is sent."""

    def __init__(self, *replies: Reply | None) -> None:
        self.replies = list(replies)
        self.sent: list[tuple[Job, int]] = []

    def send(self, job: Job) -> bool:
        """With how many things it had still to say."""
        self.sent.append((job, len(self.replies)))
        return True

    def receive(self) -> Reply | None:
        """The next one."""
        return self.replies.pop(0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A file that is linked."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "basket.py").write_bytes(CODE)
    return folder


def build_of(project: Path, hear: Callable[[Path], None], **job: str) -> Reply:
    """Texts and vectors, built in this process from what an index has."""
    Ingest(project, Settings()).index()
    index = project / ".leindex"
    builder = Builder(Start(str(project), str(index), Settings(), parses=False), [].append, lambda: hear(index))
    return builder.build(BuildJob(2, ["text", "vectors"], **job))


def test_a_builder_waits_with_all_else_done_and_this_not_begun(project: Path) -> None:
    """The segments before are written when it waits, the one that it waits before is not."""
    there: list[set[str]] = []
    built = build_of(project, lambda index: there.append({path.name for path in index.rglob("2-*")}), waits_before="vectors")
    assert isinstance(built, Built)
    assert [ref.kind for ref in built.segments] == ["text", "vectors"]
    assert len(there) == 1
    assert any("text" in name for name in there[0])
    assert not any("vectors" in name for name in there[0])


def test_a_builder_that_is_not_to_wait_asks_for_nothing(project: Path) -> None:
    """There would be nobody to answer."""
    asked: list[Path] = []
    assert isinstance(build_of(project, asked.append), Built)
    assert not asked


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there may be no fork")
def test_vectors_are_begun_when_linking_has_given_back(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linking in two processes says when; the other builder hears it then, and before any segment of the graph is asked for."""
    log: list[Job | Reply] = []
    monkeypatch.setattr(Listened, "log", log, raising=False)
    monkeypatch.setattr(segments, "may_fork", lambda *_: True)
    Ingest(project, Settings(), Listened).index()
    assert [type(entry) for entry in log] == [BuildJob, BuildJob, Relieved, GoOn, Built, Built]
    assert [(job.kinds[0], job.forks, job.waits_before) for job in log if isinstance(job, BuildJob)] == [
        ("graph", True, ""), ("lexical", False, "vectors"),
    ]  # fmt: skip
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
    assert [job.waits_before for job in log if isinstance(job, BuildJob)] == ["", ""]


@pytest.mark.parametrize("last", [Built([]), None])
def test_a_linking_child_that_says_nothing_in_between_holds_nobody(last: Reply | None) -> None:
    """It could not fork, or died: the others go on when it has answered, or left."""
    linking, other = Scripted(Ready(), last), Scripted(Ready(), Built([]))
    found = segments._replies([cast("Child", linking), cast("Child", other)])
    assert found == [last, Built([])]
    assert other.sent == [(GoOn(), 2)]


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
