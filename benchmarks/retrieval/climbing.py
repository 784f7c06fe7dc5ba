"""Weights found by coordinate search from a start that no question shaped.

One weight at a time goes through a few values, and stays where what it is tuned on gains; round after round until none moves.
Deterministic. Not the hand-made weights of `query/weights.py`, and not told of them. Few freedoms, since each is one to overfit
with: values lie a factor of two apart, kinds move as two groups, windows and sizes of lists not at all.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import msgspec

from lepasserelle.model import NodeKind
from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from retrieval.evidence import FACTORS, SAID, SIZES
from retrieval.replay import Setting

LEAST_GAIN: Final = 0.0005
"""For which a weight moves: less is a place or two of one question."""
MOST_ROUNDS: Final = 6

_EVIDENCE: Final = (0.0, 0.25, 0.5, 1.0, 2.0)
_NAMES: Final = (0.0, 0.25, 1.0, 4.0, 16.0)
_LOWERED: Final = (1.0, 0.75, 0.5, 0.25)
_RAISED: Final = (1.0, 1.25, 1.5)
_ADDED: Final = (0.0, 0.05, 0.1, 0.2, 0.4)
_KINDS: Final = (0.64, 0.8, 1.0, 1.2)

TYPES: Final = (NodeKind.CLASS, NodeKind.INTERFACE)
REST: Final = tuple(kind for kind in KIND_WEIGHTS if kind not in TYPES)
"""Kinds that move together: those that gather behaviour, and those that are parts."""
HELD: Final = SIZES | {"window"}
"""What is not searched for: it decides which candidates there are, and evidence is gathered with it as it is."""

_NAMED: Final = ("exact_name", "named_file", "bare_name", "quoted_name", "spelled_name", "folded_name")

Move = Callable[[Setting], Iterator[Setting]]


def start() -> Setting:
    """Every evidence and every name counts 1, nothing is multiplied, calls and length say nothing, kinds are equal, windows count
    as nodes: what can be written down before the first question is asked. Sizes of lists are as they are, for time's sake.
    """
    counted = dict.fromkeys((*SAID, *_NAMED, "window"), 1.0)
    silent = {
        name: 1.0 if name in FACTORS else 0.0 for name in Weights.__struct_fields__ if name not in SIZES and name not in counted
    }
    return Setting(Weights(**counted, **silent), dict.fromkeys(KIND_WEIGHTS, 1.0))  # type: ignore[arg-type]


def moves() -> Iterator[Move]:
    """What is tried: for each weight in its order, then for each group of kinds, the settings that differ there."""
    for name in Weights.__struct_fields__:
        if name not in HELD:
            yield partial(_weighed, name)
    for kinds in (REST, TYPES):
        yield partial(_of_kinds, kinds)


def _weighed(name: str, setting: Setting) -> Iterator[Setting]:
    for value in _values(name):
        if value != getattr(setting.weights, name):
            yield Setting(msgspec.structs.replace(setting.weights, **{name: value}), setting.kinds)


def _of_kinds(kinds: tuple[NodeKind, ...], setting: Setting) -> Iterator[Setting]:
    for value in _KINDS:
        if value != setting.kinds[kinds[0]]:
            yield Setting(setting.weights, {**setting.kinds, **dict.fromkeys(kinds, value)})


def _values(name: str) -> tuple[float, ...]:
    if name in SAID:
        return _EVIDENCE
    if name in _NAMED:
        return _NAMES
    if name == "wanted_kind":
        return _RAISED
    return _LOWERED if name in FACTORS else _ADDED


def climb(value: Callable[[Setting], float], setting: Setting) -> Setting:
    """The setting that no single move makes better by `LEAST_GAIN`, as far as `MOST_ROUNDS` lead there."""
    best = value(setting)
    for _ in range(MOST_ROUNDS):
        before = best
        for move in moves():
            tried = [(value(one), -at, one) for at, one in enumerate(move(setting))]
            found, _, better = max(tried, key=lambda one: one[:2])
            if found >= best + LEAST_GAIN:
                best, setting = found, better
        if best == before:
            break
    return setting
