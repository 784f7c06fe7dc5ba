"""A sequence whose items are made when they are read: an answer of thousands costs what is read of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")


class Lazily(Sequence[Item]):
    """`count` items, each `make(number)` when it is first read, and kept. Immutable; equal to a list or tuple of the same items."""

    __slots__ = ("_items", "_make")

    def __init__(self, count: int, make: Callable[[int], Item]) -> None:
        self._items: list[Item | None] = [None] * count
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Item: ...

    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...

    def __getitem__(self, at: int | slice) -> Item | list[Item]:
        if isinstance(at, slice):
            return [self._item(number) for number in range(*at.indices(len(self._items)))]
        return self._item(range(len(self._items))[at])

    def __iter__(self) -> Iterator[Item]:
        return map(self._item, range(len(self._items)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list | tuple | Lazily):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    def _item(self, number: int) -> Item:
        item = self._items[number]
        if item is None:
            item = self._items[number] = self._make(number)
        return item
