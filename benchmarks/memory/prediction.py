"""Does it pay to predict what the next question touches? Predict, then update; the second half of the sessions counts.

Before each question everything is out of memory but what a policy warmed within its room. A block that was warmed and is touched
saves its reload; one that was warmed in vain is wasted. Intervals are of a bootstrap over sessions.

python benchmarks/memory/prediction.py FILE…    recorded traces (sessions.py); made ones come by themselves
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from lepasserelle.memory.prediction import SESSION_GAP_S, Floats, Item, Moment, Predictor, Visit
from lepasserelle.memory.trial import PRICE, Trial
from memory import visit_traces
from memory.plot import Bar, draw_bars
from tables import table

BLOCK_BYTES = 64 * 1024
BLOCK_MS = 0.2
"""A block from a disk: the graph of 2.6 MB took 8.7 ms (RESULTS.md)."""

HEAD = (
    "trace",
    "room",
    "policy",
    "saved, ms a visit",
    "net of waste, ms",
    "net beside EWMA, ms",
    "wasted, MB a visit",
    "precision",
)
COLOURS = {
    "LRU": "#999999",
    "LFU": "#9a6700",
    "EWMA": "#57ab5a",
    "Markov": "#8250df",
    "regression": "#1f6feb",
    "predicted": "#d1242f",
}
"""What is drawn; nothing is 0, the oracle 100."""

LEAST_SHOWN = 0.5
TITLE = "Saved by warming, net of waste, of what the oracle saves (room for a quarter; below −50 % shown as that)"
ROOMS = (0.25, 1.0)
DRAWS = 1000


class Score(NamedTuple):
    """Of one visit."""

    session: int
    saved_ms: float
    net_ms: float
    warmed: int
    used: int


class Chooser:
    """One policy: what to warm before a visit, given the truth for the oracle alone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.trial = Trial()
        self.counts: dict[Item, int] = {}
        self.latest: dict[Item, None] = {}

    @property
    def predictor(self) -> Predictor:
        """What it learns with."""
        return self.trial.predictor

    def choose(self, visit: Visit, room: int) -> list[Item]:
        """At most `room` items."""
        match self.name:
            case "nothing":
                return []
            case "LRU":
                return list(self.latest)[::-1][:room]
            case "LFU":
                return sorted(self.counts, key=lambda item: -self.counts[item])[:room]
            case "oracle":
                return [item for item in visit.items if item in self.counts][:room]
            case "EWMA":
                return self._best(self.predictor.ewma(), room)
            case "Markov":
                return self._best(self.predictor.markov(), room)
            case "regression":
                return self._best(self.predictor.model(visit.moment), room)
        chances = self.trial.chances(visit.moment)
        return self._best(np.array([chances[item] for item in self.predictor.items]), room)

    def _best(self, chances: Floats, room: int) -> list[Item]:
        order = np.argsort(-chances, kind="stable")[:room]
        return [self.predictor.items[number] for number in order if chances[number] > PRICE]

    def learn(self, visit: Visit) -> None:
        """It came."""
        if self.name in {"EWMA", "Markov", "regression"}:
            self.predictor.learn(visit)
        elif self.name == "predicted":
            self.trial.learn(visit, {}, BLOCK_MS)
        for item in visit.items:
            self.counts[item] = self.counts.get(item, 0) + 1
            self.latest.pop(item, None)
            self.latest[item] = None


POLICIES = ("nothing", "LRU", "LFU", "EWMA", "Markov", "regression", "predicted", "oracle")


def scores(visits: Sequence[Visit], policy: str, rooms: Sequence[int]) -> list[list[Score]]:
    """Of every visit, in order, for each room."""
    chooser, session, last_s = Chooser(policy), -1, -1e9
    found: list[list[Score]] = [[] for _ in rooms]
    for visit in visits:
        session += visit.moment.at_s - last_s > SESSION_GAP_S
        last_s = visit.moment.at_s
        for kept, room in zip(found, rooms, strict=True):
            warmed = chooser.choose(visit, room)
            used = len(set(warmed) & set(visit.items))
            saved_ms = used * BLOCK_MS
            kept.append(Score(session, saved_ms, saved_ms - PRICE * BLOCK_MS * len(warmed), len(warmed), used))
        chooser.learn(visit)
    return found


