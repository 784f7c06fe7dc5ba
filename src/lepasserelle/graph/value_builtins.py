"""What built-ins and a few functions of the standard library do with values: call them back, hold them, pass them on.

Known by name, never imported. Everything else outside gives nothing that is known.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lepasserelle.graph.builtin_names import PYTHON_TRANSPARENT
from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.value_binding import CLASS_WRAP, NAMED_WRAP, PROPERTY_WRAP, STATIC_WRAP
from lepasserelle.graph.value_builtin_names import CALLED_BACK, HOLDERS, METHODS
from lepasserelle.graph.value_calls import first
from lepasserelle.graph.value_cells import (
    CLASS,
    CONSTANT,
    CONTAINER,
    FITTING,
    GENERATOR,
    INSTANCE,
    MODULE,
    OPAQUE,
    OUTSIDE,
    PARTIAL,
    PROPERTY,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_items import ANY, KEYS, SOME
from lepasserelle.graph.value_library import Behaviour, Library
from lepasserelle.graph.value_making import Making
from lepasserelle.graph.value_protocols import HASHING
from lepasserelle.graph.value_records import Arguments
from lepasserelle.graph.values import OUTSIDE_INSTANCE, tag_of
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_LITERALS: Final = ("<list>", "<tuple>", "<set>", "<dict>")
_OWN_NAMES: Final = ("<frozenset>", "collections.deque", "collections.OrderedDict", "collections.defaultdict")
"""Types whose methods go by another name than those of their kind. `which` of their containers: -1 for the first."""
_WRAPS: Final = {"staticmethod": STATIC_WRAP, "classmethod": CLASS_WRAP, "property": PROPERTY_WRAP}


class Builtins:
    """Behaviours by name."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._items = flow.items
        self.names: dict[int, list[int]] = {}
        """Rows that make named tuples → words of their fields."""
        self._known: dict[str, Behaviour] = {name: self._holder(name, kind) for name, kind in HOLDERS.items()}
        self._known |= {
            "<builtin>.map": self._map,
            "<builtin>.filter": self._filter,
            "<builtin>.sorted": self._sorted,
            "<builtin>.max": self._choose,
            "<builtin>.min": self._choose,
            "<builtin>.enumerate": self._enumerate,
            "<builtin>.zip": self._zip,
            "<builtin>.next": self._next,
            "<builtin>.dict": self._dict,
            "<builtin>.getattr": self._getattr,
            "<builtin>.setattr": self._setattr,
            "<builtin>.type": self._type,
            "<builtin>.isinstance": self._is_instance,
            "<builtin>.print": self._print,
            "functools.partial": self._partial,
            "types.MethodType": self._partial,
            "functools.reduce": self._reduce,
            "functools.update_wrapper": self._pass_on,
            "functools.cmp_to_key": self._pass_on,
            "collections.OrderedDict": self._ordered_dict,
            "collections.defaultdict": self._default_dict,
            "collections.namedtuple": self._named,
            "types.SimpleNamespace": self._namespace,
            "copy.copy": self._pass_on,
            "copy.deepcopy": self._pass_on,
            "typing.cast": self._cast,
            "itertools.chain": self._chain,
            "asyncio.run": self._pass_on,
            "asyncio.create_task": self._pass_on,
            "asyncio.ensure_future": self._pass_on,
            "asyncio.wait_for": self._pass_on,
            "asyncio.gather": self._gather,
        }
        self.library = Library(flow)
        self.making = Making(flow)
        self._known |= self.library.known
        self._known |= {name: self._calls_back(place, word) for name, (place, word) in CALLED_BACK.items()}
        self._known |= {f"<builtin>.{name}": self._wrap(kind) for name, kind in _WRAPS.items()}
        self._known |= {f"<builtin>.{name}": self._protocol(method) for name, method in METHODS.items()}
        self._methods: dict[str, Callable[[int, Arguments, int, int], None]] = {
            "append": self._append, "add": self._append, "appendleft": self._append, "insert": self._insert,
            "extend": self._extend, "extendleft": self._extend, "update": self._extend, "pop": self._pop, "popleft": self._pop,
            "popitem": self._pop, "get": self._pop, "setdefault": self._setdefault, "values": self._values, "keys": self._keys,
            "items": self._pairs, "copy": self._duplicate, "sort": self._sort, "send": self._send, "__next__": self._send,
        }  # fmt: skip

    def outside(self, value: int, arguments: Arguments, result: int, row: int, site: int) -> None:
        """A call of something outside."""
        name = self._flow.outside_name(value)
        if self._flow.ecma.builtins.outside(name, arguments, result, row):
            return
        behaviour = self._known.get(name)
        if behaviour is not None:
            behaviour(arguments, result, row, site)
        elif result and name not in PYTHON_TRANSPARENT:
            flow = self._flow
            flow.evaluator.fresh()
            flow.take(flow.evaluator.calls.call(((flow.outside[value >> SHIFT],), 0)), result)
        elif result:
            self._cells.add(result, OPAQUE)
            if name != "functools.wraps":
                self._cells.copy(first(arguments), result)

    def method(self, value: int, arguments: Arguments, result: int, row: int) -> None:
        """A call of a method of a container or a generator."""
        if self._flow.ecma.builtins.method(value, arguments, result, row):
            return
        owner, word = self._cells.pairs[value >> SHIFT]
        name = self._flow.strings.texts[word]
        if row > 0 and owner & TAG == CONTAINER:
            self._flow.enters(row, OUTER | self._flow.strings[f"{self._type_name(owner >> SHIFT)}.{name}"])
            if name in HASHING.get(self._items.kinds.get(owner >> SHIFT, -1), ()):
                self._cells.watch(first(arguments), self._flow.protocols.hashed, row)
        behaviour = self._methods.get(name)
        if behaviour is not None and (owner & TAG == CONTAINER or behaviour == self._send):
            behaviour(owner, arguments, result, row)

    def _type_name(self, site: int) -> str:
        if site in self._items.called:
            return self._items.called[site]
        which = self._items.makers.get(site, 0)
        return _OWN_NAMES[-which - 1] if which else _LITERALS[self._items.kinds.get(site, 0)]

    def _made(self, result: int, kind: int, name: str) -> int:
        """A container of a kind, under the name of its type where that has its own."""
        which = -1 - _OWN_NAMES.index(name) if name in _OWN_NAMES else 0
        site = self._flow.container(result, kind, which)
        if which:
            self._items.makers[site] = which
        return site

    # ── callbacks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _all_of(self, source: int) -> int:
        cell = self._cells.new()
        self._cells.watch(source, self._items.each, cell, 0)
        return cell

    def _hand_over(self, arguments: Arguments) -> tuple[int, ...]:
        return tuple(part for at in range(2, len(arguments), 2) for part in (0, self._all_of(arguments[at + 1])))

    def _map(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        given = self._cells.new() if result else 0
        if given:
            self._cells.stand_for[given] = ("map", result)
        if arguments:
            self._flow.calls.back(arguments[1], self._hand_over(arguments), given, row)
        if result:
            self._items.put(self._flow.container(result, Container.LIST), SOME, given)

    def _filter(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        if len(arguments) < 4:
            return
        if row:
            self._flow.calls.back(arguments[1], self._hand_over(arguments), 0, row)
        if result:
            self._cells.watch(arguments[3], self._items.spread, self._flow.container(result, Container.LIST))

    def _key(self, arguments: Arguments) -> int:
        word = self._flow.strings["key"]
        return next((arguments[at + 1] for at in range(0, len(arguments), 2) if arguments[at] == word), 0)

    def _sorted(self, arguments: Arguments, result: int, row: int, site: int) -> None:
        if row and self._key(arguments):
            self._flow.calls.back(self._key(arguments), (0, self._all_of(first(arguments))), 0, row)
        elif row:
            self._flow.protocols.compared(self._all_of(first(arguments)), "__lt__", row)
        if result:
            self._known["<builtin>.list"](arguments, result, row, site)

    def _choose(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        chosen = [arguments[at + 1] for at in range(0, len(arguments), 2) if arguments[at] == 0]
        cell = self._all_of(chosen[0]) if len(chosen) == 1 else self._cells.new()
        for source in chosen if len(chosen) > 1 else ():
            self._cells.copy(source, cell)
        if row and self._key(arguments):
            self._flow.calls.back(self._key(arguments), (0, cell), 0, row)
        elif row:
            self._flow.protocols.compared(cell, "__gt__", row)
        if result:
            self._cells.copy(cell, result)

    def _reduce(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        if len(arguments) >= 4:
            cell = self._all_of(arguments[3])
            self._flow.calls.back(arguments[1], (0, cell, 0, cell), result, row)

    def _partial(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        if result and site < self._cells.terms and self._flow.rows[4 * site] == ValueOp.CALL and len(arguments) >= 2:
            self._cells.add(result, PARTIAL | site << SHIFT)

    # ── containers ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _holder(self, name: str, kind: int) -> Behaviour:
        own = name.replace("<builtin>.frozenset", "<frozenset>")
        asked = self._reversed if name == "<builtin>.reversed" else self._iterated

        def hold(arguments: Arguments, result: int, row: int, _site: int) -> None:
            if row > 0:
                self._cells.watch(first(arguments), asked, row)
            if result:
                self._cells.watch(first(arguments), self._items.spread, self._made(result, kind, own))

        return hold

    def _iterated(self, value: int, row: int, _second: int) -> None:
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, "__iter__", (), 0, row)

    def _reversed(self, value: int, row: int, _second: int) -> None:
        """What cannot say its items backwards is measured, and not iterated."""
        if value & TAG == INSTANCE:
            self._flow.protocols.call(value, "__reversed__", row)

    def _enumerate(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            self._hold_tuples(result, [0, self._all_of(first(arguments))], ("enumerate",))

    def _zip(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            self._hold_tuples(result, [self._all_of(arguments[at + 1]) for at in range(0, len(arguments), 2)], ("zip",))

    def _hold_tuples(self, result: int, parts: list[int], by: tuple[Any, ...]) -> None:
        site = self._flow.container(result, Container.LIST)
        inner = self._cells.new()
        self._cells.stand_for[inner] = ("pairs", result, *by)
        pair = self._flow.container(inner, Container.TUPLE)
        for place, part in enumerate(parts):
            self._items.put(pair, self._items.place(place), part)
        self._items.put(site, SOME, inner)

    def _dict(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            self._hold_named(arguments, self._made(result, Container.DICT, ""))

    def _ordered_dict(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            self._hold_named(arguments, self._made(result, Container.DICT, "collections.OrderedDict"))

    def _hold_named(self, arguments: Arguments, site: int) -> None:
        strings = self._flow.strings
        for at in range(0, len(arguments), 2):
            kind, term = arguments[at], arguments[at + 1]
            if kind > 0:
                self._items.put(site, strings["s" + strings.texts[kind]], term)
            else:
                self._cells.watch(term, self._items.merge_into, site)

    def _default_dict(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            site = self._made(result, Container.DICT, "collections.defaultdict")
            if first(arguments):
                self._items.factories[site] = first(arguments)
                self._flow.calls.back(first(arguments), (), self._items.cell(site, SOME), 0)

    def _chain(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            site = self._flow.container(result, Container.LIST)
            for at in range(0, len(arguments), 2):
                self._cells.watch(arguments[at + 1], self._items.spread, site)

    def _gather(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            site = self._flow.container(result, Container.LIST)
            for place, at in enumerate(range(0, len(arguments), 2)):
                self._items.put(site, self._items.place(place) if arguments[at] == 0 else SOME, arguments[at + 1])

    def _named(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        if not result or len(arguments) < 4 or arguments[3] >= 0:
            return
        strings = self._flow.strings
        text = strings.texts[-arguments[3]][1:]
        self.names[site] = [strings[name] for name in text.replace(",", " ").split()]
        self._cells.add(result, self._cells.pair(PROPERTY, NAMED_WRAP, site))

    def _namespace(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            words = [word for word in arguments[::2] if word > 0]
            site = self._made(result, Container.TUPLE, "types.SimpleNamespace")
            self._flow.members.fields[site] = words
            given = [term for word, term in zip(arguments[::2], arguments[1::2], strict=True) if word > 0]
            for place, term in enumerate(given):
                self._items.put(site, self._items.place(place), term)

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _next(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        target = result or self._cells.new()
        self._cells.watch(first(arguments), self._advance, target, row)
        if result and len(arguments) >= 4:
            self._cells.copy(arguments[3], result)

    def _advance(self, value: int, target: int, row: int) -> None:
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, "__next__", (), target, row)
        else:
            self._items.each(value, target, 0)

    def _getattr(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if not result or len(arguments) < 4:
            return
        self._cells.watch(arguments[3], self._getattr_of, result, arguments[1])
        if len(arguments) >= 6:
            self._cells.copy(arguments[5], result)

    def _getattr_of(self, value: int, result: int, owner: int) -> None:
        text = self._flow.strings.texts[value >> SHIFT] if value & TAG == CONSTANT else ""
        if text.startswith("s") and text[1:].isidentifier() and owner > 0:
            self._cells.watch(owner, self._attribute, result, self._flow.strings[text[1:]])
        elif text.startswith("f") and owner > 0:
            self._cells.watch(owner, self._fitting, result, self._flow.strings[text[1:]])

    def _attribute(self, value: int, result: int, word: int) -> None:
        """A member by a text that flows there; of an instance of something outside nobody knows whether it has one of that name."""
        if value & TAG != OUTSIDE or tag_of(self._flow.outside[value >> SHIFT]) != OUTSIDE_INSTANCE:
            self._flow.members.attribute(value, result, word)

    def _fitting(self, value: int, result: int, text: int) -> None:
        if value & TAG in (INSTANCE, CLASS, MODULE):
            self._cells.add(result, self._cells.pair(FITTING, value, text))

    def announce(self, arguments: Arguments) -> None:
        """A call of `setattr` that may be reached: its name is one that is put on values."""
        if len(arguments) >= 6 and arguments[3] < 0:
            word = self._flow.strings[self._flow.strings.texts[-arguments[3]][1:]]
            self._flow.members.will_set(word)
            self._flow.members.named.add(word)

    def _setattr(self, arguments: Arguments, _result: int, row: int, _site: int) -> None:
        if not row or len(arguments) < 6 or arguments[3] >= 0:
            return
        word = self._flow.strings[self._flow.strings.texts[-arguments[3]][1:]]
        record = self._cells.pair(PROPERTY, word, arguments[5])
        self._cells.watch(arguments[1], self._store, record)

    def _store(self, value: int, record: int, _second: int) -> None:
        word, source = self._cells.pairs[record >> SHIFT]
        self._flow.members.store(value, word, source)

    def _type(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result and len(arguments) == 2:
            self._cells.watch(first(arguments), self._class_of, result)
        elif result:
            self.making.make(arguments, result)

    def _class_of(self, value: int, result: int, _second: int) -> None:
        if value & TAG == INSTANCE:
            self._cells.add(result, CLASS | value >> SHIFT << SHIFT)

    def _is_instance(self, arguments: Arguments, _result: int, row: int, _site: int) -> None:
        if row > 0 and len(arguments) >= 4 and self._flow.members.binds(self._flow.strings["__instancecheck__"]):
            self._cells.watch(arguments[3], self._asked_of_class, row)

    def _asked_of_class(self, value: int, row: int, _second: int) -> None:
        meta = self._flow.evaluator.classes.metaclass(value >> SHIFT) if value & TAG == CLASS else None
        if meta is not None and meta >= 0:
            self._flow.calls.call_member(INSTANCE | meta << SHIFT, "__instancecheck__", (), 0, row)

    def _pass_on(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result:
            self._cells.copy(first(arguments), result)

    def _cast(self, arguments: Arguments, result: int, _row: int, _site: int) -> None:
        if result and len(arguments) >= 4:
            self._cells.copy(arguments[3], result)

    def _wrap(self, kind: int) -> Behaviour:
        def behave(arguments: Arguments, result: int, _row: int, _site: int) -> None:
            if result:
                self._cells.watch(first(arguments), self._wrapped, result, kind)

        return behave

    def _wrapped(self, value: int, result: int, kind: int) -> None:
        self._cells.add(result, self._cells.pair(PROPERTY, kind, value))

    def _protocol(self, method: str) -> Behaviour:
        def behave(arguments: Arguments, _result: int, row: int, _site: int) -> None:
            if row > 0:
                self._cells.watch(first(arguments), self._obey, row, self._flow.strings[method])

        return behave

    def _obey(self, value: int, row: int, word: int) -> None:
        if value & TAG == INSTANCE:
            self._flow.protocols.call(value, self._flow.strings.texts[word], row)

    def _print(self, arguments: Arguments, _result: int, row: int, _site: int) -> None:
        if row > 0:
            for at in range(0, len(arguments), 2):
                if arguments[at] == 0:
                    self._cells.watch(arguments[at + 1], self._obey, row, self._flow.strings["__str__"])

    def _calls_back(self, place: int, word: str) -> Behaviour:
        """Something outside that calls what it is given at a place or under a word, with nothing that is known."""

        def behave(arguments: Arguments, _result: int, row: int, _site: int) -> None:
            key = self._flow.strings[word]
            given = [arguments[at + 1] for at in range(0, len(arguments), 2) if arguments[at] == key]
            if not given and 2 * place < len(arguments) and arguments[2 * place] == 0:
                given = [arguments[2 * place + 1]]
            for function in given if row else ():
                self._flow.calls.back(function, (), 0, row)

        return behave

    # ── methods of containers ─────────────────────────────────────────────────────────────────────────────────────────────

    def _append(self, owner: int, arguments: Arguments, _result: int, _row: int) -> None:
        self._items.put(owner >> SHIFT, SOME, first(arguments))

    def _insert(self, owner: int, arguments: Arguments, _result: int, _row: int) -> None:
        if len(arguments) >= 4:
            self._items.put(owner >> SHIFT, SOME, arguments[3])

    def _extend(self, owner: int, arguments: Arguments, _result: int, row: int) -> None:
        if not row:
            return
        site, strings = owner >> SHIFT, self._flow.strings
        is_dict = self._items.kinds.get(site) == Container.DICT
        for at in range(0, len(arguments), 2):
            if arguments[at] > 0:
                self._items.put(site, strings["s" + strings.texts[arguments[at]]], arguments[at + 1])
            else:
                self._cells.watch(arguments[at + 1], self._items.merge_into if is_dict else self._items.spread, site)

    def _pop(self, owner: int, arguments: Arguments, result: int, _row: int) -> None:
        if not result:
            return
        site = owner >> SHIFT
        if self._items.kinds.get(site) == Container.DICT and arguments:
            self._items.read(site, -arguments[1] if arguments[1] < 0 else ANY, result)
            if len(arguments) >= 4:
                self._cells.copy(arguments[3], result)
        else:
            self._items.read(site, ANY, result)

    def _setdefault(self, owner: int, arguments: Arguments, result: int, _row: int) -> None:
        site = owner >> SHIFT
        if len(arguments) >= 4:
            self._items.put(site, -arguments[1] if arguments[1] < 0 else SOME, arguments[3])
        self._pop(owner, arguments[:2], result, 0)

    def _values(self, owner: int, _arguments: Arguments, result: int, _row: int) -> None:
        self._part_of(owner, ANY, result)

    def _keys(self, owner: int, _arguments: Arguments, result: int, _row: int) -> None:
        self._part_of(owner, KEYS, result)

    def _part_of(self, owner: int, key: int, result: int) -> None:
        if result:
            site = self._flow.container(result, Container.LIST)
            self._items.read(owner >> SHIFT, key, self._items.cell(site, SOME))

    def _pairs(self, owner: int, _arguments: Arguments, result: int, _row: int) -> None:
        if result:
            keys, values = self._cells.new(), self._cells.new()
            self._items.read(owner >> SHIFT, KEYS, keys)
            self._items.read(owner >> SHIFT, ANY, values)
            self._hold_tuples(result, [keys, values], ("items", self._flow.keys.of(owner)))

    def _duplicate(self, owner: int, _arguments: Arguments, result: int, _row: int) -> None:
        if result:
            site = self._made(result, self._items.kinds.get(owner >> SHIFT, 0), self._type_name(owner >> SHIFT))
            self._items.merge(owner >> SHIFT, site)

    def _sort(self, owner: int, arguments: Arguments, _result: int, row: int) -> None:
        if row and self._key(arguments):
            cell = self._cells.new()
            self._items.each(owner, cell, 0)
            self._flow.calls.back(self._key(arguments), (0, cell), 0, row)
        elif row:
            cell = self._cells.new()
            self._items.each(owner, cell, 0)
            self._flow.protocols.compared(cell, "__lt__", row)

    def _send(self, owner: int, arguments: Arguments, result: int, row: int) -> None:
        if owner & TAG != GENERATOR:
            return
        if row and first(arguments):
            self._cells.copy(first(arguments), self._flow.sent(owner >> SHIFT))
        if result:
            self._cells.copy(self._flow.yielded(owner >> SHIFT), result)
