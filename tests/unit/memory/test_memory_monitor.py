"""The monitor's thread: looks in time, ends when told or forgotten, lives on in a forked child; and how it is woken."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.memory import MemoryConfig, MemoryManager
from lepasserelle.memory.monitor import CORE_SHARE, PEEK_S, Monitor, pause_s
from lepasserelle.memory.waking import Wake, Waker

_HAS_PSI = Path("/proc/pressure/memory").exists()


class Looker:
    """Counts looks."""

    def __init__(self) -> None:
        self.looked = threading.Semaphore(0)

    def look(self) -> float:
        """The next one soon."""
        self.looked.release()
        return 0.001

    def has_grown(self) -> bool:
        """Nothing grows."""
        return False

    def missed(self, error: Exception) -> None:
        """No look of these fails."""
        raise AssertionError from error


class Short(Looker):
    """Its first looks find no memory to look with."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures
        self.errors: list[Exception] = []

    def look(self) -> float:
        """Fails, or counts."""
        if self.failures:
            self.failures -= 1
            raise MemoryError
        return super().look()

    def missed(self, error: Exception) -> None:
        """As told; once, even telling it takes more memory than there is."""
        self.errors.append(error)
        if len(self.errors) == 1:
            raise MemoryError


def untriggered() -> Waker:
    """A waker without the kernel's help."""
    return Waker(None)


_BEFORE: set[int] = set()
"""Threads that lived when the test began: another test of this process may have left one to the collector."""


@pytest.fixture(autouse=True)
def _count_from_here() -> None:
    _BEFORE.clear()
    _BEFORE.update(id(thread) for thread in threading.enumerate())


def names() -> list[str]:
    """Of the threads that were started by this test and live."""
    return [thread.name for thread in threading.enumerate() if id(thread) not in _BEFORE]


def test_it_looks_between_start_and_stop() -> None:
    """Starting twice is starting once; stopping twice, too; it can start again."""
    looker = Looker()
    monitor = Monitor(looker, untriggered)
    for _ in range(2):
        monitor.start(0.001)
        monitor.start(0.001)
        assert monitor.is_running
        assert names().count("leindex-memory") == 1
        for _ in range(3):
            assert looker.looked.acquire(timeout=5)
        monitor.stop()
        monitor.stop()
        assert not monitor.is_running
        assert "leindex-memory" not in names()
    assert monitor.wakes[Wake.TIME] >= 6


class Growing(Looker):
    """Looks once in an hour, unless it has grown."""

    def __init__(self, grown: list[bool]) -> None:
        super().__init__()
        self.grown = grown

    def look(self) -> float:
        """The next one in an hour."""
        super().look()
        return 3600.0

    def has_grown(self) -> bool:
        """As told; with no memory to find out, once all is told."""
        if not self.grown:
            raise MemoryError
        return self.grown.pop(0)


class Hasty(Waker):
    """Sleeps in no time, and remembers how long it should have."""

    def __init__(self) -> None:
        super().__init__(None)
        self.slept: list[float] = []

    def sleep(self, timeout_s: float) -> Wake:
        """As a clock, a thousand times faster."""
        self.slept.append(timeout_s)
        return super().sleep(timeout_s / 1000)


def test_what_grows_within_a_long_sleep_is_looked_at_within_a_second() -> None:
    """The look after the third peek, and the one after the fourth, for which there is no memory."""
    looker, waker = Growing([False, False, True]), Hasty()
    monitor = Monitor(looker, lambda: waker)
    monitor.start(0.5)
    for _ in range(3):
        assert looker.looked.acquire(timeout=30)
    monitor.stop()
    assert waker.slept[:5] == [0.5, *[PEEK_S] * 4]


def test_the_kernel_is_asked_at_the_first_look_and_not_before(tmp_path: Path) -> None:
    """Letting go of a trigger takes the kernel milliseconds: a process that is gone before the first look has none."""
    file, looker = tmp_path / "memory", Looker()
    file.touch()
    monitor = Monitor(looker, lambda: Waker(str(file)))
    monitor.start(1000.0)
    monitor.stop()
    assert not file.read_bytes()
    monitor.start(0.001)
    assert looker.looked.acquire(timeout=30)
    monitor.stop()
    assert file.read_bytes().startswith(b"some ")


def test_a_look_that_fails_does_not_end_the_thread() -> None:
    """The host takes the last byte and gives it back: the monitor is there again, and what it missed was said."""
    looker = Short(failures=3)
    monitor = Monitor(looker, untriggered)
    monitor.start(0.001)
    assert looker.looked.acquire(timeout=30)
    assert monitor.is_running
    monitor.stop()
    assert [type(error) for error in looker.errors] == [MemoryError] * 3


@pytest.mark.parametrize("waker", [untriggered, Waker])
def test_stopping_does_not_wait_for_the_interval(waker: type[Waker]) -> None:
    """It sleeps for an hour and ends at once."""
    looker = Looker()
    monitor = Monitor(looker, waker)
    monitor.start(3600.0)
    monitor.stop()
    assert "leindex-memory" not in names()
    assert not looker.looked.acquire(blocking=False)


