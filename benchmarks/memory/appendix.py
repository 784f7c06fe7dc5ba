"""The second half of the page: compression, tiers and predicted warming, measured on the indexes that the first half has made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import corpora
from memory import compression, prediction, sessions, tiers
from tables import table

HERE = Path(__file__).parent
TIERS_PICTURE = HERE / "tiers.svg"
PREDICTION_PICTURE = HERE / "prediction.svg"
SESSIONS = 80
TEMPLATE = """
## Compression

Copies of segments as they are made and used. *Without compression*: the segment with the signatures and documentation unpacked
that the graph holds as zstd frames; *ratio* is against that, beside it against the segment as it lies. Speeds are megabytes of
segment a second of processor time, one core, best of {rounds}; *frozen to hot* with writing the segment's file, *in memory*
without. Targets: graph 3.5, 500 MB/s ([decision 245](../../docs/decisions/245-copies-without-what-follows.md)).

{copies}

Stored results (Django; dictionaries are trained on one half, all is judged on the other), and segments in chunks of 1 MiB, as
they lie and arranged as copies are, with what copies leave out. Target for results: 4. Stored results are zstd level 1
([decision 227](../../docs/decisions/227-compression-of-results.md)).

{results}

The same and those of CPython's library as the store itself keeps them, without dictionaries of its own and with: bytes of records
(msgpack), of JSON and of files with heads and keys, their ratios beside that of lz4 without heads, blocks of files, processor
milliseconds an entry (decisions [302](../../docs/decisions/302-dictionaries-are-on-offer-and-off.md),
[323](../../docs/decisions/323-slices-stored-by-columns.md)). *Bodies* are no results but what slices are computed from.

{stored}

{segments}

"""
TRACES_TITLE = "## Tiers"
TRACES = """

Stored answers in two folders with quotas of {fast:.0%} and {slow:.0%} of all bytes. Fast costs {fast_ms} ms and
{fast_speed:.0f} MB/s, slow {slow_ms:.0f} ms and {slow_speed:.0f} MB/s, computing {compute:.0f} ms, so that the figures are the
same on every machine. *Ours* is the store itself; *Django* and *CPython*: {sessions} scripted sessions of real questions to each
(CPython's library), recorded in this run (`sessions.py`); the others are made.

![mean cost of an access, trace by trace](tiers.svg)

{tiers}

## Warming that predicts

Before each question of the same sessions everything is out of memory but what a policy warmed; blocks of 64 KiB, {block_ms} ms each
from a disk. Predict, then update; the second half of the sessions counts; in brackets 95 % of a bootstrap over sessions. What is
warmed in vain is charged a quarter of its reload. *Predicted* is what is on offer: EWMA, or the regression once its trial has
shown it ahead beyond doubt. *A session*: all that a session touches at once. Made traces have a known answer: on `independent`
nothing is to be gained, on the others what their name says. Why this is off by blocks:
[decision 226](../../docs/decisions/226-warming-that-predicts.md).

![saved net of waste, trace by trace and policy by policy](prediction.svg)

{prediction}
"""


def written(django: Path, folder: Path, copies: Mapping[str, Path]) -> str:
    """The text; draws its pictures. `folder`: Django's index; `copies`: the indexes whose copies are measured, by name."""
    payloads, results, segments = compression.all_rows(django, folder)
    others = compression.results_in(corpora.standard_library(), folder.with_name("cpython"))
    stored = [*compression.store_rows("Django", payloads), *compression.store_rows("CPython", others)]
    before = TEMPLATE.format(
        rounds=compression.ROUNDS,
        copies=table(compression.COPIES_HEAD, [row for name, one in copies.items() for row in compression.copy_rows(name, one)]),
        results=table(compression.RESULTS_HEAD, results),
        stored=table(compression.STORE_HEAD, stored),
        segments=table(compression.SEGMENTS_HEAD, segments),
    )
    return before + TRACES_TITLE + traces(django, folder)


def traces(django: Path, folder: Path) -> str:
    """What follows from recorded sessions and made ones, and from no clock; draws its pictures."""
    recorded: dict[str, list[dict[str, Any]]] = {
        "Django": list(sessions.record(django, folder, SESSIONS, 1)),
        "CPython": list(sessions.record(corpora.standard_library(), folder.with_name("cpython"), SESSIONS, 1)),
    }
    placed = tiers.measured(recorded)
    predicted = prediction.measured({name: prediction.visits_of(rows) for name, rows in recorded.items()})
    tiers.draw(TIERS_PICTURE, placed)
    prediction.draw(PREDICTION_PICTURE, predicted)
    return TRACES.format(
        fast=tiers.FAST_SHARE,
        slow=tiers.SLOW_SHARE,
        fast_ms=tiers.FAST_MS,
        slow_ms=tiers.SLOW_MS,
        fast_speed=tiers.FAST_MB_S,
        slow_speed=tiers.SLOW_MB_S,
        compute=tiers.COMPUTE_MS,
        sessions=SESSIONS,
        tiers=table(tiers.HEAD, tiers.rows_of(placed)),
        block_ms=prediction.BLOCK_MS,
        prediction=table(prediction.HEAD, list(prediction.rows_of(predicted))),
    )
