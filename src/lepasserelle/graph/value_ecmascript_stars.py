"""What modules of ECMAScript export through `export * from`, one name at a time, so that no number of such stars is too many.

As ECMA-262 resolves exports: a module's own come before those of its stars, `default` passes through none, and what two stars give
under one name from different bindings nobody exports. What a module of CommonJS exports is not known before values flow: it is read
for every name.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.graph.shapes import MODULE
from lepasserelle.graph.values import OBJECT, number_of, tag_of
from lepasserelle.model.values import Container, Spread, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_SPREAD: Final = int(Spread.STAR)
Binding = tuple[int, int]
"""(term of the exports of a module, key)"""


class _Exports(NamedTuple):
    """What a module says that it exports: by key the term, and the imports whose names it gives on."""

    own: dict[int, int]
    stars: tuple[int, ...]


class Stars:
    """Asked of names of modules."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._rows = flow.rows
        self._word = flow.strings["<exports>"]
        self._default = flow.strings["sdefault"]
        self._shown: dict[int, int] = {}
        """Term of the exports of a module that says all of them → the row that makes the object."""
        self._said = self._all_said()
        self._modules: dict[int, tuple[int, ...]] = {}
        self._taken: dict[int, tuple[dict[int, list[tuple[int, int]]], list[tuple[int, int]]]] = {}
        """Exports → by what its stars take in, where that has no stars, (star, exports); and the same of the others."""
        self._below: dict[int, frozenset[int]] = {}
        self._owners: dict[int, set[int]] = {}
        """Key → exports that have it for their own."""
        for exports, said in self._said.items():
            for key in said.own:
                self._owners.setdefault(key, set()).add(exports)
        self._of_site = {site: exports for exports, site in self._shown.items() if self._said[exports].stars}

    def _all_said(self) -> dict[int, _Exports]:
        rows, joined = self._rows, dict[int, list[int]]()
        for row in self._flow.program.of(ValueOp.JOIN):
            joined.setdefault(rows[4 * row + 1], []).append(rows[4 * row + 2])
        found = {}
        for row in self._flow.program.of(ValueOp.MEMBER):
            exports = rows[4 * row + 3]
            if rows[4 * row + 2] != self._word or rows[4 * exports + 2]:  # of CommonJS, what it begins with is in it
                continue
            made = joined.get(exports, ())
            if len(made) == 1 and rows[4 * made[0]] == ValueOp.DISPLAY and rows[4 * made[0] + 1] & 7 == Container.OBJECT:
                self._shown[exports] = made[0]
                found[exports] = self._read(made[0])
        return found

    def _read(self, site: int) -> _Exports:
        rows, extra, own, stars = self._rows, self._flow.extra, dict[int, int](), list[int]()
        start, count = rows[4 * site + 2], rows[4 * site + 3]
        for at in range(start, start + 2 * count, 2):
            if extra[at] == _SPREAD:
                stars.append(rows[4 * extra[at + 1] + 1])
            else:
                own[-extra[at]] = extra[at + 1]
        return _Exports(own, tuple(stars))

    def has(self, site: int) -> bool:
        """Whether an object is what a module exports that has stars."""
        return site in self._of_site

    def all_of(self, site: int) -> list[int]:
        """The exports of all modules that stars take in."""
        exports = self._of_site.get(site, 0)
        return [each for star in self._said[exports].stars for each in self._targets(star)] if exports else []

    def giving(self, site: int, key: int) -> list[int]:
        """The exports of those modules that give a name to the one whose exports an object is."""
        exports = self._of_site.get(site, 0)
        if not exports or key == self._default:
            return []
        found, known = dict[int, None](), dict[int, set[Binding]]()
        for star, target in self._perhaps_giving(exports, key):
            given = self._bindings(target, key, exports)
            if given or target not in self._said:
                found[target] = None
            if given:
                known.setdefault(star, set()).update(given)
        bindings = list(known.values())
        return [] if any(bindings[0].isdisjoint(other) for other in bindings[1:]) else list(found)

    def _perhaps_giving(self, exports: int, key: int) -> list[tuple[int, int]]:
        """(star, exports) that have a key for their own, or may have it by a star of theirs or by a value: few of many."""
        known = self._taken.get(exports)
        if known is None:
            own, others = dict[int, list[tuple[int, int]]](), list[tuple[int, int]]()
            for star in self._said[exports].stars:
                for target in self._targets(star):
                    said = self._said.get(target)
                    place = own.setdefault(target, []) if said is not None and not said.stars else others
                    place.append((star, target))
            known = self._taken[exports] = own, others
        own, others = known
        owners = self._owners.get(key, frozenset[int]())
        return sorted([*others, *(each for owner in owners & own.keys() for each in own[owner])])

    def _targets(self, star: int) -> tuple[int, ...]:
        """The exports of the modules of the project that an import names."""
        known = self._modules.get(star)
        if known is None:
            flow = self._flow
            flow.evaluator.fresh()
            nodes = [number_of(value) for value in flow.evaluator.imports.targets(star)[0][0] if tag_of(value) == OBJECT]
            terms = (flow.members.declared_term(node, self._word) for node in nodes if flow.survey.kind[node] == MODULE)
            known = self._modules[star] = tuple(term for term in terms if term)
        return known

    def _bindings(self, exports: int, key: int, asking: int) -> set[Binding]:
        """What a name is that a module exports, and those below it that are not known to lack it."""
        below = self._all_below(exports)
        if below <= self._said.keys() and below.isdisjoint(self._owners.get(key, ())):
            return set()
        return set(self._found(exports, key, {(asking, key)}))

    def _found(self, exports: int, key: int, seen: set[Binding]) -> Iterator[Binding]:
        """Each module is asked once for a name, so that circles end."""
        if (exports, key) in seen:
            return
        seen.add((exports, key))
        said = self._said.get(exports)
        if said is None:
            yield exports, key
        elif key in said.own:
            yield from self._origin(exports, key, said.own[key], seen)
        elif key != self._default:
            for star in said.stars:
                for target in self._targets(star):
                    yield from self._found(target, key, seen)

    def _origin(self, exports: int, key: int, term: int, seen: set[Binding]) -> Iterator[Binding]:
        """What is taken from another module to be given on is a binding of that one."""
        rows, survey = self._rows, self._flow.survey
        while term > 0 and rows[4 * term] == ValueOp.PHI and rows[4 * term + 2] == 1:
            term = self._flow.extra[rows[4 * term + 1]]
        found = list[Binding]()
        if term > 0 and rows[4 * term] == ValueOp.IMPORT:
            number = rows[4 * term + 1]
            name = survey.strings.texts[survey.import_text[3 * number + 1]]
            if name not in ("", "*"):
                inner = self._flow.strings["s" + name]
                found = [each for target in self._targets(number) for each in self._found(target, inner, seen)]
        yield from found or [(exports, key)]

    def _all_below(self, exports: int) -> frozenset[int]:
        """A module's exports and those that it takes in by stars, at any depth."""
        known = self._below.get(exports)
        if known is None:
            found, todo = {exports}, [exports]
            while todo:
                said = self._said.get(todo.pop())
                inner = {target for star in (said.stars if said is not None else ()) for target in self._targets(star)}
                todo += inner - found
                found |= inner
            known = self._below[exports] = frozenset(found)
        return known
