"""The cache of computed answers: found by kind, key and epoch, bounded in bytes, computed once, spilled to a store first."""

import threading
import time
import tracemalloc
from collections import OrderedDict
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lepasserelle.errors import StorageError, StoreFullError
from lepasserelle.memory import AnalysisCache, Codec
from lepasserelle.memory.analysis import EntryName, entry_bytes
from lepasserelle.memory.codecs import RAW

TEXT = Codec[str](lambda text: text.encode(), lambda payload: payload.decode())


class Store:
    """Entries in a dictionary; may be full."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, bytes, int], bytes] = {}
        self.is_full = False
        self.is_short = False
        """Of memory."""
        self.writes = 0

    def put(self, kind: str, key: bytes, epoch: int, payload: bytes) -> None:
        """Keep it, or say that there is no room."""
        if self.is_short:
            raise MemoryError
        if self.holds(kind, key, epoch, payload):
            return
        if self.is_full:
            raise StoreFullError(len(payload), 0)
        self.writes += 1
        self.kept[kind, key, epoch] = payload

    def get(self, kind: str, key: bytes, epoch: int) -> bytes | None:
        """What was kept."""
        return self.kept.get((kind, key, epoch))

    def holds(self, kind: str, key: bytes, epoch: int, payload: bytes) -> bool:
        """Whether that is kept."""
        return self.kept.get((kind, key, epoch)) == payload

    def discard(self, kind: str, key: bytes, epoch: int) -> bool:
        """Forget it."""
        return self.kept.pop((kind, key, epoch), None) is not None


def test_an_entry_is_found_by_its_whole_name() -> None:
    """Kind, key and epoch; the same key of another kind or generation is another entry."""
    cache = AnalysisCache(100_000)
    slices, paths = cache.register("slice", TEXT), cache.register("path", TEXT)
    cache.put(slices, b"k", 3, "three")
    assert cache.get(slices, b"k", 3) == "three"
    assert cache.get(slices, b"k", 4) is None
    assert cache.get(paths, b"k", 3) is None
    assert cache.get(slices, b"", 3) is None


def test_a_mapping_is_one_kind_and_epoch() -> None:
    """It reads, writes, removes, counts and iterates its own entries."""
    cache = AnalysisCache(100_000)
    slices = cache.register("slice", TEXT)
    now, before = cache.mapping(slices, 2), cache.mapping(slices, 1)
    now[b"a"], now[b"b"], before[b"a"] = "1", "2", "old"
    assert dict(now) == {b"a": "1", b"b": "2"}
    assert (now[b"a"], before[b"a"], len(now), b"c" in now) == ("1", "old", 2, False)
    del now[b"a"]
    with pytest.raises(KeyError):
        now[b"a"]
    with pytest.raises(KeyError):
        del now[b"a"]
    assert now.compute(b"c", lambda: "computed") == "computed"
    assert now[b"c"] == "computed"


def test_what_is_held_never_passes_the_bound() -> None:
    """By the account that a second test compares with what Python allocates."""
    cache = AnalysisCache(50_000)
    raw = cache.register("raw", RAW)
    for number in range(300):
        cache.put(raw, b"%d" % number, 1, bytes(number * 7))
        assert cache.resident_bytes() <= 50_000
    assert cache.counts.evicted > 100
    assert cache.get(raw, b"299", 1) == bytes(299 * 7)


def test_the_account_is_what_python_allocates() -> None:
    """Within a tenth, in a cache that has been full for a while; so the bound is one of memory."""
    cache = AnalysisCache(2_000_000)
    raw = cache.register("raw", RAW)
    tracemalloc.start()
    try:
        for number in range(6_000):
            cache.put(raw, b"%016d" % number, 1, bytes(1000))
        allocated = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert allocated == pytest.approx(cache.resident_bytes(), rel=0.1)
    assert cache.resident_bytes() > 1_900_000


def test_one_entry_does_not_drive_out_everything() -> None:
    """Over a quarter of the bound: handed on, not kept in memory, counted, and found in the store."""
    store = Store()
    cache = AnalysisCache(10_000, store)
    raw = cache.register("raw", RAW)
    cache.put(raw, b"small", 1, b"x")
    cache.put(raw, b"large", 1, bytes(5000))
    assert [name.key for name in cache.names()] == [b"small"]
    assert cache.counts.too_large == 1
    assert cache.get(raw, b"large", 1) == bytes(5000)


def test_identical_questions_are_computed_once() -> None:
    """Six threads ask at the same time; one works; each gets an object of its own."""
    cache = AnalysisCache(100_000)
    lists = cache.register("list", Codec[list[int]](bytes, list))
    calls, results, go = [0], [], threading.Event()

    def compute() -> list[int]:
        calls[0] += 1
        go.wait(5)
        return [1, 2, 3]

    def ask() -> None:
        results.append(cache.get_or_compute(lists, b"q", 1, compute))

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    deadline_s = time.monotonic() + 5
    while cache._flights.waiting(EntryName("list", b"q", 1)) < 5:
        assert time.monotonic() < deadline_s
        time.sleep(0.001)
    go.set()
    for thread in threads:
        thread.join(5)
    assert calls == [1]
    assert results == [[1, 2, 3]] * 6
    assert len(set(map(id, results))) == 6
    assert (cache.counts.misses, cache.shared) == (1, 5)
    results[0].append(4)
    assert cache.get_or_compute(lists, b"q", 1, compute) == [1, 2, 3]


def test_a_question_that_fails_is_not_kept() -> None:
    """The next one computes again."""
    cache = AnalysisCache(100_000)
    text = cache.register("text", TEXT)

    def fail() -> str:
        raise StorageError("no")

    with pytest.raises(StorageError):
        cache.get_or_compute(text, b"q", 1, fail)
    assert cache.get_or_compute(text, b"q", 1, lambda: "yes") == "yes"


def test_spilled_entries_come_back_from_the_store() -> None:
    """Each is in the store before it leaves memory; answers are the same as before."""
    store = Store()
    cache = AnalysisCache(1_000_000, store)
    text = cache.register("text", TEXT)
    for number in range(100):
        cache.put(text, b"%d" % number, 1, f"answer {number}")
    before = cache.resident_bytes()
    assert cache.spill(before // 2) >= before // 2
    assert before // 2 - 1000 < cache.resident_bytes() <= before - before // 2
    assert cache.spill(10**9) > 0
    assert (cache.resident_bytes(), len(cache), len(store.kept)) == (0, 0, 100)
    assert cache.spill(1) == 0
    for number in range(100):
        assert cache.get(text, b"%d" % number, 1) == f"answer {number}"
    assert (cache.counts.store_hits, cache.counts.spilled) == (100, 100)
    assert cache.resident_bytes() == before


def test_what_makes_way_is_in_the_store() -> None:
    """Nothing is computed twice because the bound was reached."""
    store = Store()
    cache = AnalysisCache(5_000, store)
    text = cache.register("text", TEXT)
    for number in range(200):
        assert cache.get_or_compute(text, b"%d" % number, 1, lambda: "x" * 100) == "x" * 100
    for number in range(200):
        assert cache.get_or_compute(text, b"%d" % number, 1, lambda: pytest.fail("computed again")) == "x" * 100
    assert cache.counts.lost == 0


def test_a_full_store_leaves_entries_usable() -> None:
    """A spill raises and keeps everything; an eviction goes on without it and is counted; questions never fail."""
    store = Store()
    cache = AnalysisCache(5_000, store)
    text = cache.register("text", TEXT)
    cache.put(text, b"a", 1, "kept")
    store.is_full = True
    with pytest.raises(StoreFullError):
        cache.spill(10_000)
    assert cache.get(text, b"a", 1) == "kept"
    for number in range(50):
        assert cache.get_or_compute(text, b"%d" % number, 1, lambda: "x" * 200) == "x" * 200
    assert cache.counts.lost == cache.counts.evicted > 0


def test_what_failed_to_spill_goes_when_the_store_has_room_again() -> None:
    """It is not forgotten by the order of eviction: everything is stored, and nothing is left in memory."""
    store = Store()
    cache = AnalysisCache(100_000, store)
    text = cache.register("text", TEXT)
    for number in range(5):
        cache.put(text, b"%d" % number, 1, "kept")
    store.is_full = True
    for _ in range(3):
        with pytest.raises(StoreFullError):
            cache.spill(100_000)
    store.is_full = False
    assert cache.spill(100_000) > 0
    assert (len(cache), cache.resident_bytes(), store.writes) == (0, 0, 5)


def test_what_found_no_memory_to_be_written_with_goes_when_there_is_some() -> None:
    """It keeps its place in the order: it goes at the next spill, and new answers still find room."""
    store = Store()
    cache = AnalysisCache(5_000, store)
    text = cache.register("text", TEXT)
    for number in range(3):
        cache.put(text, b"%d" % number, 1, "kept")
    store.is_short = True
    for _ in range(4):
        with pytest.raises(MemoryError):
            cache.spill(100_000)
    assert [cache.get(text, b"%d" % number, 1) for number in range(3)] == ["kept"] * 3
    for number in range(3, 50):
        assert cache.get_or_compute(text, b"%d" % number, 1, lambda: "new") == "new"
    assert cache.counts.lost == cache.counts.evicted > 40
    store.is_short = False
    assert cache.spill(100_000) > 0
    assert (len(cache), cache.resident_bytes()) == (0, 0)


def test_an_entry_without_a_place_in_the_order_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """There was no memory for its place; nobody waits for room that never comes, and it leaves in the end."""
    cache = AnalysisCache(5_000, store := Store())
    text = cache.register("text", TEXT)
    with monkeypatch.context() as patch:
        patch.setattr("lepasserelle.memory.eviction.S3Fifo.add", lambda *_: (_ for _ in ()).throw(MemoryError))
        for number in range(9):
            with pytest.raises(MemoryError):
                cache.put(text, b"%d" % number, 1, "x" * 500)
    held = len(cache)
    assert held > 2
    cache.put(text, b"new", 1, "x" * 500)
    assert cache.get(text, b"new", 1) == "x" * 500
    assert cache.spill(100_000) > 0
    assert (len(cache), cache.resident_bytes()) == (0, 0)
    assert len(store.kept) == held + 1


def test_a_full_store_takes_nothing_and_lets_go_what_it_has() -> None:
    """Answers that came back from it leave memory however many stand before them that it cannot take."""
    store = Store()
    cache = AnalysisCache(100_000, store)
    text = cache.register("text", TEXT)
    for number in range(10):
        cache.put(text, b"old %d" % number, 1, "stored")
    cache.spill(100_000)
    for number in range(5):
        cache.put(text, b"new %d" % number, 1, "nowhere else")
    for number in range(10):
        assert cache.get(text, b"old %d" % number, 1) == "stored"
    store.is_full = True
    assert cache.spill(100_000) > 0
    assert {name.key for name in cache.names()} == {b"new %d" % number for number in range(5)}
    assert cache.stayed is not None
    assert cache.stayed.told.startswith("5 answers stay in memory: an entry of ")
    with pytest.raises(StoreFullError):
        cache.spill(100_000)
    store.is_full = False
    assert cache.spill(100_000) > 0
    assert cache.stayed is None


def test_dead_generations_are_dropped_and_not_stored() -> None:
    """Nothing asks for them any more."""
    store = Store()
    cache = AnalysisCache(100_000, store)
    text = cache.register("text", TEXT)
    for epoch in range(5):
        cache.put(text, b"k", epoch, str(epoch))
    assert cache.drop_before(4) == 4
    assert (cache.names(), store.writes) == ([EntryName("text", b"k", 4)], 0)


def test_a_payload_that_is_not_understood_is_computed_anew() -> None:
    """A codec of another version wrote it, say."""
    store = Store()
    cache = AnalysisCache(100_000, store)
    text = cache.register("text", TEXT)
    store.kept["text", b"k", 1] = b"\xff\xfe"
    assert cache.get(text, b"k", 1) is None
    assert cache.get_or_compute(text, b"k", 1, lambda: "anew") == "anew"
    assert cache.get(text, b"k", 1) == "anew"
    assert cache.counts.undecodable == 2


def test_threads_that_spill_put_and_ask_never_see_a_wrong_answer() -> None:
    """Four of them, for a thousand questions each."""
    store = Store()
    cache = AnalysisCache(20_000, store)
    text = cache.register("text", TEXT)
    wrong: list[object] = []

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(1000):
            number = random.randrange(120)
            if random.random() < 0.02:
                cache.spill(5_000)
            found = cache.get_or_compute(text, b"%d" % number, 1, lambda number=number: f"{number}" * 20)  # type: ignore[misc]
            if found != f"{number}" * 20 or cache.resident_bytes() > 20_000:
                wrong.append((number, found))

    threads = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert wrong == []


class AgainstADictionary(RuleBasedStateMachine):
    """Whatever is done, the cache answers as a dictionary would: values come from memory or the store, never from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.cache = AnalysisCache(3_000, self.store)
        self.kind = self.cache.register("raw", RAW)
        self.model: dict[tuple[bytes, int], bytes] = {}

    @rule(key=st.binary(max_size=2), epoch=st.integers(0, 2), value=st.binary(max_size=900))
    def put(self, key: bytes, epoch: int, value: bytes) -> None:
        """A value replaces another."""
        self.cache.put(self.kind, key, epoch, value)
        self.model[key, epoch] = value

    @rule(key=st.binary(max_size=2), epoch=st.integers(0, 2))
    def get(self, key: bytes, epoch: int) -> None:
        """From memory or store."""
        assert self.cache.get(self.kind, key, epoch) == self.model.get((key, epoch))

    @rule(key=st.binary(max_size=2), epoch=st.integers(0, 2))
    def compute(self, key: bytes, epoch: int) -> None:
        """Only when nobody has it."""
        found = self.cache.get_or_compute(self.kind, key, epoch, lambda: b"new" + key)
        assert found == self.model.setdefault((key, epoch), b"new" + key)

    @rule(key=st.binary(max_size=2), epoch=st.integers(0, 2))
    def discard(self, key: bytes, epoch: int) -> None:
        """Gone from both."""
        assert self.cache.discard(self.kind, key, epoch) == (self.model.pop((key, epoch), None) is not None)

    @rule(target_bytes=st.integers(0, 4_000))
    def spill(self, target_bytes: int) -> None:
        """What is freed is what is missing afterwards."""
        held = self.cache.resident_bytes()
        freed = self.cache.spill(target_bytes)
        assert freed == held - self.cache.resident_bytes()
        assert freed >= min(held, target_bytes)

    @invariant()
    def within_bound(self) -> None:
        """The account is the sum of its entries."""
        assert self.cache.resident_bytes() <= 3_000
        assert self.cache.resident_bytes() == sum(entry_bytes(name, self.cache._payloads[name]) for name in self.cache.names())


