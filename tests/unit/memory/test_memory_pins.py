"""Readers and the one who takes away wait for each other, boundedly; the same work is done once."""

import threading
import time

import pytest

from lepasserelle.errors import NothingToReloadError
from lepasserelle.memory.flights import Flights
from lepasserelle.memory.pins import Pins


def in_thread(work: object, *given: object) -> threading.Thread:
    """A started thread."""
    thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def until(true: object, timeout_s: float = 5.0) -> None:
    """Wait until a condition of another thread holds."""
    deadline_s = time.monotonic() + timeout_s
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline_s
        time.sleep(0.001)


def test_nobody_is_alone_while_somebody_reads() -> None:
    """The wait ends in a no when the reader stays, and in a yes when it goes."""
    pins, go = Pins(), threading.Event()

    def read() -> None:
        with pins.hold():
            go.wait(5)

    reader = in_thread(read)
    until(lambda: pins.count == 1)
    with pins.alone(0.02) as alone:
        assert not alone
    go.set()
    with pins.alone(5.0) as alone:
        assert alone
    reader.join()
    assert pins.count == 0


def test_new_readers_wait_while_somebody_is_alone() -> None:
    """And go on when it ends."""
    pins, seen = Pins(), []

    def read() -> None:
        with pins.hold():
            seen.append("read")

    with pins.alone(1.0) as alone:
        assert alone
        reader = in_thread(read)
        time.sleep(0.05)
        assert seen == []
    reader.join(5)
    assert seen == ["read"]


def test_overlapping_readers_do_not_keep_it_out_for_ever() -> None:
    """New readers are held back while somebody waits to be alone."""
    pins, stop, counts = Pins(), threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            with pins.hold():
                time.sleep(0.002)

    readers = [in_thread(read) for _ in range(4)]
    until(lambda: pins.count >= 2)
    for _ in range(5):
        with pins.alone(5.0) as alone:
            counts.append((alone, pins.count))
    stop.set()
    for reader in readers:
        reader.join(5)
    assert counts == [(True, 0)] * 5


def test_a_reader_never_waits_for_itself() -> None:
    """It may read again while another waits to be alone, and cannot be alone with what it reads."""
    pins = Pins()
    with pins.hold():
        assert pins.is_held_here
        with pins.alone(5.0) as alone:
            assert not alone
        waiter = in_thread(lambda: pins.alone(0.3).__enter__())
        time.sleep(0.05)
        with pins.hold():
            assert pins.count == 1
        assert pins.is_held_here
        waiter.join(5)
    assert not pins.is_held_here


def test_two_that_want_to_be_alone_take_turns() -> None:
    """Never both at once."""
    pins, inside, most = Pins(), [0], [0]

    def work() -> None:
        for _ in range(20):
            with pins.alone(5.0) as alone:
                assert alone
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [in_thread(work) for _ in range(3)]
    for thread in threads:
        thread.join(10)
    assert most == [1]


def test_of_many_that_ask_one_works() -> None:
    """The others get its result."""
    flights: Flights[str, int] = Flights()
    calls, results, go = [0], [], threading.Event()

    def work() -> int:
        calls[0] += 1
        go.wait(5)
        return 42

    threads = [in_thread(lambda: results.append(flights.run("key", work))) for _ in range(6)]
    until(lambda: flights.waiting("key") == 5)
    go.set()
    for thread in threads:
        thread.join(5)
    assert (calls, results, flights.shared) == ([1], [42] * 6, 5)
    assert flights.run("key", lambda: 7) == 7


def test_an_error_of_ours_reaches_all_that_wait() -> None:
    """They would meet it themselves."""
    flights: Flights[str, int] = Flights()
    errors, go = [], threading.Event()

    def work() -> int:
        go.wait(5)
        raise NothingToReloadError("pdg")

    def ask() -> None:
        with pytest.raises(NothingToReloadError) as caught:
            flights.run("key", work)
        errors.append(caught.value)

    threads = [in_thread(ask) for _ in range(3)]
    until(lambda: flights.waiting("key") == 2)
    go.set()
    for thread in threads:
        thread.join(5)
    assert len(errors) == 3
    assert len(set(map(id, errors))) == 1


def test_when_the_worker_is_interrupted_another_works() -> None:
    """An interrupt concerns one thread only."""
    flights: Flights[str, int] = Flights()
    results, go = [], threading.Event()

    def interrupted() -> int:
        go.wait(5)
        raise KeyboardInterrupt

    def first() -> None:
        with pytest.raises(KeyboardInterrupt):
            flights.run("key", interrupted)

    leader = in_thread(first)
    until(lambda: "key" in flights._flights)
    waiter = in_thread(lambda: results.append(flights.run("key", lambda: 5)))
    until(lambda: flights.waiting("key") == 1)
    go.set()
    leader.join(5)
    waiter.join(5)
    assert results == [5]


def test_a_thread_that_asks_for_its_own_work_does_it() -> None:
    """Instead of waiting for itself for ever."""
    flights: Flights[str, int] = Flights()
    assert flights.run("key", lambda: 1 + flights.run("key", lambda: 2)) == 3


def test_waiting_for_readers_to_end_holds_nobody_back() -> None:
    """It ends with the last reader or with its time, and whoever reads meanwhile does so at once."""
    pins, go = Pins(), threading.Event()

    def read() -> None:
        with pins.hold():
            go.wait(5)

    assert pins.wait_free(5.0)
    reader = in_thread(read)
    until(lambda: pins.count == 1)
    assert not pins.wait_free(0.01)
    waited: list[bool] = []
    waiting = in_thread(lambda: waited.append(pins.wait_free(5.0)))
    with pins.hold():
        assert pins.count == 2
    assert not waited
    go.set()
    waiting.join(5)
    reader.join(5)
    assert waited == [True]
