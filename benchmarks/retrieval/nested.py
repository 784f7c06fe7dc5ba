"""What weights would give that no question about a package had a part in: tuned without it, from the start on, then asked about it.

Nested validation (Stone, 1974; Varma and Simon, 2006). Outer round: each annotated package is left out of everything. Tuned on are
the nine others and sets of our own, about other packages altogether; what is gained is the mean over sets, so that no set dominates
by its size. One thing is chosen, `SHARES`: how much the nine count beside our own sets. It is chosen for each package by an inner
round over the nine (each of them left out in turn), and never by the one that is asked. Our own sets are tuned on throughout: what
they give with such weights is no honest figure of theirs, and is said to be in-sample.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.weights import Weights
from retrieval.batch import Batch
from retrieval.climbing import HELD, REST, TYPES, climb, start
from retrieval.evidence import Evidence
from retrieval.processes import side_by_side
from retrieval.replay import Setting, gain
from tables import table

SHARES: Final = {"own sets alone": 0.0, "one of the sets": 1 / 6, "half": 0.5, "the nine alone": 1.0}
"""What the nine count of the whole; the rest is our own sets. Of equals the first is taken."""

OWN: Final = {
    "paraphrases": ("paraphrases",),
    "tasks": ("tasks",),
    "names": ("names of paraphrases", "names of tasks"),
    "older": ("Twilio", "discord-api-types"),
    "prose": ("source distributions",),
}
"""Our own sets: what each is made of, in equal parts."""
THINNED: Final = {"names of paraphrases": 3, "names of tasks": 3, "Twilio": 2, "discord-api-types": 5}
"""Of questions that a rule made one in so many is tuned on, by a hash of its text: they are many, and alike."""

_REMEMBERED: Final = 1 << 15
_SAME: Final = 1e-9

Packages = Mapping[str, Sequence[Evidence]]
"""Package → questions."""
Search = tuple[str, frozenset[str]]
"""(Share, what is left out)."""
Floats = NDArray[np.float64]


class Held(NamedTuple):
    """A package that was left out."""

    package: str
    inner: dict[str, float]
    """Share → what it gives in the inner round: mean over the questions about the nine."""
    share: str
    """The one that is best there."""
    setting: Setting
    """Tuned with it, without the package."""
    gains: dict[str, list[float]]
    """Of the package's questions: `shipped`, `start`, and each share's setting, chosen or not."""


class Tuning:
    """Searches over the same questions, which share what they find out about a setting."""

    def __init__(self, annotated: Packages, own: Mapping[str, Packages]) -> None:
        asked = [(name, "", one) for name, questions in annotated.items() for one in questions]
        for name, packages in own.items():
            asked += [("", name, one) for of in packages.values() for one in of if _is_kept(name, one)]
        self.packages = list(annotated)
        self._package, self._set = np.array([row[0] for row in asked]), np.array([row[1] for row in asked])
        self._batch = Batch([row[2] for row in asked])
        self._gains = lru_cache(maxsize=_REMEMBERED)(self._asked)

    def gains(self, setting: Setting) -> Floats:
        """Of every question."""
        return self._gains((setting.weights, tuple(setting.kinds.items())))

    def _asked(self, key: tuple[Weights, tuple[tuple[object, float], ...]]) -> Floats:
        return self._batch.gains(Setting(key[0], dict(key[1])))  # type: ignore[arg-type]

    def of(self, package: str, setting: Setting) -> Floats:
        """Gains of the questions about one package."""
        return np.asarray(self.gains(setting)[self._package == package])

    def without(self, share: float, *left_out: str) -> Setting:
        """Tuned without these packages."""
        counted = self._counted(share, left_out)
        return climb(lambda setting: float(self.gains(setting) @ counted), start())

    def _counted(self, share: float, left_out: Sequence[str]) -> Floats:
        """What each question counts; sums to 1."""
        nine = (self._package != "") & ~np.isin(self._package, left_out)
        counted = np.where(nine, share / max(1, nine.sum()), 0.0)
        for parts in OWN.values():
            for name in parts:
                is_in = self._set == name
                counted[is_in] += (1 - share) / len(OWN) / len(parts) / max(1, is_in.sum())
        return counted


def _is_kept(name: str, one: Evidence) -> bool:
    return int(hashlib.md5(one.question.text.encode(), usedforsecurity=False).hexdigest(), 16) % THINNED.get(name, 1) == 0


def leave_out_each(annotated: Packages, own: Mapping[str, Packages]) -> list[Held]:
    """Every package in turn. Raises `AssertionError` where a figure is not what a replay of the question gives."""
    tuning = Tuning(annotated, own)
    tuned = _tuned(tuning)
    found = []
    for name in tuning.packages:
        inner = {share: _inner(tuning, name, share, tuned) for share in SHARES}
        best = max(inner.values())
        share = next(share for share, value in inner.items() if value >= best - _SAME)
        outer = {share: tuned[_search(share, name)] for share in SHARES}
        settings = {"shipped": Setting(), "start": start()} | outer
        gains = {which: checked(annotated[name], tuning.of(name, one), one) for which, one in settings.items()}
        found.append(Held(name, inner, share, outer[share], gains))
    return found


def _search(share: str, *left_out: str) -> Search:
    """Where the packages count nothing it does not matter which are left out, and one search is that of all."""
    return share, frozenset(left_out if SHARES[share] else ())


def _tuned(tuning: Tuning) -> dict[Search, Setting]:
    """What is found without each package and without each two."""
    left_out = [*((name,) for name in tuning.packages), *combinations(tuning.packages, 2)]
    searches = list(dict.fromkeys(_search(share, *names) for share in SHARES for names in left_out))
    _at_work.append(tuning)
    try:
        return dict(side_by_side(_searched, searches))
    finally:
        _at_work.pop()


_at_work: list[Tuning] = []
"""What processes that were forked meanwhile search with: it is too large to be handed over."""


def _searched(search: Search) -> Setting:
    share, left_out = search
    return _at_work[-1].without(SHARES[share], *sorted(left_out))


def _inner(tuning: Tuning, held: str, share: str, tuned: Mapping[Search, Setting]) -> float:
    """Mean over the questions about the others, each asked with what was tuned without it and the held one."""
    gains = [tuning.of(name, tuned[_search(share, held, name)]) for name in tuning.packages if name != held]
    return float(np.concatenate(gains).mean())


def checked(questions: Sequence[Evidence], gains: Floats, setting: Setting) -> list[float]:
    """The gains, each the same as that of the question asked by itself."""
    alone = [gain(one, setting) for one in questions]
    if not np.allclose(alone, gains, atol=_SAME):
        raise AssertionError(f"{gains} together, {alone} one by one")
    return alone


def report(found: Sequence[Held], own: Mapping[str, Packages]) -> str:
    """A row a package, and all of them; beside it what our own sets give with the same weights, all of their questions."""
    rows = [
        [
            held.package,
            *(f"{_mean(held.gains[which]):.3f}" for which in ("shipped", held.share, "start")),
            held.share,
            f"{held.inner[held.share]:.3f}",
            *(f"{_of_set(packages, held.setting):.3f}" for packages in own.values()),
        ]
        for held in found
    ]
    questions = [_mean([gain for held in found for gain in held.gains[which]]) for which in ("shipped", "start")]
    chosen = _mean([gain for held in found for gain in held.gains[held.share]])
    sets = [_mean([_of_set(packages, held.setting) for held in found]) for packages in own.values()]
    inner = _mean([held.inner[held.share] for held in found])
    said = [f"{questions[0]:.4f}", f"{chosen:.4f}", f"{questions[1]:.4f}", "", f"{inner:.3f}", *(f"{one:.3f}" for one in sets)]
    shipped = [f"{_of_set(packages, Setting()):.3f}" for packages in own.values()]
    last = [["all", *said], ["the same with the shipped weights", "", "", "", "", "", *shipped]]
    heads = ["left out", "as shipped", "tuned without it", "start", "the nine count", "inner round", *own]
    return table(heads, [*rows, *last])


def tried(found: Sequence[Held]) -> str:
    """What each share gives in the inner round and in the outer one, chosen or not."""
    rows = [
        [
            share,
            f"{_mean([held.inner[share] for held in found]):.4f}",
            str(sum(held.share == share for held in found)),
            f"{_mean([gain for held in found for gain in held.gains[share]]):.4f}",
            *(f"{_mean(held.gains[share]):.3f}" for held in found),
        ]
        for share in SHARES
    ]
    heads = ["the nine count", "inner round", "chosen", "outer round", *(held.package for held in found)]
    return table(heads, rows)


def choices(found: Sequence[Held]) -> str:
    """What each search chose, where it left the start, beside the shipped weights."""
    neutral, shipped = start(), Setting()
    rows = [
        [name, *(f"{getattr(one.weights, name):g}" for one in (shipped, neutral, *(held.setting for held in found)))]
        for name in Weights.__struct_fields__
        if name not in HELD
    ]
    groups = {f"kinds {kinds[0].word}, …": kinds[0] for kinds in (REST, TYPES)}
    rows += [[name, "", "1", *(f"{held.setting.kinds[kind]:g}" for held in found)] for name, kind in groups.items()]
    moved = [row for row in rows if set(row[3:]) != {row[2]}]
    return table(["weight", "shipped", "start", *(held.package for held in found)], moved)


def _of_set(packages: Packages, setting: Setting) -> float:
    return _mean([gain(one, setting) for questions in packages.values() for one in questions])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
