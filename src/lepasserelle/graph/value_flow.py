"""Where values flow in Python: the rows of a program as constraints over cells. Says which definitions each call can enter.

An assignment graph over functions, classes, modules and containers solved to a fixpoint (Salis et al. 2021), with order within a
scope in the terms themselves and by demand (Huang et al. 2023). Names are resolved by the evaluator (imports, built-ins, what lies
outside); members through `value_members`, calls through `value_calls`, built-ins and containers through `value_builtins`.
"""

from collections.abc import Callable
from typing import Final

from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE, STATIC
from lepasserelle.graph.shapes import MODULE as MODULE_KIND
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_at_once import ITSELF, AtOnce, Watching
from lepasserelle.graph.value_builtins import Builtins
from lepasserelle.graph.value_calls import Invocations
from lepasserelle.graph.value_cells import (
    CLASS,
    CONSTANT,
    CONTAINER,
    FUNCTION,
    INSTANCE,
    MODULE,
    OUTSIDE,
    PARENT,
    SHIFT,
    TAG,
    Act,
    Cells,
)
from lepasserelle.graph.value_contexts import ASKED_ROWS, Contexts
from lepasserelle.graph.value_descriptors import Descriptors
from lepasserelle.graph.value_dispatch import Dispatch
from lepasserelle.graph.value_displays import Displays
from lepasserelle.graph.value_ecmascript import Objects
from lepasserelle.graph.value_fields import Fields
from lepasserelle.graph.value_fills import Fills
from lepasserelle.graph.value_fixtures import Fixtures
from lepasserelle.graph.value_items import ANY, Items
from lepasserelle.graph.value_keys import Keys
from lepasserelle.graph.value_members import Members
from lepasserelle.graph.value_namespaces import Namespaces
from lepasserelle.graph.value_narrowing import Narrowing
from lepasserelle.graph.value_program import Program
from lepasserelle.graph.value_protocols import Protocols
from lepasserelle.graph.value_reads import Reads
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.graph.value_types import DeclaredTypes
from lepasserelle.graph.values import OBJECT, OUTSIDE_INSTANCE, PREFIX, Result, number_of, tag_of
from lepasserelle.graph.values import OUTSIDE as OUTER_TAG
from lepasserelle.model import NodeFlag
from lepasserelle.model.values import Container, Spread, ValueOp

_CLASS_METHOD: Final = int(NodeFlag.CLASS_METHOD)
_IMPLICIT_CLASS: Final = frozenset({"__init_subclass__", "__class_getitem__", "__new__"})
_KEY = int(Spread.KEY)
_NAMED: Final = frozenset({OUTER_TAG, OUTSIDE_INSTANCE, PREFIX})
_MAKES_ITSELF: Final = frozenset({ValueOp.DISPLAY, ValueOp.COLLECT, ValueOp.REST, ValueOp.COPY, ValueOp.PARAMETER})
"""Rows that make a container of one kind."""
_AGAIN: Final = 3
"""Times that what stayed empty is filled with what is likely, and the fixpoint sought anew."""


