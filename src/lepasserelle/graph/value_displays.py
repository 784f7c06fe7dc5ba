"""Rows that make containers: displays, comprehensions, what a starred target takes, slices."""

from typing import TYPE_CHECKING

from lepasserelle.graph.value_items import KEYS, SOME
from lepasserelle.model.values import Container, Spread

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_UNKNOWN, _SPREAD, _KEY = int(Spread.UNKNOWN), int(Spread.STAR), int(Spread.KEY)


class Displays:
    """Sets such rows up."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._items = flow.items

    def display(self, term: int, marked: int, start: int, count: int) -> None:
        """A display of items."""
        kind = marked & 7
        site = self._flow.container(term, kind)
        items, place = self._items, 0
        for at in range(start, start + 2 * count, 2):
            key, source = self._flow.extra[at], self._flow.extra[at + 1]
            if kind == Container.OBJECT:
                self._flow.ecma.display(site, key, source)
            elif key == _SPREAD:
                if kind == Container.DICT:
                    self._cells.watch(source, items.merge_into, site)
                else:
                    self._cells.watch(source, items.spread, site)
                place = -1
            elif key == _KEY:
                items.put(site, KEYS, source)
                self._cells.watch(source, self._flow.protocols.hashed, term)
            elif kind == Container.DICT:
                items.put(site, -key if key != _UNKNOWN else SOME, source)
            else:
                items.put(site, items.place(place) if place >= 0 else SOME, source)
                place += place >= 0
                if kind == Container.SET:
                    self._cells.watch(source, self._flow.protocols.hashed, term)
        if place >= 0 and kind not in (Container.DICT, Container.OBJECT):
            items.lengths[site] = place

    def collect(self, term: int, kind: int, source: int, key: int) -> None:
        """A comprehension."""
        site = self._flow.container(term, kind)
        self._items.put(site, SOME, source)
        if kind == Container.DICT and key > 0:
            self._items.put(site, KEYS, key)

    def rest(self, term: int, source: int, place: int, _c: int) -> None:
        """What a starred target takes."""
        self._flow.container(term, Container.LIST)
        self._cells.watch(source, self._items.slice, term, place << 16)

    def copy(self, term: int, source: int, start: int, stop: int) -> None:
        """A slice."""
        self._flow.container(term, Container.LIST)
        self._cells.watch(source, self._items.slice, term, (max(0, start) << 16 | stop) if start >= 0 else -1)
