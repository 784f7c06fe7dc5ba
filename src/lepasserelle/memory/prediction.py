"""What is touched next? A small model that learns from each visit as it comes: decayed frequency, a Markov chain, and a logistic
regression over both and over recency, frequency, time of day and branch. Pure: reads no log and warms nothing.

A *visit* is one question with the items that it touched (caches, blocks of pages, answers). Each predictor gives every known item a
probability of being touched by the next visit. Invariants: a prediction for a visit is made of what came before it alone; memory is
bounded by `MOST_ITEMS`, the item that was not touched for longest makes way.

- `ewma`     share of the visits that touched the item, decayed exponentially (α = 0.1)
- `markov`   first-order chain: the mean over the items of the last visit of how often the item followed them, drawn towards `ewma`
- `model`    logistic regression by stochastic gradient with AdaGrad (Duchi, Hazan and Singer, JMLR 2011), which starts as the mean
             of the two in log odds
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Item = str
"""Opaque."""

Floats = NDArray[np.float64]

MOST_ITEMS: Final = 1024
DECAY: Final = 0.1
SESSION_GAP_S: Final = 600.0
"""A longer pause begins a new session."""

_PRIOR: Final = 4.0
"""Visits that `ewma` counts as in the chain."""

_RATE, _DAMPING = 0.1, 1e-4
_LEAST: Final = 1e-3
_DAY_S: Final = 86_400.0
_MOST_KINDS: Final = 16
_MOST_BRANCHES: Final = 8
_FEATURES: Final = 9
_FIRST_WEIGHTS: Final = (0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Moment(NamedTuple):
    """When a visit comes, as far as it is known before it."""

    at_s: float
    branch: bytes = b""


class Visit(NamedTuple):
    """One question and what it touched."""

    moment: Moment
    asked: str
    """Kind of question."""
    items: Sequence[Item]


class Predictor:
    """Learns from visits in the order in which they come. Not safe for threads."""

    def __init__(self, most_items: int = MOST_ITEMS, weights: Sequence[float] = (), squares: Sequence[float] = ()) -> None:
        """`weights`, `squares`: where an earlier regression stopped; taken if there is one for each feature."""
        self._most: Final = most_items
        self._index: dict[Item, int] = {}
        self._names: list[Item] = []
        self._visits = 0
        self._ewma = np.zeros(0)
        self._ewma_at = np.zeros(0)
        self._last = np.zeros(0)
        self._count = np.zeros(0)
        self._clock = np.zeros((0, 2))
        self._on_branch = np.zeros((_MOST_BRANCHES, 0), dtype=np.float32)
        """Touches while a branch was checked out …"""
        self._branch_visits = np.zeros(_MOST_BRANCHES)
        """… of so many visits."""
        self._branches: dict[bytes, int] = {}
        """Row of each branch, the one that was left longest ago first."""
        self._followed = np.zeros((0, 0), dtype=np.float32)
        self._left = np.zeros(0)
        """Visits that touched the item and were followed by another one."""
        self._by_kind = np.zeros((_MOST_KINDS, 0), dtype=np.float32)
        self._kind_left = np.zeros(_MOST_KINDS)
        self._kinds: dict[str, int] = {}
        self._previous: Visit | None = None
        goes_on = len(weights) == len(squares) == _FEATURES
        self._weights = np.array(weights if goes_on else _FIRST_WEIGHTS)
        self._squares = np.array(squares) if goes_on else np.full(_FEATURES, 1e-2)
        self._known_features: tuple[Moment, Floats] | None = None
        """Since the last visit: judging and learning ask for the same."""

    @property
    def items(self) -> Sequence[Item]:
        """The known ones, in the order of every prediction."""
        return self._names

    @property
    def visits(self) -> int:
        """How many were learned from."""
        return self._visits

    def ewma(self) -> Floats:
        """Probabilities by decayed frequency."""
        decayed: Floats = self._ewma * (1.0 - DECAY) ** (self._visits - self._ewma_at)
        return decayed

    def markov(self) -> Floats:
        """Probabilities by what followed the items of the last visit."""
        ewma = self.ewma()
        before = self._indexes(self._previous.items) if self._previous is not None else []
        if not before:
            return ewma
        rows = self._followed[before, : len(ewma)] + _PRIOR * ewma
        chained: Floats = (rows / (self._left[before] + _PRIOR)[:, None]).mean(axis=0)
        return chained

    def model(self, moment: Moment) -> Floats:
        """Probabilities by the regression."""
        return _logistic(self._features(moment) @ self._weights)

    def regression(self) -> tuple[list[float], list[float]]:
        """Its weights, and the sums of squared gradients by which they move."""
        return self._weights.tolist(), self._squares.tolist()

    def learn(self, visit: Visit) -> None:
        """Update everything with a visit that came."""
        known = len(self._names)
        if known:
            self._descend(visit, known)
        self.count(visit)

    def count(self, visit: Visit) -> None:
        """Update what is counted, not the regression: for a visit that its weights know already."""
        self._known_features = None
        self._make_known(visit.items)
        touched = self._indexes(visit.items)
        self._follow(touched)
        self._visits += 1
        self._ewma = self._ewma * (1.0 - DECAY) ** (self._visits - self._ewma_at)
        self._ewma_at[:] = self._visits
        self._ewma[touched] += DECAY
        self._last[touched] = self._visits
        self._count[touched] += 1
        self._clock[touched] += _hand(visit.moment)
        branch = self._branch(visit.moment.branch)
        self._on_branch[branch, touched] += 1.0
        self._branch_visits[branch] += 1.0
        self._previous = visit

    def _descend(self, visit: Visit, known: int) -> None:
        """One step of the regression on all items that were known before the visit."""
        features = self._features(visit.moment)
        truth = np.zeros(known)
        truth[self._indexes(visit.items)] = 1.0
        error = _logistic(features @ self._weights) - truth
        gradient = features.T @ error / known + _DAMPING * self._weights
        self._squares += gradient**2
        self._weights -= _RATE * gradient / np.sqrt(self._squares)

    def _follow(self, touched: list[int]) -> None:
        if self._previous is None:
            return
        before = self._indexes(self._previous.items)
        self._followed[np.ix_(before, touched)] += 1.0
        self._left[before] += 1.0
        kind = self._kind(self._previous.asked)
        self._by_kind[kind, touched] += 1.0
        self._kind_left[kind] += 1.0

    def _features(self, moment: Moment) -> Floats:
        """A row for each known item."""
        if self._known_features is None or self._known_features[0] != moment:
            self._known_features = (moment, self._made_features(moment))
        return self._known_features[1]

    def _made_features(self, moment: Moment) -> Floats:
        ewma = self.ewma()
        since = np.log1p(np.maximum(0.0, self._visits - self._last))
        length = np.maximum(1.0, np.linalg.norm(self._clock, axis=1))
        at_hour = (self._clock @ _hand(moment)) / length
        branch = self._branches.get(moment.branch)
        on_branch, branch_visits = (
            (0.0, 0.0) if branch is None else (self._on_branch[branch, : len(ewma)], self._branch_visits[branch])
        )
        kind = self._kind(self._previous.asked) if self._previous is not None else 0
        by_kind = (self._by_kind[kind, : len(ewma)] + _PRIOR * ewma) / (self._kind_left[kind] + _PRIOR)
        is_later = self._previous is not None and moment.at_s - self._previous.moment.at_s > SESSION_GAP_S
        columns = (
            np.ones(len(ewma)),
            _log_odds(ewma),
            _log_odds(self.markov()),
            since,
            np.log1p(self._count),
            at_hour,
            _log_odds((on_branch + _PRIOR * ewma) / (branch_visits + _PRIOR)),
            _log_odds(by_kind),
            since * is_later,
        )
        features: Floats = np.stack(columns, axis=1)
        return features

    def _indexes(self, items: Iterable[Item]) -> list[int]:
        return sorted({self._index[item] for item in items if item in self._index})

    def _kind(self, asked: str) -> int:
        return self._kinds.setdefault(asked, min(len(self._kinds), _MOST_KINDS - 1))

    def _branch(self, name: bytes) -> int:
        """Its row; that of the branch which was left longest ago makes way."""
        row = self._branches.pop(name, None)
        if row is None:
            row = len(self._branches) if len(self._branches) < _MOST_BRANCHES else self._branches.pop(next(iter(self._branches)))
            self._on_branch[row], self._branch_visits[row] = 0.0, 0.0
        self._branches[name] = row
        return row

    def _make_known(self, items: Sequence[Item]) -> None:
        for item in items[: self._most]:
            if item in self._index:
                continue
            if len(self._names) < self._most:
                self._index[item] = len(self._names)
                self._names.append(item)
            else:
                self._replace(int(np.argmin(self._last)), item)
            self._grow()
            self._last[self._index[item]] = self._visits

    def _replace(self, number: int, item: Item) -> None:
        del self._index[self._names[number]]
        self._index[item], self._names[number] = number, item
        for column in (self._ewma, self._count, self._left):
            column[number] = 0.0
        self._clock[number] = 0.0
        self._followed[number] = self._followed[:, number] = 0.0
        self._by_kind[:, number] = self._on_branch[:, number] = 0.0

    def _grow(self) -> None:
        """Make every column as long as there are names, and the tables twice as wide when they are too small."""
        size = len(self._names)
        if size <= len(self._ewma):
            return
        self._ewma, self._last, self._count, self._left = (
            np.append(column, 0.0) for column in (self._ewma, self._last, self._count, self._left)
        )
        self._ewma_at = np.append(self._ewma_at, float(self._visits))
        self._clock = np.concatenate((self._clock, np.zeros((1, 2))))
        more = min(self._most, 2 * size) - len(self._followed)
        if size > len(self._followed):
            self._by_kind, self._on_branch = (np.pad(table, ((0, 0), (0, more))) for table in (self._by_kind, self._on_branch))
            self._followed = np.pad(self._followed, ((0, more), (0, more)))


def _hand(moment: Moment) -> Floats:
    """The hour hand of a clock of 24 hours."""
    turn = 2.0 * math.pi * (moment.at_s % _DAY_S) / _DAY_S
    return np.array([math.cos(turn), math.sin(turn)])


def _logistic(values: Floats) -> Floats:
    chances: Floats = np.clip(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))), _LEAST, 1.0 - _LEAST)
    return chances


def _log_odds(chances: Floats) -> Floats:
    bounded = np.clip(chances, _LEAST, 1.0 - _LEAST)
    odds: Floats = np.log(bounded / (1.0 - bounded))
    return odds