def second_half(found: Sequence[Score]) -> list[list[Score]]:
    """By session; what came first was for learning."""
    sessions: dict[int, list[Score]] = {}
    for score in found:
        sessions.setdefault(score.session, []).append(score)
    ordered = [sessions[number] for number in sorted(sessions)]
    return ordered[len(ordered) // 2 :]


def interval(sessions: Sequence[Sequence[Score]], value: Callable[[Score], float]) -> tuple[float, float, float]:
    """(mean a question, lower and upper end of 95 %)."""
    sums = [(sum(map(value, session)), len(session)) for session in sessions]
    chance = random.Random(1)
    means = []
    for _ in range(DRAWS):
        drawn = chance.choices(sums, k=len(sums))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    return sum(total for total, _ in sums) / sum(count for _, count in sums), means[DRAWS // 40], means[-DRAWS // 40]


def recorded(path: Path) -> list[Visit]:
    """The visits of a file of sessions.py."""
    return visits_of([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def visits_of(rows: Sequence[Mapping[str, Any]]) -> list[Visit]:
    """Its rows as visits."""
    return [Visit(Moment(row["at_s"], row["branch"].encode()), row["asked"], tuple(row["blocks"])) for row in rows]


def by_session(visits: Sequence[Visit]) -> list[Visit]:
    """One visit a session, with everything that it touched: what a cache that comes back for a session will be read for."""
    found: list[Visit] = []
    last_s = -1e9
    for visit in visits:
        if visit.moment.at_s - last_s > SESSION_GAP_S:
            found.append(visit)
        else:
            found[-1] = found[-1]._replace(items=tuple({*found[-1].items, *visit.items}))
        last_s = visit.moment.at_s
    return found


Found = dict[tuple[str, float], dict[str, list[list[Score]]]]
"""By trace and room: of each policy the scores of the second half of its sessions."""


def measured(recorded: Mapping[str, Sequence[Visit]]) -> Found:
    """Of recorded traces, question by question and a session at once, and of made ones."""
    every = {
        **recorded,
        **{f"{label}, a session": by_session(visits) for label, visits in recorded.items()},
        **{kind: visit_traces.make(kind, 1) for kind in visit_traces.KINDS},
    }
    found: Found = {}
    for label, visits in every.items():
        items = len({item for visit in visits for item in visit.items})
        rooms = [max(1, int(items * share)) for share in ROOMS]
        told = {policy: [second_half(one) for one in scores(visits, policy, rooms)] for policy in POLICIES}
        for number, share in enumerate(ROOMS):
            found[label, share] = {policy: told[policy][number] for policy in POLICIES}
    return found


def rows_of(found: Found) -> Iterator[list[str]]:
    """A row for each trace, room and policy."""
    for (label, share), policies in found.items():
        for policy, sessions in policies.items():
            yield [label, f"{share:.0%}", policy, *_cells(sessions, policies["EWMA"])]


def draw(path: Path, found: Found) -> None:
    """What is saved net of waste as a share of what the oracle saves, with the interval over sessions; a quarter of the room."""
    groups = []
    for (label, share), policies in found.items():
        if share != ROOMS[0]:
            continue
        best = interval(policies["oracle"], lambda score: score.net_ms)[0] or 1.0
        bars = []
        for policy in COLOURS:
            ends = interval(policies[policy], lambda score: score.net_ms)
            bars.append(Bar(policy, *(100.0 * max(end / best, -LEAST_SHOWN) for end in ends)))
        groups.append((label, bars))
    draw_bars(path, TITLE, "%", groups, COLOURS)


def _cells(sessions: Sequence[Sequence[Score]], ewma: Sequence[Sequence[Score]]) -> list[str]:
    every = [score for session in sessions for score in session]
    warmed, used = sum(score.warmed for score in every), sum(score.used for score in every)
    paired = [
        [one._replace(net_ms=one.net_ms - other.net_ms) for one, other in zip(session, rival, strict=True)]
        for session, rival in zip(sessions, ewma, strict=True)
    ]
    spans = [interval(sessions, lambda score: score.saved_ms), interval(sessions, lambda score: score.net_ms)]
    spans.append(interval(paired, lambda score: score.net_ms))
    wasted_mb = (warmed - used) * BLOCK_BYTES / 1e6 / len(every)
    texts = [f"{mean:.2f} ({low:.2f} to {high:.2f})" for mean, low, high in spans]
    return [*texts, f"{wasted_mb:.2f}", f"{used / warmed:.2f}" if warmed else ""]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("files", nargs="*", type=Path)
    chosen = arguments.parse_args()
    print(table(HEAD, list(rows_of(measured({path.stem: recorded(path) for path in chosen.files})))))


if __name__ == "__main__":
    main()
