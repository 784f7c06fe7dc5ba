"""Weights found by coordinate search from a start that no question shaped.

One weight at a time goes through a few values, and stays where the questions that it is tuned on gain; round after round until
none moves. Deterministic. Not the hand-made weights of `query/weights.py`, and not told of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from lepasserelle.model import NodeKind
from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from retrieval.evidence import FACTORS, SAID, SIZES, Evidence
from retrieval.replay import Setting, gain

LEAST_GAIN: Final = 0.0005
"""Of the mean, for which a weight moves: less is a place or two of one question."""
MOST_ROUNDS: Final = 6

_EVIDENCE: Final = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_NAMES: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_LOWERED: Final = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.35, 0.2)
_RAISED: Final = (1.0, 1.1, 1.25, 1.5, 2.0)
_ADDED: Final = (0.0, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.8)
_KINDS: Final = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2)
WINDOWS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares for which evidence is gathered: the retrieval itself depends on this weight."""

Packages = Mapping[float, Sequence[Sequence[Evidence]]]
"""Share of windows → for each package its questions."""

_NAMED: Final = ("exact_name", "named_file", "bare_name", "quoted_name", "spelled_name", "folded_name")


def start() -> Setting:
    """Every evidence and every name counts 1, nothing is multiplied, calls say nothing, kinds are equal, windows count as nodes:
    what can be written down before the first question is asked. Sizes of lists are as they are, for time's sake.
    """
    counted = dict.fromkeys((*SAID, *_NAMED, "window"), 1.0)
    silent = {
        name: 1.0 if name in FACTORS else 0.0 for name in Weights.__struct_fields__ if name not in SIZES and name not in counted
    }
    return Setting(Weights(**counted, **silent), dict.fromkeys(KIND_WEIGHTS, 1.0))  # type: ignore[arg-type]


def moves(setting: Setting) -> Iterator[Callable[[Setting], Iterator[Setting]]]:
    """What is tried: for each weight in its order, then for each kind, the settings that differ there."""
    for name in Weights.__struct_fields__:
        if name not in SIZES:
            yield partial(_weighed, name)
    for kind in setting.kinds:
        yield partial(_of_kind, kind)


def _weighed(name: str, setting: Setting) -> Iterator[Setting]:
    for value in _values(name):
        if value != getattr(setting.weights, name):
            yield Setting(msgspec.structs.replace(setting.weights, **{name: value}), setting.kinds)


def _of_kind(kind: NodeKind, setting: Setting) -> Iterator[Setting]:
    for value in _KINDS:
        if value != setting.kinds[kind]:
            yield Setting(setting.weights, {**setting.kinds, kind: value})


def _values(name: str) -> tuple[float, ...]:
    if name == "window":
        return WINDOWS
    if name in SAID:
        return _EVIDENCE
    if name in _NAMED:
        return _NAMES
    if name == "wanted_kind":
        return _RAISED
    return _LOWERED if name in FACTORS else _ADDED


def mean_gain(packages: Packages, setting: Setting) -> float:
    """Over all questions of these packages."""
    gains = [gain(one, setting) for questions in packages[setting.weights.window] for one in questions]
    return sum(gains) / len(gains)


def climb(value: Callable[[Setting], float], setting: Setting) -> Setting:
    """The setting that no single move makes better by `LEAST_GAIN`, as far as `MOST_ROUNDS` lead there."""
    best = value(setting)
    for _ in range(MOST_ROUNDS):
        before = best
        for move in moves(setting):
            tried = [(value(one), -at, one) for at, one in enumerate(move(setting))]
            found, _, better = max(tried, key=lambda one: one[:2])
            if found >= best + LEAST_GAIN:
                best, setting = found, better
        if best == before:
            break
    return setting
