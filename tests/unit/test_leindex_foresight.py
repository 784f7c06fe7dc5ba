"""What is learned of the log of questions: when learning is cut short, in a new process, and when the log is lost."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lepasserelle.leindex.foresight import CATCH_UP_S, MANY, Foresight
from lepasserelle.memory import prediction
from lepasserelle.model import Prediction
from lepasserelle.storage import access_log
from lepasserelle.storage.access_log import AccessLog

COSTS = {"pdg": 1.0, "vectors": 2.0}


def looked_at(folder: Path) -> Prediction:
    """What a new process says."""
    told = Foresight(folder, AccessLog(folder)).prediction(COSTS)
    assert told is not None
    return told


def asked_for_long(folder: Path, sessions: int, a_session: int) -> Iterator[Foresight]:
    """A process that asks in a ring of five answers, one in ten anything, told of after each session."""
    clock_s, chance, here = [1e6], random.Random(1), 0
    log = AccessLog(folder, clock=lambda: clock_s[0])
    foresight = Foresight(folder, log)
    for _ in range(sessions):
        for _ in range(a_session):
            here = (here + 1) % 5 if chance.random() < 0.9 else chance.randrange(5)
            log.visit("search", b"", [f"answer:{here:02x}"])
            clock_s[0] += 5.0
        clock_s[0] += 3600.0
        log.flush()
        yield foresight


def changed_kept(folder: Path, value: bytes | None) -> None:
    """Other bytes in the place of what was kept."""
    with closing(sqlite3.connect(folder / "access.db")) as connection, connection:
        if value is None:
            connection.execute("DELETE FROM kept WHERE name = 'learned'")
        else:
            connection.execute("UPDATE kept SET value = ? WHERE name = 'learned'", (value,))


def test_what_was_learned_by_halves_is_learned_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory runs out wherever it may within a lesson; afterwards the log tells the same as if nothing had been."""

    def foresight_of(name: str) -> Foresight:
        (folder := tmp_path / name).mkdir()
        log = AccessLog(folder, clock=lambda: 1e6)
        for number in range(40):
            log.visit("search", b"branch", ["pdg", f"answer:{number % 5:02x}"])
        log.flush()
        return Foresight(folder, log)

    expected = foresight_of("whole").prediction(COSTS)
    assert expected is not None
    assert expected.visits == 40
    whole = prediction._log_odds
    for after in range(12):
        foresight, calls = foresight_of(str(after)), 0

        def short(chances: object, after: int = after) -> object:
            nonlocal calls
            calls += 1
            if calls > after:
                raise MemoryError
            return whole(chances)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(prediction, "_log_odds", short)
            with pytest.raises(MemoryError):
                foresight.prediction(COSTS)
        assert foresight.prediction(COSTS) == expected
        assert foresight.chances(COSTS) is not None


def test_a_new_process_goes_on_with_the_trial_though_the_log_forgot_its_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log holds two sessions and a half; the trial is over ten, and the model stays in use."""
    monkeypatch.setattr(access_log, "MOST_VISITS", 100)
    for long_lived in asked_for_long(tmp_path, sessions=10, a_session=40):
        told = long_lived.prediction(COSTS)
    assert told is not None
    assert (told.in_use, told.visits, told.sessions) == ("model", 400, 9)
    assert looked_at(tmp_path) == told
    fresh = Foresight(tmp_path, AccessLog(tmp_path)).chances(COSTS)
    kept = long_lived.chances(COSTS)
    assert fresh is not None
    assert kept is not None
    assert max(fresh, key=lambda item: fresh[item]) == max(kept, key=lambda item: kept[item])
    changed_kept(tmp_path, None)
    assert looked_at(tmp_path).sessions == 2  # what the log alone tells


@pytest.mark.parametrize("at", [0, 3, 4, 20, -1])
def test_what_was_kept_and_is_damaged_is_learned_anew_and_kept_again(tmp_path: Path, at: int) -> None:
    """A bit turns over wherever it may: nothing of it is believed, and the log tells it once more."""
    *_, foresight = asked_for_long(tmp_path, sessions=4, a_session=10)
    told = foresight.prediction(COSTS)
    standing = AccessLog(tmp_path).standing()
    assert standing is not None
    damaged = bytearray(standing.learned)
    damaged[at] ^= 0x10
    changed_kept(tmp_path, bytes(damaged))
    assert looked_at(tmp_path) == told
    healed = AccessLog(tmp_path).standing()
    assert healed is not None
    assert healed.learned == standing.learned


def test_statistics_learn_nothing_where_all_was_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that only tells reads what was kept; one visit more and it learns that one alone."""
    *_, foresight = asked_for_long(tmp_path, sessions=4, a_session=10)
    told = foresight.prediction(COSTS)
    learned: list[str] = []
    whole = prediction.Predictor.learn

    def learn(self: prediction.Predictor, visit: prediction.Visit) -> None:
        learned.append(visit.asked)
        whole(self, visit)

    with monkeypatch.context() as patch:
        patch.setattr(prediction.Predictor, "learn", learn)
        patch.setattr(prediction.Predictor, "count", None)
        assert looked_at(tmp_path) == told
        patch.undo()
        patch.setattr(prediction.Predictor, "learn", learn)
        later = AccessLog(tmp_path, clock=lambda: 1.2e6)
        later.visit("callers", b"", ["pdg"])
        later.flush()
        assert looked_at(tmp_path).visits == 41
    assert learned == ["callers"]