def test_a_forgotten_manager_takes_its_thread_with_it() -> None:
    """Nobody called stop; the thread holds it weakly."""
    manager = MemoryManager(MemoryConfig(), make_waker=untriggered)
    manager.start()
    assert "leindex-memory" in names()
    del manager
    gc.collect()
    deadline_s = time.monotonic() + 5
    while "leindex-memory" in names():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_without_auto_spill_there_is_no_thread() -> None:
    """As set."""
    manager = MemoryManager(MemoryConfig(auto_spill=False))
    manager.start()
    assert "leindex-memory" not in names()
    manager.stop()


def test_looks_come_faster_near_the_high_mark() -> None:
    """The whole interval below the low mark, a thirtieth at the high one, half way in between."""
    assert pause_s(0.2, 0.70, 0.85, 30.0, 0.0) == 30.0
    assert pause_s(0.85, 0.70, 0.85, 30.0, 0.0) == pytest.approx(1.0)
    assert pause_s(0.775, 0.70, 0.85, 30.0, 0.0) == pytest.approx(15.5)
    assert pause_s(0.99, 0.70, 0.85, 30.0, 0.004) == pytest.approx(5.0)


@given(st.floats(0, 2), st.floats(0.05, 1000), st.floats(0, 1))
def test_looking_keeps_to_its_share_of_a_core(share: float, interval_s: float, cost_s: float) -> None:
    """Never slower than was set, and faster only as far as the share goes."""
    found = pause_s(share, 0.70, 0.85, interval_s, cost_s)
    assert 0 < found <= interval_s
    assert found == interval_s or cost_s <= found * CORE_SHARE * 1.0001


@pytest.mark.skipif(not _HAS_PSI, reason="the kernel keeps no pressure information")
def test_the_kernel_wakes_it() -> None:
    """A trigger is had, sleeps like a clock while there is no pressure, and is given back."""
    waker = Waker()
    assert not waker.has_trigger  # not before it is asked for
    waker.watch()
    if not waker.has_trigger:
        pytest.skip("triggers are not allowed here")
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert waker.sleep(0.01) is Wake.TIME
    waker.call()
    assert waker.sleep(60.0) is Wake.CALLED
    waker.close()
    waker.close()
    waker.call()
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 3


def test_the_window_is_one_that_an_unprivileged_process_may_ask_for(tmp_path: Path) -> None:
    """The kernel takes windows of whole pairs of seconds, and a text that ends with a null byte."""
    file = tmp_path / "memory"
    file.touch()
    waker = Waker(str(file))
    assert not file.read_bytes()
    waker.watch()
    waker.close()
    kind, stall_us, window_us = file.read_bytes().rstrip(b"\0").split()
    assert kind == b"some"
    assert int(window_us) % 2_000_000 == 0 < int(stall_us) < int(window_us)
    assert file.read_bytes().endswith(b"\0")


def test_a_pressure_file_that_cannot_be_watched_is_done_without(tmp_path: Path) -> None:
    """Missing, or a folder."""
    for unfit in (tmp_path / "missing", tmp_path):
        waker = Waker(str(unfit))
        waker.watch()
        assert not waker.has_trigger
        assert waker.sleep(0.001) is Wake.TIME


@pytest.mark.parametrize("wake", [Wake.CALLED, Wake.NUDGED])
def test_what_rang_before_the_kernel_was_asked_is_heard_after_it(wake: Wake) -> None:
    """A nudge and a call between the last sleep and the trigger wake the next sleep at once."""
    waker = Waker()
    (waker.call if wake is Wake.CALLED else waker.nudge)()
    waker.watch()
    assert waker.sleep(60.0) is wake
    waker.close()


_FORK = """
import json, os, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from lepasserelle.memory import AnalysisCache, MemoryConfig, MemoryManager
from lepasserelle.memory.codecs import RAW

manager = MemoryManager(MemoryConfig(check_interval_secs=0.05))
cache = AnalysisCache(1_000_000)
raw = cache.register("raw", RAW)
manager.register(cache, exclusive=False)
cache.put(raw, b"k", 1, b"parent")
manager.start()
held, inside = threading.Event(), threading.Event()

def busy():
    with manager.use("analysis"), manager.reserve(1_000_000, "parent"), manager._rounds.acting, cache._lock:
        inside.set()
        held.wait()

threading.Thread(target=busy, daemon=True).start()
inside.wait()
child = os.fork()
if child == 0:
    looks = manager._pace.looks
    found = cache.get_or_compute(raw, b"k", 1, lambda: b"child")
    with manager.use("analysis"), manager.reserve(1_000_000, "child"):
        told = manager.statistics()
    manager.spill("analysis")
    deadline = time.monotonic() + 20
    while manager._pace.looks < looks + 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    print(json.dumps({
        "found": found.decode(), "reservations": told.reservations, "readers": told.caches[0].readers,
        "runs": manager.statistics().watch.monitor_runs, "looked": manager._pace.looks >= looks + 2,
    }), flush=True)
    manager.stop()
    os._exit(0)
_, status = os.waitpid(child, 0)
held.set()
assert status == 0, status
assert manager.statistics().watch.monitor_runs
assert cache.get(raw, b"k", 1) == b"parent"
manager.stop()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_everything_works_in_a_forked_child() -> None:
    """Another thread of the parent held every lock at that moment; the child has its own thread, book and readers."""
    done = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "found": "child",
        "reservations": {"child": 1_000_000},
        "readers": 1,
        "runs": True,
        "looked": True,
    }
