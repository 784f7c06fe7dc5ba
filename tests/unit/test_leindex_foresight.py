"""What is learned of the log of questions, when learning is cut short."""

from pathlib import Path

import pytest

from lepasserelle.leindex.foresight import Foresight
from lepasserelle.memory import prediction
from lepasserelle.storage.access_log import AccessLog


def test_what_was_learned_by_halves_is_learned_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory runs out wherever it may within a lesson; afterwards the log tells the same as if nothing had been."""
    log = AccessLog(tmp_path)
    for number in range(40):
        log.visit("search", b"branch", ["pdg", f"answer:{number % 5:02x}"])
    log.flush()
    costs = {"pdg": 1.0, "vectors": 2.0}
    expected = Foresight(tmp_path, log).prediction(costs)
    assert expected is not None
    assert expected.visits == 40
    whole = prediction._log_odds
    for after in range(12):
        foresight, calls = Foresight(tmp_path, log), 0

        def short(chances: object, after: int = after) -> object:
            nonlocal calls
            calls += 1
            if calls > after:
                raise MemoryError
            return whole(chances)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(prediction, "_log_odds", short)
            with pytest.raises(MemoryError):
                foresight.prediction(costs)
        assert foresight.prediction(costs) == expected
        assert foresight.chances(costs) is not None
