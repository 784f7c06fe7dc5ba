"""Rows of value code in the making, and what names mean at a place of a scope: environments, their joins, views of scopes around.

Knows no grammar: who walks a tree tells it what is bound, read and left. See `lepasserelle.model.values`.
"""

from collections.abc import Iterable
from struct import pack

import zstandard

from lepasserelle.model.values import ValueCode
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.draft import Draft

Environment = dict[str, int]
"""Name → term; and, with a dot in its key, place of an attribute → number of what is known of it (`Expressions.known`)."""
View = tuple[Environment, int, int]
"""What names meant somewhere: at an earlier clock, that clock, the clock; between the two only `Frame.stores` changed it."""
Narrowing = tuple[int, int, tuple[int, ...], bool]
"""(term, `Test`, operands, whether it holds)"""
_FIXED = frozenset({op.DEFINITION, op.IMPORT, op.CLASS, op.DECORATE})
"""Terms of module names that other files hardly ever replace."""

_pack = zstandard.ZstdCompressor(level=1).compress
"""One for all files: making one takes as long as packing a file's rows."""

_PACKED = 1 << 15
"""Numbers that are made bytes at once."""

MODULE, CLASS, FUNCTION = range(3)
"""Kinds of frames."""
_NOTHING: list[int] = []
NO_VIEW: View = ({}, 0, 0)
"""Of one who sees nothing but what comes later."""


class Rows:
    """Rows, extra operands and words of one file."""

    __slots__ = ("_narrowings", "extra", "narrowed", "rows", "words", "words_in_order")

    def __init__(self) -> None:
        self.rows = [0, 0, 0, 0]
        """As a list, which takes a row in a third of the time that an array takes."""
        self.extra: list[int] = []
        self.narrowed: dict[int, Narrowing] = {}
        """Terms of which a test has left something → of what, which test."""
        self._narrowings: dict[Narrowing, int] = {}
        self.words: dict[str, int] = {"": 0}
        self.words_in_order = [""]

    def add(self, operation: int, a: int = 0, b: int = 0, c: int = 0) -> int:
        """A new row; its term."""
        rows = self.rows
        term = len(rows) >> 2
        rows.append(operation)  # one by one, which takes half the time of a tuple
        rows.append(a)
        rows.append(b)
        rows.append(c)
        return term

    def more(self, operands: Iterable[int]) -> int:
        """Where these operands begin in `extra`."""
        extra = self.extra
        start = len(extra)
        extra += operands
        return start

    def word(self, text: str) -> int:
        """The number of a word."""
        number = self.words.get(text)
        if number is None:
            number = self.words[text] = len(self.words)
            self.words_in_order.append(text)
        return number

    def phi(self, terms: Iterable[int]) -> int:
        """One of several terms; no row when they are one."""
        different = [term for term in dict.fromkeys(terms) if term]
        if self.narrowed and len(different) > 1:
            different = self._widened(different)
        if len(different) < 2:
            return different[0] if different else 0
        return self.add(op.PHI, self.more(different), len(different))

    def narrow(self, term: int, test: int, operands: tuple[int, ...], *, holds: bool) -> int:
        """What a test leaves of a term."""
        if not holds and len(operands) > 1:
            for operand in operands:
                term = self.narrow(term, test, (operand,), holds=False)
            return term
        key = (term, test, operands, holds)
        known = self._narrowings.get(key)
        if known is None:
            if self.narrowed.get(term, ())[1:] == key[1:]:
                return term
            known = self.add(op.NARROW, term, self.more((2 * test + (not holds), *operands)), len(operands))
            self._narrowings[key] = known
            self.narrowed[known] = key
        return known

    def is_part(self, term: int, whole: int) -> bool:
        """Whether a term is what tests have left of another."""
        while term in self.narrowed:
            term = self.narrowed[term][0]
            if term == whole:
                return True
        return False

    def _widened(self, terms: list[int]) -> list[int]:
        """The same values in fewer terms: what a test leaves and what it takes away are the whole again."""
        found = dict.fromkeys(terms)
        for term in sorted((term for term in terms if term in self.narrowed), reverse=True):
            whole, test, operands, holds = self.narrowed[term]
            if term in found and holds:
                rest: int | None = whole
                for operand in operands:
                    rest = self._narrowings.get((rest, test, (operand,), False)) if rest is not None else None
                if rest in found:
                    found = dict.fromkeys(whole if each in (term, rest) else each for each in found)
        return [term for term in found if not any(self.is_part(term, other) for other in found if other != term)]

    def phi_of(self, terms: list[int]) -> int:
        """A row of several terms to which `JOIN` may add more."""
        return self.add(op.PHI, self.more(terms), len(terms))

    def freeze(self) -> ValueCode:
        """The finished code."""
        return ValueCode(tuple(self.words), _pack(_as_bytes(self.rows)), _pack(_as_bytes(self.extra)))


