"""Promise 1 on indexing: under a limit the process tree stays under it, with fewer children, or says what did not fit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle import BudgetExceededError, LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest, reserving
from lepasserelle.memory import MemoryManager
from lepasserelle.model import CUT_SHORT_NOTE

SCRIPT = """
import json, sys, threading
from lepasserelle import BudgetExceededError, LeIndex, MemoryConfig
from lepasserelle.memory import Meter

project, room_bytes = sys.argv[1], int(sys.argv[2])
meter, unit = Meter(), 4 * 1024 * 1024
import lepasserelle.ingest.ingest, lepasserelle.query, lepasserelle.graph, lepasserelle.vectors, lepasserelle.lexical
limit = meter.tree_anonymous_bytes() + room_bytes
peak, children, done = 0, 0, threading.Event()

def watch():
    global peak, children
    while not done.wait(0.01):
        peak, children = max(peak, meter.tree_anonymous_bytes() or 0), max(children, len(meter.tree()) - 1)

threading.Thread(target=watch, daemon=True).start()
said = {}
config = MemoryConfig(memory_limit_bytes=limit, allocation_unit_bytes=unit, hard_threshold=0.99)
with LeIndex(project, config, workers=2) as leindex:
    try:
        report = leindex.index_project()
        said |= {"files": report.files, "skipped": [one.reason for one in report.skipped]}
        said |= {"cut": report.calls_cut_short, "notes": list(report.notes), "generation": report.generation}
    except BudgetExceededError as error:
        said |= {"tag": error.tag, "asked": error.asked_bytes, "limit": error.limit_bytes, "text": str(error)}
    done.set()
    try:
        said["found"] = leindex.symbols("function_3")[0].path
    except Exception as error:
        said["found"] = type(error).__name__
