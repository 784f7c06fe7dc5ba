"""What the declared type of a parameter says of the values that arrive at it: which instances cannot, and what to expect of none.

Python does not check annotations, yet a program that passes an `And` where `node: Const` is declared is wrong by its own words;
what flows there is a merge of several ways (a visitor's `getattr(self, "visit_" + name)(node)`), not a call that happens.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.shapes import DECLARATION, IS_TYPE
from lepasserelle.graph.survey import DECLARED, PARAMETER, PAYLOAD
from lepasserelle.graph.value_cells import (
    BOUND,
    CONSTANT,
    CONTAINER,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    MODULE,
    PARTIAL,
    SHIFT,
    TAG,
)
from lepasserelle.graph.value_items import ANY, SOME
from lepasserelle.graph.values import CONTENT, OUTSIDE_INSTANCE, Value, number_of, pack, tag_of
from lepasserelle.graph.values import INSTANCE as KNOWN_INSTANCE
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_SCALARS: Final = frozenset({"<str>", "<int>", "<float>", "<bool>", "<bytes>", "<complex>"})
_SCALAR: Final = -1
_LOW: Final = 0xFFFF_FFFF
_KINDS: Final = {
    "": Container.LIST,
    "<global>.Array": Container.LIST,
    "<global>.ReadonlyArray": Container.LIST,
    "<global>.Set": Container.SET,
    "<global>.ReadonlySet": Container.SET,
    "<global>.Map": Container.MAP,
    "<global>.ReadonlyMap": Container.MAP,
    "<global>.Promise": Container.PROMISE,
    "<global>.PromiseLike": Container.PROMISE,
}
"""Types of ECMAScript that hold others → what they are here."""
_LISTS: Final = (
    "list",
    "List",
    "deque",
    "Deque",
    "Iterable",
    "Iterator",
    "Sequence",
    "MutableSequence",
    "Collection",
    "Reversible",
)
_SETS: Final = ("set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet")
_DICTS: Final = ("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict")
_OF_PYTHON: Final = {
    name: kind for kind, names in ((Container.LIST, _LISTS), (Container.SET, _SETS), (Container.DICT, _DICTS)) for name in names
}
"""Last names of types of Python that hold others → what they are here."""
_PLAIN: Final = frozenset({"list", "List", "set", "Set", "dict", "Dict"})
"""Those whose methods go by the name of their literals."""
_WHICH: Final = {name: -100 - place for place, name in enumerate(_OF_PYTHON)}
"""What tells containers of the others apart (`Flow.container`)."""
_NO_SCALARS: Final = ("typing.", "typing_extensions.", "abc.", "collections.")
"""Where bases come from that make no number and no text of a class."""
_NO_INSTANCES: Final = frozenset({CONTAINER, GENERATOR, METHOD, FUNCTION, BOUND, PARTIAL, MODULE, CONSTANT})
"""Tags of values that are an instance neither of a class of the project nor, a constant left out, of a number or a text."""


class DeclaredTypes:
    """Gates in front of parameters, and what is taken to be there when nothing is known to arrive."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._classes = flow.evaluator.classes
        self._of_fields = self._find_fields() if flow.program.family == "python" else {}
        self.words = {key & _LOW for key in self._of_fields}
        """Names of fields that are declared to hold something."""

    def declared(self, node: int, word: int, term: int = 0) -> list[Value]:
        """What the annotation of a parameter names; `term`: the parameter, where it is to hold what that says."""
        survey, evaluator = self._flow.survey, self._flow.evaluator
        node = self._flow.contexts.origin(node)
        found: list[Value] = []
        for entry in survey.entries(node, word):
            if entry >> 56 == PARAMETER:
                if term:
                    self._hold(term, entry & PAYLOAD)
                evaluator.fresh()
                found += evaluator.held.declared(entry & PAYLOAD, -1)[0]
        return found

    def expect(self, term: int, node: int, word: int) -> None:
        """Nobody is known to pass anything: instances of the declared type."""
        for packed in self.declared(node, word):
            self._flow.typed.add(term)
            self._fill(term, packed)

    def returned(self, node: int, cell: int) -> None:
        """What a function of ECMAScript without a body says that it returns."""
        survey, evaluator = self._flow.survey, self._flow.evaluator
        node = self._flow.contexts.origin(node)
        if survey.flags[node] & DECLARATION and self._flow.ecma.is_ecma(node):
            for entry in survey.entries(node, self._flow.strings["<type>"]):
                evaluator.fresh()
                for packed in evaluator.held.declared(entry & PAYLOAD, -1)[0]:
                    self._fill(cell, packed)

    def _fill(self, cell: int, packed: Value) -> None:
        """A value of a declared type: its instances, or a container of ECMAScript that holds some."""
        flow, contents = self._flow, self._flow.evaluator.contents
        for value in flow.members.of_declared(packed):
            flow.cells.add(cell, value)
        if tag_of(packed) == CONTENT:
            owner = contents.owner(packed)
            kind = _KINDS.get(flow.strings.texts[owner] if owner >= 0 else "")
            if kind is not None:
                site = flow.cells.new()
                flow.items.kinds[site] = kind
                if kind in (Container.SET, Container.MAP):
                    flow.ecma.builtins.owners[site] = flow.strings.texts[owner]
                for held in contents.held(packed):
                    self._fill(flow.items.cell(site, SOME), held)
                flow.cells.add(cell, CONTAINER | site << SHIFT)

    def gate(self, term: int, node: int, word: int) -> int:
        """The cell that arguments go to on their way to a parameter; the parameter itself where its type excludes nothing."""
        if node in self._flow.calls.takes_receiver:  # ECMAScript's types say what a value has, not of which class it is
            return term
        declared = self.declared(node, word, term)
        allowed = self._allowed(declared[0]) if len(declared) == 1 else None
        if allowed is None:
            return term
        cells = self._flow.cells
        cell = cells.new()
        cells.watch(cell, self._pass, term, allowed)
        if term < cells.terms:
            self._flow.when_empty(cells.new(), self._expect_of_many, cell, term)
        return cell

    def _expect_of_many(self, cell: int, term: int, _second: int) -> None:
        """More arrives at the gate of a parameter than is followed."""
        if cell in self._flow.cells.full:
            node, place = self._flow.rows[4 * term + 1 : 4 * term + 3]
            self.expect(term, node, self._flow.calls.signature(node, place)[1])

    def _allowed(self, packed: Value) -> int | None:
        if tag_of(packed) == OUTSIDE_INSTANCE:
            return _SCALAR if self._flow.strings.texts[number_of(packed)] in _SCALARS else None
        if tag_of(packed) != KNOWN_INSTANCE:
            return None
        return number_of(packed)

    def _pass(self, value: int, term: int, allowed: int) -> None:
        tag, cls, cells = value & TAG, value >> SHIFT, self._flow.cells
        if tag == INSTANCE and not self._fits(cls, allowed):
            if allowed != _SCALAR and cls in self._flow.members.order(allowed):
                self._flow.typed.add(term)
                for narrower in self._flow.members.of_declared(pack(KNOWN_INSTANCE, allowed)):
                    cells.add(term, narrower)
        elif tag not in _NO_INSTANCES or (tag == CONSTANT and allowed == _SCALAR):
            cells.add(term, value)

    def _fits(self, cls: int, allowed: int) -> bool:
        """Whether an instance of a class may be what is declared, as far as its bases are known."""
        if allowed in self._flow.members.order(cls):
            return True
        lineage = self._classes.lineage(cls)
        texts = self._flow.strings.texts
        return lineage.unknown or (allowed == _SCALAR and any(not texts[name].startswith(_NO_SCALARS) for name in lineage.outside))

    # ── what containers of Python are declared to hold ────────────────────────────────────────────────────────────────────

    def hold_field(self, cell: int, order: tuple[int, ...], word: int) -> None:
        """A cell is a member of an instance of a class with that order of bases."""
        for cls in order:
            flow = self._of_fields.get(cls << 32 | word)
            if flow is not None:
                self._hold(cell, flow)
                return

    def _find_fields(self) -> dict[int, int]:
        """Class and word → the declaration of a field that says what it holds."""
        survey, texts = self._flow.survey, self._flow.strings.texts
        values = np.frombuffer(survey.values, dtype=np.uint64)
        at = np.flatnonzero(values >> np.uint64(56) == DECLARED).tolist()
        found = {
            survey.keys[each]: survey.values[each] & PAYLOAD
            for each in reversed(at)
            if IS_TYPE[survey.kind[survey.keys[each] >> 32]]
        }
        return {key: flow for key, flow in found.items() if texts[survey.flow_source[flow]][-1:] == "}"}

    def _hold(self, cell: int, flow: int) -> None:
        """What arrives at a cell holds what a declaration says, where nothing is known of what it holds; where nothing arrives,
        there is one that does.
        """
        if self._flow.strings.texts[self._flow.survey.flow_source[flow]][-1:] == "}" and self._flow.program.family == "python":
            self._flow.cells.watch(cell, self._hold_items, flow)
            self._flow.when_empty(cell, self._make, cell, flow)

    def _content(self, flow: int) -> tuple[Value | None, int, str]:
        """(the container that a declaration names, its kind, the name that it goes by)."""
        evaluator = self._flow.evaluator
        evaluator.fresh()
        packed = evaluator.held.holding(flow)
        return (packed, *self._kind(packed)) if packed is not None else (None, 0, "")

    def _kind(self, packed: Value) -> tuple[int, str]:
        name = self._flow.strings.texts[self._flow.evaluator.contents.owner(packed)]
        return _OF_PYTHON.get(name.rpartition(".")[2], -1), name

    def _hold_items(self, value: int, flow: int, _second: int) -> None:
        site, items = value >> SHIFT, self._flow.items
        rows, at = self._flow.rows, 4 * site
        if value & TAG == CONTAINER and site < self._flow.cells.terms and rows[at] == ValueOp.DISPLAY and not rows[at + 3]:
            self._flow.when_empty(items.cell(site, ANY), self._fill_items, site, flow)

    def _fill_items(self, site: int, flow: int, _second: int) -> None:
        packed, kind, _ = self._content(flow)
        if packed is not None and (kind == Container.DICT) == (self._flow.items.kinds.get(site) == Container.DICT):
            self._put_held(site, packed)

    def _make(self, cell: int, flow: int, _second: int) -> None:
        packed, kind, name = self._content(flow)
        if packed is not None and kind >= 0:
            self._contain(cell, packed, kind, name)

    def _contain(self, cell: int, packed: Value, kind: int, name: str) -> None:
        flow = self._flow
        last = name.rpartition(".")[2]
        site = flow.container(cell, kind, 0 if last in _PLAIN else _WHICH[last])
        if last not in _PLAIN:
            flow.items.called[site] = name
        self._put_held(site, packed)

    def _put_held(self, site: int, packed: Value) -> None:
        """A container holds what is declared."""
        items = self._flow.items
        items.declared.add(site)
        for held in self._flow.evaluator.contents.held(packed):
            if tag_of(held) == CONTENT:
                kind, name = self._kind(held)
                if kind >= 0:
                    self._contain(items.cell(site, SOME), held, kind, name)
            else:
                self._fill(items.cell(site, SOME), held)

    def mark(self) -> None:
        """Whoever takes something out of such a container knows no more than the declared type."""
        items, terms = self._flow.items, self._flow.cells.terms
        self._flow.typed.update(term for site in items.declared for term in items.readers(site) if term < terms)
