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
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from lepasserelle.memory.prediction import SESSION_GAP_S, Floats, Item, Moment, Predictor, Visit
from lepasserelle.memory.trial import PRICE, Trial
from memory import visit_traces
from tables import table

BLOCK_BYTES = 64 * 1024
BLOCK_MS = 0.2
"""A block from a disk: the graph of 2.6 MB took 8.7 ms (RESULTS.md)."""

HEAD = ("trace", "room", "policy", "saved, ms a visit", "net of waste, ms", "net beside EWMA, ms", "wasted, MB", "precision")
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
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
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


def rows_of(label: str, visits: Sequence[Visit]) -> Iterator[list[str]]:
    """A row for each room and policy."""
    items = len({item for visit in visits for item in visit.items})
    rooms = [max(1, int(items * share)) for share in ROOMS]
    found = {policy: [second_half(one) for one in scores(visits, policy, rooms)] for policy in POLICIES}
    for number, share in enumerate(ROOMS):
        for policy in POLICIES:
            yield [label, f"{share:.0%}", policy, *_cells(found[policy][number], found["EWMA"][number])]


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
    traces: Mapping[str, list[Visit]] = {
        **{path.stem: recorded(path) for path in chosen.files},
        **{f"{path.stem}, a session": by_session(recorded(path)) for path in chosen.files},
        **{kind: visit_traces.make(kind, 1) for kind in visit_traces.KINDS},
    }
    rows = [row for label, visits in traces.items() for row in rows_of(label, visits)]
    head = [
        "trace",
        "room",
        "policy",
        "saved, ms a question",
        "net of waste, ms",
        "net beside EWMA, ms",
        "wasted, MB a question",
        "precision",
    ]
    print(table(head, rows))


if __name__ == "__main__":
    main()