print(json.dumps(said | {"peak": peak, "most": limit + unit, "given": limit, "children": children}))
"""


def indexed_under(project: Path, room_bytes: int, before: str = "") -> dict[str, object]:
    """What a process says that indexes with so much room above what it holds. `before`: what it does first."""
    done = subprocess.run(
        [sys.executable, "-c", before + SCRIPT, str(project), str(room_bytes)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Enough files for two children."""
    for number in range(60):
        (tmp_path / f"part{number}.py").write_text(f"def function_{number}(x):\n    return x + {number}\n" * 40, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_with_less_room_fewer_children_do_the_same_work(project: Path) -> None:
    """Room for one child at a time: everything is indexed, and the peak of the tree stays under the limit and one unit."""
    said = indexed_under(project, 90_000_000)
    assert said["files"] == 60, said
    assert said["found"] == "part3.py"
    assert said["peak"] <= said["most"]  # type: ignore[operator]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_without_room_for_one_child_the_error_says_so_and_the_index_stays(project: Path) -> None:
    """Tag, what was asked and the limit; the generation that was there answers as before."""
    said = indexed_under(project, 50_000_000)
    assert said["tag"] == "parsing"
    assert said["limit"] == said["given"]
    assert said["asked"] > 50_000_000  # type: ignore[operator]
    assert said["found"] == "NotIndexedError"
    assert said["peak"] <= said["most"]  # type: ignore[operator]
    assert indexed_under(project, 600_000_000)["files"] == 60
    (project / "part3.py").write_text("def other():\n    return 3\n", encoding="utf-8")
    said = indexed_under(project, 50_000_000)
    assert said["tag"] == "parsing"
    assert said["found"] == "part3.py"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_a_file_that_takes_far_more_than_was_estimated_does_not_break_the_limit(project: Path) -> None:
    """Its child is held to its share and dies of it: the file is left out and said, the others are indexed. With room: read."""
    (project / "dense.py").write_text("a=b(c)\n" * 30_000, encoding="utf-8")
    said = indexed_under(project, 120_000_000)
    assert said["files"] == 60, said
    assert said["peak"] <= said["most"]  # type: ignore[operator]
    (reason,) = said["skipped"]  # type: ignore[misc]
    assert reason.startswith("parser died (")
    assert "it could take" in reason
    (project / "part3.py").write_text("def function_3():\n    return 3\n", encoding="utf-8")
    said = indexed_under(project, 1_000_000_000)
    assert (said["files"], said["skipped"]) == (61, [])
    assert said["peak"] > 120_000_000 + said["most"] - 1_000_000_000, "it did take more"  # type: ignore[operator]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_with_too_little_room_for_all_of_linking_fewer_values_are_followed(project: Path) -> None:
    """Files of a megabyte for which all that linking may take is not granted: everything is indexed, the report says what is
    missing, and the next run under no such limit has it.
    """
    for number in range(6):
        (project / f"large{number}.py").write_text(f"def of_{number}(): pass\n" + "# a comment\n" * 80_000, encoding="utf-8")
    (project / "called.py").write_text("def f(x): x()\ndef g(): pass\nf(g)\n", encoding="utf-8")
    none = "from lepasserelle.ingest import reserving\nreserving.BYTES_A_STEP = 1 << 40\n"
    said = indexed_under(project, 140_000_000, none)
    assert (said.get("files"), said.get("skipped"), said.get("cut")) == (67, [], True), said
    assert CUT_SHORT_NOTE in said["notes"]  # type: ignore[operator]
    assert said["peak"] <= said["most"]  # type: ignore[operator]
    with LeIndex(project) as leindex:
        assert leindex.status().calls_cut_short
        (project / "part3.py").write_text("def function_3():\n    return 3\n", encoding="utf-8")
        assert not leindex.index_project().calls_cut_short
        assert "called.f" in {edge.source for edge in leindex.callers("g")}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_a_graph_that_lacked_memory_is_linked_again_when_there_is_more_and_only_then(project: Path) -> None:
    """Only the limit has changed: with the same room, or some less, the generation stays; with more the next one says what was
    missing, and stays in its turn.
    """
    for number in range(6):
        (project / f"large{number}.py").write_text(f"def of_{number}(): pass\n" + "# a comment\n" * 80_000, encoding="utf-8")
    (project / "called.py").write_text("def f(x): x()\ndef g(): pass\nf(g)\n", encoding="utf-8")
    none = "from lepasserelle.ingest import reserving\nreserving.BYTES_A_STEP = 1 << 40\n"
    for room_bytes in (140_000_000, 140_000_000, 135_000_000):
        said = indexed_under(project, room_bytes, none)
        assert (said.get("generation"), said.get("cut")) == (1, True), said
    for _ in range(2):
        said = indexed_under(project, 600_000_000, none)
        assert (said.get("generation"), said.get("cut")) == (2, False), said
    with LeIndex(project) as leindex:
        assert "called.f" in {edge.source for edge in leindex.callers("g")}
        assert not leindex.status().calls_cut_short


def no_children() -> None:
    """For a run that must not need any."""
    raise AssertionError("a child was started")


def test_a_limit_too_small_for_linking_is_refused_before_anything_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty megabytes of source under a limit that their linking passes although it follows no values: limit, asked and holders,
    and no child for it. What is asked for is the same under whatever limit: who raises it by that is not refused again.
    """
    # as if names alone took what all of it does: the limits must lie above what this process holds, whatever ran in it before
    monkeypatch.setattr(reserving, "_LEAST_LINKING", reserving._SHARE_BYTES["graph"])
    for number in range(20):
        (tmp_path / f"part{number}.py").write_text(f"x{number} = 1\n" + "# a comment\n" * 80_000, encoding="utf-8")
    phases: list[str] = []
    manager = MemoryManager(MemoryConfig(memory_limit_bytes=450_000_000, auto_spill=False))
    ingest = Ingest(tmp_path, Settings(), no_children, manager.reserve, manager.most_bytes)  # type: ignore[arg-type]
    with pytest.raises(BudgetExceededError) as caught:
        ingest.index(lambda progress: phases.append(progress.phase))
    error = caught.value
    assert (error.tag, error.limit_bytes, error.limit_name) == ("building graph", 450_000_000, "memory_limit_bytes")
    assert error.asked_bytes > 427_000_000
    assert {"host", "indexing"} <= error.held_bytes.keys()
    assert set(phases) == {"walk"}
    assert not manager.statistics().reservations
    lower = MemoryManager(MemoryConfig(memory_limit_bytes=400_000_000, auto_spill=False))
    with pytest.raises(BudgetExceededError) as caught:
        Ingest(tmp_path, Settings(), no_children, lower.reserve, lower.most_bytes).index()  # type: ignore[arg-type]
    assert caught.value.asked_bytes == error.asked_bytes


LINKING = """
import json, sys, threading
from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.ingest import reserving
from lepasserelle.model import CUT_SHORT_NOTE
from lepasserelle.memory import Meter
from lepasserelle.storage import Lestockage
import lepasserelle.ingest.ingest, lepasserelle.query, lepasserelle.graph, lepasserelle.vectors, lepasserelle.lexical

reserving._SHARE_BYTES = {kind: (reserving.IDLE_BYTES, 0, 0) for kind in reserving._SHARE_BYTES}
meter, unit = Meter(), 4 * 1024 * 1024
limit = meter.tree_anonymous_bytes() + int(sys.argv[2])
peak, done = 0, threading.Event()

def watch():
    global peak
    while not done.wait(0.005):
        peak = max(peak, meter.tree_anonymous_bytes() or 0)

thread = threading.Thread(target=watch, daemon=True)
thread.start()
said = {}
with LeIndex(sys.argv[1], MemoryConfig(memory_limit_bytes=limit, allocation_unit_bytes=unit, hard_threshold=0.99)) as leindex:
    for file in leindex.folder.glob("*/*graph*"):
        file.unlink()
    with Lestockage.open(leindex.folder) as lestockage:
        lestockage.keep_copies({})
    try:
        said["mended"] = leindex.reload_pdg_from_cache()
        leindex.callers("call_1_1")
        said["cut"] = CUT_SHORT_NOTE in leindex.notes
    except LeIndexError as error:
        said |= {"error": type(error).__name__, "text": str(error)}
    done.set()
    thread.join()
print(json.dumps(said | {"peak": peak, "most": limit + unit, "given": limit}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="anonymous memory is told by Linux")
def test_linking_that_takes_far_more_than_was_claimed_does_not_pass_the_limit(tmp_path: Path) -> None:
    """No more is claimed than for a child that waits, and linking takes three times that: its child is held to what was claimed and
    half of the room, and dies of it. One that follows no values has room and mends the index; where it has none, the error says
    the limit. With more memory the same index is mended.
    """
    for number in range(8):
        lines = [f"def call_{number}_{one}(x, y=None):\n    return x(y) or TABLE[y](x)\n" for one in range(400)]
        table = ", ".join(f"{one}: call_{number}_{one}" for one in range(400))
        (tmp_path / f"part{number}.py").write_text("\n".join([*lines, f"TABLE = {{{table}}}\n"]), encoding="utf-8")
    assert indexed_under(tmp_path, 900_000_000)["files"] == 8

    def mended_under(room_bytes: int) -> dict[str, object]:
        command = [sys.executable, "-c", LINKING, str(tmp_path), str(room_bytes)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr
        said: dict[str, object] = json.loads(done.stdout)
        return said

    said = mended_under(66_000_000)
    assert said.get("mended") is True, said
    assert said["cut"] is True
    assert said["peak"] <= said["most"]  # type: ignore[operator]
    said = mended_under(44_000_000)
    assert said.get("error") == "BudgetExceededError", said
    assert said["text"].startswith(f"building graph asked for 30.0 MB, which the limit of {said['given'] / 1e6:.1f} MB")  # type: ignore[attr-defined, operator]
    assert said["peak"] <= said["most"]  # type: ignore[operator]
    said = mended_under(400_000_000)
    assert (said["mended"], said["cut"]) == (True, False)


HOST_TAKES_ALL = """
import resource, sys, time

resource.setrlimit(resource.RLIMIT_DATA, (300_000_000, 300_000_000))
from lepasserelle import LeIndex, LeIndexError, MemoryConfig

def room():
    used = next(line for line in open("/proc/self/status") if line.startswith("VmData"))
    return resource.getrlimit(resource.RLIMIT_DATA)[0] - int(used.split()[1]) * 1024

def taken(left):  # another thread, or the interpreter's own next arena, may take a part of the room that was just read
    for _ in range(50):
        try:
            return bytearray(max(0, room() - left))
        except MemoryError:
            time.sleep(0.02)
    raise SystemExit("the room is never what it was read to be")

with LeIndex(sys.argv[1], memory=MemoryConfig(check_interval_secs=0.1)) as leindex:
    leindex.index_project()
    for number in range(12):
        leindex.analyze(f"part number {number}", token_budget=4000)
    expected = leindex.callers("function_3"), leindex.search("function")
    for left in (500_000, 100_000):
        host = taken(left)
        time.sleep(0.5)
        for ask in (leindex.spill_all_caches, leindex.check_memory_and_spill, leindex.get_cache_stats,
                    lambda: leindex.search("part"), lambda: leindex.analyze("function"), lambda: leindex.callers("function_3")):
            try:
                ask()
            except LeIndexError as error:
                print(type(error).__name__)
        del host
    assert (leindex.callers("function_3"), leindex.search("function")) == expected
    assert leindex.manager.statistics().watch.monitor_runs
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit on data is Linux's")
def test_a_host_that_takes_the_last_byte_gets_typed_errors_and_the_monitor_lives(project: Path) -> None:
    """Whatever fails then fails by an error of ours, and when there is memory again everything is as it was."""
    done = subprocess.run(
        [sys.executable, "-c", HOST_TAKES_ALL, str(project)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"BudgetExceededError", "CacheError", "LimitTooLowError"}
    assert "Exception in thread" not in done.stderr


LIMITED_LATER = """
import resource, sys
from lepasserelle import LeIndex, LeIndexError, MemoryConfig

leindex = LeIndex(sys.argv[1], memory=MemoryConfig(auto_spill=False))
assert "numpy" not in sys.modules
used = next(line for line in open("/proc/self/status") if line.startswith("VmData"))
limit = int(used.split()[1]) * 1024 + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
for ask in (leindex.get_cache_stats, leindex.spill_all_caches, leindex.check_memory_and_spill, leindex.warm_caches,
            leindex.reload_pdg_from_cache, lambda: leindex.search("function"), lambda: leindex.callers("function_3"),
            lambda: leindex.analyze("function")):
    try:
        ask()
    except LeIndexError as error:
        print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
assert leindex.search("function")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit on data is Linux's")
@pytest.mark.parametrize("room_bytes", [1_000_000, 10_000_000, 30_000_000])
def test_a_limit_that_is_set_after_opening_does_not_end_the_process(project: Path, room_bytes: int) -> None:
    """Libraries that are not loaded yet are not loaded where there is no room for them: an error of ours, until there is."""
    with LeIndex(project) as leindex:
        leindex.index_project()
    command = [sys.executable, "-c", LIMITED_LATER, str(project), str(room_bytes)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert "LimitTooLowError" in done.stdout.split()
    assert set(done.stdout.split()) <= {"BudgetExceededError", "LimitTooLowError", "CacheError"}
