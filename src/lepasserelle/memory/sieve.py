"""Which entry leaves a cache that is bounded in bytes? SIEVE, by bytes. Holds entries; knows nothing of what they are.

Zhang, Yang, Yue, Vigfusson, Rashmi: "SIEVE is Simpler than LRU: an Efficient Turn-Key Eviction Algorithm for Web Caches", NSDI
2024. A hit sets one bit and moves nothing; new entries stand at the head; the hand walks from the tail to the head, clears set
bits and takes the first entry without one, then stays there. A question that is asked once leaves soon, whatever came after it:
LRU would keep it for a whole cache length. Compared by hit ratio in docs/decisions/082. Not safe for threads; its owner holds a
lock.
"""

from collections.abc import Hashable, Iterator
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Node(Generic[K, V]):
    __slots__ = ("key", "newer", "older", "size_bytes", "value", "visited")

    def __init__(self, key: K, value: V, size_bytes: int) -> None:
        self.key = key
        self.value = value
        self.size_bytes = size_bytes
        self.visited = False
        self.newer: _Node[K, V] | None = None
        self.older: _Node[K, V] | None = None


class Evicted(NamedTuple, Generic[K, V]):
    """An entry that left."""

    key: K
    value: V
    size_bytes: int


class Sieve(Generic[K, V]):
    """Entries with their sizes, in order of arrival, and the hand."""

    def __init__(self) -> None:
        self._nodes: dict[K, _Node[K, V]] = {}
        self._head: _Node[K, V] | None = None
        self._tail: _Node[K, V] | None = None
        self._hand: _Node[K, V] | None = None
        self._bytes = 0

    @property
    def total_bytes(self) -> int:
        """Sum of the sizes."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, key: K) -> bool:
        return key in self._nodes

    def keys(self) -> Iterator[K]:
        """Every key, the newest first. The entries may change meanwhile."""
        return iter(list(reversed(self._nodes)))

    def get(self, key: K) -> V | None:
        """The value; the entry counts as used. None when there is none."""
        node = self._nodes.get(key)
        if node is None:
            return None
        node.visited = True
        return node.value

    def add(self, key: K, value: V, size_bytes: int) -> None:
        """Put an entry at the head; one with the same key is replaced and counts as new."""
        self.remove(key)
        node = _Node(key, value, size_bytes)
        node.older = self._head
        if self._head is not None:
            self._head.newer = node
        self._head = node
        if self._tail is None:
            self._tail = node
        self._nodes[key] = node
        self._bytes += size_bytes

    def remove(self, key: K) -> bool:
        """Take an entry out; False when there is none."""
        node = self._nodes.pop(key, None)
        if node is None:
            return False
        self._unlink(node)
        return True

    def victim(self) -> Evicted[K, V] | None:
        """The entry that should leave next, which stays; asked again without a change, the same. None when there is no entry."""
        node = self._hand or self._tail
        while node is not None and node.visited:
            node.visited = False
            node = node.newer or self._tail
        self._hand = node
        return None if node is None else Evicted(node.key, node.value, node.size_bytes)

    def _unlink(self, node: _Node[K, V]) -> None:
        if self._hand is node:
            self._hand = node.newer
        if node.newer is None:
            self._head = node.older
        else:
            node.newer.older = node.older
        if node.older is None:
            self._tail = node.newer
        else:
            node.older.newer = node.newer
        self._bytes -= node.size_bytes
