"""Which values a condition lets through: `isinstance`, `issubclass`, `type(x) is`, `callable`, `hasattr`, `is`, a flag's truth.

A value passes unless it is known that the test fails for it; where the test must not hold, unless it is known to hold. Classes that
decide by themselves who is an instance (a metaclass, `__subclasshook__`, protocols, `register`) tell nothing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.builtin_members import known_members
from lepasserelle.graph.shapes import MODULE as MODULE_KIND
from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONSTANT,
    CONTAINER,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    MODULE,
    OUTSIDE,
    PARTIAL,
    PROPERTY,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_ecmascript_narrowing import NO, PERHAPS, YES, EcmaVerdicts
from lepasserelle.graph.value_items import ANY
from lepasserelle.graph.values import INSTANCE as KNOWN_INSTANCE
from lepasserelle.graph.values import OUTSIDE_INSTANCE, pack, tag_of
from lepasserelle.model.values import Container, Flag, Test, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_BUILTIN: Final = "<builtin>."
_KINDS: Final = {
    "list": Container.LIST, "tuple": Container.TUPLE, "set": Container.SET, "frozenset": Container.SET, "dict": Container.DICT,
}  # fmt: skip
_CONCRETE: Final = frozenset(
    {*_KINDS, "str", "bytes", "int", "float", "bool", "complex", "bytearray", "memoryview", "range", "type"}
)
_CONSTANTS: Final = {"s": "str", "f": "str", "i": "int"}
_BARE: Final = ("typing.", "typing_extensions.", "abc.", "collections.abc.", "enum.Enum")
"""Where bases come from that make no instance of a built-in type."""
_OPEN: Final = (
    "typing.", "typing_extensions.", "abc.", "collections.", "numbers.", "os.PathLike", "contextlib.", "importlib.", "types.",
)  # fmt: skip
"""Where classes come from of which others are instances that do not inherit from them."""
_DECIDING: Final = ("__subclasshook__", "__instancecheck__", "__subclasscheck__")
_OBJECTS: Final = frozenset({FUNCTION, CLASS, MODULE, INSTANCE, CONTAINER, GENERATOR, BOUND, METHOD, PARTIAL, CONSTANT})
"""Tags of values of which it is known what they are."""
_CALLED: Final = frozenset({FUNCTION, CLASS, BOUND, METHOD, PARTIAL})
_LONE: Final = frozenset({FUNCTION, CLASS, MODULE})
"""Tags of values that are one object."""
_NAMING: Final = frozenset({ValueOp.SHARED, ValueOp.NARROW, ValueOp.CLASS})
"""Rows that may name a class."""
_WITHOUT_CLASSES: Final = frozenset({Test.CALLABLE, Test.HAS, Test.TRUE, Test.OF_TYPE, Test.ARRAY})
"""Tests whose operand is a constant, or that have none."""

Verdict = Callable[[int, int], int]
"""(value, operand) → whether the test holds."""


class Narrowing:
    """Sets up `NARROW` rows."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._ecma = EcmaVerdicts(flow)
        self._verdicts: tuple[Verdict, ...] = (
            self._is_instance, self._is_subclass, self._is_exact, self._is_callable, self._has, self._is_same, self._is_true,
            self._ecma.is_of_type, self._ecma.is_made_by, self._ecma.is_array,
        )  # fmt: skip
        self._deciding: dict[int, bool] = {}
        self._registered: dict[int, list[tuple[int, int]]] | None = None
        """Class that others are registered for → cells and terms of tests for it."""
        self._tests: dict[int, list[tuple[int, int]]] = {}
        self._expected: dict[int, int] = {}
        """Class → cell of its instances and of those below."""
        self._lone: dict[int, bool] = {}
        self._written: set[int] | None = None
        """Names that attributes and imports state; None: not looked at yet."""
        self._calls_of: dict[int, list[int]] = {}
        """Class → calls that name it."""
        self._flags: dict[tuple[int, int], int] = {}
        self._constructed: dict[tuple[int, int], int] = {}
        self._puts: set[int] = set()
        """Words that are put on values of which nobody says the class."""
        self._flagged: set[int] | None = None
        """Words that tell classes apart."""

    def _read_flags(self) -> set[int]:
        rows, members = self._flow.rows, self._flow.members
        put: set[int] = set()
        for row in self._flow.program.of(ValueOp.FLAG):
            cls, word, flag = rows[4 * row + 1 : 4 * row + 4]
            if flag & Flag.PUT:
                put.add(word)
                if not flag & Flag.OWN:
                    self._puts.add(word)
            if flag & Flag.CONSTRUCTED:
                self._constructed[cls, word] = flag if self._constructed.get((cls, word), flag) == flag else int(Flag.PUT)
            elif not flag & Flag.PUT:
                self._flags[cls, word] = flag if self._flags.get((cls, word), flag) == flag else int(Flag.PUT)
        self._puts |= members.set_words(foreign=True)
        flagged = {word for (_, word), flag in (*self._flags.items(), *self._constructed.items()) if not flag & Flag.PUT}
        return flagged - put - members.set_words(foreign=False)

    def apply(self, row: int, source: int, term: int) -> None:
        """What the test of a row leaves of one cell arrives at another."""
        rows, extra = self._flow.rows, self._flow.extra
        start, count = rows[4 * row + 2 : 4 * row + 4]
        test, negated = extra[start] >> 1, extra[start] & 1
        operands = extra[start + 1 : start + 1 + count]
        self._cells.thinned.setdefault(source, []).append(term)
        if self._flagged is None:
            self._flagged = self._read_flags()
        if test == Test.TRUE and self._word(-operands[0]) not in self._flagged:
            self._cells.copy(source, term)
        elif test in _WITHOUT_CLASSES:
            word = self._word(-operands[0]) if count else 0
            self._cells.watch(source, self._pass, term, self._packed(test, negated, CONSTANT | word << SHIFT))
        elif negated:
            pair = self._cells.pair(PROPERTY, source, term)
            self._cells.watch(operands[0], self._but, pair, self._cells.pair(PROPERTY, test, operands[0]))
            self._flow.when_empty(operands[0], self._let_pass, source, term)
        else:
            pair = self._cells.pair(PROPERTY, source, term)
            for operand in operands:
                self._cells.watch(operand, self._only, pair, test)
                self._flow.when_empty(operand, self._let_pass, source, term)

    def _word(self, constant: int) -> int:
        """The name that a constant says."""
        strings = self._flow.strings
        return strings[strings.texts[constant][1:]]

    def _packed(self, test: int, negated: int, operand: int) -> int:
        return self._cells.pair(PROPERTY, 2 * test + negated, operand)

    def _only(self, operand: int, pair: int, test: int) -> None:
        """A test that must hold gets an operand: whatever passes for it arrives."""
        if operand & TAG == CONTAINER and test not in (Test.SAME, Test.MADE_BY):
            each = self._cells.new()
            self._flow.items.read(operand >> SHIFT, ANY, each)
            self._cells.watch(each, self._only_one, pair, test)
        else:
            self._only_one(operand, pair, test)

    def _only_one(self, operand: int, pair: int, test: int) -> None:
        source, term = self._cells.pairs[pair >> SHIFT]
        if not self._says(operand, test):
            self._cells.copy(source, term)
            return
        self._cells.watch(source, self._pass, term, self._packed(test, 0, operand))
        if operand & TAG == CLASS and test in (Test.INSTANCE, Test.MADE_BY):
            if test == Test.INSTANCE:
                self._remember(operand >> SHIFT, source, term)
            self._flow.when_empty(term, self._expect, term, operand >> SHIFT)

    def _but(self, operand: int, pair: int, asked: int) -> None:
        """A test that must not hold gets an operand."""
        source, term = self._cells.pairs[pair >> SHIFT]
        test, cell = self._cells.pairs[asked >> SHIFT]
        if not self._says(operand, test):
            self._cells.copy(source, term)
        else:
            self._cells.watch(source, self._pass, term, self._packed(test, 1, operand))
            self._cells.watch(cell, self._another, pair, operand)

    def _another(self, operand: int, pair: int, known: int) -> None:
        """With a second operand nobody knows which of them a test is for that must not hold."""
        if operand != known:
            source, term = self._cells.pairs[pair >> SHIFT]
            self._cells.copy(source, term)

    def _says(self, operand: int, test: int) -> bool:
        """Whether something is known of what a test asks for."""
        tag = operand & TAG
        if test == Test.MADE_BY:
            return self._ecma.says(operand)
        if test == Test.SAME:
            return tag in _OBJECTS
        if tag == CLASS:
            return test == Test.EXACT or not self._is_deciding(operand >> SHIFT)
        return tag == OUTSIDE

    def _let_pass(self, source: int, term: int, _second: int) -> None:
        self._cells.copy(source, term)

    def _expect(self, term: int, cls: int, _second: int) -> None:
        """Nothing is known to pass: an instance of the class that is asked for, or of one below."""
        self._flow.typed.add(term)
        expected = self._expected.get(cls)
        if expected is None:
            expected = self._expected[cls] = self._cells.new()
            for value in self._flow.members.of_declared(pack(KNOWN_INSTANCE, cls)):
                self._cells.add(expected, value)
        self._cells.copy(expected, term)

    def _pass(self, value: int, term: int, packed: int) -> None:
        asked, operand = self._cells.pairs[packed >> SHIFT]
        verdict = self._verdicts[asked >> 1](value, operand)
        if verdict != (YES if asked & 1 else NO):
            self._cells.add(term, value)

    # ── tests ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_instance(self, value: int, operand: int) -> int:
        tag = value & TAG
        if tag not in _OBJECTS:
            return self._of_foreign(value, operand)
        if operand & TAG == OUTSIDE:
            return self._of_outside(value, self._flow.outside_name(operand))
        if tag == INSTANCE:
            return self._below(value >> SHIFT, operand >> SHIFT)
        return PERHAPS if tag == CLASS and self._flow.evaluator.classes.lineage(operand >> SHIFT).outside else NO

    def _below(self, cls: int, above: int) -> int:
        if above in self._flow.members.order(cls):
            return YES
        return PERHAPS if self._flow.evaluator.classes.lineage(cls).unknown else NO

    def _of_foreign(self, value: int, operand: int) -> int:
        """An instance of a class outside is no text or number as far as its name tells; if it is one all the same, the type that
        is asked for says what it has.
        """
        flow = self._flow
        if value & TAG != OUTSIDE or operand & TAG != OUTSIDE or tag_of(flow.outside[value >> SHIFT]) != OUTSIDE_INSTANCE:
            return PERHAPS
        name, asked = flow.outside_name(value), flow.outside_name(operand)
        is_concrete = asked.startswith(_BUILTIN) and asked.removeprefix(_BUILTIN) in _CONCRETE - {"type"}
        return NO if is_concrete and "." in name and not name.startswith((_BUILTIN, *_OPEN)) else PERHAPS

    def _of_outside(self, value: int, name: str) -> int:
        tag = value & TAG
        short = name.removeprefix(_BUILTIN)
        concrete = name != short and short in _CONCRETE
        if tag == INSTANCE:
            return self._inherits(value >> SHIFT, name, concrete=concrete)
        if not concrete:
            if tag == PARTIAL and name == "functools.partial":
                return YES
            return PERHAPS if name.startswith(_OPEN) or name == "<builtin>.object" else NO
        if tag == CONTAINER:
            return self._of_kind(value >> SHIFT, short)
        if tag == CONSTANT:
            return YES if _CONSTANTS.get(self._flow.strings.texts[value >> SHIFT][:1]) == short else NO
        return YES if tag == CLASS and short == "type" else NO

    def _inherits(self, cls: int, name: str, *, concrete: bool) -> int:
        lineage = self._flow.evaluator.classes.lineage(cls)
        texts = self._flow.strings.texts
        bases = [texts[base] for base in lineage.outside]
        if name in bases:
            return YES
        if lineage.unknown or name == "<builtin>.object" or (not concrete and name.startswith(_OPEN)):
            return PERHAPS
        return PERHAPS if any(not base.startswith(_BARE) for base in bases) else NO

    def _of_kind(self, site: int, short: str) -> int:
        """Only of what is written as a display is the kind certain: what built-ins make counts as a list."""
        kind, asked = self._flow.items.kinds.get(site, Container.LIST), _KINDS.get(short)
        if asked is None or kind > Container.DICT:
            return NO if asked is None else PERHAPS
        is_written = site < self._cells.terms and self._flow.rows[4 * site] in (ValueOp.DISPLAY, ValueOp.PARAMETER)
        if is_written or Container.DICT in (kind, asked):
            return NO if kind != asked else PERHAPS if short in ("set", "frozenset") and not is_written else YES
        return PERHAPS

    def _is_subclass(self, value: int, operand: int) -> int:
        if value & TAG != CLASS:
            return NO if value & TAG in _OBJECTS else PERHAPS
        if operand & TAG == OUTSIDE:
            name = self._flow.outside_name(operand)
            return self._inherits(value >> SHIFT, name, concrete=name.removeprefix(_BUILTIN) in _CONCRETE)
        return self._below(value >> SHIFT, operand >> SHIFT)

    def _is_exact(self, value: int, operand: int) -> int:
        if value & TAG not in _OBJECTS:
            return self._of_foreign(value, operand)
        if value & TAG == INSTANCE:
            return YES if operand == CLASS | value >> SHIFT << SHIFT else NO
        return self._of_outside(value, self._flow.outside_name(operand)) if operand & TAG == OUTSIDE else NO

    def _is_callable(self, value: int, _operand: int) -> int:
        tag = value & TAG
        if tag == INSTANCE:
            if self._flow.members.has(value >> SHIFT, "__call__"):
                return YES
            return PERHAPS if self._flow.members.is_open(value >> SHIFT) else NO
        return YES if tag in _CALLED else NO if tag in _OBJECTS else PERHAPS

    def _has(self, value: int, operand: int) -> int:
        tag, word, members = value & TAG, operand >> SHIFT, self._flow.members
        if tag == CONTAINER:
            known = known_members(self._flow.items.kinds.get(value >> SHIFT, -1))
            return YES if self._flow.strings.texts[word] in known else PERHAPS
        if tag != INSTANCE:
            return YES if tag == CLASS and members.bound_in(value >> SHIFT, word) is not None else PERHAPS
        cls = value >> SHIFT
        order = members.order(cls)
        if members.bound_in(cls, word) is not None or any((each, word) in self._constructed for each in order):
            return YES
        if word in self._puts or members.is_open(cls) or members.has(cls, "__getattribute__"):
            return PERHAPS
        survey = self._flow.survey
        told = members.has(cls, "__getattr__") or any(survey.entries(each, word) for each in order)
        return PERHAPS if told else NO

    def _is_same(self, value: int, operand: int) -> int:
        if value != operand:
            return NO if value & TAG in _OBJECTS else PERHAPS
        lone = value & TAG in _LONE or (value & TAG == INSTANCE and self._is_lone(value >> SHIFT))
        return YES if lone else PERHAPS

    def _is_true(self, value: int, operand: int) -> int:
        """Whether a flag of the value's class is set."""
        if value & TAG != INSTANCE:
            return PERHAPS
        word, order, members = operand >> SHIFT, self._flow.members.order(value >> SHIFT), self._flow.members
        flags = [self._constructed[cls, word] for cls in order if (cls, word) in self._constructed]
        flag = flags[0] if flags else None
        if any(members.is_field(cls, word) and (cls, word) not in self._flags for cls in order):
            return PERHAPS
        for cls in order if flag is None else ():
            if members.declared(cls, word):
                flag = self._flags.get((cls, word), int(Flag.PUT))
                break
        if flag is None or flag & Flag.PUT or (flag & Flag.FIELD and members.is_open(value >> SHIFT)):
            return PERHAPS
        return YES if flag & Flag.TRUE else NO

    # ── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_deciding(self, cls: int) -> bool:
        """Whether a class says by itself what its instances are."""
        known = self._deciding.get(cls)
        if known is None:
            flow = self._flow
            flow.evaluator.fresh()
            order = flow.members.order(cls)
            meta = flow.evaluator.classes.metaclass(cls)
            own = any(flow.members.has(cls, name) for name in _DECIDING)
            by_meta = meta is not None and meta >= 0 and any(flow.members.has(meta, name) for name in _DECIDING)
            protocol = any(map(flow.evaluator.classes.is_protocol, order))
            known = self._deciding[cls] = own or by_meta or protocol
        return known

    def _remember(self, cls: int, source: int, term: int) -> None:
        """Classes that are registered for this one later are its instances too."""
        self._tests.setdefault(cls, []).append((source, term))
        if self._registered is None:
            self._registered = {}
            rows, word = self._flow.rows, self._flow.strings["register"]
            for row in self._flow.program.of(ValueOp.ATTRIBUTE):
                if rows[4 * row + 2] == word:
                    self._cells.watch(rows[4 * row + 1], self._register, row)
        if cls in self._registered:
            self._cells.copy(source, term)

    def _register(self, value: int, _row: int, _second: int) -> None:
        if value & TAG == CLASS and self._registered is not None:
            cls = value >> SHIFT
            if cls not in self._registered and not self._flow.members.has(cls, "register"):
                self._registered[cls] = []
                for source, term in self._tests.get(cls, ()):
                    self._cells.copy(source, term)

    def _is_lone(self, cls: int) -> bool:
        """Whether a class has one instance, as far as the code is written: one call of it, in a module."""
        known = self._lone.get(cls)
        if known is None:
            known = self._lone[cls] = self._made_once(cls)
        return known

    def _made_once(self, cls: int) -> bool:
        flow = self._flow
        if self._written is None:
            self._written = self._look_through()
        if flow.survey.name[cls] in self._written or cls in flow.members.bases_of_others():
            return False
        calls = self._calls_of.get(cls, ())
        return len(calls) == 1 and flow.survey.kind[flow.program.scopes[calls[0]]] == MODULE_KIND

    def _look_through(self) -> set[int]:
        """The names that are written, and on the way the calls that name a class."""
        rows, program, texts = self._flow.rows, self._flow.program, self._flow.survey.import_text
        for callee, row in program.grouped(ValueOp.CALL, 1):
            if callee > 0 and rows[4 * callee] in _NAMING:
                self._calls_of.setdefault(self._called(callee), []).append(row)
        attributes = {word for word, _ in program.grouped(ValueOp.ATTRIBUTE, 2)}
        return attributes | {texts[3 * number + 1] for number, _ in program.grouped(ValueOp.IMPORT, 1)}

    def _called(self, term: int) -> int:
        """The class that a term names, -1 for none."""
        rows = self._flow.rows
        while term > 0 and rows[4 * term] in (ValueOp.SHARED, ValueOp.NARROW):
            term = rows[4 * term + 1]
        return rows[4 * term + 1] if term > 0 and rows[4 * term] == ValueOp.CLASS else -1
