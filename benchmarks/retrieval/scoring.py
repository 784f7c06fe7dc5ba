"""How good a list of places is: NDCG@10 with binary gain (Järvelin and Kekäläinen, 2002), as the annotations are scored elsewhere.

A hit counts for the first target it covers, each target once. Invariant: 1 for a list that begins with every target, 0 for none.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lepasserelle.model import SearchHit

DEPTH = 10
ENDING = re.compile(r"(?:\.d)?\.(?:[cm]?[jt]sx?|pyi?)\Z")
"""Of a file: what its module goes without."""


@dataclass(frozen=True, slots=True)
class Question:
    """One annotated question."""

    package: str
    language: str
    category: str
    text: str
    targets: tuple[str, ...]
    """Paths of files, of folders, or with `.*` as their ending of modules in whichever form; relative to the indexed root."""
    symbol: str = ""
    """End of the qualified name of the definition, where the annotation has one."""
    is_name: bool = False
    """Asked for the definition, and not for its file."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a list of places was worth to a question."""

    question: Question
    gain: float


def ndcg(paths: Sequence[str], targets: Sequence[str]) -> float:
    """NDCG@10 of the paths of the hits, best first."""
    left = dict.fromkeys(targets)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(left))))
    gain = 0.0
    for place, path in enumerate(paths[:DEPTH]):
        hit = next((target for target in left if covers(target, path)), None)
        if hit is not None:
            del left[hit]
            gain += 1 / math.log2(place + 2)
    return gain / ideal if ideal else 0.0


def covers(target: str, path: str) -> bool:
    """Whether who opens a path has what was asked for."""
    if target.endswith(".*"):
        return ENDING.sub(".*", path) == target
    return path == target or path.startswith(target.rstrip("/") + "/")


def reciprocal_rank(symbols: Sequence[str], wanted: str) -> float:
    """1 / place of the first hit whose qualified name ends with the wanted one, 0 below the tenth place."""
    for place, symbol in enumerate(symbols[:DEPTH]):
        if bears(symbol, wanted):
            return 1 / (place + 1)
    return 0.0


def bears(symbol: str, wanted: str) -> bool:
    """Whether a qualified name is the wanted one, or ends with it."""
    return f".{symbol}".endswith(f".{wanted}")


def places(hits: Sequence[SearchHit]) -> list[str]:
    """Qualified names of the hits, each followed by those that are folded under it."""
    return [symbol for hit in hits for symbol in (hit.symbol, *(place.symbol for place in hit.also))]


def judged(question: Question, paths: Sequence[str], symbols: Sequence[str]) -> float:
    """What an answer is worth: of a question for a definition the reciprocal rank of that, else NDCG@10 of the files."""
    return reciprocal_rank(symbols, question.symbol) if question.is_name else ndcg(paths, question.targets)


def means(scored: Iterable[Scored], group: Callable[[Question], str]) -> dict[str, float]:
    """Mean gain by group, in order of first sight."""
    gathered: defaultdict[str, list[float]] = defaultdict(list)
    for one in scored:
        gathered[group(one.question)].append(one.gain)
    return {name: sum(gains) / len(gains) for name, gains in gathered.items()}


def mean(scored: Sequence[Scored]) -> float:
    """Mean gain; 0 for nothing."""
    return sum(one.gain for one in scored) / len(scored) if scored else 0.0
