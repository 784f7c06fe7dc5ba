"""What each weight of the ranking is worth, on every set of questions: asked with it neutral, at half and at double of what it is.

One weight at a time, the others as they ship; `query/weights.py` is only read. What a search weighs with is replayed over evidence
that was gathered once; what is built into an index or lies outside of the weights is asked anew (`asking`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from retrieval.evidence import FACTORS, SIZES, Evidence, neutral
from retrieval.replay import Setting, gain
from tables import table

WAYS: Final = ("neutral", "half", "double")
ASKED_ANEW: Final = frozenset({"pool", "repeated_file"})
"""Of `Weights`, what evidence cannot tell: it is gathered with one pool, and lists that fold files do not count repeated ones."""
WINDOWS: Final = (0.0, 0.5, 1.0, 2.0)
"""Shares of windows that are tried."""

Row = tuple[str, float, dict[str, dict[str, float]]]
"""(Weight, its value, way → set → what is gained by it)."""
Gathered = Mapping[float, Mapping[str, Sequence[Sequence[Evidence]]]]
"""Share of windows → set → packages → questions."""


def tried(name: str, value: float) -> dict[str, float]:
    """Where a weight says nothing, and half and double of what it says: of one that multiplies, its root and its square."""
    if name in SIZES:
        return {"half": value / 2, "double": value * 2}
    if name in FACTORS or name.startswith("kind "):
        return {"neutral": 1.0, "half": value**0.5, "double": value**2}
    return {"neutral": neutral(name), "half": value / 2, "double": value * 2}


def settings() -> Iterator[tuple[str, float, dict[str, Setting]]]:
    """(Weight, its value, way → setting) for each of those that evidence can tell."""
    given = Setting()
    for name in Weights.__struct_fields__:
        if name not in ASKED_ANEW:
            value = getattr(given.weights, name)
            yield name, value, {way: _weighed(name, other) for way, other in tried(name, value).items()}
    for kind, value in KIND_WEIGHTS.items():
        ways = tried(f"kind {kind.word}", value)
        yield f"kind {kind.word}", value, {way: Setting(kinds={**KIND_WEIGHTS, kind: other}) for way, other in ways.items()}


def _weighed(name: str, value: float) -> Setting:
    kind = type(getattr(Weights(), name))
    return Setting(msgspec.structs.replace(Weights(), **{name: kind(value)}))


def rows(gathered: Gathered) -> list[Row]:
    """What evidence tells of each weight."""
    sets = list(gathered[Weights().window])
    plain = {name: mean(gathered, name, Setting()) for name in sets}
    return [
        (title, value, {way: {name: mean(gathered, name, one) - plain[name] for name in sets} for way, one in ways.items()})
        for title, value, ways in settings()
    ]


def mean(gathered: Gathered, name: str, setting: Setting) -> float:
    """Mean gain of a set."""
    gains = [gain(one, setting) for questions in gathered[setting.weights.window][name] for one in questions]
    return sum(gains) / len(gains)


def report(plain: Mapping[str, tuple[float, int]], found: Sequence[Row]) -> str:
    """One table of all rows. `plain`: mean and number of questions of each set."""
    heads = [f"{name} ({count})" for name, (_, count) in plain.items()]
    first = ["all as they are", "", *(f"{value:.4f}" for value, _ in plain.values())]
    return table(
        ["weight", "value", *heads], [first, *([title, f"{value:.4g}", *_cells(ways, plain)] for title, value, ways in found)]
    )


def _cells(ways: Mapping[str, Mapping[str, float]], sets: Mapping[str, object]) -> Iterator[str]:
    for name in sets:
        told = (_told(ways[way].get(name)) if way in ways else "" for way in WAYS)
        yield " · ".join(one or "–" for one in told)


def _told(change: float | None) -> str:
    if change is None:
        return ""
    return "0" if abs(change) < 0.00005 else f"{change:+.4f}".replace("0.", ".").replace("-", "−")
