"""What built-ins of ECMAScript and a few modules of node do with values: call them back, hold them, pass them on.

Known by name, never imported. Everything else outside gives nothing that is known. Methods of containers are told apart from
Python's by a dot before their name.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.value_cells import BOUND, CLASS, CONTAINER, FUNCTION, GENERATOR, METHOD, PROPERTY, SHIFT, TAG
from lepasserelle.graph.value_items import ANY, KEYS, SOME
from lepasserelle.model.values import Container

if TYPE_CHECKING:
    from lepasserelle.graph.value_ecmascript import Objects
    from lepasserelle.graph.value_flow import Flow

Arguments = tuple[int, ...]
BIND: Final = 8
"""First number of a `PROPERTY` pair: what `f.bind(…)` gave, by its number."""
_EACH: Final = frozenset("forEach some every findIndex findLastIndex".split())  # noqa: SIM905
_MAPS: Final = frozenset({"map", "filter", "flatMap"})
_FIND: Final = frozenset({"find", "findLast"})
_TAKE: Final = frozenset({"pop", "shift", "at"})
_SAME: Final = frozenset({"sort", "reverse", "fill", "toSorted", "toReversed"})
_COPIES: Final = frozenset({"slice", "splice", "flat", "values"})
_ARRAY: Final = frozenset(
    """forEach some every findIndex findLastIndex find findLast map filter flatMap reduce reduceRight sort reverse fill toSorted
    toReversed pop shift at push unshift concat slice splice flat values entries keys join includes indexOf lastIndexOf""".split()  # noqa: SIM905
)
_METHODS: Final = {
    int(Container.LIST): _ARRAY,
    int(Container.TUPLE): _ARRAY,
    int(Container.MAP): frozenset("get set has delete clear forEach values keys entries".split()),  # noqa: SIM905
    int(Container.SET): frozenset("add has delete clear forEach values keys entries".split()),  # noqa: SIM905
    int(Container.PROMISE): frozenset({"then", "catch", "finally", "resolve!"}),
    int(Container.EMITTER): frozenset(
        "on once addListener prependListener off removeListener removeAllListeners emit".split()  # noqa: SIM905
    ),
}
_LATER: Final = frozenset(
    """setTimeout setInterval setImmediate queueMicrotask process.nextTick requestAnimationFrame""".split()  # noqa: SIM905
)
_PASSED: Final = frozenset(
    f"Object.{name}" for name in ("freeze", "seal", "preventExtensions", "defineProperties")
) | {"structuredClone"}  # fmt: skip
_EMITTERS: Final = frozenset({"events", "node:events", "events.EventEmitter", "node:events.EventEmitter"})


class EcmaBuiltins:
    """Behaviours by name."""

    def __init__(self, flow: "Flow", objects: "Objects") -> None:
        self._flow = flow
        self._objects = objects
        self._cells = flow.cells
        self._items = flow.items
        self.owners: dict[int, str] = {}
        """Containers → the name of what they are instances of."""
        self._bound: list[tuple[int, int, Arguments]] = []
        self._pairs: dict[int, int] = {}
        collections = {"Map": Container.MAP, "WeakMap": Container.MAP, "Set": Container.SET, "WeakSet": Container.SET}
        self._collections = {f"<global>.{name}": kind for name, kind in collections.items()}
        self._known: dict[str, Callable[[Arguments, int, int], None]] = {
            "<global>.Promise": self._promise,
            "<global>.Promise.resolve": self._resolved,
            "<global>.Promise.all": self._all,
            "<global>.Promise.allSettled": self._all,
            "<global>.Promise.race": self._race,
            "<global>.Promise.any": self._race,
            "<global>.Object.assign": self._assign,
            "<global>.Object.create": self._create,
            "<global>.Object.setPrototypeOf": self._set_prototype,
            "<global>.Object.values": self._values,
            "<global>.Object.entries": self._entries,
            "<global>.Object.getPrototypeOf": self._nothing,
            "<global>.Array.from": self._from,
            "<global>.Array.of": self._of,
            "<global>.Array": self._of,
            "<global>.JSON.parse": self._second_back,
            "<global>.JSON.stringify": self._second_back,
            "<global>.Reflect.apply": self._reflect_apply,
            "<global>.Reflect.construct": self._reflect_construct,
            "util.inherits": self._inherits,
            "node:util.inherits": self._inherits,
        }
        self._known |= {f"<global>.{name}": self._nothing for name in ("String", "Number", "Boolean", "BigInt", "Symbol")}
        self._known |= {f"<global>.{name}": self._later for name in _LATER}
        self._known |= {f"<global>.{name}": self._pass_on for name in _PASSED}

    def is_method(self, value: int, word: int) -> bool:
        """Whether a property of a value is a method of its own kind."""
        tag, text = value & TAG, self._flow.strings.texts[word]
        if tag == CONTAINER:
            return text in _METHODS.get(self._items.kinds.get(value >> SHIFT, -1), ())
        if tag == GENERATOR:
            return text in {"next", "return"}
        return tag in (FUNCTION, BOUND, CLASS, METHOD, PROPERTY) and text in {"call", "apply", "bind"}

    def outside(self, name: str, arguments: Arguments, result: int, row: int) -> bool:
        """A call of something outside; False for what is not known here."""
        kind = self._collections.get(name)
        if kind is not None:
            if result:
                self._collect(self._make(result, kind, name), kind, arguments)
            return True
        if name in _EMITTERS:
            if result:
                self._make(result, Container.EMITTER, name)
            return True
        behaviour = self._known.get(name)
        if behaviour is None:
            return False
        behaviour(arguments, result, row)
        return True

    def _make(self, result: int, kind: int, owner: str) -> int:
        site = self._flow.container(result, kind)
        self.owners[site] = owner
        return site

    def _list(self, result: int) -> int:
        return self._flow.container(result, Container.LIST)

    def _argument(self, arguments: Arguments, place: int) -> int:
        at = 2 * place
        return arguments[at + 1] if len(arguments) > at + 1 and all(kind == 0 for kind in arguments[: at + 1 : 2]) else 0

    def _nothing(self, arguments: Arguments, result: int, row: int) -> None:
        pass

    def _all_of(self, source: int) -> int:
        cell = self._cells.new()
        self._cells.watch(source, self._items.each, cell, 0)
        return cell

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def method(self, value: int, arguments: Arguments, result: int, row: int) -> bool:
        """A call of a method of a container, a function or a generator; False for one of Python."""
        owner, word = self._cells.pairs[value >> SHIFT]
        text = self._flow.strings.texts[word]
        if not text.startswith("."):
            return False
        name = text[1:]
        if owner & TAG == CONTAINER:
            self._of_container(owner, name, arguments, result, row)
        elif owner & TAG == GENERATOR:
            if row and arguments:
                self._cells.copy(self._argument(arguments, 0), self._flow.sent(owner >> SHIFT))
            if result:
                self._cells.add(result, owner)
        elif name == "bind":
            if result:
                self._bound.append((owner, self._argument(arguments, 0), arguments[2:]))
                self._cells.add(result, self._cells.pair(PROPERTY, BIND, len(self._bound) - 1))
        else:
            given = arguments[2:] if name == "call" else (-1, self._argument(arguments, 1)) if len(arguments) > 2 else ()
            self.apply(owner, self._argument(arguments, 0), given, result, row)
        return True

    def apply(self, function: int, receiver: int, arguments: Arguments, result: int, row: int) -> None:
        """Call a function with a receiver."""
        self._flow.calls.call(function, arguments, result, row)
        node = function >> SHIFT if function & TAG == FUNCTION else -1
        node = self._cells.pairs[function >> SHIFT][0] if function & TAG == BOUND else node
        if node >= 0 and receiver > 0 and row:
            record = self._flow.calls.record(arguments, node, 0, row)
            self._cells.watch(receiver, self._apply_to, record)

    def _apply_to(self, value: int, record: int, _second: int) -> None:
        arguments, node, _, row = self._flow.calls.recorded(record)
        self._flow.calls.function(node, value, arguments, 0, row)

    def call_bound(self, number: int, arguments: Arguments, result: int, row: int) -> None:
        """A call of what `bind` gave."""
        function, receiver, given = self._bound[number]
        if len(given) + len(arguments) <= 64:
            self.apply(function, receiver, given + arguments, result, row)

    # ── containers ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_container(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        site = owner >> SHIFT
        kind = self._items.kinds.get(site, 0)
        if row > 0 and name != "resolve!":
            prefix = self.owners.get(site, "<list>" if kind in (Container.LIST, Container.TUPLE) else "<global>.Promise")
            self._flow.enters(row, OUTER | self._flow.strings[f"{prefix}.{name}"])
        if kind == Container.PROMISE:
            self._of_promise(owner, name, arguments, result, row)
        elif kind == Container.EMITTER:
            self._of_emitter(owner, name, arguments, result, row)
        elif kind in (Container.MAP, Container.SET):
            self._of_collection(owner, name, arguments, result, row)
        else:
            self._of_array(owner, name, arguments, result, row)

    def _of_array(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        items, site = self._items, owner >> SHIFT
        if name in _EACH or name in _FIND or name in _MAPS:
            self._visit(site, name, arguments, result, row)
        elif name in {"reduce", "reduceRight"}:
            self._reduce(site, arguments, result, row)
        elif name in {"push", "unshift"}:
            for at in range(0, len(arguments), 2):
                if arguments[at] == 0:
                    items.put(site, SOME, arguments[at + 1])
                else:
                    self._cells.watch(arguments[at + 1], items.spread, site)
        elif name in _SAME:
            self._order(owner, name, arguments, result, row)
        elif result and name in _TAKE:
            items.read(site, ANY, result)
        elif result and name == "entries":
            self.pairs(site, items.cell(self._list(result), SOME))
        elif result and (name in _COPIES or name == "concat"):
            made = self._list(result)
            items.spread(owner, made, 0)
            for at in range(0, len(arguments) if name == "concat" else 0, 2):
                self._cells.watch(arguments[at + 1], self._concatenate, made)

    def _visit(self, site: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        """A callback gets each item."""
        items, item, given = self._items, self._cells.new(), self._cells.new() if result else 0
        items.read(site, ANY, item)
        self._flow.calls.back(self._argument(arguments, 0), (0, item, 0, 0, 0, 0), given, row)
        if result and name in _FIND:
            self._cells.copy(item, result)
        elif result and name in {"map", "filter"}:
            items.put(self._list(result), SOME, given if name == "map" else item)
        elif result and name == "flatMap":
            self._cells.watch(given, items.spread, self._list(result))

    def _order(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        if name in {"sort", "toSorted"}:
            item = self._cells.new()
            self._items.read(owner >> SHIFT, ANY, item)
            self._flow.calls.back(self._argument(arguments, 0), (0, item, 0, item), 0, row)
        if result:
            self._cells.add(result, owner)

    def _concatenate(self, value: int, site: int, _second: int) -> None:
        if value & TAG == CONTAINER and self._items.kinds.get(value >> SHIFT) in (Container.LIST, Container.TUPLE):
            self._items.spread(value, site, 0)
        else:
            self._cells.add(self._items.cell(site, SOME), value)

    def _reduce(self, site: int, arguments: Arguments, result: int, row: int) -> None:
        item, held, given = self._cells.new(), self._cells.new(), self._cells.new()
        self._items.read(site, ANY, item)
        length = self._items.lengths.get(site, -1)
        self._cells.copy(self._argument(arguments, 1) if len(arguments) >= 4 else item, held)
        self._flow.calls.back(self._argument(arguments, 0), (0, held, 0, item), given, row)
        if len(arguments) >= 4 or length != 2:
            self._cells.copy(given, held)
        if result:
            self._cells.copy(given if length >= 2 else held, result)

    def _collect(self, site: int, kind: int, arguments: Arguments) -> None:
        source = self._argument(arguments, 0)
        if kind == Container.SET:
            self._cells.watch(source, self._items.spread, site)
        else:
            self._cells.watch(self._all_of(source), self._put_pair, site)

    def _put_pair(self, value: int, site: int, _second: int) -> None:
        if value & TAG == CONTAINER:
            self._items.read(value >> SHIFT, self._items.place(1), self._items.cell(site, SOME))
            self._items.read(value >> SHIFT, self._items.place(0), self._items.cell(site, KEYS))

    def _of_collection(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        items, site, first = self._items, owner >> SHIFT, self._argument(arguments, 0)
        is_map = items.kinds.get(site) == Container.MAP
        if name == "set":
            items.put(site, -first if first < 0 else SOME, self._argument(arguments, 1))
            items.put(site, KEYS, first)
        elif name == "add":
            items.put(site, SOME, first)
        elif name == "get" and result:
            items.read(site, -first if first < 0 else ANY, result)
        elif name == "forEach":
            item, key = self._cells.new(), self._cells.new()
            items.read(site, ANY, item)
            items.read(site, KEYS, key)
            self._flow.calls.back(first, (0, item, 0, key if is_map else item), 0, row)
        elif name == "entries" and result:
            self.pairs(site, items.cell(self._list(result), SOME))
        elif name in {"values", "keys"} and result:
            items.read(site, KEYS if name == "keys" and is_map else ANY, items.cell(self._list(result), SOME))
        if name in {"set", "add"} and result:
            self._cells.add(result, owner)

    def pairs(self, site: int, target: int) -> None:
        """Pairs of key and value of a container arrive at a cell."""
        made = self._pairs.get(site)
        if made is None:
            made = self._pairs[site] = self._cells.new()
            self._flow.container(made, Container.LIST)
            self._items.read(site, KEYS, self._items.cell(made, self._items.place(0)))
            self._cells.copy(self._objects.all_of(CONTAINER | site << SHIFT), self._items.cell(made, self._items.place(1)))
        self._cells.copy(made, target)

    def _of_emitter(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        items, site, event = self._items, owner >> SHIFT, self._argument(arguments, 0)
        key = -event if event < 0 else 0
        if name == "emit" and row:
            handlers = self._cells.new()
            items.read(site, key or ANY, handlers)
            self._flow.calls.back(handlers, arguments[2:], 0, row)
        elif name in {"on", "once", "addListener", "prependListener"}:
            items.put(site, key or SOME, self._argument(arguments, 1))
        if result:
            self._cells.add(result, owner)

    # ── promises ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _promise_at(self, site: int) -> int:
        self._items.kinds[site] = Container.PROMISE
        return CONTAINER | site << SHIFT

    def _promise(self, arguments: Arguments, result: int, row: int) -> None:
        site = row if row > 0 else result
        if not site:
            return
        value = self._promise_at(site)
        if row:
            resolve = self._cells.new()
            self._cells.add(resolve, self._cells.pair(METHOD, value, self._flow.strings[".resolve!"]))
            self._flow.calls.back(self._argument(arguments, 0), (0, resolve), 0, row)
        if result:
            self._cells.add(result, value)

    def _of_promise(self, owner: int, name: str, arguments: Arguments, result: int, row: int) -> None:
        items, objects, first = self._items, self._objects, self._argument(arguments, 0)
        own = self._cells.new()
        items.read(owner >> SHIFT, SOME, own)
        if name == "resolve!":
            objects.resolve(first, items.cell(owner >> SHIFT, SOME))
            return
        made = items.cell(self._flow.container(result, Container.PROMISE), SOME) if result else 0
        given = self._cells.new() if result else 0
        self._flow.calls.back(first, (0, own) if name == "then" else (), given, row)
        if name == "then" and len(arguments) >= 4:
            self._flow.calls.back(self._argument(arguments, 1), (), given, row)
        if result:
            if name != "finally":
                objects.resolve(given, made)
            if name != "then":
                self._cells.copy(own, made)

    def _resolved(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            self._objects.resolve(
                self._argument(arguments, 0), self._items.cell(self._flow.container(result, Container.PROMISE), SOME)
            )

    def _race(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            made = self._items.cell(self._flow.container(result, Container.PROMISE), SOME)
            self._objects.resolve(self._all_of(self._argument(arguments, 0)), made)

    def _all(self, arguments: Arguments, result: int, _row: int) -> None:
        if not result:
            return
        inner = self._cells.new()
        self._list(inner)
        self._items.put(self._flow.container(result, Container.PROMISE), SOME, inner)
        self._cells.watch(self._argument(arguments, 0), self._settle_all, inner)

    def _settle_all(self, value: int, inner: int, _second: int) -> None:
        length = self._items.lengths.get(value >> SHIFT, -1) if value & TAG == CONTAINER else -1
        if 0 < length < 16:
            for place in range(length):
                cell = self._cells.new()
                self._items.read(value >> SHIFT, self._items.place(place), cell)
                self._objects.resolve(cell, self._items.cell(inner, self._items.place(place)))
        else:
            cell = self._cells.new()
            self._items.each(value, cell, 0)
            self._objects.resolve(cell, self._items.cell(inner, SOME))

    # ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _later(self, arguments: Arguments, _result: int, row: int) -> None:
        if row:
            self._flow.calls.back(self._argument(arguments, 0), arguments[4:], 0, row)

    def _second_back(self, arguments: Arguments, _result: int, row: int) -> None:
        if row and len(arguments) >= 4:
            self._flow.calls.back(self._argument(arguments, 1), (), 0, row)

    def _pass_on(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            self._cells.copy(self._argument(arguments, 0), result)

    def _assign(self, arguments: Arguments, result: int, row: int) -> None:
        target = self._argument(arguments, 0)
        for at in range(2, len(arguments) if row else 0, 2):
            if arguments[at] == 0 and arguments[at + 1] > 0:
                self._cells.watch(target, self._assign_to, arguments[at + 1])
        if result:
            self._cells.copy(target, result)

    def _assign_to(self, value: int, source: int, _second: int) -> None:
        self._objects.stand_above(self._objects.prototype_of(value), source)

    def _create(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            site = self._flow.container(result, Container.OBJECT)
            self._objects.stand_above(CONTAINER | site << SHIFT, self._argument(arguments, 0))

    def _set_prototype(self, arguments: Arguments, result: int, row: int) -> None:
        if row and len(arguments) >= 4:
            self._cells.watch(self._argument(arguments, 0), self._put_above, self._argument(arguments, 1))
        self._pass_on(arguments, result, row)

    def _put_above(self, value: int, source: int, _second: int) -> None:
        self._objects.stand_above(value, source)

    def _inherits(self, arguments: Arguments, _result: int, row: int) -> None:
        if row and len(arguments) >= 4:
            self._cells.watch(self._argument(arguments, 0), self._inherit, self._argument(arguments, 1))

    def _inherit(self, value: int, source: int, _second: int) -> None:
        self._objects.stand_above(self._objects.prototype_of(value), source)

    def _values(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            self._cells.watch(self._argument(arguments, 0), self._every, self._items.cell(self._list(result), SOME))

    def _every(self, value: int, cell: int, _second: int) -> None:
        self._cells.copy(self._objects.all_of(value), cell)

    def _entries(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            self._cells.watch(self._argument(arguments, 0), self._pair_of, self._items.cell(self._list(result), SOME))

    def _pair_of(self, value: int, cell: int, _second: int) -> None:
        if value & TAG == CONTAINER:
            self.pairs(value >> SHIFT, cell)

    def _from(self, arguments: Arguments, result: int, row: int) -> None:
        item = self._cells.new()
        if row or result:
            self._cells.watch(self._argument(arguments, 0), self._items.each, item, 0)
        if row > 0:
            self._cells.watch(self._argument(arguments, 0), self._ask_iterator, row)
        given = self._cells.new() if len(arguments) >= 4 else item
        if len(arguments) >= 4:
            self._flow.calls.back(self._argument(arguments, 1), (0, item), given if result else 0, row)
        if result:
            self._items.put(self._list(result), SOME, given)

    def _ask_iterator(self, value: int, row: int, _second: int) -> None:
        if value & TAG != CONTAINER or self._items.kinds.get(value >> SHIFT) == Container.OBJECT:
            self._objects.call_property(value, self._flow.strings["[Symbol.iterator]"], (), 0, row)

    def _of(self, arguments: Arguments, result: int, _row: int) -> None:
        if result:
            site = self._list(result)
            for at in range(0, len(arguments), 2):
                self._items.put(site, SOME, arguments[at + 1])

    def _reflect_apply(self, arguments: Arguments, result: int, row: int) -> None:
        if len(arguments) >= 6:
            self._flow.calls.back(self._argument(arguments, 0), (-1, self._argument(arguments, 2)), result, row)

    def _reflect_construct(self, arguments: Arguments, result: int, row: int) -> None:
        if len(arguments) >= 4:
            record = self._flow.calls.record((-1, self._argument(arguments, 1)), -1, result, row)
            self._cells.watch(self._argument(arguments, 0), self._construct, record)

    def _construct(self, value: int, record: int, _second: int) -> None:
        arguments, _, result, row = self._flow.calls.recorded(record)
        self._objects.create(value, arguments, result, row)
