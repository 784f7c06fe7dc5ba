"""What each weight of the ranking is worth, on every set of questions: asked with it neutral, at half and at double of what it is.

One weight at a time, the others as they ship; `query/weights.py` is only read. What a search weighs with is replayed over evidence
that was gathered once; what is built into an index or lies outside of the weights is asked anew (`asking`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from retrieval.asking import AS_IT_IS, FLAT, Answered, Gains, plain_of
from retrieval.evidence import FACTORS, SIZES, Evidence, neutral
from retrieval.replay import Setting, gain
from tables import table

WAYS: Final = ("neutral", "half", "double")
ASKED_ANEW: Final = frozenset({"pool", FLAT})
"""Of `Weights`, what evidence cannot tell: it is gathered with one pool, and lists that fold files do not count repeated ones."""
WINDOWS: Final = (0.0, 0.5, 1.0, 2.0)
"""Shares of windows that are tried."""

Row = tuple[str, float, dict[str, dict[str, float]]]
"""(Weight, its value, way → set → what is gained by it)."""
Gathered = Mapping[float, Mapping[str, Sequence[Evidence]]]
"""Share of windows → set → questions."""
NAMES: Final = "names of "
"""So begin the sets that are drawn by rule (`known_items`)."""
LEAST: Final = 0.0005
"""Loss that counts: less is a place or two of one question."""


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


def replayed(gathered: Gathered) -> Iterator[Answered]:
    """What evidence tells of each weight: everything as it ships first, then every value of every weight."""
    yield "", 0.0, AS_IT_IS, _gains(gathered, Setting())
    for title, value, ways in settings():
        for way, setting in ways.items():
            yield title, value, way, _gains(gathered, setting)


def _gains(gathered: Gathered, setting: Setting) -> Gains:
    return {name: [gain(one, setting) for one in questions] for name, questions in gathered[setting.weights.window].items()}


def means(gains: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Of each set."""
    return {name: sum(values) / len(values) for name, values in gains.items()}


def rows(found: Mapping[tuple[str, str], Gains], values: Mapping[str, float]) -> list[Row]:
    """What each weight gains, beside what was asked in the same way with everything as it is. `found`: (weight, way) → gains of
    each set; `values`: of each weight, in the order of the table.
    """
    result = []
    for title, value in values.items():
        plain = means(found[plain_of(title), AS_IT_IS])
        ways = {way: means(found[title, way]) for way in WAYS if (title, way) in found}
        result.append(
            (title, value, {way: {name: gained - plain[name] for name, gained in sets.items()} for way, sets in ways.items()})
        )
    return result


def losses(row: Row) -> dict[str, float]:
    """What each set loses without a weight (negative): by being neutral, or where it cannot be, at worst by half and by double."""
    ways = row[2]
    without = [ways["neutral"]] if "neutral" in ways else list(ways.values())
    return {name: min(way[name] for way in without) for name in without[0]}


def idle(found: Sequence[Row], reasons: Mapping[str, str]) -> list[list[str]]:
    """(Weight, what keeps it) of those without which no set of questions loses `LEAST`: names that do, or else a reason."""
    result = []
    for row in found:
        lost = {name: change for name, change in losses(row).items() if change <= -LEAST}
        if all(name.startswith(NAMES) for name in lost):
            result.append([row[0], ", ".join(f"{name}: {_told(lost[name])}" for name in lost) or reasons.get(row[0], "nothing")])
    return result


def report(plain: Mapping[str, Gains], found: Sequence[Row]) -> str:
    """One table of all rows. `plain`: name of the row → everything as it is, of each set."""
    sets = next(iter(plain.values()))
    heads = [f"{name} ({len(gains)})" for name, gains in sets.items()]
    first = [[title, "", *(f"{value:.4f}" for value in means(gains).values())] for title, gains in plain.items()]
    return table(
        ["weight", "value", *heads], [*first, *([title, f"{value:.4g}", *_cells(ways, sets)] for title, value, ways in found)]
    )


def _cells(ways: Mapping[str, Mapping[str, float]], sets: Mapping[str, object]) -> Iterator[str]:
    for name in sets:
        told = (_told(ways[way].get(name)) if way in ways else "" for way in WAYS)
        yield " · ".join(one or "–" for one in told)


def _told(change: float | None) -> str:
    if change is None:
        return ""
    return "0" if abs(change) < 0.00005 else f"{change:+.4f}".replace("0.", ".").replace("-", "−")
