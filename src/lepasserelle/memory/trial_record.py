"""What a trial of the model has found so far, as it is kept beside the log: some 1 kB, and read without learning anything anew.

Pure, and without numpy: a command that only says how predicting stands reads it. Not here: judging (`memory.trial`). Invariant:
what was damaged, of another layout or not finite decodes to None; a record is never believed in part.
"""

import math
import zlib
from typing import Final

import msgspec

from lepasserelle.model import Prediction

MOST_SESSIONS: Final = 40
RECENT_SESSIONS: Final = 8
"""The model must be ahead in these as well, so that a habit that ended is given up within about as many."""

LAYOUT: Final = 1
_SUM_BYTES: Final = 4


class Hits(msgspec.Struct):
    """Of what one of the two would have warmed."""

    touched: int = 0
    warmed: int = 0

    def share(self) -> float:
        """Precision."""
        return self.touched / max(1, self.warmed)


class TrialRecord(msgspec.Struct):
    """How one trial stands."""

    gains_ms: list[float] = []
    """Of the last finished sessions, the oldest first."""
    current_ms: float | None = None
    """Of the session that goes on."""
    last_s: float = 0.0
    """When the last visit came."""
    sessions: int = 0
    visits: int = 0
    uses_model: bool = False
    model: Hits = msgspec.field(default_factory=Hits)
    ewma: Hits = msgspec.field(default_factory=Hits)
    weights: list[float] = []
    """Of the regression; none: as it begins."""
    squares: list[float] = []

    def verdict(self) -> Prediction:
        """How it stands."""
        gain_ms, error_ms = mean_and_error(self.gains_ms)
        known_error_ms = error_ms if math.isfinite(error_ms) else None
        in_use = "model" if self.uses_model else "ewma"
        return Prediction(in_use, self.visits, self.sessions, gain_ms, known_error_ms, self.model.share(), self.ewma.share())

    def is_sound(self) -> bool:
        """Whether every figure is one that a trial can have."""
        figures = [*self.gains_ms, *self.weights, *self.squares, self.last_s, self.current_ms or 0.0]
        counts = (self.sessions, self.visits, self.model.touched, self.model.warmed, self.ewma.touched, self.ewma.warmed)
        return (
            all(map(math.isfinite, figures))
            and min(counts) >= 0
            and len(self.gains_ms) <= MOST_SESSIONS
            and len(self.weights) == len(self.squares)
            and all(square > 0 for square in self.squares)
        )


class Learned(msgspec.Struct):
    """All trials of one log, and up to which visit they have learned."""

    number: int
    trials: dict[str, TrialRecord]
    layout: int = LAYOUT


def mean_and_error(gains_ms: list[float]) -> tuple[float, float]:
    """Mean and its standard error; the error of fewer than two is infinite, since nothing is known of it."""
    count = len(gains_ms)
    if not count:
        return 0.0, math.inf
    mean = math.fsum(gains_ms) / count
    if count == 1:
        return mean, math.inf
    return mean, math.sqrt(math.fsum((gain - mean) ** 2 for gain in gains_ms) / (count - 1) / count)


def encoded(learned: Learned) -> bytes:
    """With a check sum before it."""
    text = msgspec.json.encode(learned)
    return zlib.crc32(text).to_bytes(_SUM_BYTES, "little") + text


def decoded(kept: bytes, newest: int) -> Learned | None:
    """None: it is damaged, of another layout, or tells of visits after `newest`, the last one that the log has numbered."""
    if int.from_bytes(kept[:_SUM_BYTES], "little") != zlib.crc32(kept[_SUM_BYTES:]):
        return None
    try:
        learned = msgspec.json.decode(kept[_SUM_BYTES:], type=Learned)
    except msgspec.MsgspecError:
        return None
    is_ours = learned.layout == LAYOUT and 0 < learned.number <= newest
    return learned if is_ours and all(record.is_sound() for record in learned.trials.values()) else None
