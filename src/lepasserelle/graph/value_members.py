"""Members of values: of instances through the order of their classes, of classes, modules, functions; and what is put on them.

What is put on an instance belongs to its class: `self.f = a` in a method of `B` is seen by all instances of `B` and below.
"""

from collections.abc import KeysView, Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.builtin_members import known_members, may_have
from lepasserelle.graph.survey import DECLARED, PAYLOAD
from lepasserelle.graph.value_binding import MAKES, MAKES_OF_FIRST, Binding
from lepasserelle.graph.value_cells import (
    CLASS,
    CONSTANT,
    CONTAINER,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    MODULE,
    OUTSIDE,
    PARENT,
    PROPERTY,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_fitting import Fitting
from lepasserelle.graph.value_heirs import Heirs
from lepasserelle.graph.values import INSTANCE as KNOWN_INSTANCE
from lepasserelle.graph.values import OUTSIDE as KNOWN_OUTSIDE
from lepasserelle.graph.values import number_of, pack, tag_of
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_MOST_HEIRS: Final = 40
_METHODS: Final = frozenset({ValueOp.DEFINITION, ValueOp.DECORATE})
MAKERS: Final = {"__call__": MAKES, "__new__": MAKES_OF_FIRST}


class Members:
    """Looks members up. Lineages are those of the evaluator."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._copy = flow.cells.copy
        self._behind = flow.descriptors.behind
        self._survey = flow.survey
        self._classes = flow.evaluator.classes
        rows, program = flow.rows, flow.program
        self._declared = {rows[4 * row + 1] << 32 | rows[4 * row + 2]: rows[4 * row + 3] for row in program.of(ValueOp.MEMBER)}
        self._setters: dict[int, list[int]] = {}
        for word, row in program.grouped(ValueOp.SET_MEMBER, 2):
            self._setters.setdefault(word, []).append(row)
        self._heirs = Heirs(flow)
        self._hidden = self._heirs.by_constructors(self._setters)
        self.given_out: set[int] = set()
        """Terms that modules bind and that somebody asked for by way of the module."""
        self._typed: dict[int, set[int]] = {}
        """Word → classes that declare the type of a field of this name."""
        for word, row in program.grouped(ValueOp.FIELD, 2):
            self._typed.setdefault(word, set()).add(rows[4 * row + 1])
        self.named: set[int] = set()
        """Words that `setattr` is given as a text."""
        self._stored: dict[int, list[int]] = {}
        """Value and word → what was put there while nobody read it."""
        self._put: dict[int, int] = {}
        """The same → the cell of what is put there."""
        self._gathered: dict[int, int] = {}
        """Class and word → the cell of what is put there on the class and on those that it inherits from."""
        self._waiting: dict[int, list[int]] = {}
        """Class and word → cell and receiver, one behind the other, of those that read what is put on the class, or on its
        instances if the receiver is one, while nothing is put on one of the two."""
        self._taken: dict[int, int] = {}
        """Value and word → the cell of the member, whoever takes it."""
        self._missed: set[int] = set()
        """Cells of members of instances that no class binds, where something else may say what they are."""
        self._followed: set[int] = set()
        self._orders: dict[int, tuple[int, ...]] = {}
        self._found: dict[int, int | None] = {}
        self.fitting = Fitting(flow, self._declared)
        self.binding = Binding(flow)
        self.bind = self.binding.bind
        self._cells.binding.add(self.bind)
        self._bound = program.times(ValueOp.MEMBER, 2)
        """By word how many modules and classes bind it; 2 stands for more."""
        self._metas: dict[int, int | None] = {}
        self._own_metas: dict[int, int | None] = {}
        self._below: dict[int, list[int]] | None = None
        self.fields: dict[int, list[int]] = {}
        """Named tuples: container → words of its fields."""

    def metaclass(self, cls: int) -> int | None:
        """As `Classes.metaclass` has it, remembered."""
        if cls not in self._metas:
            said = map(self._own_metaclass, self.order(cls))
            self._metas[cls] = next((meta for meta in said if meta is not None), None)
        return self._metas[cls]

    def _own_metaclass(self, cls: int) -> int | None:
        if cls not in self._own_metas:
            self._flow.evaluator.fresh()
            self._own_metas[cls] = self._classes.own_metaclass(cls)
        return self._own_metas[cls]

    def order(self, cls: int) -> tuple[int, ...]:
        """Where members of a class are looked for."""
        known = self._orders.get(cls)
        if known is None:
            self._flow.evaluator.fresh()
            known = self._orders[cls] = self._classes.lineage(cls).order
        return known

    def declared(self, scope: int, word: int) -> bool:
        """Whether the code of a module or class binds the name."""
        return scope << 32 | word in self._declared

    def declared_term(self, scope: int, word: int) -> int:
        """The term that a module's or class's own code leaves under a name, 0 for none."""
        return self._declared.get(scope << 32 | word, 0)

    def replace(self, cls: int, word: int, term: int) -> int:
        """A member that a class binds itself becomes a term, before anything flows. What it was; 0 where the class binds none."""
        key = cls << 32 | word
        before = self._declared.get(key, 0)
        if before:
            self._declared[key] = term
            self._found.clear()
        return before

    def _all_below(self) -> dict[int, list[int]]:
        if self._below is None:
            self._below = {}
            for node in sorted(self._survey.bases):
                for each in self.order(node)[1:]:
                    self._below.setdefault(each, []).append(node)
        return self._below

    def below(self, cls: int) -> Sequence[int]:
        """The classes that inherit from a class, at any distance, ascending."""
        return self._all_below().get(cls, ())

    def of_declared(self, packed: int) -> list[int]:
        """Instances that a place of a declared type may hold: of the class and of those below it (Dean, Grove, Chambers 1995), of
        the class alone where they are too many.
        """
        if tag_of(packed) != KNOWN_INSTANCE:
            return []
        cls = number_of(packed)
        below = self.below(cls)
        return [INSTANCE | each << SHIFT for each in (cls, *(below if len(below) <= _MOST_HEIRS else ()))]

    def heirs(self, cls: int, word: int) -> list[int]:
        """The class and those below it that inherit its member of this name, of which the project makes no instance, nor of what
        stands below them: whoever uses the project does.
        """
        below, made = self._all_below(), self._flow.made
        own, heirs, times = self._declared.get(cls << 32 | word), below.get(cls, []), self._times(word)
        if times > (own is not None):
            heirs = [each for each in heirs if self.member(self.order(each), word) == own]
        unmade = [each for each in heirs if each not in made and made.isdisjoint(below.get(each, ()))]
        return [cls, *unmade] if len(unmade) <= _MOST_HEIRS else [cls]

    def member(self, order: tuple[int, ...], word: int) -> int | None:
        """The term of the first class that binds the name."""
        if not self._times(word):
            return None
        declared = self._declared
        for cls in order:
            term = declared.get(cls << 32 | word)
            if term is not None:
                return term
        return None

    def bound_in(self, cls: int, word: int) -> int | None:
        """The term of the first class in a class's order that binds the name."""
        key = cls << 32 | word
        if key not in self._found:
            self._found[key] = self.member(self.order(cls), word)
        return self._found[key]

    def has(self, cls: int, name: str) -> bool:
        """Whether a class or a base of it binds the name."""
        return self.bound_in(cls, self._survey.strings[name]) is not None

    def of_scope(self, scope: int, word: int, cell: int) -> None:
        """What a module's name means to others."""
        term = self._declared.get(scope << 32 | word, 0)
        self.given_out.add(term)
        self._cells.copy(term, cell)
        if word in self._setters:
            self._cells.copy(self.put_on(MODULE | scope << SHIFT, word), cell)

    # ── what is put on values ─────────────────────────────────────────────────────────────────────────────────────────────

    def put_on(self, value: int, word: int) -> int:
        """The cell of what is assigned to a member of a value."""
        key = value << 32 | word
        known = self._put.get(key)
        if known is None:
            known = self._put[key] = self._cells.new()
            for source in self._stored.pop(key, ()):
                self._cells.copy(source, known)
            self._follow(word)
        return known

    def put_on_class(self, cls: int, word: int) -> int:
        """The cell of what is put on a class, or on those it inherits from, under a name that none of them declares
        (`A.__init__ = f`); 0 where nothing is put on any value under that name.
        """
        if word not in self._setters:
            return 0
        gathered = self._gathered.get(cls << 32 | word)
        if gathered is None:
            gathered = self._gathered[cls << 32 | word] = self._cells.new()
            for each in self.order(cls):
                self._cells.copy(self.put_on(CLASS | each << SHIFT, word), gathered)
        return gathered

    def _follow(self, word: int) -> None:
        if word in self._followed:
            return
        self._followed.add(word)
        for row in self._setters.get(word, ()):
            self._cells.watch(self._flow.rows[4 * row + 1], self._store, row)

    def _store(self, value: int, row: int, _second: int) -> None:
        rows = self._flow.rows
        owner = self._heirs.owner(row)
        if owner >= 0 and value & TAG == INSTANCE and owner in self.order(value >> SHIFT):
            return  # found by who reads it
        self.store(value, rows[4 * row + 2], rows[4 * row + 3])

    def store(self, value: int, word: int, source: int) -> None:
        """`value.word = source`."""
        if value & TAG not in (INSTANCE, CLASS, MODULE, FUNCTION):
            return
        key = value << 32 | word
        known = self._put.get(key)
        if known is not None:
            self._cells.copy(source, known)
            return
        self._stored.setdefault(key, []).append(source)
        tag = value & TAG
        waiting = self._waiting.get(value >> SHIFT << 32 | word) if tag in (INSTANCE, CLASS) else None
        if waiting is not None:
            self._tell(value, word, [at for at in range(0, len(waiting), 2) if tag == CLASS or waiting[at + 1] & TAG == INSTANCE])

    def _tell(self, value: int, word: int, places: list[int]) -> None:
        """The first thing is put on a class or its instances: those that wait at these places hear of it."""
        if not places:
            return
        put, waiting = self.put_on(value, word), self._waiting[value >> SHIFT << 32 | word]
        for at in places:
            if value & TAG == INSTANCE:
                self._cells.copy(put, waiting[at])
            else:
                self._cells.watch(put, self.bind, waiting[at], waiting[at + 1])

    def _read_put(self, order: tuple[int, ...], word: int, cell: int, receiver: int) -> None:
        """What is put on the classes of an order arrives at a cell, bound to a receiver, and if that is an instance, what is put on
        those of these classes. No cell is made before something is put; whoever puts it is followed already.
        """
        put, stored, is_instance = self._put, self._stored, receiver & TAG == INSTANCE
        for cls in order:
            waits = is_instance
            if is_instance:
                instance = INSTANCE | cls << SHIFT
                key = instance << 32 | word
                if key in put or key in stored:
                    self._copy(self.put_on(instance, word), cell)
                    waits = False
            of_class = CLASS | cls << SHIFT
            key = of_class << 32 | word
            if key in put or key in stored:
                self._cells.watch(self.put_on(of_class, word), self.bind, cell, receiver)
                if not waits:
                    continue
            waiting = self._waiting.get(cls << 32 | word)
            if waiting is None:
                self._waiting[cls << 32 | word] = [cell, receiver]
            else:
                waiting += (cell, receiver)

    def set_words(self, *, foreign: bool) -> set[int]:
        """Names under which something is put on some value (`foreign`: on one that is not the receiver of a method)."""
        rows = self._flow.rows

        def counts(row: int) -> bool:
            return not (foreign and self._heirs.is_receiver(rows[4 * row + 1], row))

        return self.named | {word for word, setters in self._setters.items() if any(map(counts, setters))}

    def is_put(self, word: int) -> bool:
        """Whether Python's code puts something under a name on some value."""
        return word in self._setters

    def binds(self, word: int) -> bool:
        """Whether some class or module binds the name."""
        return self._times(word) > 0

    def _times(self, word: int) -> int:
        return self._bound[word] if word < len(self._bound) else 0  # a string that was met since

    def is_field(self, cls: int, word: int) -> bool:
        """Whether a class declares the type of a field of this name."""
        return cls in self._typed.get(word, ())

    def bases_of_others(self) -> KeysView[int]:
        """Classes that others stand below."""
        return self._all_below().keys()

    def will_store(self, row: int) -> None:
        """One row more puts something on values."""
        word = self._flow.rows[4 * row + 2]
        self._setters.setdefault(word, []).append(row)
        if word in self._followed:
            self._cells.watch(self._flow.rows[4 * row + 1], self._store, row)

    def will_set(self, word: int) -> None:
        """Something may put a member of this name by `setattr`."""
        self._setters.setdefault(word, [])

    # ── members ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def attribute(self, value: int, term: int, word: int) -> None:
        """`value.word` arrives at a term."""
        tag = value & TAG
        if tag in (INSTANCE, CLASS, PARENT):
            key = value << 32 | word
            taken = self._taken.get(key)
            if taken is None:
                taken = self._taken[key] = self._cells.new()
                self._take(value, taken, word)
                if word in self._flow.types.words and tag == INSTANCE:
                    self._flow.types.hold_field(taken, self.order(value >> SHIFT), word)
            self._copy(taken, term)
            if taken in self._behind:
                self._flow.descriptors.read(taken, term)
            if taken in self._missed:
                self._miss(value, value >> SHIFT, term, word)
        elif tag != CONSTANT:
            self._attribute_of_other(value, term, word)

    def _attribute_of_other(self, value: int, term: int, word: int) -> None:
        """The same of what is neither an instance nor a class."""
        tag, number = value & TAG, value >> SHIFT
        if tag == MODULE:
            self._of_module(number, term, word)
        elif tag == OUTSIDE:
            evaluator = self._flow.evaluator
            evaluator.fresh()
            self._flow.take(evaluator.attribute(((self._flow.outside[number],), 0), word), term)
        elif tag == FUNCTION:
            if word in self._setters:
                self._cells.copy(self.put_on(value, word), term)
        elif tag in (CONTAINER, GENERATOR):
            self._of_container(value, term, word)
        elif tag == PROPERTY:
            self._flow.dispatch.attribute(value, term, self._survey.strings.texts[word])

    def _take(self, value: int, cell: int, word: int) -> None:
        """The one cell of a member as it is taken from a value, whoever takes it."""
        tag, number = value & TAG, value >> SHIFT
        if tag == INSTANCE:
            self._of_instance(value, number, cell, word)
        elif tag == CLASS:
            self._of_class(value, number, cell, word)
        else:
            self._of_parent(number, cell, word)

    def _of_parent(self, number: int, cell: int, word: int) -> None:
        cls, receiver = self._cells.pairs[number]
        order = self.order(receiver >> SHIFT)
        rest = order[order.index(cls) + 1 :] if cls in order else self.order(cls)[1:]
        found = self.member(rest, word)
        if found is not None:
            self._cells.watch(found, self.bind, cell, receiver)
        elif self._survey.strings.texts[word] in MAKERS and receiver & TAG == CLASS:
            kind = MAKERS[self._survey.strings.texts[word]]
            self._cells.add(cell, self._cells.pair(PROPERTY, kind, receiver))

    def _of_container(self, value: int, term: int, word: int) -> None:
        fields = self.fields.get(value >> SHIFT)
        if fields is not None and word in fields:
            self._flow.items.read(value >> SHIFT, self._flow.items.place(fields.index(word)), term)
            return
        has = known_members(self._flow.items.kinds.get(value >> SHIFT, -1) if value & TAG == CONTAINER else -1)
        if self._survey.strings.texts[word] in has:
            self._cells.add(term, self._cells.pair(METHOD, value, word))

    def _of_instance(self, value: int, cls: int, cell: int, word: int) -> None:
        order, cells = self.order(cls), self._cells
        is_put = word in self._setters
        if is_put:
            self._follow(word)
            self._read_put(order, word, cell, value)
            self._heirs.put(value, order, word, self._setters[word], cell)
        found = self.member(order, word)
        if found is not None:
            if not (is_put and self.is_hidden(order, word)):
                self._flow.descriptors.take(found, cell, value)
            return
        if self._typing(order, word) is not None or self._is_told(cls, word):
            self._missed.add(cell)
        if self._survey.strings.texts[word] == "__class__":
            cells.add(cell, CLASS | cls << SHIFT)

    def is_hidden(self, order: tuple[int, ...], word: int) -> bool:
        """Whether a constructor always hides what the first class of an order binds: a class below would not bind that."""
        hiding = self._hidden.get(word)
        if hiding is None:
            return False
        first = next(cls for cls in order if cls in hiding or self.declared(cls, word))
        return first in hiding

    def _miss(self, value: int, cls: int, term: int, word: int) -> None:
        """What a member of an instance may be that no class of its order binds."""
        owner = self._typing(self.order(cls), word)
        if owner is not None:
            self._flow.when_empty(term, self._expect, term, owner, word)
        elif self._is_told(cls, word):
            self._flow.descriptors.tell(value, word, term)

    def _typing(self, order: tuple[int, ...], word: int) -> int | None:
        """The first class of an order that declares the type of a field of this name."""
        typed = self._typed.get(word)
        return next((each for each in order if each in typed), None) if typed else None

    def _is_told(self, cls: int, word: int) -> bool:
        """Whether `__getattr__` says what a member is that nothing else binds."""
        return word not in self._setters and self.has(cls, "__getattr__") and not self._may_have_from_outside(cls, word)

    def _may_have_from_outside(self, cls: int, word: int) -> bool:
        """Whether a base outside, or one that is not known, may give a class the member."""
        lineage, texts = self._classes.lineage(cls), self._survey.strings.texts
        return lineage.unknown or any(may_have(texts[name], texts[word]) for name in lineage.outside)

    def _expect(self, term: int, owner: int, word: int) -> None:
        """Nothing is known to be put on a member whose type is declared in the class."""
        evaluator = self._flow.evaluator
        for entry in self._survey.entries(owner, word):
            if entry >> 56 == DECLARED:
                evaluator.fresh()
                for packed in evaluator.held.declared(entry & PAYLOAD, -1)[0]:
                    self._flow.typed.add(term)
                    for value in self.of_declared(packed):
                        self._cells.add(term, value)

    def is_open(self, cls: int) -> bool:
        """Whether something outside or unknown may have the member."""
        lineage = self._classes.lineage(cls)
        return lineage.unknown or bool(lineage.outside)

    def _of_class(self, value: int, cls: int, cell: int, word: int) -> None:
        order, cells = self.order(cls), self._cells
        if word in self._setters:
            self._follow(word)
            self._read_put(order, word, cell, value)
        found = self.member(order, word)
        if found is not None:
            cells.watch(found, self.bind, cell, value)
            is_method = found > 0 and self._flow.rows[4 * found] in _METHODS
            if not is_method and self._classes.is_enumeration(cls):
                cells.add(cell, INSTANCE | cls << SHIFT)
            return
        meta = self.metaclass(cls)
        if meta is None and self._survey.strings.texts[word] == "register" and self.is_abstract(cls):
            cells.add(cell, self._flow.outside_value(pack(KNOWN_OUTSIDE, self._survey.strings["abc.ABC.register"])))
        if meta is not None and meta >= 0:
            found = self.member(self.order(meta), word)
            if found is not None:
                cells.watch(found, self.binding.bind_of_metaclass, cell, value)

    def is_abstract(self, cls: int) -> bool:
        """Whether a class of a class's order says that it inherits from `abc.ABC`."""
        bases = [value for each in self.order(cls) for base in self._classes.bases(each) for value in base[0]]
        return any(self._survey.strings.texts[number_of(value)] == "abc.ABC" for value in bases if tag_of(value) == KNOWN_OUTSIDE)

    def _of_module(self, module: int, term: int, word: int) -> None:
        if self.declared(module, word):
            self.of_scope(module, word, term)
            return
        evaluator = self._flow.evaluator
        evaluator.fresh()
        found = evaluator.imports.file_member(evaluator.file_of(module), word)
        self._flow.take(found, term)
        if not found[0]:
            self._flow.descriptors.ask_module(module, word, term)
        if word in self._setters:
            self._cells.copy(self.put_on(MODULE | module << SHIFT, word), term)
