"""An edit that keeps what the flow of Python said, through whole runs: what the last linking left is damaged, of another version or
cannot be written, the run is killed while it takes that on. The index is a fresh one's, or the one that was there.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from test_index_incremental import ThreadChild, content, index

from lepasserelle.config import Settings
from lepasserelle.durable.frame import pack, unpack
from lepasserelle.errors import StorageError
from lepasserelle.graph import apart
from lepasserelle.ingest import Ingest, relinking
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.relinking import DAMAGED_NOTE, NAME, Linked
from lepasserelle.storage import Index

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="sends signals and limits sizes of files")
SOURCE = str(Path(__file__).parents[2] / "src")
STORE = """import json
from pkg.part import Part

class Store:
    def save(self, where):
        part = Part()
        part.use(where)
        {line}
        return part

Store().save("here")
"""
PART = "class Part:\n    def use(self, given):\n        return given\n"
LINES = ("json.dump(where, open(where))", "json.dumps(where)", "json.load(where)", "json.loads('1')")


def put(root: Path, edit: int) -> None:
    """A small project, with one of the lines in a body."""
    (root / "pkg").mkdir(parents=True, exist_ok=True)
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "part.py").write_text(PART)
    (root / "pkg" / "store.py").write_text(STORE.format(line=LINES[edit]))


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A project whose index was made and made again after an edit, and then edited once more: the next run keeps the flow."""
    for edit in (0, 1):
        put(tmp_path / "project", edit)
        index(tmp_path / "project", tmp_path / "index")
    put(tmp_path / "project", 2)
    return tmp_path


def solved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The families whose flow is solved from here on."""
    found, followed = list[str](), apart.followed

    def noted(survey, evaluator, program, **asked):  # type: ignore[no-untyped-def]
        found.append(program.family)
        return followed(survey, evaluator, program, **asked)

    monkeypatch.setattr(apart, "followed", noted)
    return found


def is_fresh(folder: Path) -> bool:
    """Whether the index is what a first run makes."""
    return content(Index.open(folder / "index")) == content(index(folder / "project", folder / "fresh"))


def test_a_run_after_an_edit_that_nobody_else_feels_solves_no_flow(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice: what it leaves is what the next one goes on with."""
    families = solved(monkeypatch)
    for edit in (2, 3):
        put(edited / "project", edit)
        index(edited / "project", edited / "index")
        assert families == []
        assert is_fresh(edited)
        assert families.pop() == "python"


def of_another_version(data: bytes) -> bytes:
    """What was left, as another version of the program would have it."""
    frame = unpack(data)
    linked = msgspec.msgpack.decode(frame.payload, type=Linked)
    other = msgspec.structs.replace(linked.remembered, version=linked.remembered.version + 1)
    return pack(NAME, msgspec.msgpack.encode(msgspec.structs.replace(linked, remembered=other)), epoch=frame.epoch)


def of_another_form(data: bytes) -> bytes:
    """What was left, with a flow in a form that nobody knows."""
    frame = unpack(data)
    linked = msgspec.msgpack.decode(frame.payload)
    linked[2][4]["python"][4] = ["another form"]
    return pack(NAME, msgspec.msgpack.encode(linked), epoch=frame.epoch)


