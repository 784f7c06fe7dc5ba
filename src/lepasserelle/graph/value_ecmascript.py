"""Objects of ECMAScript in the flow of values: properties along prototypes and parents, `this`, classes and constructor functions.

What is put on an instance belongs to its class, or to the function that `new` called; an object literal is the row that makes it. A
function that is taken from an object takes the object along as its receiver. Parents of classes are values as any other, so that
mixins and functions as parents need no rule.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import ACCESSOR, IS_CALLABLE, IS_TYPE
from lepasserelle.graph.shapes import MODULE as MODULE_KIND
from lepasserelle.graph.survey import NO_NODE
from lepasserelle.graph.value_binding import STATIC_WRAP
from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONTAINER,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    OUTSIDE,
    PARENT,
    PROPERTY,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_ecmascript_builtins import EcmaBuiltins
from lepasserelle.graph.value_ecmascript_creation import Creation
from lepasserelle.graph.value_ecmascript_keys import Keys
from lepasserelle.graph.value_ecmascript_stars import Stars
from lepasserelle.graph.value_items import ANY, SOME
from lepasserelle.graph.values import OBJECT, number_of, tag_of
from lepasserelle.graph.values import OUTSIDE as OUTER_TAG
from lepasserelle.model import NodeFlag
from lepasserelle.model.values import Container, Spread, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_SPREAD, _UNKNOWN = int(Spread.STAR), int(Spread.UNKNOWN)
_ASYNC: Final = int(NodeFlag.ASYNC)
PROTOTYPE: Final = 7
"""First number of a `PROPERTY` pair: `f.prototype` of the node in the second."""


class Objects(Creation):
    """Rows of ECMAScript as constraints."""

    def __init__(self, flow: "Flow") -> None:
        super().__init__(flow)
        self._cells.binding.add(self._bind)
        self.builtins = EcmaBuiltins(flow, self)
        rows = flow.rows
        strings = flow.strings
        self._stars, self.keys = Stars(flow), Keys(flow, self)
        self._homes = self._put_functions() | {rows[4 * row + 1]: [rows[4 * row + 2]] for row in flow.program.of(ValueOp.HOME)}
        self._throws: dict[int, list[int]] = {}
        for row in flow.program.of(ValueOp.RAISE):
            self._throws.setdefault(flow.program.scopes[row], []).append(rows[4 * row + 1])
        self._put: dict[tuple[int, int], int] = {}
        self._raw: dict[tuple[int, int], int] = {}
        self._promises: dict[int, int] = {}
        self._iterators: dict[tuple[int, int], bool] = {}
        self._prototype, self._proto = strings["prototype"], strings["__proto__"]
        self._iterator, self._async_iterator = strings["[Symbol.iterator]"], strings["[Symbol.asyncIterator]"]
        self._next, self._value = strings["next"], strings["value"]
        self._exports = strings["<exports>"]
        self._joined = {rows[4 * row + 1] for row in flow.program.of(ValueOp.JOIN)} if flow.program.of(ValueOp.PUT) else set()
        self._own = self._own_prototypes()
        self._own_of_objects = self._own_items()
        self._put_on = {(self._only(rows[4 * row + 1]), rows[4 * row + 2]) for row in flow.program.of(ValueOp.PUT)}
        """(row, word) of what is put on what the row gives."""
        default = strings["default"]
        self._defaults = {
            (self._only(rows[4 * row + 1]), default) for row in flow.program.of(ValueOp.PUT) if rows[4 * row + 2] == default
        }
        """Objects that `default` is put on."""
        self.inheriting: set[int] = set()
        """Literals that say what they inherit from."""

    def _put_functions(self) -> dict[int, list[int]]:
        """Functions that are put on something by what they are written as or by their name (`app.run = function () { … }`) → the
        terms of all that they are put on.
        """
        rows, found, program = self._flow.rows, dict[int, list[int]](), self._flow.program
        for row in (*program.of(ValueOp.PUT), *program.of(ValueOp.SET_ITEM)):
            source = 4 * rows[4 * row + 3]
            if source > 0 and rows[source] == ValueOp.DEFINITION and row not in self.keys.keyed:
                found.setdefault(rows[source + 1], []).append(rows[4 * row + 1])
        return found

    def _own_prototypes(self) -> set[tuple[int, int]]:
        """(function, word) of what is put on prototypes: it hides what lies above."""
        rows, found = self._flow.rows, set()
        for row in self._flow.program.of(ValueOp.PUT):
            base = 4 * rows[4 * row + 1]
            if base > 0 and rows[base] == ValueOp.PROPERTY and rows[base + 2] == self._prototype:
                owner = self._only(rows[base + 1])
                if rows[4 * owner] == ValueOp.DEFINITION:
                    found.add((rows[4 * owner + 1], rows[4 * row + 2]))
        return found

    def _only(self, term: int) -> int:
        """The one term that another one is; itself where it is no name, or may be several."""
        rows = self._flow.rows
        is_name = term > 0 and rows[4 * term] == ValueOp.PHI and rows[4 * term + 2] == 1 and term not in self._joined
        return self._flow.extra[rows[4 * term + 1]] if is_name else term

    def _own_items(self) -> set[tuple[int, int]]:
        """(row that makes an object, word) of what is put on objects that become prototypes: it hides what lies above, too."""
        rows, puts = self._flow.rows, self._flow.program.of(ValueOp.PUT)
        made = {rows[4 * row + 3] for row in puts if rows[4 * row + 2] == self._prototype}
        return {(rows[4 * row + 1], rows[4 * row + 2]) for row in puts if rows[4 * row + 1] in made}

    def table(self) -> dict[int, Callable[[int, int, int, int], None]]:
        """Handlers by operation."""
        watch = self._cells.watch
        return {
            ValueOp.PROPERTY: lambda t, a, b, _c: watch(a, self.property, t, b),
            ValueOp.ELEMENT: self.keys.element,
            ValueOp.NEW: lambda t, a, _b, _c: watch(a, self._new, t, t),
            ValueOp.AWAIT: lambda t, a, _b, _c: watch(a, self.settle, t),
            ValueOp.THROWN: self._thrown,
        }

    def start(self) -> None:
        """Ask for what puts and creates."""
        rows, program, cells = self._flow.rows, self._flow.program, self._cells
        for row in program.of(ValueOp.PUT):
            cells.watch(rows[4 * row + 1], self._put_row, row)
        for row in program.of(ValueOp.NEW):
            cells.watch(rows[4 * row + 1], self._new_root, row)

    # ── modules ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def imported(self, term: int, number: int) -> bool:
        """What an import of ECMAScript binds; False for one of another language."""
        flow, survey = self._flow, self._survey
        if not self.is_ecma(survey.import_scope[number]):
            return False
        name = survey.import_text[3 * number + 1]
        flow.evaluator.fresh()
        module, member = flow.evaluator.imports.targets(number)
        modules = [number_of(value) for value in module[0] if tag_of(value) == OBJECT]
        modules = [node for node in modules if survey.kind[node] == MODULE_KIND and self.is_ecma(node)]
        text = survey.strings.texts[name]
        if not modules:
            flow.take(member if text not in ("", "*") else module, term)
            return True
        for node in modules:
            exports = flow.members.declared_term(node, self._exports)
            if text in ("", "*"):
                self._cells.copy(exports, term)
            else:
                self._cells.watch(exports, self._export, term, name)
        return True

    def _export(self, value: int, term: int, name: int) -> None:
        text = self._survey.strings.texts[name]
        if text == "default" and not self._has(value, name):
            self._cells.add(term, value)
        else:
            self.property(value, term, name)

    def _has(self, value: int, name: int) -> bool:
        site = value >> SHIFT
        return value & TAG == CONTAINER and (self._items.has(site, self.key(name)) or (self._row_of(site), name) in self._defaults)

    def key(self, word: int) -> int:
        """The key of a named property in a container."""
        return self._flow.strings["s" + self._flow.strings.texts[word]]

    def display(self, site: int, key: int, source: int) -> None:
        """One entry of an object literal."""
        items = self._items
        if key == _SPREAD:
            if not self._stars.has(site):
                self.stand_above(CONTAINER | site << SHIFT, source)
        elif key < 0 and key != _UNKNOWN:
            if -key == self._flow.strings["s__proto__"]:
                self.stand_above(CONTAINER | site << SHIFT, source)
                self.inheriting.add(site)
                return
            items.hidden.add((site, -key))
            items.put(site, -key, source)
        else:
            items.put(site, SOME, source)

    def all_of(self, value: int) -> int:
        """The cell of everything that an object holds under some name."""
        known = self._raw.get((value, -1))
        if known is None:
            known = self._raw[value, -1] = self._cells.new()
            if value & TAG == CONTAINER:
                self._items.read(value >> SHIFT, ANY, known)
                self.watch_above(value, self._take_all, known)
                for exports in self._stars.all_of(value >> SHIFT):
                    self._cells.watch(exports, self._take_all, known)
        return known

    def _take_all(self, value: int, cell: int, _second: int) -> None:
        self._cells.copy(self.all_of(value), cell)

    # ── properties ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def property(self, value: int, term: int, word: int) -> None:
        """`value.word` arrives at a term."""
        tag = value & TAG
        if tag == OUTSIDE:
            self._of_outside(value, term, word)
            return
        if tag == PARENT:
            cls, receiver = self._cells.pairs[value >> SHIFT]
            raw = self._cells.new()
            self._cells.watch(self.parents(cls), self._inherit if receiver & TAG != CLASS else self._inherit_static, raw, word)
            self._cells.watch(raw, self._bind, term, receiver)
            return
        if self.builtins.is_method(value, word):
            self._cells.add(term, self._cells.pair(METHOD, value, self._flow.strings["." + self._flow.strings.texts[word]]))
            return
        if tag == BOUND:  # what was put on a function is on it wherever it was taken from, as from the object of exports
            tag, value = FUNCTION, FUNCTION | self._cells.pairs[value >> SHIFT][0] << SHIFT
        if word == self._prototype and tag in (CLASS, FUNCTION):
            self._cells.add(term, self._cells.pair(PROPERTY, PROTOTYPE, value >> SHIFT))
            return
        if tag in (CONTAINER, INSTANCE, CLASS, FUNCTION, PROPERTY):
            self._cells.watch(self.raw(value, word), self._bind, term, value)
        if word == self._value and tag == GENERATOR:
            self._cells.copy(self._flow.yielded(value >> SHIFT), term)

    def _of_outside(self, value: int, term: int, word: int) -> None:
        """A member of something outside. What is a member there already has none that are known: they would go on for ever."""
        packed, evaluator = self._flow.outside[value >> SHIFT], self._flow.evaluator
        name = self._flow.outside_name(value).removeprefix("<global>.").rpartition("/")[2]
        if name.count(".") < (1 if tag_of(packed) == OUTER_TAG else 2):
            evaluator.fresh()
            self._flow.take(evaluator.attribute(((packed,), 0), word, scope=self._flow.program.scopes[0]), term)

    def raw(self, value: int, word: int) -> int:
        """The cell of what a property of a value is, before it knows its receiver."""
        known = self._raw.get((value, word))
        if known is not None:
            return known
        cell = self._raw[value, word] = self._cells.new()
        tag, number = value & TAG, value >> SHIFT
        if tag == CONTAINER:
            is_own = (number, self.key(word)) in self._items.hidden or (self._row_of(number), word) in self._own_of_objects
            is_sure = is_own or (self._row_of(number), word) in self._put_on or self.keys.is_symbol(word)
            self._items.read(number, self.key(word), cell, is_sure=is_sure)
            if not is_own:
                self.watch_above(value, self._inherit, cell, word)
                for exports in self._stars.giving(number, self.key(word)):
                    self._cells.watch(exports, self._inherit, cell, word)
        elif tag == INSTANCE:
            self._of_instance(number, word, cell)
        elif tag in (CLASS, FUNCTION):
            self._of_class(value, word, cell)
        elif tag == PROPERTY and self._cells.pairs[number][0] == PROTOTYPE:
            self._of_instance(self._cells.pairs[number][1], word, cell)
        return cell

    def _row_of(self, site: int) -> int:
        """The row that makes a container."""
        made = self._cells.stand_for.get(site)
        return made[1] if made is not None and made[0] == "made" else site

    def functions(self, value: int, word: int) -> list[int]:
        """The functions that a property of a value is, as far as somebody asked for it."""
        raw, cells = self._raw.get((value, word)), self._cells
        held = cells.held(raw) if raw is not None else []
        nodes = [
            each >> SHIFT if each & TAG == FUNCTION else cells.pairs[each >> SHIFT][0]
            for each in held
            if each & TAG in (FUNCTION, BOUND)
        ]
        return [self._flow.contexts.origin(node) for node in nodes]

    def _of_instance(self, node: int, word: int, cell: int) -> None:
        cells = self._cells
        prototype = cells.pair(PROPERTY, PROTOTYPE, node)
        cells.copy(self.put_on(INSTANCE | node << SHIFT, word), cell)
        cells.copy(self.put_on(prototype, word), cell)
        declared = self._flow.members.declared_term(node, word)
        if declared:
            cells.copy(declared, cell)
            return
        if self.keys.may_be_its_own(node, word):
            self._flow.when_empty(self.put_on(prototype, word), self._from_above, cell, node, word)
        elif (node, word) not in self._own:
            self._from_above(cell, node, word)

    def _from_above(self, cell: int, node: int, word: int) -> None:
        self.watch_above(self._cells.pair(PROPERTY, PROTOTYPE, node), self._inherit, cell, word)
        self._cells.watch(self.parents(node), self._inherit, cell, word)

    def _of_class(self, value: int, word: int, cell: int) -> None:
        node = value >> SHIFT
        self._cells.copy(self.put_on(value, word), cell)
        text = self._flow.strings.texts[word]
        declared = self._flow.members.declared_term(node, self._flow.strings["static " + text])
        if declared:
            self._cells.copy(declared, cell)
        elif value & TAG == CLASS:
            self._cells.watch(self.parents(node), self._inherit_static, cell, word)

    def _inherit(self, value: int, cell: int, word: int) -> None:
        """What an instance or object gets from a value above it."""
        tag, number = value & TAG, value >> SHIFT
        if tag in (CLASS, FUNCTION):
            self._cells.copy(self.raw(INSTANCE | number << SHIFT, word), cell)
        elif tag in (CONTAINER, INSTANCE, PROPERTY):
            self._cells.copy(self.raw(value, word), cell)

    def _inherit_static(self, value: int, cell: int, word: int) -> None:
        if value & TAG in (CLASS, FUNCTION):
            self._cells.copy(self.raw(value, word), cell)

    def _bind(self, value: int, term: int, receiver: int) -> None:
        """A value as it is taken from an object."""
        tag, flow = value & TAG, self._flow
        if tag == BOUND:
            value = FUNCTION | self._cells.pairs[value >> SHIFT][0] << SHIFT
            tag = FUNCTION
        if tag == FUNCTION and value >> SHIFT in flow.calls.takes_receiver:
            node = value >> SHIFT
            if flow.survey.flags[node] & ACCESSOR:
                flow.calls.function(node, receiver, (), term, -1)
            else:
                self._cells.add(term, self._cells.pair(BOUND, node, receiver))
        elif tag == PROPERTY and self._cells.pairs[value >> SHIFT][0] == STATIC_WRAP:
            self._cells.add(term, value)
        else:
            self._cells.add(term, value)

    def prototype_of(self, value: int) -> int:
        """What instances of a function or class inherit from; a `prototype` is itself."""
        if value & TAG in (FUNCTION, CLASS, INSTANCE):
            return self._cells.pair(PROPERTY, PROTOTYPE, value >> SHIFT)
        return value

    def put_on(self, value: int, word: int) -> int:
        """The cell of what is put on a property of a value that is no container."""
        known = self._put.get((value, word))
        if known is None:
            known = self._put[value, word] = self._cells.new()
        return known

    def _put_row(self, value: int, row: int, _second: int) -> None:
        rows = self._flow.rows
        self.put(value, rows[4 * row + 2], rows[4 * row + 3])

    def put(self, value: int, word: int, source: int) -> None:
        """`value.word = source`."""
        tag = value & TAG
        if word == self._proto and tag == CONTAINER:
            self.stand_above(value, source)
        elif tag == CONTAINER:
            self._items.put(value >> SHIFT, self.key(word), source)
        elif word == self._prototype and tag in (FUNCTION, CLASS):
            self.stand_above(self._cells.pair(PROPERTY, PROTOTYPE, value >> SHIFT), source)
        elif tag == BOUND:
            self._cells.copy(source, self.put_on(FUNCTION | self._cells.pairs[value >> SHIFT][0] << SHIFT, word))
        elif tag in (INSTANCE, CLASS, FUNCTION, PROPERTY):
            self._cells.copy(source, self.put_on(value, word))

    def take_all(self, value: int, term: int) -> None:
        """Everything that an object holds under some name arrives at a term, taken from it."""
        self._cells.watch(self.all_of(value), self._bind, term, value)

    # ── this ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def expect(self, term: int, node: int) -> None:
        """Nobody is known to call: `this` of a method is its class's instance, or the objects that hold it."""
        homes = self._homes.get(node, ())
        for home in homes:
            self._cells.copy(home, term)
        if homes:
            return
        survey = self._survey
        parent = survey.lexical_parent[node]
        if parent == NO_NODE:
            return
        if IS_TYPE[survey.kind[parent]]:
            self._cells.add(term, (CLASS if self._flow.is_static(node) else INSTANCE) | parent << SHIFT)
        elif IS_CALLABLE[survey.kind[parent]] and survey.kind[node] == _METHOD:
            self._cells.add(term, INSTANCE | parent << SHIFT)

    # ── promises, iteration, throwing ─────────────────────────────────────────────────────────────────────────────────────

    def promised(self, node: int, result: int) -> bool:
        """The result of an asynchronous function is a promise of what it returns."""
        if not self._survey.flags[node] & _ASYNC:
            return False
        site = self._promises.get(node)
        if site is None:
            site = self._promises[node] = self._cells.new()
            self._items.kinds[site] = Container.PROMISE
            inner = self._items.cell(site, SOME)
            for term in self._flow.returns.get(node, ()):
                self.resolve(term, inner)
        self._cells.add(result, CONTAINER | site << SHIFT)
        return True

    def resolve(self, term: int, cell: int) -> None:
        """What a promise that is resolved with a term comes to."""
        if term < 0:
            self._cells.copy(term, cell)
        else:
            self._cells.watch(term, self.settle, cell)

    def settle(self, value: int, cell: int, _second: int) -> None:
        """What awaiting a value gives."""
        if value & TAG == CONTAINER and self._items.kinds.get(value >> SHIFT) == Container.PROMISE:
            self._items.read(value >> SHIFT, SOME, cell)
        else:
            self._cells.add(cell, value)

    def iterates(self, value: int, target: int) -> bool:
        """What a loop over an object of ECMAScript gives; False for one of Python."""
        if value & TAG == INSTANCE and not self.is_ecma(value >> SHIFT):
            return False
        if value & TAG == CONTAINER:
            kind = self._items.kinds.get(value >> SHIFT)
            if kind == Container.MAP:
                self.builtins.pairs(value >> SHIFT, target)
                return True
            if kind != Container.OBJECT:
                return True
        row = target if target < self._cells.terms else 0
        iterator = self._cells.new()
        for word in (self._iterator, self._async_iterator):
            self.call_property(value, word, (), iterator, row)
        self._cells.watch(iterator, self._advance, target)
        return True

    def _advance(self, value: int, target: int, _second: int) -> None:
        if value & TAG in (GENERATOR, CONTAINER) and (
            value & TAG == GENERATOR or self._items.kinds.get(value >> SHIFT) != Container.OBJECT
        ):
            self._items.each(value, target, 0)
            return
        row = target if target < self._cells.terms else 0
        step = self._cells.new()
        self.call_property(value, self._next, (), step, row)
        settled = self._cells.new()
        self.resolve(step, settled)
        self._cells.watch(settled, self.property, target, self._value)

    def call_property(self, value: int, word: int, arguments: tuple[int, ...], result: int, row: int) -> None:
        """Call a method that an object may have."""
        method = self._cells.new()
        self.property(value, method, word)
        self._flow.calls.back(method, arguments, result, row)

    def _thrown(self, term: int, call: int, _b: int, _c: int) -> None:
        for target in self._flow.rows[4 * call + 1 : 4 * call + 2]:
            self._cells.watch(target, self._thrown_by, term)

    def _thrown_by(self, value: int, term: int, _second: int) -> None:
        tag, number = value & TAG, value >> SHIFT
        node = number if tag == FUNCTION else self._cells.pairs[number][0] if tag == BOUND else -1
        for thrown in self._throws.get(node, ()):
            self._cells.copy(thrown, term)


_METHOD: Final = 9