@pytest.mark.parametrize("is_shorter", [True, False])
def test_a_log_that_is_lost_and_begun_anew_is_learned_from(tmp_path: Path, is_shorter: bool) -> None:
    """Its numbers begin at 1 again: what this process had learned is of a log that is no more."""
    log = AccessLog(tmp_path)
    foresight = Foresight(tmp_path, log)
    for _ in range(40):
        log.visit("callers", b"", ["pdg"])
    assert foresight.chances(COSTS) == {"pdg": pytest.approx(1.0, abs=0.05)}
    (tmp_path / "access.db").unlink()
    assert foresight.chances(COSTS) is not None  # nothing new came: what was known is known
    for _ in range(30 if is_shorter else 60):
        log.visit("search", b"", ["vectors"])
    chances, told = foresight.chances(COSTS), foresight.prediction(COSTS)
    assert chances is not None
    assert set(chances) == {"vectors"}
    assert told is not None
    assert told.visits == (30 if is_shorter else 60)
    assert looked_at(tmp_path) == told


def test_two_processes_that_learn_in_turn_both_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was idle while the log forgot what it has not read goes on from what the other one kept."""
    monkeypatch.setattr(access_log, "MOST_VISITS", 50)
    idle = Foresight(tmp_path, AccessLog(tmp_path))
    for busy in asked_for_long(tmp_path, sessions=9, a_session=40):
        told = busy.prediction(COSTS)
        if told is not None and told.sessions == 1:
            idle.prediction(COSTS)
    assert told is not None
    assert told.visits == 360
    assert idle.prediction(COSTS) == told


def test_where_nobody_looks_the_trial_goes_on_at_idle_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much was asked and long ago: it is learned, kept, and let go of; sooner, or of little, nothing is done."""
    now_s = [0.0]
    foresight = Foresight(tmp_path, AccessLog(tmp_path), clock=lambda: now_s[0])
    for _ in range(MANY):
        assert not foresight.catch_up(lambda: COSTS)
        foresight.asked("search", ["vectors"])
    assert not foresight.catch_up(lambda: COSTS)
    now_s[0] = CATCH_UP_S
    with monkeypatch.context() as patch:
        patch.setattr(prediction.Predictor, "learn", raises_memory_error)
        assert not foresight.catch_up(lambda: COSTS)
    for _ in range(MANY):
        foresight.asked("search", ["vectors"])
    now_s[0] = 2 * CATCH_UP_S
    assert foresight.catch_up(lambda: COSTS)
    assert not foresight.catch_up(lambda: COSTS)
    with monkeypatch.context() as patch:
        patch.setattr(prediction.Predictor, "learn", None)
        assert looked_at(tmp_path).visits == 2 * MANY


def raises_memory_error(*_: object) -> None:
    """In the place of what needs memory."""
    raise MemoryError