@pytest.mark.parametrize(
    "way",
    [
        lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 4]) + data[len(data) // 2 + 1 :],
        lambda data: data[: len(data) // 2],
        lambda _data: b"",
        of_another_version,
        of_another_form,
    ],
    ids=["flipped", "cut", "empty", "version", "form"],
)
def test_what_cannot_be_trusted_is_dropped_and_the_flow_solved_whole(
    edited: Path, way: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same result; the run after that goes on from what this one left."""
    left = edited / "index" / NAME
    left.write_bytes(way(left.read_bytes()))
    families = solved(monkeypatch)
    index(edited / "project", edited / "index")
    assert families.pop() == "python"
    assert is_fresh(edited)
    put(edited / "project", 3)
    families.clear()
    index(edited / "project", edited / "index")
    assert is_fresh(edited)
    assert families in (["python"], ["python", "python"])


def test_damage_is_told(edited: Path) -> None:
    """A flipped bit is no other version."""
    left = edited / "index" / NAME
    data = bytearray(left.read_bytes())
    data[-9] ^= 1
    left.write_bytes(data)
    chosen = Settings(index_dir=str(edited / "index"), workers=1)
    assert DAMAGED_NOTE in Ingest(edited / "project", chosen, ThreadChild).index().notes


def test_where_it_cannot_be_written_the_index_is_published_all_the_same(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there still belongs to another graph, and is not used."""
    before = (edited / "index" / NAME).read_bytes()
    with monkeypatch.context() as patch:

        def refused(*_arguments: object, **_named: object) -> None:
            raise StorageError(f"cannot write {NAME}: no space left on device")

        patch.setattr(relinking, "write_atomically", refused)
        index(edited / "project", edited / "index")
    assert is_fresh(edited)
    assert (edited / "index" / NAME).read_bytes() == before
    put(edited / "project", 3)
    families = solved(monkeypatch)
    index(edited / "project", edited / "index")
    assert families == ["python"]
    assert is_fresh(edited)


LIMITED = """
import resource, sys
from pathlib import Path
from lepasserelle.config import Settings
from lepasserelle.errors import LeIndexError
from lepasserelle.ingest import Ingest
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    Ingest(Path(sys.argv[1]), Settings(index_dir=sys.argv[2], workers=1)).index()
except LeIndexError as error:
    print(error)
"""


@LINUX
@pytest.mark.parametrize("limit_bytes", [100, 3_000, 12_000, 60_000])
def test_a_full_disk_leaves_what_was_there(edited: Path, limit_bytes: int) -> None:
    """Whatever it strikes, the generation that answers is whole: that of before, or the new one."""
    before = content(Index.open(edited / "index"))
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    places = [str(edited / "project"), str(edited / "index"), str(limit_bytes)]
    subprocess.run([sys.executable, "-c", LIMITED, *places], check=True, capture_output=True, env=environment, timeout=120)
    now = content(Index.open(edited / "index"))
    assert now == before or is_fresh(edited)
    index(edited / "project", edited / "index")
    assert is_fresh(edited)


KILLED = """
import os, signal
from lepasserelle.graph import flows
from lepasserelle.ingest import worker
real, parent = flows.said_again, os.getppid()
def said_again(*arguments):
    assert real(*arguments) is not None
    for pid in {pids}:
        os.kill(pid, signal.SIGKILL)
flows.said_again = said_again
worker.main()
"""
"""A child that is killed, with others, once it has taken the flow on."""
RUN = """
import sys
from pathlib import Path
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.ingest.child import Child
spawn = lambda: Child([sys.executable, "-P", "-c", sys.argv[3]])
Ingest(Path(sys.argv[1]), Settings(index_dir=sys.argv[2], workers=1), spawn).index()
"""


@LINUX
def test_a_child_that_dies_while_it_takes_the_flow_on_costs_time_alone(edited: Path) -> None:
    """The one in its place solves the flow."""
    chosen = Settings(index_dir=str(edited / "index"), workers=1)
    code = KILLED.format(pids="[os.getpid()]")
    Ingest(edited / "project", chosen, lambda: Child([sys.executable, "-P", "-c", code])).index()
    assert is_fresh(edited)


@LINUX
def test_a_run_that_is_killed_while_it_takes_the_flow_on_leaves_the_old_generation(edited: Path) -> None:
    """And what the last linking left, with which the next run goes on."""
    before, left = content(Index.open(edited / "index")), (edited / "index" / NAME).read_bytes()
    places, environment = [str(edited / "project"), str(edited / "index")], {**os.environ, "PYTHONPATH": SOURCE}
    code = KILLED.format(pids="[parent, os.getpid()]")
    run = subprocess.run([sys.executable, "-c", RUN, *places, code], check=False, capture_output=True, env=environment, timeout=120)
    assert run.returncode == -9
    assert content(Index.open(edited / "index")) == before
    assert (edited / "index" / NAME).read_bytes() == left
    index(edited / "project", edited / "index")
    assert is_fresh(edited)
