"""Is the model worth more than decayed frequency for this user? Both are asked before each visit, and judged by what came.

What is warmed and touched saves its reload; what is warmed in vain is charged a part of it (`PRICE`), so that an item is worth
warming when its probability is higher. Pure; not here: what is really warmed. Invariant: nothing is judged by a visit that it has
learned from.
"""

from collections import deque
from collections.abc import Mapping
from typing import Final

import numpy as np

from lepasserelle.memory.prediction import SESSION_GAP_S, Item, Moment, Predictor, Visit
from lepasserelle.model import Prediction

PRICE: Final = 0.25
"""What warming costs, as a share of the reload that it may save: memory for a while, and work at an idle moment."""

LEAST_SESSIONS: Final = 8
_SESSIONS: Final = 40
_SURE: Final = 3.0
"""Standard errors that the model must be ahead. So many because it is looked at after each session: with 1.64 a quarter of the
traces in which there is nothing to gain switched it on."""


class Trial:
    """Learns, predicts and judges. Not safe for threads."""

    def __init__(self, predictor: Predictor | None = None) -> None:
        self.predictor: Final = Predictor() if predictor is None else predictor
        self._sessions: deque[float] = deque(maxlen=_SESSIONS)
        self._current: float | None = None
        self._last_s = 0.0
        self._seen = 0
        self._hits = {"model": [0, 0], "ewma": [0, 0]}
        self._uses_model = False

    def learn(self, visit: Visit, reload_ms: Mapping[Item, float], default_ms: float = 1.0) -> None:
        """Judge both by the visit, then learn from it. `reload_ms`: of items; `default_ms` of those that are not in it."""
        if self._current is None or visit.moment.at_s - self._last_s > SESSION_GAP_S:
            self._end_session()
        assert self._current is not None
        self._last_s = visit.moment.at_s
        self._current += self._judged(visit, reload_ms, default_ms)
        self.predictor.learn(visit)

    def chances(self, moment: Moment) -> dict[Item, float]:
        """Probability of each known item, by whichever is in use."""
        found = self.predictor.model(moment) if self._uses_model else self.predictor.ewma()
        return dict(zip(self.predictor.items, found.tolist(), strict=True))

    def verdict(self) -> Prediction:
        """How it stands now."""
        mean, error = self._mean()
        shares = {name: hits / max(1, warmed) for name, (hits, warmed) in self._hits.items()}
        in_use = "model" if self._uses_model else "ewma"
        return Prediction(in_use, self.predictor.visits, self._seen, mean, error, shares["model"], shares["ewma"])

    def _judged(self, visit: Visit, reload_ms: Mapping[Item, float], default_ms: float) -> float:
        """How much more the model would have saved than `ewma`, in milliseconds."""
        items = self.predictor.items
        if not items:
            return 0.0
        touched = set(visit.items)
        truth = np.array([item in touched for item in items])
        worth = np.array([reload_ms.get(item, default_ms) for item in items]) * (truth - PRICE)
        warmed = {"model": self.predictor.model(visit.moment) > PRICE, "ewma": self.predictor.ewma() > PRICE}
        for name, chosen in warmed.items():
            self._hits[name][0] += int((chosen & truth).sum())
            self._hits[name][1] += int(chosen.sum())
        return float(worth[warmed["model"]].sum() - worth[warmed["ewma"]].sum())

    def _end_session(self) -> None:
        """On when it is ahead beyond doubt; off again when it is not ahead any more."""
        if self._current is not None:
            self._sessions.append(self._current)
            self._seen += 1
            mean, error = self._mean()
            is_sure = len(self._sessions) >= LEAST_SESSIONS and mean > _SURE * error
            self._uses_model = mean > 0.0 if self._uses_model else is_sure and mean > 0.0
        self._current = 0.0

    def _mean(self) -> tuple[float, float]:
        if not self._sessions:
            return 0.0, 0.0
        gains = np.array(self._sessions)
        spread = float(gains.std(ddof=1)) if len(gains) > 1 else 0.0
        return float(gains.mean()), spread / len(gains) ** 0.5


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
