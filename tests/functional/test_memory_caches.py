"""Spill, reload and warm through the public class: what goes is measured, what comes back is the same, nothing is ever empty."""

import gc
import io
import textwrap
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import (
    CacheDamagedError,
    CacheError,
    CacheFigures,
    CacheStats,
    LeIndex,
    LimitTooLowError,
    MemoryConfig,
    NothingToReloadError,
    NotIndexedError,
    StoreFullError,
    WarmStrategy,
)
from lepasserelle.faces.cli.caches import _failed
from lepasserelle.faces.control.messages import Spill
from lepasserelle.faces.control.operations import act
from lepasserelle.ingest import run
from lepasserelle.ingest.copies import Repaired
from lepasserelle.memory import EventKind, manager
from lepasserelle.memory.meter import Meter
from lepasserelle.storage import DamagedSegment, Segment, SegmentRef

BOUND_BYTES = 100_000_000
QUIET = MemoryConfig(auto_spill=False, max_cache_bytes=BOUND_BYTES)
"""Nothing goes by itself: what a test sees is what it did."""


def make_project(root: Path, modules: int = 40) -> Path:
    """Modules that import and call each other, with documentation, so that every part of the index has pages."""
    for number in range(modules):
        before = f"from part{number - 1} import Part{number - 1}, connect{number - 1}\n" if number else ""
        base = f"(Part{number - 1})" if number else ""
        called = f"connect{number - 1}(self)" if number else "None"
        text = f'''
        class Part{number}{base}:
            """Part number {number} of the machine, which turns wheels of size {number}."""
            size = {number}

            def turn_wheel{number}(self, speed):
                """Turn the wheel at a speed and tell the neighbour."""
                neighbour = {called}
                return self.size * speed, neighbour

        def connect{number}(part):
            """Connect a part of the machine to cable {number}."""
            return Part{number}().turn_wheel{number}(3)
        '''
        (root / f"part{number}.py").write_text(before + textwrap.dedent(text), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed project that tests only read."""
    root = make_project(tmp_path_factory.mktemp("machine"))
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


@pytest.fixture
def leindex(project: Path) -> Iterator[LeIndex]:
    """The project, opened anew: nothing of it is in memory."""
    with LeIndex(project, QUIET) as opened:
        yield opened


def cache(stats: CacheStats, name: str) -> CacheFigures:
    """One cache's figures."""
    (found,) = (one for one in stats.caches if one.name == name)
    return found


def states(leindex: LeIndex) -> list[str]:
    """The states of graph and search index."""
    return [cache(leindex.get_cache_stats(), name).state for name in ("pdg", "vectors")]


def mapped_bytes(leindex: LeIndex) -> int:
    """Resident pages of segments in this process, as the system counts them."""
    found = Meter().mapped_bytes(leindex.folder.glob("segments/*.seg"))
    if found is None:
        pytest.skip("the system does not tell what a mapping holds")
    return sum(held.rss_bytes for held in found.values())


def all_answers(leindex: LeIndex) -> list[object]:
    """Something of every read path."""
    stream = io.StringIO()
    leindex.export_graph(stream)
    return [
        leindex.search("turn the wheel"),
        leindex.search("Part7", mode="symbol"),
        leindex.symbols("connect3"),
        leindex.callers("connect3"),
        leindex.callees("connect3"),
        stream.getvalue(),
        leindex.status().symbols,
        leindex.memory_report().node_bytes,
    ]


def test_spilling_the_graph_without_an_index_gives_nothing_back(tmp_path: Path) -> None:
    """There is nothing to give; that is no error, and nothing appears on disk."""
    with LeIndex(make_project(tmp_path, 2), QUIET) as leindex:
        assert leindex.spill_pdg_cache() == 0
        assert leindex.spill_all_caches() == (0, 0)
        assert states(leindex) == ["absent", "absent"]
    assert not (tmp_path / ".leindex").exists()


def test_spilling_the_graph_gives_its_pages_back(leindex: LeIndex) -> None:
    """Measured: the graph's file has no resident page left, the search index keeps its own."""
    leindex.search("turn the wheel")
    before = cache(leindex.get_cache_stats(), "pdg")
    assert before.state == "hot"
    given_back = leindex.spill_pdg_cache()
    assert given_back >= 0.95 * (before.resident_file_bytes or 0) > 0
    stats = leindex.get_cache_stats()
    assert (cache(stats, "pdg").state, cache(stats, "pdg").resident_file_bytes) == ("warm", 0)
    assert cache(stats, "vectors").state == "hot"


def test_spilling_the_search_index_gives_its_pages_back(leindex: LeIndex) -> None:
    """Vectors, words and text go; the graph stays."""
    leindex.search("turn the wheel")
    before = cache(leindex.get_cache_stats(), "vectors")
    assert leindex.spill_vector_cache() >= 0.95 * (before.resident_file_bytes or 0) > 0
    assert states(leindex) == ["hot", "warm"]


def test_spilling_all_leaves_no_resident_page(leindex: LeIndex) -> None:
    """Both figures are what the system confirms for the files."""
    all_answers(leindex)
    held = mapped_bytes(leindex)
    pdg_bytes, vector_bytes = leindex.spill_all_caches()
    assert pdg_bytes > 0 < vector_bytes
    assert pdg_bytes + vector_bytes >= 0.95 * held
    assert mapped_bytes(leindex) <= 0.05 * held
    assert states(leindex) == ["warm", "warm"]


def test_reloading_what_is_there_does_nothing(leindex: LeIndex) -> None:
    """The second reload finds it loaded."""
    assert leindex.reload_pdg_from_cache()
    assert not leindex.reload_pdg_from_cache()
    assert cache(leindex.get_cache_stats(), "pdg").reloads == 1


def test_without_an_index_there_is_nothing_to_reload(tmp_path: Path) -> None:
    """Each way back says so, with what to do; a question about names says that nothing is indexed."""
    with LeIndex(make_project(tmp_path, 2), QUIET) as leindex:
        for way_back in (leindex.reload_pdg_from_cache, leindex.reload_vector_from_pdg, leindex.warm_caches):
            with pytest.raises(NothingToReloadError, match="leindex index"):
                way_back()
        with pytest.raises(NotIndexedError):
            leindex.symbols("Part1")


def test_the_vectors_are_built_again_from_what_is_stored(tmp_path: Path) -> None:
    """Every node is encoded anew, the file is written anew, and answers are as before."""
    with LeIndex(make_project(tmp_path), QUIET) as leindex:
        symbols = leindex.index_project().symbols
        before = leindex.search("turn the wheel", mode="semantic")
        (file,) = leindex.folder.glob("segments/*-vectors-*.seg")
        inode = file.stat().st_ino
        assert leindex.reload_vector_from_pdg() == symbols
        assert file.stat().st_ino != inode
        assert cache(leindex.get_cache_stats(), "vectors").state == "hot"
        assert leindex.search("turn the wheel", mode="semantic") == before


def test_vectors_that_are_asked_for_anew_are_not_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compressed copy would be faster, and is not what was asked for."""
    with LeIndex(make_project(tmp_path, 3), QUIET) as leindex:
        leindex.index_project()
        monkeypatch.setattr(run, "bring_back", lambda *_: pytest.fail("brought back from a copy"))
        assert leindex.reload_vector_from_pdg() > 0


@pytest.mark.parametrize(
    ("strategy", "loaded"),
    [
        (WarmStrategy.ALL, ["hot", "hot"]),
        (WarmStrategy.PDG_ONLY, ["hot", "warm"]),
        (WarmStrategy.SEARCH_INDEX_ONLY, ["warm", "hot"]),
        (WarmStrategy.RECENT_FIRST, ["hot", "hot"]),
    ],
)
def test_each_strategy_loads_what_it_says(leindex: LeIndex, strategy: WarmStrategy, loaded: list[str]) -> None:
    """Pages are in memory afterwards, before any question."""
    assert mapped_bytes(leindex) == 0
    report = leindex.warm_caches(strategy)
    assert states(leindex) == loaded
    assert report.size_bytes > 0
    assert mapped_bytes(leindex) >= 0.8 * sum(one.size_bytes for one in report.caches)
    assert {one.outcome for one in leindex.warm_caches(strategy).caches} == {"already there"}


def test_warming_stops_at_the_low_mark(project: Path) -> None:
    """What does not fit under the bound is left out and said, not loaded and spilled."""
    with LeIndex(project, MemoryConfig(auto_spill=False, max_cache_bytes=1_000)) as leindex:
        report = leindex.warm_caches(WarmStrategy.ALL)
        assert all(one.outcome.startswith("left out") for one in report.caches)
        assert states(leindex) == ["warm", "warm"]


def test_statistics_count_what_is_in_memory_and_what_is_not(leindex: LeIndex) -> None:
    """Opened: everything is away. Read: the graph is here. The bytes are those of the files."""
    stats = leindex.get_cache_stats()
    on_disk = sum(path.stat().st_size for path in leindex.folder.glob("segments/*.seg"))
    assert (stats.cache_entries, stats.cache_bytes, stats.spilled_entries) == (0, 0, 2)
    assert stats.spilled_bytes == on_disk
    leindex.symbols("connect3")
    stats = leindex.get_cache_stats()
    assert (stats.cache_entries, stats.spilled_entries) == (1, 1)
    assert stats.cache_bytes == cache(stats, "pdg").resident_bytes > 0
    assert stats.spilled_bytes == cache(stats, "vectors").file_bytes
    assert (cache(stats, "pdg").misses, cache(stats, "pdg").reloads) == (1, 1)


def test_statistics_after_a_spill(leindex: LeIndex) -> None:
    """What was in memory is away now; the counters say why."""
    leindex.search("turn the wheel")
    leindex.spill_all_caches()
    stats = leindex.get_cache_stats()
    assert (stats.cache_entries, stats.cache_bytes, stats.spilled_entries) == (0, 0, 2)
    assert stats.spilled_bytes == sum(one.file_bytes for one in stats.caches) > 0
    assert [cache(stats, name).spills for name in ("pdg", "vectors")] == [1, 1]


def test_answers_tell_what_was_measured_of_them(tmp_path: Path) -> None:
    """Given back is what this process gave back, not what was moved; a read of the store takes time, and it is told."""
    with LeIndex(make_project(tmp_path, 10), QUIET) as leindex:
        leindex.index_project()
        questions = [f"turn wheel number {number}" for number in range(6)]
        for question in questions:
            leindex.analyze(question)
        fresh = cache(leindex.get_cache_stats(), "analysis")
        assert (fresh.reloads, fresh.last_reload_ms, fresh.longest_reload_ms, fresh.spills) == (0, 0.0, 0.0, 0)
        report = leindex.spill_cache("analysis")
        assert report.moved_bytes > 0
        away = cache(leindex.get_cache_stats(), "analysis")
        assert (away.spills, away.given_back_bytes) == (1, report.given_back_bytes)
        times_ms = []
        for question in questions:
            leindex.analyze(question)
            times_ms.append(cache(leindex.get_cache_stats(), "analysis").last_reload_ms)
        back = cache(leindex.get_cache_stats(), "analysis")
        assert back.reloads == len(questions)
        assert len(set(times_ms)) > 1, "measured each time"
        assert back.longest_reload_ms == max(times_ms) >= min(times_ms) > 0.0


@pytest.mark.parametrize("name", ["pdg", "vectors", "analysis"])
@pytest.mark.parametrize("cold", [False, True])
def test_a_report_tells_the_state_that_statistics_tell(tmp_path: Path, name: str, cold: bool) -> None:
    """After a question, and in a process that has not opened anything yet."""
    root = make_project(tmp_path, 5)
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
        leindex.analyze("turn the wheel")
        report = leindex.spill_cache(name, cold=cold)
        assert report.state.value == cache(leindex.get_cache_stats(), name).state != "hot"
    with LeIndex(root, QUIET) as leindex:
        report = leindex.spill_cache(name, cold=cold)
        assert report.state.value == cache(leindex.get_cache_stats(), name).state


def test_a_cache_that_there_is_not_is_named(leindex: LeIndex) -> None:
    """With those that there are."""
    with pytest.raises(CacheError, match="pdg, vectors, analysis"):
        leindex.spill_cache("graph")


def test_what_is_opened_again_after_closing_is_looked_after_again(tmp_path: Path) -> None:
    """`close` is no end while others may still ask: the monitor starts with what is opened, and ends with the next `close`."""
    leindex = LeIndex(make_project(tmp_path, 5), MemoryConfig(max_cache_bytes=BOUND_BYTES))
    leindex.index_project()
    before = leindex.callers("connect3")
    for reopen in (
        lambda: leindex.callers("connect3"),
        leindex.reload_pdg_from_cache,
        lambda: leindex.warm_caches(WarmStrategy.ALL),
        leindex.get_cache_stats,
    ):
        leindex.close()
        assert not leindex.manager.statistics().watch.monitor_runs
        reopen()
        assert leindex.manager.statistics().watch.monitor_runs
        assert leindex.callers("connect3") == before
    leindex.close()
    assert not leindex.manager.statistics().watch.monitor_runs


def test_below_the_marks_nothing_is_spilled(leindex: LeIndex) -> None:
    """A check that finds enough memory does nothing and says so."""
    leindex.search("turn the wheel")
    if (leindex.manager.statistics().system_pressure or 0) > 0.8:
        pytest.skip("the machine itself is short of memory")
    assert leindex.check_memory_and_spill() is False
    assert states(leindex) == ["hot", "hot"]


def test_above_the_bound_of_the_caches_a_check_spills(project: Path) -> None:
    """Crossing `max_cache_bytes` spills without any pressure, once; with empty caches there is nothing more to do."""
    with LeIndex(project, MemoryConfig(auto_spill=False, max_cache_bytes=10_000)) as leindex:
        leindex.search("turn the wheel")
        assert leindex.check_memory_and_spill() is True, "also what has just been loaded: the bound was set"
        assert leindex.get_cache_stats().cache_bytes <= 10_000
        leindex.spill_all_caches()
        assert leindex.check_memory_and_spill() is False


def test_every_read_path_brings_back_what_it_needs(leindex: LeIndex) -> None:
    """Spilled between any two questions, answers stay the same, and none is empty."""
    before = all_answers(leindex)
    assert all(before)
    leindex.spill_all_caches()
    assert all_answers(leindex) == before
    for number in range(len(before)):
        leindex.spill_all_caches()
        assert all_answers(leindex)[number] == before[number]


def test_what_searches_keep_of_the_graph_goes_with_the_graph_and_not_with_the_search_index(leindex: LeIndex) -> None:
    """Words and vectors come back to what is there; of a graph that went nothing stays, at once and not at the next collection."""
    before = leindex.search("turn the wheel")
    generation = leindex._current.peek()
    assert generation is not None
    ground = weakref.ref(generation._ground)
    assert ground() is not None
    leindex.spill_vector_cache()
    assert generation.was_searched
    assert leindex.search("turn the wheel") == before
    assert generation._ground is ground()
    gc.disable()
    try:
        leindex.spill_pdg_cache()
        assert ground() is None
    finally:
        gc.enable()
    assert not generation.was_searched
    assert leindex.search("turn the wheel") == before


def test_spilling_again_and_again_is_harmless(leindex: LeIndex) -> None:
    """A second spill gives nothing back; ten rounds answer the same."""
    before = leindex.search("connect a cable")
    for _ in range(10):
        assert sum(leindex.spill_all_caches()) > 0
        leindex.spill_all_caches()
        assert leindex.get_cache_stats().cache_bytes == 0
        assert leindex.search("connect a cable") == before


def test_a_spilled_graph_whose_file_was_deleted_comes_back_from_what_is_stored(tmp_path: Path) -> None:
    """Not the unlinked file that is still mapped: the segment is there again."""
    with LeIndex(make_project(tmp_path), QUIET) as leindex:
        leindex.index_project()
        before = leindex.callers("connect3")
        leindex.spill_all_caches()
        (file,) = leindex.folder.glob("segments/*-graph-*.seg")
        file.unlink()
        assert leindex.reload_pdg_from_cache()
        assert file.exists()
        assert any("brought back from its compressed copy" in note for note in leindex.notes)
        assert leindex.callers("connect3") == before


def test_a_spilled_segment_that_was_altered_is_found_out(tmp_path: Path) -> None:
    """One flipped byte between spill and reload: mended, not answered from."""
    with LeIndex(make_project(tmp_path), QUIET) as leindex:
        leindex.index_project()
        before = leindex.search("turn the wheel")
        leindex.spill_all_caches()
        (file,) = leindex.folder.glob("segments/*-vectors-*.seg")
        with file.open("r+b") as stream:
            stream.seek(file.stat().st_size // 2)
            byte = stream.read(1)
            stream.seek(-1, 1)
            stream.write(bytes([byte[0] ^ 1]))
        assert leindex.search("turn the wheel") == before
        assert any("brought back from its compressed copy" in note for note in leindex.notes)


def test_all_segments_altered_at_once_are_all_mended_by_one_question(tmp_path: Path) -> None:
    """Each is found out only when it is opened, after the one before was mended; with their copies they are built again."""
    with LeIndex(make_project(tmp_path, 3), QUIET) as leindex:
        leindex.index_project()
        before = leindex.search("turn the wheel")
        leindex.spill_all_caches()
        for file in [*leindex.folder.glob("segments/*.seg"), *leindex.folder.glob("frozen/*")]:
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        assert leindex.search("turn the wheel") == before
        assert leindex.verify_caches().segments
        assert not [one for one in leindex.verify_caches().segments if one.problem]


def test_what_is_damaged_again_and_again_is_an_error_and_not_a_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that alters every segment that is written: rebuilt some times, then said, with what to do."""
    with LeIndex(make_project(tmp_path, 2), QUIET) as leindex:
        leindex.index_project()

        def unreadable(folder: Path, ref: SegmentRef) -> Segment:
            raise DamagedSegment(ref, folder / ref.name, "it is altered")

        monkeypatch.setattr(Segment, "open", unreadable)
        monkeypatch.setattr(leindex._current, "_rebuild", lambda kinds: Repaired(built=tuple(kinds)))
        with pytest.raises(CacheDamagedError, match=r"rebuilt \d times.*index_dir"):
            leindex.symbols("connect1")


def test_a_spill_waits_for_the_question_that_reads_and_leaves_it_alone(leindex: LeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that is being written pins the graph: nothing is given back, it is counted, and the export is complete."""
    monkeypatch.setattr(manager, "_MANUAL_WAIT_S", 0.05)
    whole = io.StringIO()
    leindex.export_graph(whole)
    given: list[int] = []

    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            if not given:
                spiller = threading.Thread(target=lambda: given.append(leindex.spill_pdg_cache()))
                spiller.start()
                spiller.join()
            return super().write(text)

    slow = Slow()
    leindex.export_graph(slow)
    assert given == [0]
    assert slow.getvalue() == whole.getvalue()
    assert leindex.manager.statistics().caches[0].counts.pinned == 1
    assert leindex.spill_pdg_cache() > 0


def test_the_monitor_starts_and_ends_with_the_index(project: Path) -> None:
    """A thread while it is open, unless it is not wanted; none after."""

    def threads() -> int:
        return [thread.name for thread in threading.enumerate()].count("leindex-memory")

    assert threads() == 0
    with LeIndex(project) as leindex:
        assert threads() == 1
        assert leindex.manager.statistics().watch.monitor_runs
    assert threads() == 0
    with LeIndex(project, QUIET):
        assert threads() == 0


def test_a_limit_below_the_floor_is_refused_at_open(tmp_path: Path) -> None:
    """With both figures, before anything is read."""
    config = MemoryConfig(memory_limit_bytes=2_000_000, allocation_unit_bytes=1_000_000)
    with pytest.raises(LimitTooLowError) as error:
        LeIndex(make_project(tmp_path, 1), config)
    assert error.value.limit_bytes == 2_000_000
    assert error.value.floor_bytes > 2_000_000


def test_a_full_store_keeps_no_graph_and_no_search_index_in_memory(project: Path) -> None:
    """They need no room in it: they go, and the error about the answers is that of a full store, which names the setting."""
    config = MemoryConfig(auto_spill=False, max_cache_bytes=BOUND_BYTES, store_quota_bytes=0)
    with LeIndex(project, config) as leindex:
        leindex.search("turn the wheel")
        leindex.analyze("connect a part to a cable")
        with pytest.raises(StoreFullError, match="store_quota_bytes"):
            leindex.spill_all_caches()
        resident = {cache.name: cache.resident_bytes for cache in leindex.get_cache_stats().caches}
        assert (resident["pdg"], resident["vectors"]) == (0, 0)
        assert resident["analysis"] > 0
        assert leindex.search("turn the wheel")


def test_answers_that_the_store_does_not_take_are_told_though_others_went(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report says how many stay, and why; spilling all raises that, and the command would end with 1."""
    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        for question in ("turn the wheel", "connect a part", "a cable", "a part", "the wheel", "a machine"):
            leindex.analyze(question)
        put, taken = leindex._keeper.store.put, []

        def put_two(kind: str, key: bytes, epoch: int, payload: bytes) -> None:
            if len(taken) == 2:
                raise StoreFullError(len(payload), 0)
            put(kind, key, epoch, payload)
            taken.append(key)

        monkeypatch.setattr(leindex._keeper.store, "put", put_two)
        kept = len(leindex._keeper.analysis)
        assert kept > 4
        (report,) = act(leindex, Spill(part="analysis"))["spilled"]
        assert (report["outcome"], report["state"]) == ("spilled", "hot")
        assert report["error"].startswith(f"{kept - 2} answers stay in memory: ")
        assert _failed({"spilled": [report]})
        event = leindex.manager.events.last()[-1]
        assert (event.kind, event.what) == (EventKind.STAYED, "analysis")
        assert event.size_bytes == leindex._keeper.analysis.resident_bytes() > 0
        assert f"{kept - 2} answers stay in memory: " in event.why
        taken.clear()
        with pytest.raises(StoreFullError):
            leindex.spill_all_caches()
        assert len(leindex._keeper.analysis) == kept - 4
        monkeypatch.undo()
        assert leindex.spill_cache("analysis").error == ""
        assert leindex.manager.events.last()[-1].kind is EventKind.SPILL


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="pages are told by Linux")
def test_what_the_search_index_gives_back_includes_the_words_of_the_encoder(project: Path) -> None:
    """Their table is mapped like a segment, counted while it is held, and gone with it."""
    with LeIndex(project, QUIET) as leindex:
        for question in ("turn the wheel", "connect a cable", "neighbour of a part"):
            leindex.search(question)
        table_bytes = _mapped_bytes("words.table")
        assert table_bytes > 0
        held = next(cache for cache in leindex.get_cache_stats().caches if cache.name == "vectors")
        segments_bytes = _mapped_bytes(str(project), without="-graph-")
        assert held.resident_file_bytes == table_bytes + segments_bytes
        assert leindex.spill_vector_cache() >= table_bytes + segments_bytes
        assert _mapped_bytes("words.table") == 0


def _mapped_bytes(part: str, *, without: str = "\n") -> int:
    """Resident bytes of mappings of this process whose file's path holds this and not that. In one look: a thread that looks for
    stale files reads the graph meanwhile.
    """
    found, counts = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        fields = line.split()
        if "-" in fields[0]:
            counts = len(fields) > 5 and part in fields[5] and without not in fields[5]
        elif counts and fields[0] == "Rss:":
            found += int(fields[1]) * 1024
    return found
