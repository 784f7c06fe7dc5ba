"""What weights would give that no question about a package had a part in: tuned without it, from the start on, then asked about it.

For each package the coordinate search of `climbing` runs on the questions about all others and on nothing else, and the package is
asked with what came out: leave one package out, the outer round of a nested validation (Stone, 1974). The same weights are asked
about sets that nothing was tuned on.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from lepasserelle.query.weights import Weights
from retrieval.climbing import climb, mean_gain, start
from retrieval.evidence import SIZES, Evidence
from retrieval.replay import Setting, gain
from tables import table

QUESTIONED: Final = ("namesake", "older", "prose")
"""Weights that earn on the tuned set alone: are they chosen by packages that they are not tried on?"""

Packages = Mapping[float, Mapping[str, Sequence[Evidence]]]
"""Share of windows → package → questions."""


class Held(NamedTuple):
    """A package that was left out."""

    package: str
    setting: Setting
    """Tuned on the others."""
    tuned: float
    """Of the others, with it."""
    gains: list[float]
    """Of the package's questions, with it."""
    shipped: list[float]
    """With the weights that ship, which were tuned on all packages."""
    unshaped: list[float]
    """With the start."""


def leave_out(packages: Packages, name: str) -> Held:
    """One package."""
    others = {window: [questions for other, questions in of.items() if other != name] for window, of in packages.items()}
    setting = climb(partial(mean_gain, others), start())
    gains = [_gains(packages, name, one) for one in (setting, Setting(), start())]
    return Held(name, setting, mean_gain(others, setting), *gains)


def _gains(packages: Packages, name: str, setting: Setting) -> list[float]:
    return [gain(one, setting) for one in packages[setting.weights.window][name]]


def report(found: Sequence[Held], others: Mapping[str, Packages]) -> str:
    """A row a package, and all of them. `others`: sets that nothing was tuned on."""
    rows = [
        [
            held.package,
            *(f"{_mean(gains):.3f}" for gains in (held.shipped, held.gains, held.unshaped)),
            f"{held.tuned:.3f}",
            *(f"{_of_set(packages, held.setting):.3f}" for packages in others.values()),
            *(f"{getattr(held.setting.weights, name):g}" for name in QUESTIONED),
        ]
        for held in found
    ]
    heads = ["left out", "as shipped", "tuned without it", "start", "the other nine", *others, *QUESTIONED]
    return table(heads, [*rows, _all_of_them(found, others)])


def _all_of_them(found: Sequence[Held], others: Mapping[str, Packages]) -> list[str]:
    """Means over questions, of other sets over settings; and how many chose a weight."""
    means = [_mean([gain for held in found for gain in gains(held)]) for gains in (_shipped, _tuned, _unshaped)]
    tuned = _mean([held.tuned for held in found])
    aside = [_mean([_of_set(packages, held.setting) for held in found]) for packages in others.values()]
    neutral = start().weights
    chosen = [sum(getattr(held.setting.weights, name) != getattr(neutral, name) for held in found) for name in QUESTIONED]
    said = [*(f"{mean:.4f}" for mean in means), f"{tuned:.3f}", *(f"{mean:.3f}" for mean in aside)]
    return ["all", *said, *(f"{count} of {len(found)}" for count in chosen)]


def _shipped(held: Held) -> list[float]:
    return held.shipped


def _tuned(held: Held) -> list[float]:
    return held.gains


def _unshaped(held: Held) -> list[float]:
    return held.unshaped


def _of_set(packages: Packages, setting: Setting) -> float:
    return mean_gain({window: list(of.values()) for window, of in packages.items()}, setting)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def choices(found: Sequence[Held]) -> str:
    """What each search chose, where it left the start."""
    neutral = start()
    names = [name for name in Weights.__struct_fields__ if name not in SIZES]
    rows = [
        [name, f"{getattr(neutral.weights, name):g}", *(f"{getattr(held.setting.weights, name):g}" for held in found)]
        for name in names
    ]
    rows += [[f"kind {kind.word}", "1", *(f"{held.setting.kinds[kind]:g}" for held in found)] for kind in neutral.kinds]
    moved = [row for row in rows if set(row[2:]) != {row[1]}]
    return table(["weight", "start", *(held.package for held in found)], moved)