TestAgainstADictionary = AgainstADictionary.TestCase
TestAgainstADictionary.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def hit_ratios(trace: list[tuple[int, int]], bound_bytes: int) -> tuple[float, float]:
    """(the cache's, LRU's) share of questions found, on a trace of keys and payload sizes, both bounded in the same bytes."""
    cache = AnalysisCache(bound_bytes)
    raw = cache.register("raw", RAW)
    lru, lru_bytes, lru_hits = OrderedDict[int, int](), 0, 0
    for key, size in trace:
        payload = bytes(size)
        cache.get_or_compute(raw, b"%d" % key, 1, lambda payload=payload: payload)  # type: ignore[misc]
        if key in lru:
            lru_hits += 1
            lru.move_to_end(key)
            continue
        lru[key] = entry_bytes(EntryName("raw", b"%d" % key, 1), payload)
        lru_bytes += lru[key]
        while lru_bytes > bound_bytes:
            lru_bytes -= lru.popitem(last=False)[1]
    return cache.counts.hits / len(trace), lru_hits / len(trace)


@pytest.mark.parametrize("once", [0.0, 0.3, 0.6])
def test_more_of_what_is_asked_again_is_kept_than_by_lru(once: float) -> None:
    """Questions whose frequency follows Zipf's law, sizes of three orders of magnitude, and a part that is asked once only."""
    random = Random(7)
    sizes = [min(20_000, int(random.lognormvariate(7, 1)) + 50) for _ in range(1500)]
    popular = random.choices(range(1500), [1 / (rank + 1) ** 0.9 for rank in range(1500)], k=8_000)
    trace = [(10_000 + at, 1000) if random.random() < once else (key, sizes[key]) for at, key in enumerate(popular)]
    for part in (20, 5):
        ours, lru = hit_ratios(trace, (sum(sizes) + 700 * len(sizes)) // part)
        assert ours > lru + 0.02


def test_a_working_set_that_moves_on_is_followed() -> None:
    """Where only lately asked questions come again, LRU is at its best: not much is lost against it."""
    random = Random(5)
    trace = [(phase * 200 + min(int(random.expovariate(1 / 60)), 400), 1000) for phase in range(5) for _ in range(2000)]
    ours, lru = hit_ratios(trace, 150 * 1700)
    assert ours > lru - 0.03
