"""What pytest gives tests by the names of their parameters: fixtures, and what their marks list.

A fixture is sought where pytest seeks it: in the classes around who asks and those they inherit from, in its module, in the
`conftest.py` of its folder and of those above, else, where one alone has this name outside of tests, there (a plugin). Never
itself.
"""

from collections.abc import Iterator
from itertools import chain as joined
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.values import OBJECT, number_of, tag_of
from lepasserelle.graph.values import OUTSIDE as KNOWN_OUTSIDE
from lepasserelle.model import NodeFlag
from lepasserelle.model.values import ParameterKind, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_MAKERS: Final = frozenset({"pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture"})
_ENDINGS: Final = frozenset({"fixture", "yield_fixture"})
_MARK, _USES, _CASE, _REQUEST, _CONFTEST = "parametrize", "usefixtures", "param", "request", "conftest.py"
_TEST: Final = int(NodeFlag.TEST)
_GATHER: Final = frozenset({ParameterKind.STAR, ParameterKind.DOUBLE_STAR})
_CALL, _DISPLAY, _ATTRIBUTE = int(ValueOp.CALL), int(ValueOp.DISPLAY), int(ValueOp.ATTRIBUTE)

Arguments = tuple[int, ...]


class _Listed(NamedTuple):
    """What a mark lists."""

    names: list[str]
    is_bare: bool
    """One name, so that a value is what it gets, and not a sequence of such."""
    values: int
    """Term of the values; 0 where they go through fixtures."""


