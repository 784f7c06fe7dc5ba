"""Is the model worth more than decayed frequency for this user? Both are asked before each visit, and judged by what came.

What is warmed and touched saves its reload; what is warmed in vain is charged a part of it (`PRICE`), so that an item is worth
warming when its probability is higher. Pure; not here: what is really warmed. Invariant: nothing is judged by a visit that it has
learned from.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from lepasserelle.memory.prediction import SESSION_GAP_S, Item, Moment, Predictor, Visit
from lepasserelle.memory.trial_record import MOST_SESSIONS, RECENT_SESSIONS, TrialRecord, mean_and_error
from lepasserelle.model import Prediction

PRICE: Final = 0.25
"""What warming costs, as a share of the reload that it may save: memory for a while, and work at an idle moment."""

LEAST_SESSIONS: Final = 8
_SURE: Final = 3.0
"""Standard errors that the model must be ahead. So many because it is looked at after each session: with 1.64 a quarter of the
traces in which there is nothing to gain switched it on."""


class Trial:
    """Learns, predicts and judges. Not safe for threads."""

    def __init__(self, record: TrialRecord | None = None) -> None:
        """`record`: what was found before, which goes on; its list is taken over."""
        self._record: Final = TrialRecord() if record is None else record
        self.predictor: Final = Predictor(weights=self._record.weights, squares=self._record.squares)

    def recall(self, visit: Visit) -> None:
        """A visit that the record has learned from already: what is counted is counted again, and nothing is judged."""
        self.predictor.count(visit)

    def learn(self, visit: Visit, reload_ms: Mapping[Item, float], default_ms: float = 1.0) -> None:
        """Judge both by the visit, then learn from it. `reload_ms`: of items; `default_ms` of those that are not in it."""
        record = self._record
        if record.current_ms is None or visit.moment.at_s - record.last_s > SESSION_GAP_S:
            self._end_session()
        assert record.current_ms is not None
        record.last_s = visit.moment.at_s
        record.current_ms += self._judged(visit, reload_ms, default_ms)
        self.predictor.learn(visit)
        record.visits += 1

    def chances(self, moment: Moment) -> dict[Item, float]:
        """Probability of each known item, by whichever is in use."""
        found = self.predictor.model(moment) if self._record.uses_model else self.predictor.ewma()
        return dict(zip(self.predictor.items, found.tolist(), strict=True))

    def verdict(self) -> Prediction:
        """How it stands now."""
        return self._record.verdict()

    def record(self) -> TrialRecord:
        """What is to be kept for a later process."""
        self._record.weights, self._record.squares = self.predictor.regression()
        return self._record

    def _judged(self, visit: Visit, reload_ms: Mapping[Item, float], default_ms: float) -> float:
        """How much more the model would have saved than `ewma`, in milliseconds."""
        items = self.predictor.items
        if not items:
            return 0.0
        by_model, by_ewma = self.predictor.model(visit.moment) > PRICE, self.predictor.ewma() > PRICE
        touched = set(visit.items)
        gain_ms = 0.0
        for number in np.flatnonzero(by_model | by_ewma).tolist():
            item = items[number]
            worth_ms = reload_ms.get(item, default_ms) * ((item in touched) - PRICE)
            for chosen, hits, sign in ((by_model, self._record.model, 1), (by_ewma, self._record.ewma, -1)):
                if chosen[number]:
                    hits.touched += item in touched
                    hits.warmed += 1
                    gain_ms += sign * worth_ms
        return gain_ms

    def _end_session(self) -> None:
        """On when it is ahead beyond doubt; off again, and all but the last sessions forgotten, when it is not ahead any more."""
        record = self._record
        if record.current_ms is not None:
            record.gains_ms = [*record.gains_ms, record.current_ms][-MOST_SESSIONS:]
            record.sessions += 1
            is_still = _is_ahead(record.gains_ms[-RECENT_SESSIONS:])
            if not record.uses_model:
                record.uses_model = is_still and len(record.gains_ms) >= LEAST_SESSIONS and _is_ahead(record.gains_ms, _SURE)
            elif not is_still:
                record.uses_model, record.gains_ms = False, record.gains_ms[-RECENT_SESSIONS:]
        record.current_ms = 0.0


def _is_ahead(gains_ms: list[float], errors: float = 0.0) -> bool:
    """In the mean, by more than so many standard errors."""
    mean, error = mean_and_error(gains_ms)
    return mean > 0.0 and (not errors or mean > errors * error)


def chosen(
    chances: Mapping[Item, float], reload_ms: Mapping[Item, float], size_bytes: Mapping[Item, int], room_bytes: int
) -> list[Item]:
    """What to warm, the most worth a byte first, as long as there is room: items whose chance is above `PRICE`."""
    wanted = [item for item, chance in chances.items() if chance > PRICE and item in size_bytes]
    wanted.sort(key=lambda item: -chances[item] * reload_ms.get(item, 1.0) / max(1, size_bytes[item]))
    found, left_bytes = [], room_bytes
    for item in wanted:
        if size_bytes[item] <= left_bytes:
            found.append(item)
            left_bytes -= size_bytes[item]
    return found
