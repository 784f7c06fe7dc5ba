"""What containers hold: by constant key where it is known, together where it is not. Lists, tuples, sets, dictionaries, generators.

A container is the row that makes it. `SOME`: put under a key that is not known; `ANY`: all that was ever put; `KEYS`: the keys of a
dictionary.
"""

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import CLASS, CONTAINER, GENERATOR, INSTANCE, OPAQUE, SHIFT, TAG
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

SOME: Final = 0
ANY: Final = -1
KEYS: Final = -2
_LOW: Final = 0xFFFF_FFFF
_SEQUENCES: Final = frozenset({Container.LIST, Container.TUPLE})
_DICT, _OBJECT = int(Container.DICT), int(Container.OBJECT)
_NAMES: Final = frozenset({ValueOp.CLASS, ValueOp.IMPORT, ValueOp.SHARED, ValueOp.DECORATE})


class Items:
    """Cells of containers' items."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._strings = flow.strings
        self.kinds: dict[int, int] = {}
        """Row → `Container`."""
        self.makers: dict[int, int] = {}
        self.called: dict[int, str] = {}
        """Container → the name of the type that it is declared with."""
        self.declared: set[int] = set()
        """Containers of which only a declaration says what they hold."""
        """Row → by which type's name its methods go, where that is not the one of its kind."""
        self.factories: dict[int, int] = {}
        """Default dictionary → the term of what makes its values."""
        self.lengths: dict[int, int] = {}
        """Rows of displays whose length is known."""
        self.hidden: set[tuple[int, int]] = set()
        """Keys of containers that hide what was merged under them."""
        self.sealed: set[int] = set()
        """Containers of which it is known otherwise what assignments to their items do."""
        self._held: dict[int, int] = {}
        """Container and key, packed → the cell of what lies there."""
        self._made, self._packed = array("i"), array("q")
        """The cells of these, ascending, and what each was made for."""
        self._waiting: dict[int, list[int]] = {}
        """The same of a known key under which nothing was put so far → the cells that read there."""
        self._merged: dict[int, list[int]] = {}
        self._readers: dict[int, list[int]] = {}
        """Container → key and cell that reads there, one behind the other."""
        self._read: set[int] = set()
        """Container, key and cell that reads there, packed."""
        self._iterated: dict[int, int] = {}

    def rest(self) -> None:
        """Nothing flows any more: who reads what is forgotten."""
        for readers in (self._read, self._readers, self._waiting, self._merged):
            readers.clear()

    def place(self, number: int) -> int:
        """The key of a place in a sequence."""
        return self._strings[f"i{number}"]

    def cell(self, site: int, key: int) -> int:
        """The cell under one key."""
        packed = site << 32 | key & _LOW
        known = self._held.get(packed)
        if known is None:
            known = self._held[packed] = self._cells.new()
            self._made.append(known)
            self._packed.append(packed)
            if key not in (ANY, KEYS):
                self._cells.copy(known, self.cell(site, ANY))
            for target in self._waiting.pop(packed, ()):
                self._cells.copy(known, target)
        return known

    def all_of(self, site: int) -> int:
        """The cell of all that was ever put, 0 where nothing was."""
        return self._held.get(site << 32 | ANY & _LOW, 0)

    def origin(self, cell: int) -> tuple[str, int, str] | None:
        """What the cell of an item was made for."""
        at = bisect_left(self._made, cell)
        if at == len(self._made) or self._made[at] != cell:
            return None
        packed = self._packed[at]
        key = packed & _LOW
        return ("item", packed >> 32, self._strings.texts[key] if 0 < key < len(self._strings.texts) else str(key))

    def has(self, site: int, key: int) -> bool:
        """Whether something was put under a key."""
        return (site, key) in self.hidden

    def put(self, site: int, key: int, source: int) -> None:
        """Something is put under a key."""
        if source:
            self._cells.copy(source, self.cell(site, key))

    def read(self, site: int, key: int, target: int, *, is_sure: bool = False) -> None:
        """Whatever is under a key arrives at the target, from this container and those that were merged into it; also what was put
        under a key that is not known, unless it is sure that something lies under this one.
        """
        packed = site << 32 | key & _LOW
        read = packed << 32 | target
        if read in self._read:
            return
        self._read.add(read)
        readers = self._readers.get(site)
        if readers is None:
            self._readers[site] = [key, target]
        else:
            readers += (key, target)
        if key > 0:
            self._hear(packed, target)
            if not is_sure:
                self._cells.copy(self.cell(site, SOME), target)
        else:
            self._cells.copy(self.cell(site, key), target)
        if (site, key) in self.hidden:
            return
        for other in self._merged.get(site, ()):
            self._read_later(other, key, target)

    def readers(self, site: int) -> list[int]:
        """The cells at which something that the container holds arrives."""
        return self._readers.get(site, [])[1::2]

    def _hear(self, packed: int, target: int) -> None:
        """Whatever lies under a known key arrives at the target. No cell is made before something is put there."""
        known = self._held.get(packed)
        if known is not None:
            self._cells.copy(known, target)
        else:
            waiting = self._waiting.get(packed)
            if waiting is None:
                self._waiting[packed] = [target]
            else:
                waiting.append(target)

    def merge(self, source: int, site: int) -> None:
        """What the source holds, the container holds under the same keys."""
        merged = self._merged.setdefault(site, [])
        if source not in merged and source != site:
            merged.append(source)
            each = iter(tuple(self._readers.get(site, ())))
            for key, target in zip(each, each, strict=True):
                if (site, key) not in self.hidden:
                    self._read_later(source, key, target)

    def _read_later(self, site: int, key: int, target: int) -> None:
        """As `read`, in the next round: more than half of the time it is read there already."""
        if (site << 32 | key & _LOW) << 32 | target not in self._read:
            self._cells.later(self._read_other, CONTAINER | site << SHIFT, key, target)

    def _read_other(self, value: int, key: int, target: int) -> None:
        """What lies there in a container that was merged into one that is read."""
        self.read(value >> SHIFT, key, target)

    def merge_into(self, value: int, site: int, _second: int) -> None:
        """`{**value}` and `update(value)`."""
        if value & TAG == CONTAINER:
            if self.kinds.get(value >> SHIFT) == Container.DICT:
                self.merge(value >> SHIFT, site)
            else:
                pairs = self._cells.new()
                self.read(value >> SHIFT, ANY, pairs)
                self._cells.watch(pairs, self._put_pair, site)

    def _put_pair(self, value: int, site: int, _second: int) -> None:
        if value & TAG == CONTAINER:
            self.read(value >> SHIFT, self.place(1), self.cell(site, SOME))
            self.read(value >> SHIFT, self.place(0), self.cell(site, KEYS))

    def spread(self, value: int, site: int, _second: int) -> None:
        """Every item of the value is put somewhere into the container; those of a display keep their places in an empty one."""
        self.each(value, self.cell(site, SOME), 0)

    def slice(self, value: int, site: int, bounds: int) -> None:
        """The items of a value from place `bounds >> 16` to before `bounds & 0xFFFF` (0: the end); -1: not known which."""
        length = self.lengths.get(value >> SHIFT, -1) if value & TAG == CONTAINER else -1
        if length < 0 or bounds < 0:
            self.spread(value, site, 0)
            return
        start, stop = bounds >> 16, bounds & 0xFFFF
        for place in range(start, min(stop or length, length)):
            self.read(value >> SHIFT, self.place(place), self.cell(site, self.place(place - start)))

    def join(self, left: int, right: int, term: int) -> None:
        """`left + right` of two containers."""
        kind = self.kinds.get(left >> SHIFT, 0)
        site = self._flow.container(term, kind)
        if kind == Container.DICT:
            self.merge(left >> SHIFT, site)
            self._cells.watch(right, self.merge_into, site)
        else:
            self.spread(left, site, 0)
            self._cells.watch(right, self.spread, site)

    def item(self, value: int, term: int, key: int) -> None:
        """`value[key]` arrives at a term."""
        tag = value & TAG
        if tag == CONTAINER:
            self.read(value >> SHIFT, self.normal(value >> SHIFT, key), term)
            if value >> SHIFT in self.factories:
                self._make_missing(self.factories[value >> SHIFT], term)
        elif tag == INSTANCE and key > 0 and (word := self._field(value >> SHIFT, key)):
            self._flow.members.attribute(value, term, word)
        elif tag == INSTANCE:
            argument = -key if key > 0 else 0
            self._flow.calls.call_member(value, "__getitem__", (0, argument), term, term)
        elif tag == CLASS:
            self._item_of_class(value, term, -key if key > 0 else 0)
        elif tag == OPAQUE:
            self._cells.add(term, value)

    def _make_missing(self, factory: int, term: int) -> None:
        """A default dictionary is asked for a key: it may lack that."""
        if term < self._cells.terms and self._flow.rows[4 * term] == ValueOp.ITEM:
            self._flow.calls.back(factory, (), 0, term)

    def _item_of_class(self, value: int, term: int, key: int) -> None:
        """`Class[key]`: a member of an enumeration, what the class or its metaclass makes of it, else the class itself, which is
        generic.
        """
        cls, flow = value >> SHIFT, self._flow
        members, strings, meta = flow.members, flow.strings, flow.members.metaclass(value >> SHIFT)
        found = members.member(members.order(meta), strings["__getitem__"]) if meta is not None and meta >= 0 else None
        if found is None and self._is_named(self._flow.rows[4 * term + 1]):
            found = members.bound_in(cls, strings["__class_getitem__"])
        if found is not None:
            flow.calls.enter_with(found, value, (0, key), term, term)
        elif flow.evaluator.classes.is_enumeration(cls):
            self._cells.add(term, INSTANCE | cls << SHIFT)
        elif self._is_named(self._flow.rows[4 * term + 1]):
            self._cells.add(term, value)

    def _is_named(self, term: int) -> bool:
        """Whether a term is what a name stands for that a module, a class or an import binds: no value that merely flows there."""
        rows = self._flow.rows
        term = self._flow.whole(term)
        return term > 0 and rows[4 * term] in _NAMES

    def item_method(self, value: int, term: int, key: int) -> None:
        """`__getitem__` of an instance gets the key."""
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, "__getitem__", (0, key), term, term)

    def normal(self, site: int, key: int) -> int:
        """A key as it is stored: places from the end counted from the beginning where the length is known."""
        if key > 0:
            text = self._strings.texts[key]
            if text.startswith("i-"):
                place = self.lengths.get(site, -1) + int(text[1:])
                return self.place(place) if self.lengths.get(site, -1) >= 0 and place >= 0 else ANY
        return key

    def _field(self, cls: int, key: int) -> int:
        """The word of a named tuple's field under a key, 0 where there is none."""
        text = self._strings.texts[key]
        return (
            self._flow.calls.declared_fields.at(cls, int(text[1:]))
            if text[:1] == "i" and text[1:].removeprefix("-").isdecimal()
            else 0
        )

    def part(self, value: int, term: int, place: int) -> None:
        """One of the values that a value is taken apart into."""
        if value & TAG == INSTANCE and (word := self._flow.calls.declared_fields.at(value >> SHIFT, place)):
            self._flow.members.attribute(value, term, word)
            return
        if value & TAG == CONTAINER and self.kinds.get(value >> SHIFT) in _SEQUENCES:
            self.read(value >> SHIFT, self.normal(value >> SHIFT, self._strings[f"i{place}"]), term)
        else:
            self.each(value, term, 0)

    def each(self, value: int, target: int, waits: int) -> None:
        """Every item of a value arrives at a cell. Rows say themselves who is called for it."""
        tag = value & TAG
        if tag == CONTAINER and self.kinds.get(value >> SHIFT, 0) >= _OBJECT:
            self._flow.ecma.iterates(value, target)
        elif tag == CONTAINER:
            is_dict = self.kinds.get(value >> SHIFT) == _DICT
            self.read(value >> SHIFT, KEYS if is_dict else ANY, target)
        elif tag == GENERATOR:
            self._cells.copy(self._flow.yielded(value >> SHIFT), target)
        elif tag == INSTANCE:
            self._each_of_instance(value, target, waits)

    def _each_of_instance(self, value: int, target: int, waits: int) -> None:
        if self._flow.ecma.iterates(value, target):
            return
        calls, row = self._flow.calls, target if target < self._cells.terms else 0
        iterator = self._cells.new()
        first, then = ("__aiter__", "__anext__") if waits else ("__iter__", "__next__")
        if calls.call_member(value, first, (), iterator, row):
            self._cells.watch(iterator, self._advance, target, self._strings[then])
        elif not waits:
            calls.call_member(value, "__getitem__", (0, 0), target, row)

    def _advance(self, value: int, target: int, name: int) -> None:
        if value & TAG == INSTANCE:
            row = target if target < self._cells.terms else 0
            self._flow.calls.call_member(value, self._strings.texts[name], (), target, row)
        else:
            self.each(value, target, 0)

    def set_item(self, value: int, row: int, _second: int) -> None:
        """`value[key] = c` of a row."""
        rows, extra = self._flow.rows, self._flow.extra
        key, source = extra[rows[4 * row + 2]], rows[4 * row + 3]
        if value & TAG == CONTAINER:
            site = value >> SHIFT
            if site in self.sealed:
                return
            self.put(site, max(SOME, self.normal(site, -key)) if key < 0 else SOME, source)
            if key > 0 and self.kinds.get(site) == Container.DICT:
                self.put(site, KEYS, key)
        elif value & TAG == INSTANCE:
            self._flow.calls.call_member(value, "__setitem__", (0, key, 0, source), 0, row)
