"""Keeps one file from filling the list: either its further places count less, or they are folded under its best one.

Not a ranking: it is given scores. Invariant: within a file the order is that of the scores, equal ones by ascending candidate.
"""

import numpy as np
from numpy.typing import NDArray

MOST_FURTHER = 5
"""Places folded under one hit; a flat list has all of them."""

Floats = NDArray[np.float64]


def folded(
    scores: Floats, files: NDArray[np.int64], top_k: int, further_share: float, leading: Floats | None = None
) -> dict[int, list[int]]:
    """The best place of each of the `top_k` best files, best first, with the other places of that file that score at least
    `further_share` of it, at most `MOST_FURTHER`. `leading`: by what one of these goes before the others, where that is not the
    score by which the file has its place.
    """
    best_of: dict[int, int] = {}
    further: dict[int, list[int]] = {}
    file_of, score_of = files.tolist(), scores.tolist()  # an item of an array takes five times as long as one of a list
    for at in np.argsort(-scores, kind="stable").tolist():
        first = best_of.setdefault(file_of[at], at)
        if first == at:
            further[at] = []
        elif len(further[first]) < MOST_FURTHER and score_of[at] > 0 and score_of[at] >= further_share * score_of[first]:
            further[first].append(at)
    kept = list(further.items())[:top_k]
    return dict(kept if leading is None else [_led(at, others, leading) for at, others in kept])


def _led(at: int, others: list[int], leading: Floats) -> tuple[int, list[int]]:
    first = max((at, *others), key=leading.__getitem__)
    return first, [other for other in (at, *others) if other != first]


def spread_over_files(scores: Floats, files: NDArray[np.int64], named: NDArray[np.bool_], repeated: float) -> Floats:
    """Scores in which each further place of a file counts `repeated` times what it would have.

    Within a file the order stays that of the scores, so each is discounted by how many better ones its file has. What the question
    names is never discounted. Candidates ascend by node, so stable sorts leave equal scores in the order of their nodes.
    """
    spread = scores.copy()
    before: dict[int, int] = {}
    for at in np.argsort(-scores, kind="stable").tolist():
        if not named[at]:
            file = int(files[at])
            spread[at] *= repeated ** before.get(file, 0)
            before[file] = before.get(file, 0) + 1
    return spread
