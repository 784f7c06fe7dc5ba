"""Where a cache is said to be is where it is: hot, warm, cold, frozen or absent, by what the system and the disk hold."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import weakref
from contextlib import closing
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.memory import CacheState, Outcome
from lepasserelle.memory.pages import drop_file_cache, system_resident_bytes
from lepasserelle.storage import Lestockage

QUIET = MemoryConfig(auto_spill=False)
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mincore")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project large enough for files of several pages."""
    root = tmp_path_factory.mktemp("states")
    for number in range(30):
        (root / f"part{number}.py").write_text(
            "\n".join(f'def step{number}_{n}(value):\n    """Step {n}."""\n    return value + {n}\n' for n in range(40))
        )
    Ingest(root, Settings()).index()
    return root


@pytest.fixture
def leindex(indexed: Path, tmp_path: Path):
    """Opened on a copy."""
    root = shutil.copytree(indexed, tmp_path / "root")
    for path in (root / ".leindex" / "segments").iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())  # pages that were not written yet cannot be dropped
    with LeIndex(root, QUIET) as opened:
        assert opened.search("step")
        yield opened


def states(leindex: LeIndex) -> list[str]:
    """Of graph and search index."""
    return [figures.state for figures in leindex.get_cache_stats().caches[:2]]


def files_of(leindex: LeIndex, kind: str) -> list[Path]:
    """Its segment files."""
    return list((leindex.folder / "segments").glob(f"*-{kind}-*"))


@LINUX
def test_warm_is_in_the_page_cache_and_cold_is_not(leindex: LeIndex) -> None:
    """Told by what the system holds: a cold spill drops the files, reading them makes the cache warm again."""
    assert states(leindex) == ["hot", "hot"]
    leindex.spill_pdg_cache()
    leindex.spill_vector_cache(cold=True)
    pdg, vectors = leindex.get_cache_stats().caches[:2]
    assert (pdg.state, vectors.state) == ("warm", "cold")
    assert pdg.system_file_bytes is not None
    assert pdg.system_file_bytes >= pdg.file_bytes
    assert vectors.system_file_bytes is not None
    assert vectors.system_file_bytes * 10 < vectors.file_bytes
    for path in (leindex.folder / "segments").iterdir():
        path.read_bytes()
    assert states(leindex) == ["warm", "warm"]
    for path in (leindex.folder / "segments").iterdir():
        drop_file_cache(path)
    assert states(leindex) == ["cold", "cold"]
    assert leindex.get_cache_stats().spilled_entries == 2
    assert leindex.search("step")
    assert states(leindex) == ["hot", "hot"]


@LINUX
def test_a_cold_spill_says_what_the_system_gave_back_apart(leindex: LeIndex) -> None:
    """The system's bytes are the files', and a second cold spill of a cache that is away already still drops them."""
    report = leindex.manager.spill("pdg", cold=True)
    assert (report.outcome, report.state) == (Outcome.SPILLED, CacheState.COLD)
    assert report.system_bytes is not None
    assert report.system_bytes >= leindex.get_cache_stats().caches[0].file_bytes
    leindex.callers("step1_1")
    leindex.spill_pdg_cache()
    again = leindex.manager.spill("pdg", cold=True)
    assert (again.outcome, again.state, again.moved_bytes) == (Outcome.SPILLED, CacheState.COLD, 0)
    assert leindex.manager.spill("pdg", cold=True).outcome is Outcome.NOTHING


@LINUX
def test_a_cold_spill_acts_on_the_files_where_nothing_was_opened(leindex: LeIndex) -> None:
    """As `leindex cache spill --cold` does in a process of its own: the system forgets the files all the same."""
    for path in (leindex.folder / "segments").iterdir():
        path.read_bytes()
    leindex.close()
    with LeIndex(leindex.project, QUIET) as other:
        report = other.spill_cache("pdg", cold=True)
        assert (report.outcome, report.state, report.moved_bytes) == (Outcome.SPILLED, CacheState.COLD, 0)
        assert states(other) == ["cold", "warm"]


def test_answers_are_hot_in_memory_cold_in_the_store_and_absent_without_any(leindex: LeIndex) -> None:
    """`hot` is not said of a cache that holds nothing."""

    def state() -> str:
        return leindex.get_cache_stats().caches[2].state

    assert state() == "absent"
    leindex.analyze("step", token_budget=300)
    assert state() == "hot"
    leindex.spill_all_caches()
    assert state() == "cold"
    leindex.clear_cache_store()
    assert state() == "absent"


@LINUX
def test_pages_that_another_process_maps_stay(leindex: LeIndex) -> None:
    """What others share is theirs: the system goes on holding it, and the state says warm."""
    import mmap

    (path,) = files_of(leindex, "graph")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[::4096]) >= 0
        leindex.spill_pdg_cache(cold=True)
        held_bytes = system_resident_bytes(path)
        assert held_bytes is not None
        assert held_bytes >= path.stat().st_size
        assert states(leindex)[0] == "warm"