class Flow:
    """The solved flow of a whole program. `targets`: row → definitions (and `OUTER | string`) that it enters."""

    def __init__(self, survey: Survey, evaluator: Evaluator, program: Program) -> None:
        self.survey = survey
        self.evaluator = evaluator
        self.program = program
        self.strings = survey.strings
        self.rows = program.rows
        self.extra = program.extra
        self.keys, self.contexts = Keys(self), Contexts(self)
        terms = len(program.rows) >> 2
        in_rounds = program.family == "python"
        self.cells = Rounds(terms, self._set_up, self.keys.in_order) if in_rounds else Cells(terms, self._set_up)
        self.targets: dict[int, int | set[int]] = {}
        self.makes: dict[int, set[int]] = {}
        """Row → classes of which it makes instances."""
        self.unknown_outside: dict[int, int] = {}
        self._outside: dict[int, int] = {}
        self.outside: list[int] = []
        self.typed: set[int] = set()
        """Terms of which only the declared type is known."""
        self.made: set[int] = set()
        """Classes of which the project makes instances."""
        self.items = Items(self)
        self.descriptors = Descriptors(self)
        self.members = Members(self)
        self.types = DeclaredTypes(self)
        self.dispatch = Dispatch(self)
        self.calls = Invocations(self)
        self.fixtures = Fixtures(self)
        self.builtins = Builtins(self)
        self.protocols = Protocols(self)
        self.ecma = Objects(self)
        self.narrowing = Narrowing(self)
        self.namespaces = Namespaces(self)
        self.fields = Fields(self)
        self.returns: dict[int, list[int]] = {}
        self.yields: dict[int, list[int]] = {}
        self._joins: dict[int, list[int]] = {}
        self._results: dict[tuple[int, int], int] = {}
        self.results_since: dict[int, int] = {}
        """Function → the round in which somebody first asked for what it returns."""
        self._sites: dict[tuple[int, int, int], int] = {}
        self._fills = Fills()
        self._index()
        watching = self._watching()
        table = self._table() | {operation: each.one(self.cells.watch) for operation, each in watching.items()}
        self._at_once = AtOnce(self.cells, self.rows, watching) if isinstance(self.cells, Rounds) else None
        self._handlers = [table.get(operation) for operation in range(max(ValueOp) + 1)]

    def _index(self) -> None:
        rows, scopes, program = self.rows, self.program.scopes, self.program
        for row in program.of(ValueOp.RETURN):
            self.returns.setdefault(scopes[row], []).append(rows[4 * row + 1])
        for row in program.of(ValueOp.YIELD):
            self.yields.setdefault(scopes[row], []).append(row)
        setter, maker = self.strings["setattr"], self.strings["type"]
        outer = {row: rows[4 * row + 1] for row in program.of(ValueOp.OUTER) if rows[4 * row + 1] in (setter, maker)}
        for callee, row in program.grouped(ValueOp.CALL, 1):
            if callee not in outer:
                continue
            if outer[callee] == setter:
                self.builtins.announce(self.calls.arguments(row))
                self.fields.learn(self.calls.arguments(row), row)
            else:
                self.builtins.making.announce(self.calls.arguments(row))
        self.fields.announce()
        for phi, row in program.grouped(ValueOp.JOIN, 1):
            self._joins.setdefault(phi, []).append(rows[4 * row + 2])

    def _table(self) -> dict[int, Callable[[int, int, int, int], None]]:
        copy, made = self.cells.copy, Displays(self)
        return {
            ValueOp.DEFINITION: lambda t, a, _b, _c: self.cells.add(t, FUNCTION | a << SHIFT),
            ValueOp.PARAMETER: lambda t, a, b, _c: self.calls.parameter(t, a, b),
            ValueOp.OUTER: self._outer,
            ValueOp.IMPORT: self._import,
            ValueOp.ITEM: self._item,
            ValueOp.REST: made.rest,
            ValueOp.PHI: self._phi,
            ValueOp.DISPLAY: made.display,
            ValueOp.COLLECT: made.collect,
            ValueOp.COPY: made.copy,
            ValueOp.DECORATE: self._decorate,
            ValueOp.CLASS: lambda t, a, _b, _c: self.cells.add(t, CLASS | a << SHIFT),
            ValueOp.SENT: lambda t, a, _b, _c: copy(self.sent(a), t),
            ValueOp.SHARED: self._shared,
            ValueOp.STARRED: self._starred,
            ValueOp.NARROW: lambda t, a, _b, _c: self.narrowing.apply(t, a, t),
            **self.ecma.table(),
        }

    def _watching(self) -> dict[ValueOp, Watching]:
        return {
            ValueOp.ATTRIBUTE: Watching(self.members.attribute, second=2),
            ValueOp.CALL: Watching(self.calls.enter, second=ITSELF),
            ValueOp.PART: Watching(self.items.part, second=2),
            ValueOp.ITERATE: Watching(self.items.each, second=3),
            ValueOp.ENTER: Watching(self._enter, second=3),
            ValueOp.OPERATE: Watching(self.protocols.operate, second=2),
            ValueOp.PARENT: Watching(self._parent, operand=2, second=1),
            ValueOp.RAISED: Watching(self._raised),
            ValueOp.RESULT: Watching(self.protocols.result, second=3),
        }

    # ── solving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def solve(self) -> None:
        """Ask for whatever is called, by name or by the syntax."""
        program, cells, rows = self.program, self.cells, self.rows
        root = self.calls.root
        if self._at_once:
            self._at_once.watch(program.of(ValueOp.CALL), root)
        else:
            for row in program.of(ValueOp.CALL):
                cells.watch(rows[4 * row + 1], root, row)
        for operation in ASKED_ROWS:
            for row in program.of(operation):
                cells.ask(row)
        for row in program.of(ValueOp.DISPLAY):
            if rows[4 * row + 1] & 3 in (Container.SET, Container.DICT) and self.has_keys(row):
                cells.ask(row)
        set_item = self.items.set_item if program.family == "python" else self.ecma.keys.set_item
        for row in program.of(ValueOp.SET_ITEM):
            cells.watch(rows[4 * row + 1], set_item, row)
        for row in program.of(ValueOp.RAISE):
            cells.watch(rows[4 * row + 1], self.raises, row)
        for row in program.of(ValueOp.CLASS):
            self.calls.defined(row)
        self.ecma.start()
        self.fixtures.start()
        Reads(self).ask()
        cells.run()
        for attempt in range(1, _AGAIN + 1):
            waiting, self._fills = self._fills, Fills()
            cells.begin(attempt)
            waiting.run(cells.values)
            cells.run()
        self.types.mark()
        self.ecma.keys.mark()

    def rest(self) -> None:
        """Nothing flows any more: what moved values goes before what they say is gathered, which would stand beside it."""
        for part in (self.cells, self.items, self.calls):
            part.rest()

    def end(self) -> None:
        """Let go of everything. The parts refer to each other: the collector would take three times as long to find them."""
        for part in (self.cells, self.items, self.members, self.calls, self.builtins, self.narrowing, self.ecma):
            vars(part).clear()
        vars(self).clear()

    def has_keys(self, row: int) -> bool:
        """Whether what a display hashes may be instances."""
        at = 4 * row
        start, stop = self.rows[at + 2], self.rows[at + 2] + 2 * self.rows[at + 3]
        if self.rows[at + 1] & 3 == Container.DICT:
            return _KEY in self.extra[start:stop:2]
        return any(term > 0 for term in self.extra[start + 1 : stop : 2])

    def when_empty(self, cell: int, act: Act, value: int, first: int = 0, second: int = 0) -> None:
        """What to do, with which numbers, when nothing is known of a cell at the fixpoint."""
        self._fills.add(cell, act, value, first, second)

    def _set_up(self, term: int) -> None:
        rows, at = self.rows, 4 * term
        handler = self._handlers[rows[at]]
        if handler is not None:
            handler(term, rows[at + 1], rows[at + 2], rows[at + 3])

    def enters(self, row: int, target: int) -> None:
        """A row can enter a definition."""
        known = self.targets.get(row)
        if known is None:
            self.targets[row] = target
        elif isinstance(known, set):
            known.add(target)
        elif known != target:
            self.targets[row] = {known, target}

    def make(self, row: int, cls: int) -> None:
        """A row, if it is one, can make an instance of a class."""
        if row > 0:
            self.makes.setdefault(row, set()).add(cls)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def outside_value(self, packed: int) -> int:
        """Something outside the project, by its name."""
        number = self._outside.get(packed)
        if number is None:
            number = self._outside[packed] = len(self.outside)
            self.outside.append(packed)
        return OUTSIDE | number << SHIFT

    def outside_name(self, value: int) -> str:
        """The dotted name of a value outside."""
        return self.strings.texts[number_of(self.outside[value >> SHIFT])]

    def take(self, result: Result, cell: int) -> None:
        """What the evaluator found for a name arrives at a cell."""
        for packed in result[0]:
            tag, number = tag_of(packed), number_of(packed)
            if tag == OBJECT:
                self._take_node(number, cell)
            elif tag in _NAMED and not self.strings.texts[number].startswith("?"):
                self.cells.add(cell, self.outside_value(packed))

    def _is_unknown(self, packed: int) -> bool:
        """Whether a value is something outside of which only a name is known that perhaps nothing has."""
        return tag_of(packed) in _NAMED and self.strings.texts[number_of(packed)].startswith("?")

    def _take_node(self, node: int, cell: int) -> None:
        kind = self.survey.kind[node]
        if kind == MODULE_KIND:
            self.cells.add(cell, MODULE | node << SHIFT)
            return
        parent = self.survey.lexical_parent[node]
        name = self.survey.bound_as.get(node, self.survey.name[node])
        member = self.members.declared(parent, name)
        if member:
            self.members.of_scope(parent, name, cell)
        elif IS_TYPE[kind]:
            self.cells.add(cell, CLASS | node << SHIFT)
        elif IS_CALLABLE[kind]:
            self.cells.add(cell, FUNCTION | node << SHIFT)

    def _outer(self, term: int, word: int, _b: int, _c: int) -> None:
        row = self.evaluator.row_of(self.program.scopes[term])
        self.evaluator.fresh()
        self.take(self.evaluator.imports.beyond(row, row.base, word), term)

    def _import(self, term: int, number: int, _b: int, _c: int) -> None:
        if self.ecma.imported(term, number):
            return
        imports, survey = self.evaluator.imports, self.survey
        self.evaluator.fresh()
        name = survey.import_text[3 * number + 1]
        module, member = imports.targets(number)
        if not survey.strings.texts[name]:
            self.take(imports.value(number), term)
            return
        known = [
            number_of(value) for value in module[0] if tag_of(value) == OBJECT and survey.kind[number_of(value)] == MODULE_KIND
        ]
        if known and all(self.members.declared(node, name) for node in known):
            for node in known:
                self.members.of_scope(node, name, term)
                self._take_module_below(node, name, term)
        else:
            self.take(member, term)
            for node in known if all(map(self._is_unknown, member[0])) else ():
                self.descriptors.ask_module(node, name, term)

    def _starred(self, term: int, number: int, word: int, before: int) -> None:
        self.evaluator.fresh()
        found = self.evaluator.imports.starred(number, word)
        if found[0]:
            self.take(found, term)
        else:
            self.cells.copy(before, term)

    def _take_module_below(self, package: int, name: int, term: int) -> None:
        """`from package import module` where the package's own code imports that module, perhaps by this very statement."""
        declared = self.members.declared_term(package, name)
        if declared > 0 and self.rows[4 * declared] == ValueOp.IMPORT:
            imports, file = self.evaluator.imports, self.evaluator.file_of(package)
            if imports.modules.is_package(file):
                below = f"{self.survey.files[file].module}.{self.strings.texts[name]}"
                self.take(imports.module_value(below, file, only_project=True), term)

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _phi(self, term: int, start: int, count: int, _c: int) -> None:
        for source in self.extra[start : start + count]:
            self.cells.copy(source, term)
        for source in self._joins.get(term, ()):
            self.cells.copy(source, term)

    def joins(self, phi: int) -> list[int]:
        """What a PHI may be besides its own operands."""
        return self._joins.get(phi, [])

    def join(self, phi: int, source: int) -> None:
        """A PHI may be one more term."""
        self._joins.setdefault(phi, []).append(source)
        if self.cells.active[phi]:
            self.cells.copy(source, phi)

    def _shared(self, term: int, inner: int, word: int, scope: int) -> None:
        self.cells.copy(inner, term)
        self.cells.copy(self.members.put_on(MODULE | scope << SHIFT, word), term)

    def _parent(self, value: int, term: int, cls: int) -> None:
        if value & TAG in (INSTANCE, CLASS):
            self.cells.add(term, self.cells.pair(PARENT, cls, value))

    def raises(self, value: int, row: int, _second: int) -> None:
        """A class that is raised is called."""
        if value & TAG == CLASS:
            self.calls.call(value, (), 0, row)

    def _raised(self, value: int, term: int, _second: int) -> None:
        if value & TAG == CLASS:
            self.cells.add(term, INSTANCE | value >> SHIFT << SHIFT)
        elif value & TAG == CONTAINER:
            every = self.cells.new()
            self.items.read(value >> SHIFT, ANY, every)
            self.cells.watch(every, self._raised, term)

    def _decorate(self, term: int, decorator: int, inner: int, _where: int) -> None:
        self.cells.watch(decorator, self.contexts.decorate, term, inner)
        self.when_empty(term, self._undecorated, term, decorator, inner)

    def _undecorated(self, term: int, decorator: int, inner: int) -> None:
        """Nothing is known to come of a decorator: the definition itself, unless what it gives is `None`."""
        functions = [value >> SHIFT for value in self.cells.held(decorator) if value & TAG == FUNCTION]
        if not functions or not all(map(self.evaluator.calls.returns_nothing, map(self.contexts.origin, functions))):
            self.cells.copy(inner, term)

    def _enter(self, value: int, term: int, waits: int) -> None:
        names = ("__aenter__", "__aexit__") if waits else ("__enter__", "__exit__")
        if value & TAG == INSTANCE:
            self.calls.call_member(value, names[0], (), term, term)
            self.calls.call_member(value, names[1], (), 0, term)
        elif value & TAG == self.calls.generator_tag:
            self.cells.copy(self.yielded(value >> SHIFT), term)
        else:
            self.builtins.library.itself(value, term)

    # ── containers ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def container(self, term: int, kind: int, which: int = 0) -> int:
        """The container of a kind that arrives at a cell: the row that makes it, or one for each kind (and, of named tuples, for
        each type) where a call gives it, since another callee may give another kind at the same place.
        """
        site = term
        if (kind or which) and not (term < self.cells.terms and self.rows[4 * term] in _MAKES_ITSELF):
            known = self._sites.get((term, kind, which))
            site = known if known is not None else self._sites.setdefault((term, kind, which), self.cells.new())
            self.cells.stand_for[site] = ("made", term, kind, which)
        self.items.kinds[site] = kind
        self.cells.add(term, CONTAINER | site << SHIFT)
        return site

    def _item(self, term: int, base: int, key: int, _line: int) -> None:
        if key < 0:
            self.cells.watch(base, self.items.item, term, -key)
        elif key == 0:
            self.cells.watch(base, self.items.item, term, ANY)
        else:
            self.cells.watch(key, self._item_under, term, base)
            self.when_empty(key, self._item_anywhere, term, base)
            self.cells.watch(base, self.items.item_method, term, key)
            self.cells.watch(base, self.protocols.looked_up, term, key)

    def _item_anywhere(self, term: int, base: int, _second: int) -> None:
        self.cells.watch(base, self.items.item, term, ANY)

    def _item_under(self, value: int, term: int, base: int) -> None:
        under = value >> SHIFT if value & TAG == CONSTANT else ANY
        self.cells.watch(base, self.items.item, term, under)

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def returned(self, node: int) -> int:
        """The cell of what a function returns, parameters that it just passes on left out (`passed_on`)."""
        known = self._results.get((node, 0))
        if known is None:
            known = self._results[node, 0] = self.cells.new()
            self.results_since[node] = self.cells.round
            self.types.returned(node, known)
            for term in self.returns.get(node, ()):
                if term < 0 or not self._is_own_parameter(term, node):
                    self.cells.copy(term, known)
        return known

    def passed_on(self, node: int) -> list[int]:
        """Terms of the parameters that a function returns as they are, or what tests leave of them."""
        return [term for term in self.returns.get(node, ()) if term > 0 and self._is_own_parameter(term, node)]

    def whole(self, term: int) -> int:
        """The term of which tests leave a term, itself where none stands between."""
        rows = self.rows
        while rows[4 * term] == ValueOp.NARROW:
            term = rows[4 * term + 1]
        return term

    def _is_own_parameter(self, term: int, node: int) -> bool:
        at = 4 * self.whole(term)
        return self.rows[at] == ValueOp.PARAMETER and self.rows[at + 1] == node

    def yielded(self, node: int) -> int:
        """The cell of what a generator yields."""
        known = self._results.get((node, 1))
        if known is None:
            known = self._results[node, 1] = self.cells.new()
            for row in self.yields.get(node, ()):
                term = self.rows[4 * row + 1]
                if self.rows[4 * row + 2]:
                    self.cells.watch(term, self.items.each, known)
                else:
                    self.cells.copy(term, known)
        return known

    def sent(self, node: int) -> int:
        """The cell of what a generator is sent."""
        known = self._results.get((node, 2))
        if known is None:
            known = self._results[node, 2] = self.cells.new()
        return known

    def rest_kind(self, node: int) -> int:
        """Kind of the container that takes the rest of the arguments."""
        return Container.LIST if node in self.calls.takes_receiver else Container.TUPLE

    def is_static(self, node: int) -> bool:
        """Whether a method is called without receiver."""
        return bool(self.survey.flags[self.contexts.origin(node)] & STATIC)

    def of_class(self, node: int) -> bool:
        """Whether the receiver of a method is the class."""
        node = self.contexts.origin(node)
        return bool(self.survey.flags[node] & _CLASS_METHOD) or self.strings.texts[self.survey.name[node]] in _IMPLICIT_CLASS
