"""Sessions of visits made from a seed, whose structure is known: what a predictor could learn at best is known, too.

Each visit touches one or more of the items `0` … `ITEMS - 1`; sessions of 12 visits, an hour apart.
"""

import random
from collections.abc import Callable, Mapping

from lepasserelle.memory.prediction import Moment, Visit

ITEMS = 40
SESSIONS = 60
LENGTH = 12
HOUR_S = 3600.0

Pick = Callable[[random.Random, float, int, int], tuple[int, ...]]


def independent(chance: random.Random, at_s: float, session: int, before: int) -> tuple[int, ...]:
    """Zipf, for ever the same: frequency is all that there is to know."""
    del at_s, session, before
    return (chance.choices(range(ITEMS), [1 / (rank + 1) for rank in range(ITEMS)])[0],)


def chain(chance: random.Random, at_s: float, session: int, before: int) -> tuple[int, ...]:
    """Each item is followed by one and the same in nine cases of ten: what was touched last says nearly all."""
    del at_s, session
    return ((before * 7 + 3) % ITEMS if chance.random() < 0.9 else chance.randrange(ITEMS),)


def by_hour(chance: random.Random, at_s: float, session: int, before: int) -> tuple[int, ...]:
    """Mornings one set of four items, evenings another."""
    del session, before
    return tuple(chance.sample(range(4) if at_s % (24 * HOUR_S) < 12 * HOUR_S else range(20, 24), 2))


def by_branch(chance: random.Random, at_s: float, session: int, before: int) -> tuple[int, ...]:
    """A branch every second session, and its own four items."""
    del at_s, before
    return tuple(chance.sample(range(4) if session % 2 else range(20, 24), 2))


KINDS: Mapping[str, Pick] = {"independent": independent, "chain": chain, "by hour": by_hour, "by branch": by_branch}


def make(kind: str, seed: int, sessions: int = SESSIONS) -> list[Visit]:
    """So many sessions of that kind."""
    chance = random.Random(seed)
    at_s, before, visits = 9 * HOUR_S, 0, []
    for session in range(sessions):
        at_s += 7 * HOUR_S
        branch = b"odd" if kind == "by branch" and session % 2 else b"even"
        for _ in range(LENGTH):
            items = KINDS[kind](chance, at_s, session, before)
            visits.append(Visit(Moment(at_s, branch), "search", tuple(map(str, items))))
            before = items[-1]
            at_s += 20.0
    return visits
