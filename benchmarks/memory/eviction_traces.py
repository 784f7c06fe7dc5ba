"""Traces of requests for stored entries, made from a seed: who asks for which entry in which order, and how large each one is.

Sizes in bytes are log-normal (median 8 kB, one in a hundred above 120 kB), as analysis results are: most are short, some hold a
whole neighbourhood.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

Trace = list[str]
REQUESTS = 60_000
ENTRIES = 8_000


def sizes(trace: Trace, seed: int) -> dict[str, int]:
    """Bytes of each entry of `trace`."""
    chance = random.Random(seed)
    return {name: max(200, min(4_000_000, int(chance.lognormvariate(9.0, 1.2)))) for name in sorted(set(trace))}


def _zipf(chance: random.Random, entries: int, alpha: float, prefix: str = "z") -> Iterator[str]:
    """Independent requests; the entry of rank r is asked for in proportion to r^-alpha. Ranks are dealt to names at random."""
    names = [f"{prefix}{number}" for number in range(entries)]
    chance.shuffle(names)
    weights = [(rank + 1) ** -alpha for rank in range(entries)]
    while True:
        yield from chance.choices(names, weights, k=4096)


def zipf(chance: random.Random, alpha: float) -> Iterator[str]:
    """Some questions are asked again and again, for ever the same ones."""
    return _zipf(chance, ENTRIES, alpha)


def scan_mixed(chance: random.Random) -> Iterator[str]:
    """Zipf 0.9, and every 3000 requests somebody walks once through 1500 entries that nobody asks for again."""
    popular = _zipf(chance, ENTRIES // 2, 0.9)
    walked = 0
    while True:
        yield from islice(popular, 3000)
        yield from (f"s{number}" for number in range(walked, walked + 1500))
        walked += 1500


def loop(chance: random.Random) -> Iterator[str]:
    """The same 2500 entries in the same order, over and over, as a job on every function does; a tenth is something popular."""
    popular = _zipf(chance, ENTRIES // 4, 1.0)
    while True:
        for number in range(2500):
            yield f"l{number}"
            if chance.random() < 0.1:
                yield next(popular)


def shifting(chance: random.Random) -> Iterator[str]:
    """Zipf 0.8 over 600 entries, of which 150 are changed for others every 2000 requests: work moves through the code."""
    newest = 600
    working = list(range(newest))
    weights = [(rank + 1) ** -0.8 for rank in range(600)]
    while True:
        for number in chance.choices(working, weights, k=2000):
            yield f"w{number}"
        for place in chance.sample(range(600), 150):
            working[place] = newest
            newest += 1


def sessions(chance: random.Random) -> Iterator[str]:
    """Walks over a call graph grown by preferential attachment: step to a neighbour, go back to where one was, start anew."""
    ends = [0, 1]
    neighbours: list[list[int]] = [[1], [0]]
    for node in range(2, ENTRIES):
        chosen = {chance.choice(ends) for _ in range(3)}
        neighbours.append(sorted(chosen))
        for other in sorted(chosen):
            neighbours[other].append(node)
            ends += [other, node]
    starts = chance.sample(range(ENTRIES), 400)
    while True:
        node = starts[min(int(chance.expovariate(1 / 60)), 399)]
        path = [node]
        for _ in range(chance.randrange(10, 60)):
            yield f"g{node}"
            node = path[-min(len(path), chance.randrange(1, 4))] if chance.random() < 0.4 else chance.choice(neighbours[node])
            path.append(node)


TRACES: Mapping[str, Callable[[random.Random], Iterator[str]]] = {
    "zipf 0.7": lambda chance: zipf(chance, 0.7),
    "zipf 1.0": lambda chance: zipf(chance, 1.0),
    "scan-mixed": scan_mixed,
    "loop": loop,
    "shifting": shifting,
    "sessions": sessions,
}


def make(name: str, seed: int, requests: int = REQUESTS) -> Trace:
    """So many requests of the trace of that name."""
    return list(islice(TRACES[name](random.Random(seed)), requests))