def _as_bytes(numbers: list[int]) -> bytes:
    """Numbers of four bytes; `pack` takes half the time of an array, and its arguments as much room as the list."""
    if len(numbers) <= _PACKED:
        return pack(f"{len(numbers)}i", *numbers)
    parts = (numbers[start : start + _PACKED] for start in range(0, len(numbers), _PACKED))
    return b"".join([pack(f"{len(part)}i", *part) for part in parts])


class Frame:
    """One scope while its code is walked. `environment` is None where the code cannot be reached."""

    __slots__ = (
        "base",
        "breaks",
        "called",
        "clock",
        "constructor_end",
        "continues",
        "deleted",
        "draft",
        "environment",
        "kind",
        "local",
        "memo",
        "outer_names",
        "parent",
        "paths",
        "pending",
        "receiver",
        "renewed",
        "shared",
        "stores",
        "viewed",
        "views",
    )

    def __init__(self, draft: Draft, kind: int, parent: "Frame | None", local: set[str]) -> None:
        self.draft = draft
        self.kind = kind
        self.parent = parent
        self.local = local
        """Names that the scope binds somewhere."""
        self.environment: Environment | None = {}
        self.paths: dict[tuple[int, int], int] = {}
        """(term, member word or negative key) → what was just put there."""
        self.stores: dict[str, list[tuple[int, int]]] = {}
        """Name → (clock, term) of each time that it was bound."""
        self.clock = 0
        self.shared: dict[str, int] = {}
        """Names that scopes inside bind too → their PHI."""
        self.outer_names: dict[str, Frame | None] = {}
        """Names that mean those of a scope around (`global`, `nonlocal`)."""
        self.views: dict[Frame, View] = {}
        """Scopes around → what their names meant when this scope was defined."""
        self.viewed: Environment | None = None
        """The environment that the last view is of, while nothing but `bind` has changed it since; views of it share a copy."""
        self.base: tuple[Environment, int] = ({}, 0)
        """The copy of `viewed`, and the clock then."""
        self.breaks: list[list[Environment]] = []
        self.continues: list[list[Environment]] = []
        self.pending: list[Frame] = []
        self.receiver = 0
        """Term of the first parameter."""
        self.constructor_end = 0
        """Where the body of a constructor ends; 0 for other code. What stands in a body directly is walked at depth 1."""
        self.deleted: dict[str, int] = {}
        """Names whose last binding a `del` took away → the clock then."""
        self.called: list[int] = []
        """Clocks at which a module or a class in it called something."""
        self.renewed: dict[str, list[tuple[int, int]]] = {}
        """Shared names that a call gave a new value for sure → (clock, PHI of all from then on), from the first one on."""
        self.memo: dict[tuple[str, tuple[int, ...]], int] = {}

    def bind(self, rows: Rows, name: str, term: int) -> None:
        """The name means the term from here on."""
        if name in self.outer_names:
            outer = self.outer_names[name]
            if outer is not None:
                outer.bind_shared(rows, name, term)
            return
        if name in self.shared:
            self.bind_shared(rows, name, term)
            return
        environment = self.environment
        if environment is not self.viewed:
            self.viewed = None
        clock = self.clock = self.clock + 1
        if self.deleted:
            self.deleted.pop(name, None)
        stores = self.stores.get(name)
        if stores is None:
            self.stores[name] = [(clock, term)]
        else:
            stores.append((clock, term))
        if environment is not None:
            environment[name] = term

    def unbind(self, name: str) -> None:
        """The name means nothing from here on."""
        if self.environment is not None and name in self.environment:
            self.environment[name] = 0
            self.viewed = None
            self.deleted[name] = self.clock
            self.clock += 1

    def is_gone(self, name: str, clock: int) -> bool:
        """Whether nobody who is defined at a clock finds the name: it is deleted before anything could call them."""
        at = self.deleted.get(name)
        if self.kind != MODULE or at is None or (self.environment or {}).get(name) != 0:
            return False
        return not any(clock < call <= at for call in self.called)

    def renew(self, rows: Rows, name: str) -> None:
        """A shared name is given another value here for sure: who is defined later does not find the former ones."""
        if name in self.shared:
            self.clock += 1
            phis = self.renewed.setdefault(name, [(0, self.shared[name])])
            self.shared[name] = rows.add(op.PHI)
            phis.append((self.clock, self.shared[name]))

    def bind_shared(self, rows: Rows, name: str, term: int) -> None:
        """One of the values of a name whose order is not followed."""
        phi = self.shared.get(name)
        if phi is None:
            phi = self.shared[name] = rows.add(op.PHI)
        if term:
            for each in [phi for _, phi in self.renewed[name]] if name in self.renewed else [phi]:
                rows.add(op.JOIN, each, term)

    def seen(self, rows: Rows, name: str, view: View) -> int:
        """What a name of this scope means to a scope that has a view of it."""
        environment, copied, clock = view
        if self.deleted and self.is_gone(name, clock):
            return 0
        phi = self.shared.get(name)
        if self.renewed and name in self.renewed:
            phi = [phi for at, phi in self.renewed[name] if at <= clock][-1]
        if phi is None:
            phi, later = environment.get(name, 0), _NOTHING
            for at, term in self.stores.get(name, ()):
                if at > clock:
                    later = [*later, term]
                elif at > copied:
                    phi = term
            if later:
                phi = self._either(rows, name, [phi, *later])
        if self.kind == MODULE and (phi <= 0 or rows.rows[phi << 2] not in _FIXED):
            known = self.memo.get((name, (phi, -1)))
            if known is None:
                known = self.memo[name, (phi, -1)] = rows.add(op.SHARED, phi, rows.word(name), 0)
            return known
        return phi

    def _either(self, rows: Rows, name: str, found: list[int]) -> int:
        """One of the terms of a name: the same row whenever they are the same ones."""
        terms = tuple(dict.fromkeys(term for term in found if term))
        phi = self.memo.get((name, terms))
        if phi is None:
            phi = self.memo[name, terms] = rows.phi(terms)
        return phi

    def members(self, rows: Rows) -> None:
        """State what each name means when the code of this module or class has run."""
        environment = self.environment or {}
        for name, stores in self.stores.items():
            term = environment.get(name)
            if term == 0 and name in self.deleted:
                continue
            if term is None:
                term = rows.phi([term for _, term in stores])
            rows.add(op.MEMBER, self.draft.number, rows.word(name), term)
        for name, phi in self.shared.items():
            rows.add(op.MEMBER, self.draft.number, rows.word(name), phi)

    def view(self) -> dict["Frame", View]:
        """The views of a scope that is defined here and now."""
        environment = self.environment
        if self.kind != CLASS and (environment is None or environment is not self.viewed):
            self.viewed = environment
            self.base = (dict(environment or {}), self.clock)
        return {**self.views, self: (*self.base, self.clock)}


def joined(rows: Rows, environments: list[Environment | None]) -> Environment | None:
    """What names mean where several ways meet."""
    reached = [environment for environment in environments if environment is not None]
    if len(reached) < 2:
        return reached[0] if reached else None
    first = reached[0]
    others = reached[1:]
    differing: list[str] = []
    for other in others:
        if other != first:
            differing += _differing(first, other)
    if not differing:
        return first
    result = dict(first)
    for other in others:
        result |= other
    if len(others) > 1:
        found = set(differing)
        differing = [name for name in result if name in found]  # in the order of the names: rows are made in it
    for name in differing:
        terms = [environment.get(name, 0) for environment in reached]
        if terms.count(terms[0]) == len(terms):
            result[name] = terms[0]
        elif "." in name:
            del result[name]
        else:
            result[name] = rows.phi(terms)
    return result


def _differing(first: Environment, other: Environment) -> list[str]:
    """Names that mean two things, or mean something in one of them only: those of the first, then those that it lacks."""
    held = other.get
    found = []
    for name, term in first.items():
        if held(name) != term:
            found.append(name)
    return found + [name for name in other if name not in first] if len(other) > len(first) - len(found) else found
