"""What a few callables of the standard library make or enter: `iter`, `sum`, `operator.methodcaller`, `functools.partialmethod`,
modules by their names, exit stacks.

Known by name, as built-ins are (`value_builtins`), never imported.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lepasserelle.graph.value_binding import METHOD_CALLER, PARTIAL_METHOD
from lepasserelle.graph.value_builtin_names import ENTERS, RUN_LATER, STACKS
from lepasserelle.graph.value_calls import first
from lepasserelle.graph.value_cells import CONSTANT, GENERATOR, INSTANCE, OUTSIDE, PROPERTY, SHIFT, TAG
from lepasserelle.graph.value_items import SOME
from lepasserelle.graph.value_records import Arguments
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_FROM_LIST = 6
"""Where what is taken from a module stands among the arguments of `__import__`, kinds and terms in turns."""

Behaviour = Callable[[Arguments, int, int, int], None]
"""(arguments, result or 0, row or 0, the row that makes the result)"""


class Library:
    """Behaviours by name."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self.known: dict[str, Behaviour] = {
            "<builtin>.iter": self._iter,
            "<builtin>.sum": self._sum,
            "operator.methodcaller": self._method_caller,
            "functools.partialmethod": self._partial_method,
            "importlib.import_module": self._import_module,
            "<builtin>.__import__": self._import_top,
        }
        for stack in STACKS:
            self.known |= {f"{stack}.{name}": self._entering(*names) for name, names in ENTERS.items()}
            self.known |= {f"{stack}.{name}": self._later for name in RUN_LATER}

    # ── operator.methodcaller ─────────────────────────────────────────────────────────────────────────────────────────────

    def _method_caller(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        is_call = site < self._cells.terms and self._flow.rows[4 * site] == ValueOp.CALL
        if result and is_call and arguments and arguments[0] == 0 and arguments[1] < 0:
            self._cells.add(result, self._cells.pair(PROPERTY, METHOD_CALLER, site))

    def call_method(self, site: int, arguments: Arguments, result: int, row: int) -> None:
        """What `methodcaller(name, …)` gave at a row is called: the method of the first argument, with what was given there."""
        given, strings = self._flow.calls.arguments(site), self._flow.strings
        name = strings.texts[-given[1]]
        if name.startswith("s"):
            member = self._cells.new()
            self._cells.watch(first(arguments), self._flow.members.attribute, member, strings[name[1:]])
            self._flow.calls.back(member, given[2:], result, row)

    # ── functools.partialmethod ───────────────────────────────────────────────────────────────────────────────────────────

    def _partial_method(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        is_call = site < self._cells.terms and self._flow.rows[4 * site] == ValueOp.CALL
        if result and is_call and first(arguments):
            self._cells.add(result, self._cells.pair(PROPERTY, PARTIAL_METHOD, site))

    # ── iter ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _iter(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        if len(arguments) >= 4:  # called until it gives the second argument
            items = self._flow.items
            given = items.cell(self._flow.container(result, Container.LIST), SOME) if result else 0
            self._flow.calls.back(first(arguments), (), given, row)
        else:
            self._cells.watch(first(arguments), self._iterator_of, result, row)

    def _iterator_of(self, value: int, result: int, row: int) -> None:
        given = self._cells.new() if result and value & TAG == INSTANCE else 0
        if value & TAG == INSTANCE and self._flow.calls.call_member(value, "__iter__", (), given, row):
            self._cells.watch(given, self._hold, result)
        elif result:
            self._hold(value, result, 0)

    def _hold(self, value: int, result: int, _second: int) -> None:
        """An iterator of the project's own is itself; others are together one list of their items."""
        if value & TAG == INSTANCE and self._flow.members.has(value >> SHIFT, "__next__"):
            self._cells.add(result, value)
        else:
            self._flow.items.spread(value, self._flow.container(result, Container.LIST), 0)

    # ── sum ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sum(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        """Each item is added to the sum: the first to a number, or to what is given to begin with."""
        items = self._cells.new()
        self._cells.watch(first(arguments), self._flow.items.each, items)
        begin = arguments[3] if len(arguments) >= 4 else 0
        total = self._cells.new()
        for source in (items, begin):
            self._cells.copy(source, total)
        record = self._flow.calls.record((0, total), 0 if begin else 1, result, row)
        self._cells.watch(total, self._add_up, record)

    def _add_up(self, value: int, record: int, _second: int) -> None:
        given, is_bare, result, row = self._flow.calls.recorded(record)
        if value & TAG == INSTANCE:
            for name in ("__add__", "__radd__") if is_bare else ("__add__",):
                self._flow.calls.call_member(value, name, given, result, row)
        elif result:
            self._flow.items.spread(value, self._flow.container(result, Container.LIST), 0)

    # ── modules by their names ────────────────────────────────────────────────────────────────────────────────────────────

    def _import_module(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        if result:
            self._take_module(self._text(arguments), result, site)

    def _import_top(self, arguments: Arguments, result: int, _row: int, site: int) -> None:
        """The module itself where the call says what to take from it, else the package on top, wherever the name comes from."""
        if result:
            is_whole = len(arguments) > _FROM_LIST or self._flow.strings["fromlist"] in arguments[::2]
            self._cells.watch(first(arguments), self._import_named, result, 2 * site + is_whole)

    def _import_named(self, value: int, result: int, place: int) -> None:
        text = self._flow.strings.texts[value >> SHIFT] if value & TAG == CONSTANT else ""
        if text.startswith("s"):
            self._take_module(text[1:] if place & 1 else text[1:].partition(".")[0], result, place >> 1)

    def _text(self, arguments: Arguments) -> str:
        """The text that a call writes as its first argument. One that flows there is not followed: not each is a module's name."""
        text = self._flow.strings.texts[-first(arguments)] if first(arguments) < 0 else ""
        return text[1:] if text.startswith("s") else ""

    def _take_module(self, name: str, result: int, site: int) -> None:
        """The module of an absolute name, as the file sees it in which the call stands."""
        flow, evaluator = self._flow, self._flow.evaluator
        if site < self._cells.terms and all(part.isidentifier() for part in name.split(".")):
            evaluator.fresh()
            flow.take(evaluator.imports.module_value(name, evaluator.file_of(flow.program.scopes[site])), result)

    # ── exit stacks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def itself(self, value: int, term: int) -> None:
        """`with ExitStack() as stack`."""
        if value & TAG == OUTSIDE and self._flow.outside_name(value) in STACKS:
            self._cells.add(term, value)

    def _entering(self, enter: str, leave: str) -> Behaviour:
        def behave(arguments: Arguments, result: int, row: int, _site: int) -> None:
            strings = self._flow.strings
            self._cells.watch(first(arguments), self._enter, result, self._cells.pair(PROPERTY, row, strings[enter]))
            if row:
                self._cells.watch(first(arguments), self._leave, row, strings[leave])

        return behave

    def _enter(self, value: int, result: int, record: int) -> None:
        row, word = self._cells.pairs[record >> SHIFT]
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, self._flow.strings.texts[word], (), result, row)
        elif value & TAG == GENERATOR and result:
            self._cells.copy(self._flow.yielded(value >> SHIFT), result)

    def _leave(self, value: int, row: int, word: int) -> None:
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, self._flow.strings.texts[word], (), 0, row)

    def _later(self, arguments: Arguments, result: int, row: int, _site: int) -> None:
        """A function that is called at the end, with what is given behind it."""
        if row:
            self._flow.calls.back(first(arguments), arguments[2:], 0, row)
        if result:
            self._cells.copy(first(arguments), result)