def test_frozen_has_only_a_copy_left_and_absent_not_even_that(leindex: LeIndex) -> None:
    """Absent counts neither as in memory nor as spilled; both come back when asked."""
    before = leindex.search("step")
    leindex.spill_all_caches()
    (graph,) = files_of(leindex, "graph")
    graph.unlink()
    for kind in ("vectors", "lexical", "text", "trigrams"):
        for path in files_of(leindex, kind):
            path.unlink()
    assert states(leindex) == ["frozen", "frozen"]
    assert leindex.get_cache_stats().spilled_entries == 2
    for path in (leindex.folder / "frozen").glob("*-graph-*"):
        path.unlink()
    assert states(leindex) == ["frozen", "frozen"]  # lestockage keeps its copy, too
    with Lestockage.open(leindex.folder) as lestockage:
        lestockage.keep_copies({})
    stats = leindex.get_cache_stats()
    assert [figures.state for figures in stats.caches[:2]] == ["absent", "frozen"]
    assert (stats.caches[0].entries, stats.spilled_entries) == (0, 1)
    assert leindex.search("step") == before
    assert states(leindex) == ["hot", "hot"]


def test_checking_reads_the_copies_too(leindex: LeIndex) -> None:
    """An altered copy is told; the index itself is whole."""
    found = leindex.verify_caches()
    assert found.is_whole
    for copies in (found.copies, found.stored):
        assert sorted(copy.kind for copy in copies) == ["graph", "lexical", "trigrams", "vectors"]
    assert [one.file_bytes for one in found.stored] == [one.file_bytes for one in found.copies]
    (copy,) = (leindex.folder / "frozen").glob("*-lexical-*")
    copy.write_bytes(copy.read_bytes()[:-1])
    found = leindex.verify_caches()
    assert [one.kind for one in found.copies if one.problem] == ["lexical"]
    assert not any(segment.problem for segment in found.segments)
    assert not found.is_whole


def test_checking_reads_the_copies_in_lestockage_too(leindex: LeIndex) -> None:
    """One altered byte of one piece is told, and nothing is changed by looking."""
    with closing(sqlite3.connect(leindex.folder / "lestockage.db")) as connection:
        connection.execute("UPDATE copy_pieces SET data = CAST(substr(data, 2) || 'x' AS BLOB) WHERE id >> 24 = 1")
        ((kind,),) = connection.execute("SELECT kind FROM copies WHERE id = 1").fetchall()
        connection.commit()
    for _ in range(2):
        found = leindex.verify_caches()
        assert [one.kind for one in found.stored if one.problem] == [kind]
        assert not any(one.problem for one in (*found.segments, *found.copies))
        assert not found.is_whole


@LINUX
def test_vectors_that_are_all_compared_are_there_before_they_are(leindex: LeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, too: a fault while they are compared would wait for a disk with the interpreter's lock held."""
    leindex.spill_vector_cache()
    generation = leindex._current.peek()
    assert generation is not None
    with generation.lease():
        generation.load("vectors", populate=False)
        segment = generation.open_segments()["vectors"]
        before = segment.resident_bytes()
        assert before is not None
        assert before < segment.file_bytes / 2
        generation.searcher()
        held_bytes = segment.resident_bytes()
        assert held_bytes is not None
        assert held_bytes >= segment.file_bytes
        seen: list[None] = []
        monkeypatch.setattr(type(segment), "populate", lambda *_: seen.append(None))
        generation.searcher()
        assert not seen


def test_what_was_made_of_a_graph_goes_with_the_spill(leindex: LeIndex) -> None:
    """At once, not at the next collection of garbage: nothing made of it may hold itself."""
    generation = leindex._current.peek()
    assert generation is not None
    parts = [weakref.ref(part) for part in (generation.graph(), generation.searcher())]
    gc.disable()
    try:
        assert leindex.spill_pdg_cache() > 0
        assert [part() for part in parts] == [None, None]
    finally:
        gc.enable()


def test_what_a_search_found_out_about_files_stays_when_the_caches_go(leindex: LeIndex) -> None:
    """Finding it anew takes longer than the search; it holds nothing of the graph."""
    hits = leindex.search("step")
    generation = leindex._current.peek()
    assert generation is not None
    found = dict(generation._forms)
    assert found
    leindex.spill_all_caches()
    assert generation._forms == found
    assert leindex.search("step") == hits


OVERWRITTEN = """
import os, sys
from pathlib import Path
from lepasserelle import LeIndex, MemoryConfig

with LeIndex(sys.argv[1], memory=MemoryConfig(auto_spill=False)) as leindex:
    leindex.index_project()
    def ask():
        return leindex.search("module function"), leindex.callers("function_1"), leindex.find_text("def function")
    before = ask()
    for kind in ("graph", "vectors", "lexical", "text", "trigrams"):
        (file,) = (Path(sys.argv[1]) / ".leindex" / "segments").glob(f"*-{kind}-*")
        if sys.argv[2] == "cut":
            os.truncate(file, file.stat().st_size // 2)
        else:
            with file.open("r+b") as stream:
                for place in range(4096, file.stat().st_size, 512):
                    stream.seek(place)
                    stream.write(b"\\xff")
        assert ask() == before, kind
        notes = leindex.notes
        leindex.search("module function"), leindex.callers("function_1"), leindex.find_text("def function")
        assert not leindex.notes, leindex.notes
    print("whole")
"""


@pytest.mark.parametrize("how", ["cut", "written"])
def test_a_segment_that_is_overwritten_while_it_is_read_is_mended_before_the_next_question(tmp_path: Path, how: str) -> None:
    """In place, by another program: no answer of what it is now, and no signal from pages that are gone."""
    for number in range(60):
        text = f'def function_{number}(value):\n    """Function of module {number}."""\n    return function_{number}(value) + 1\n'
        (tmp_path / f"module_{number}.py").write_text(text * 3)
    command = [sys.executable, "-c", OVERWRITTEN, str(tmp_path), how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "whole"), done.stderr
