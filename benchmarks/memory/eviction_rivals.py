"""Eviction policies to compare with the store's own: FIFO, LRU, CLOCK, SIEVE, S3-FIFO and a look into the future, all by bytes.

Each has the shape of `lepasserelle.memory.eviction.S3Fifo`: `add`, `hit`, `remove`, `evict`, `held_bytes`, `in`. Not for use
outside the benchmark and its test; S3-FIFO is here a second time, as the paper has it, to be compared with ours.
"""
# ruff: noqa: D102  # one interface, described once in `eviction.Policy`

import heapq
from collections import OrderedDict, defaultdict
from collections.abc import Sequence


class Fifo:
    """First in, first out."""

    def __init__(self, capacity_bytes: int) -> None:
        self.capacity_bytes = capacity_bytes
        self.held_bytes = 0
        self._sizes: OrderedDict[str, int] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def add(self, name: str, size_bytes: int) -> None:
        self._sizes[name] = size_bytes
        self.held_bytes += size_bytes

    def hit(self, name: str) -> None:
        pass

    def remove(self, name: str) -> None:
        self.held_bytes -= self._sizes.pop(name)

    def evict(self) -> tuple[str, int]:
        name, size_bytes = self._sizes.popitem(last=False)
        self.held_bytes -= size_bytes
        return name, size_bytes


class Lru(Fifo):
    """Least recently used."""

    def hit(self, name: str) -> None:
        self._sizes.move_to_end(name)


class Clock(Fifo):
    """Second chance (Corbató 1968): what was used since the hand last passed goes to the end once more."""

    def __init__(self, capacity_bytes: int) -> None:
        super().__init__(capacity_bytes)
        self._used: set[str] = set()

    def hit(self, name: str) -> None:
        self._used.add(name)

    def evict(self) -> tuple[str, int]:
        while True:
            name = next(iter(self._sizes))
            if name not in self._used:
                size_bytes = self._sizes[name]
                self.remove(name)
                return name, size_bytes
            self._used.discard(name)
            self._sizes.move_to_end(name)


class _Node:
    __slots__ = ("name", "newer", "older", "size_bytes", "used")

    def __init__(self, name: str, size_bytes: int) -> None:
        self.name = name
        self.size_bytes = size_bytes
        self.used = False
        self.newer: _Node = self
        self.older: _Node = self


class Sieve:
    """SIEVE (Zhang, Yang, Yue, Vigfusson and Rashmi, NSDI 2024): a hand sweeps from old to new; what was used stays in its
    place.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self.capacity_bytes = capacity_bytes
        self.held_bytes = 0
        self._nodes: dict[str, _Node] = {}
        self._ring = _Node("", 0)  # ring.newer is the oldest, ring.older the newest
        self._hand = self._ring

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def add(self, name: str, size_bytes: int) -> None:
        node = self._nodes[name] = _Node(name, size_bytes)
        node.newer, node.older = self._ring, self._ring.older
        node.older.newer = self._ring.older = node
        self.held_bytes += size_bytes

    def hit(self, name: str) -> None:
        self._nodes[name].used = True

    def remove(self, name: str) -> None:
        node = self._nodes.pop(name)
        if self._hand is node:
            self._hand = node.newer
        node.older.newer, node.newer.older = node.newer, node.older
        self.held_bytes -= node.size_bytes

    def evict(self) -> tuple[str, int]:
        node = self._hand
        while True:
            if node is self._ring:
                node = self._ring.newer
            if not node.used:
                self._hand = node.newer
                self.remove(node.name)
                return node.name, node.size_bytes
            node.used = False
            node = node.newer


class S3Fifo:
    """S3-FIFO (Yang, Zhang, Qiu, Yue and Rashmi, SOSP 2023): a small queue on probation, a main one, and a list of the lately
    gone.
    """

    def __init__(self, capacity_bytes: int, small_share: float = 0.1, promote_at: int = 2) -> None:
        self.capacity_bytes = capacity_bytes
        self.promote_at = promote_at
        self.small_bytes = int(capacity_bytes * small_share)
        self._small: OrderedDict[str, int] = OrderedDict()
        self._main: OrderedDict[str, int] = OrderedDict()
        self._ghost: OrderedDict[str, int] = OrderedDict()
        self._hits: dict[str, int] = {}
        self._in_small = self._in_main = self._in_ghost = 0

    @property
    def held_bytes(self) -> int:
        return self._in_small + self._in_main

    def __contains__(self, name: str) -> bool:
        return name in self._hits

    def add(self, name: str, size_bytes: int) -> None:
        self._hits[name] = 0
        if name in self._ghost:
            self._in_ghost -= self._ghost.pop(name)
            self._main[name] = size_bytes
            self._in_main += size_bytes
        else:
            self._small[name] = size_bytes
            self._in_small += size_bytes

    def hit(self, name: str) -> None:
        self._hits[name] = min(3, self._hits[name] + 1)

    def remove(self, name: str) -> None:
        del self._hits[name]
        if name in self._small:
            self._in_small -= self._small.pop(name)
        else:
            self._in_main -= self._main.pop(name)

    def evict(self) -> tuple[str, int]:
        while True:
            if self._small and (self._in_small > self.small_bytes or not self._main):
                name, size_bytes = self._small.popitem(last=False)
                self._in_small -= size_bytes
                if self._hits[name] < self.promote_at:
                    self._remember(name, size_bytes)
                    del self._hits[name]
                    return name, size_bytes
                self._hits[name] = 0
            else:
                name, size_bytes = self._main.popitem(last=False)
                self._in_main -= size_bytes
                if not self._hits[name]:
                    del self._hits[name]
                    return name, size_bytes
                self._hits[name] -= 1
            self._main[name] = size_bytes
            self._in_main += size_bytes

    def _remember(self, name: str, size_bytes: int) -> None:
        self._ghost[name] = size_bytes
        self._in_ghost += size_bytes
        while self._in_ghost > self.capacity_bytes - self.small_bytes:
            self._in_ghost -= self._ghost.popitem(last=False)[1]


class Clairvoyant:
    """Evicts what is asked for again latest (Bélády 1966), which by bytes is near the best and not the best. Needs the future."""

    def __init__(self, capacity_bytes: int, trace: Sequence[str]) -> None:
        self.capacity_bytes = capacity_bytes
        self.held_bytes = 0
        self._sizes: dict[str, int] = {}
        self._uses: dict[str, list[int]] = defaultdict(list)
        for position in range(len(trace) - 1, -1, -1):
            self._uses[trace[position]].append(position)
        self._heap: list[tuple[int, str]] = []
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def asked(self, name: str) -> None:
        """Called for each request before anything else."""
        uses = self._uses[name]
        uses.pop()
        self._next[name] = uses[-1] if uses else 1 << 60

    def add(self, name: str, size_bytes: int) -> None:
        self._sizes[name] = size_bytes
        self.held_bytes += size_bytes
        heapq.heappush(self._heap, (-self._next[name], name))

    def hit(self, name: str) -> None:
        heapq.heappush(self._heap, (-self._next[name], name))

    def remove(self, name: str) -> None:
        self.held_bytes -= self._sizes.pop(name)

    def evict(self) -> tuple[str, int]:
        while True:
            position, name = heapq.heappop(self._heap)
            if name in self._sizes and self._next[name] == -position:
                size_bytes = self._sizes[name]
                self.remove(name)
                return name, size_bytes
