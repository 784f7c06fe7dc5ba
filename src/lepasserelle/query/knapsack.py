"""Chooses what goes into so many tokens: each candidate in one of its forms or not at all, for the most value.

The multiple-choice knapsack, by steps of the best value a token (Sinha and Zoltners, *The Multiple-Choice Knapsack Problem*, 1979).
What is inside something that is there whole costs nothing, and is worth as much as if it were there by itself. Not here: what a
candidate is worth and what its forms are. Invariants: what is chosen costs no more than the budget; without candidates inside of
others its value is at least half of the most that is possible; equal steps go to the earlier candidate.
"""

import heapq
from collections.abc import Sequence
from typing import Final

import msgspec

NOTHING: Final = -1


class Form(msgspec.Struct, frozen=True):
    """A way to show a candidate."""

    tokens: int
    share: float
    """Of the candidate's value, above 0 and at most 1."""


class Item(msgspec.Struct, frozen=True):
    """A candidate."""

    value: float
    forms: tuple[Form, ...]
    """By rising share; the last one is the whole when `share` is 1."""
    inside: tuple[int, ...] = ()
    """Candidates around it."""


def choose(items: Sequence[Item], budget: int) -> list[int]:
    """Which form of each candidate, `NOTHING` for none: also for one that is inside of another one that is there whole."""
    by_steps = _Choice(items, budget)
    by_steps.fill()
    best = max(
        (
            (item.value * form.share, -at, number)
            for at, item in enumerate(items)
            for number, form in enumerate(item.forms)
            if form.tokens <= budget
        ),
        default=(0.0, 0, NOTHING),
    )
    if best[0] <= by_steps.value():
        return by_steps.form
    from_best = _Choice(items, budget)
    from_best.take(-best[1], best[2])
    from_best.fill()
    return from_best.form


class _Choice:
    """What is taken so far."""

    def __init__(self, items: Sequence[Item], budget: int) -> None:
        self._items = items
        self._within: list[list[int]] = [[] for _ in items]
        for at, item in enumerate(items):
            for around in item.inside:
                self._within[around].append(at)
        self.form = [NOTHING] * len(items)
        self._free = budget

    def value(self) -> float:
        """Of what is there."""
        return sum(item.value * self._share(at) for at, item in enumerate(self._items))

    def fill(self) -> None:
        """Take steps, the best value a token first, as long as one fits."""
        steps = [step for at in range(len(self._items)) if (step := self._best_step(at))]
        heapq.heapify(steps)
        while steps:
            rate, at, form = heapq.heappop(steps)
            now = self._best_step(at)
            if now is None:
                continue
            if now[0] > rate or now[2] != form:  # something that it holds, or that holds it, was taken meanwhile
                heapq.heappush(steps, now)
                continue
            self.take(at, form)
            for other in (at, *self._items[at].inside):
                if step := self._best_step(other):
                    heapq.heappush(steps, step)

    def take(self, at: int, form: int) -> None:
        """Show a candidate in this form; what is inside of it goes when it is the whole."""
        self._free -= self._cost(at, form)
        self.form[at] = form
        if self._is_whole(at, form):
            for other in self._within[at]:
                self.form[other] = NOTHING

    def _best_step(self, at: int) -> tuple[float, int, int] | None:
        """(negative value a token, candidate, form) of the best form that fits and is more than what is there."""
        if self._is_covered(at):
            return None
        found = []
        for form in range(self.form[at] + 1, len(self._items[at].forms)):
            cost, gain = self._cost(at, form), self._gain(at, form)
            if gain > 0 and cost <= self._free:
                found.append((-gain / max(cost, 1e-9), at, form))
        return min(found, default=None)

    def _cost(self, at: int, form: int) -> int:
        forms = self._items[at].forms
        cost = forms[form].tokens - (forms[self.form[at]].tokens if self.form[at] != NOTHING else 0)
        if self._is_whole(at, form):
            cost -= sum(
                self._items[other].forms[self.form[other]].tokens for other in self._within[at] if self.form[other] != NOTHING
            )
        return cost

    def _gain(self, at: int, form: int) -> float:
        item = self._items[at]
        gain = item.value * (item.forms[form].share - self._share(at))
        if self._is_whole(at, form):
            gain += sum(self._items[other].value * (1 - self._share(other)) for other in self._within[at])
        return gain

    def _share(self, at: int) -> float:
        if self._is_covered(at):
            return 1.0
        return self._items[at].forms[self.form[at]].share if self.form[at] != NOTHING else 0.0

    def _is_covered(self, at: int) -> bool:
        return any(self._is_whole(around, self.form[around]) for around in self._items[at].inside)

    def _is_whole(self, at: int, form: int) -> bool:
        return form != NOTHING and self._items[at].forms[form].share == 1