class Fixtures:
    """Those of one program. Made when its calls are known."""

    def __init__(self, flow: "Flow") -> None:
        self._flow, self._survey, self._texts = flow, flow.survey, flow.strings.texts
        self._named: dict[tuple[int, int], int] = {}
        """Scope and name → the fixture of this name."""
        self._fixtures: set[int] = set()
        self._listed: dict[int, list[_Listed]] = {}
        """Test, or class of tests → what its marks list."""
        self._uses: dict[int, list[str]] = {}
        """The same → the fixtures that its marks name."""
        self._always: dict[int, list[int]] = {}
        """Scope → fixtures that every test there is given."""
        self._params: dict[int, int] = {}
        """Fixture → the term of the values that it is made for, one after the other."""
        self._imported: dict[tuple[int, int], int] = {}
        if flow.program.family == "python" and any(flow.strings.known(each) >= 0 for each in (*_ENDINGS, _MARK, _USES)):
            for node, decorator in self._decorations():
                self._learn(node, decorator)
        self.are_any = bool(self._fixtures or self._listed)
        self._confts = {dirname(row.path): row.base for row in self._survey.files if basename(row.path) == _CONFTEST}
        self._plugins: dict[int, list[int]] = {}
        for (scope, name), node in self._named.items():
            row = flow.evaluator.row_of(node)
            if scope == row.base and not self._survey.flags[row.base] & _TEST and basename(row.path) != _CONFTEST:
                self._plugins.setdefault(name, []).append(node)

    # ── what decorators say ───────────────────────────────────────────────────────────────────────────────────────────────

    def _decorations(self) -> Iterator[tuple[int, int]]:
        """(definition, term of a decorator)."""
        rows = self._flow.rows
        for row in self._flow.program.of(ValueOp.DECORATE):
            inner = rows[4 * row + 2]
            while inner > 0 and rows[4 * inner] == ValueOp.DECORATE:
                inner = rows[4 * inner + 2]
            if inner > 0 and rows[4 * inner] in (ValueOp.DEFINITION, ValueOp.CLASS):
                yield rows[4 * inner + 1], rows[4 * row + 1]

    def _learn(self, node: int, decorator: int) -> None:
        survey, rows, strings = self._survey, self._flow.rows, self._flow.strings
        given: Arguments = ()
        if decorator > 0 and rows[4 * decorator] == _CALL:
            decorator, given = rows[4 * decorator + 1], self._flow.calls.arguments(decorator)
        if self._is_member(decorator, _MARK):
            self._list(node, given)
        elif self._is_member(decorator, _USES):
            self._uses.setdefault(node, []).extend(map(self._text, _positional(given)))
        elif any(map(self._makes_fixtures, self._marks_of(node))):
            word = self._text(_passed(given, strings.known("name")))
            name = strings[word] if word else survey.bound_as.get(node, survey.name[node])
            if word or node not in self._fixtures:
                self._named[survey.lexical_parent[node], name] = node
            if _passed(given, strings.known("autouse")):
                self._always.setdefault(survey.lexical_parent[node], []).append(node)
            if values := _passed(given, strings.known("params")):
                self._params[node] = values
            self._fixtures.add(node)

    def _marks_of(self, node: int) -> Iterator[tuple[int, str]]:
        """(where it stands, what it is) of the decorators that may make a definition a fixture."""
        for number in self._survey.decorators.get(node, ()):
            chain = self._texts[number].removesuffix("()")
            if chain.rpartition(".")[2] in _ENDINGS:
                yield node, chain

    def _makes_fixtures(self, mark: tuple[int, str]) -> bool:
        node, chain = mark
        survey, evaluator = self._survey, self._flow.evaluator
        evaluator.fresh()
        values, _ = evaluator.ask(survey.lexical_parent[node], survey.chains[chain], survey.span[4 * node + 2])
        return any(tag_of(each) == KNOWN_OUTSIDE and self._texts[number_of(each)] in _MAKERS for each in values)

    def _list(self, node: int, given: Arguments) -> None:
        strings = self._flow.strings
        named, values = (_passed(given, strings.known(word), place) for place, word in enumerate(("argnames", "argvalues")))
        text = self._text(named)
        names = [each.strip() for each in text.split(",") if each.strip()] or [self._text(each) for each in self._items(named)]
        is_through = _passed(given, strings.known("indirect")) != 0
        self._listed.setdefault(node, []).append(_Listed(names, bool(text) and "," not in text, 0 if is_through else values))

    def _is_member(self, term: int, name: str) -> bool:
        rows = self._flow.rows
        return term > 0 and rows[4 * term] == _ATTRIBUTE and self._texts[rows[4 * term + 2]] == name

    def _text(self, term: int) -> str:
        """What a constant text says, empty for any other term."""
        text = self._texts[-term] if term < 0 else ""
        return text[1:] if text.startswith("s") else ""

    def _items(self, term: int) -> list[int]:
        """The terms in a display of items, none for any other term."""
        rows, extra = self._flow.rows, self._flow.extra
        if term <= 0 or rows[4 * term] != _DISPLAY:
            return []
        start = rows[4 * term + 2]
        pairs = [extra[start + at] for at in range(2 * rows[4 * term + 3])]
        return pairs[1::2] if not any(pairs[::2]) else []

    # ── what who asks is given ────────────────────────────────────────────────────────────────────────────────────────────

    def give(self, cell: int, node: int, place: int, signature: tuple[int, ...]) -> None:
        """What pytest passes a parameter arrives at its cell."""
        node = self._flow.contexts.origin(node)
        if not self._is_asked(node, place, signature):
            return
        listed = self._lists(node, self._texts[signature[1]])
        if listed is not None and listed.values:
            self._pass(listed, listed.names.index(self._texts[signature[1]]), cell)
            return
        found = self._found(node, signature[1]) if listed is None else -1
        if found >= 0:
            flow = self._flow
            flow.cells.copy(flow.yielded(found) if found in flow.yields else flow.returned(found), cell)
            for term in flow.passed_on(found):
                flow.cells.copy(term, cell)

    def start(self) -> None:
        """What fixtures are made for, one after the other, is what they read as `request.param`."""
        flow, known = self._flow, self._flow.strings.known
        requests = {row: values for node, values in self._params.items() for row in self._requests(node)}
        for read in flow.program.with_operand(ValueOp.ATTRIBUTE, requests) if requests else ():
            if flow.rows[4 * read + 2] == known(_CASE):
                self._pass(_Listed([_CASE], True, requests[flow.rows[4 * read + 1]]), 0, read)

    def _requests(self, node: int) -> Iterator[int]:
        """The row of a fixture's parameter `request`, if it has one."""
        calls, place = self._flow.calls, 0
        while row := calls.parameter_row(node, place):
            if calls.signature(node, place)[1] == self._flow.strings.known(_REQUEST):
                yield row
            place += 1

    def asked(self) -> Iterator[tuple[int, int]]:
        """(who asks, fixture that it is given): by the names of parameters, by marks, and what every test is given."""
        rows = self._flow.rows
        for row in self._flow.program.of(ValueOp.SIGNATURE) if self._fixtures else ():
            node = rows[4 * row + 1]
            if self._asks(node):
                found = [*self._by_parameters(node, rows[4 * row + 3]), *(() if node in self._fixtures else self._by_marks(node))]
                yield from ((node, each) for each in dict.fromkeys(found) if each >= 0)

    def _by_parameters(self, node: int, count: int) -> Iterator[int]:
        for place in range(count):
            signature = self._flow.calls.signature(node, place)
            if self._is_asked(node, place, signature):
                listed = self._lists(node, self._texts[signature[1]])
                if listed is None or not listed.values:
                    yield self._found(node, signature[1])

    def _by_marks(self, node: int) -> Iterator[int]:
        strings = self._flow.strings
        for name in joined.from_iterable(self._uses.get(each, ()) for each in (node, *self._classes(node))):
            yield self._found(node, strings[name])
        for scope in self._scopes(node):
            yield from self._always.get(scope, ())

    def _is_asked(self, node: int, place: int, signature: tuple[int, ...]) -> bool:
        """Whether pytest passes something to a parameter: neither to a receiver, nor where there is a default."""
        kind, word, default = signature
        if kind in _GATHER or default or not word or not self._asks(node):
            return False
        return place > 0 or not IS_TYPE[self._survey.kind[self._survey.lexical_parent[node]]] or self._flow.is_static(node)

    def _asks(self, node: int) -> bool:
        """Whether pytest calls it: a fixture, or a test by its name and place."""
        survey = self._survey
        if node in self._fixtures:
            return True
        row, parent = self._flow.evaluator.row_of(node), survey.lexical_parent[node]
        if not survey.flags[row.base] & _TEST or not self._texts[survey.name[node]].startswith("test"):
            return False
        return parent == row.base or (bool(IS_TYPE[survey.kind[parent]]) and self._texts[survey.name[parent]].startswith("Test"))

    def _lists(self, node: int, name: str) -> _Listed | None:
        """The mark of a test, or of a class around it, that lists values of this name."""
        marks = joined.from_iterable(self._listed.get(each, ()) for each in (node, *self._classes(node)))
        return next((listed for listed in marks if name in listed.names), None)

    def _found(self, node: int, word: int) -> int:
        """The fixture of a name that is given to who asks, -1 for none of the project."""
        for scope in self._scopes(node):
            known = self._named.get((scope, word), -1)
            if known < 0 and not IS_TYPE[self._survey.kind[scope]]:
                known = self._brought(scope, word)
            if known >= 0 and known != node:
                return known
        plugins = self._plugins.get(word, [])
        return plugins[0] if len(plugins) == 1 and plugins[0] != node else -1

    def _scopes(self, node: int) -> Iterator[int]:
        """Where fixtures are sought for who asks, nearest first."""
        row = self._flow.evaluator.row_of(node)
        yield from self._classes(node)
        yield row.base
        folder, before = dirname(row.path), None
        while folder != before:
            if folder in self._confts and self._confts[folder] != row.base:
                yield self._confts[folder]
            folder, before = dirname(folder), folder

    def _classes(self, node: int) -> Iterator[int]:
        """The classes around who asks, each before those it inherits from, from within."""
        survey = self._survey
        around = survey.lexical_parent[node]
        while IS_TYPE[survey.kind[around]]:
            yield from self._flow.members.order(around)
            around = survey.lexical_parent[around]

    def _brought(self, module: int, word: int) -> int:
        """The fixture that a module imports under a name, -1 for none."""
        key = (module, word)
        if key not in self._imported:
            survey, evaluator = self._survey, self._flow.evaluator
            values: tuple[int, ...] = ()
            if survey.entries(module, word) or evaluator.row_of(module).stars:
                evaluator.fresh()
                last = survey.span[4 * module + 2] + survey.span[4 * module + 3]
                values, _ = evaluator.ask(module, survey.chains[self._texts[word]], last)
            nodes = [number_of(each) for each in values if tag_of(each) == OBJECT]
            self._imported[key] = next((node for node in nodes if node in self._fixtures), -1)
        return self._imported[key]

    # ── what marks list ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _pass(self, listed: _Listed, place: int, cell: int) -> None:
        """What a mark lists at a place of its names arrives at a cell."""
        cells, items = self._flow.cells, self._flow.items
        sources = self._items(listed.values)
        for source in sources:
            self._pass_one(source, -1 if listed.is_bare else place, cell)
        if not sources and listed.is_bare:
            cells.watch(listed.values, items.each, cell)
        elif not sources:
            each = cells.new()
            cells.watch(listed.values, items.each, each)
            cells.watch(each, items.part, cell, place)

    def _pass_one(self, source: int, place: int, cell: int) -> None:
        """One value of a mark; `place`: in it, -1 for the value itself. `pytest.param(…)` holds its arguments."""
        cells, rows = self._flow.cells, self._flow.rows
        is_case = source > 0 and rows[4 * source] == _CALL and self._is_member(rows[4 * source + 1], _CASE)
        inner = _positional(self._flow.calls.arguments(source)) if is_case else self._items(source) if place >= 0 else []
        if is_case or inner:
            cells.copy(inner[max(place, 0)] if max(place, 0) < len(inner) else 0, cell)
        elif place < 0:
            cells.copy(source, cell)
        else:
            cells.watch(source, self._flow.items.part, cell, place)


def _passed(given: Arguments, word: int, place: int = -1) -> int:
    """The term that a call gives at a place or under a word, 0 for none."""
    here = _positional(given)
    if 0 <= place < len(here):
        return here[place]
    return next((term for kind, term in zip(given[::2], given[1::2], strict=True) if kind == word > 0), 0)


def _positional(given: Arguments) -> list[int]:
    return [term for kind, term in zip(given[::2], given[1::2], strict=True) if kind == 0]
