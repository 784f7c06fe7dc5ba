"""What a slice across calls may lack, said in words: where the graph knows that it does not know, and what no edge tells.

A slice is complete only when nothing of this is found. Not here: the slice.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lepasserelle.graph import Graph
from lepasserelle.graph.entering import mentions
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.system import System
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind
from lepasserelle.model.body import CALLEE, IMPLIED, RECEIVER, REFERENCE, YIELD, Body, Statement, StatementFlag, WriteFlag
from lepasserelle.query.classes import above
from lepasserelle.query.library_state import LibraryState
from lepasserelle.query.lowered import CLASS
from lepasserelle.query.program import GraphProgram

_MOST_NAMED: Final = 5
_REFLECTIVE: Final = frozenset(
    {"globals", "locals", "vars", "exec", "eval", "setattr", "delattr", "__setattr__", "__import__", "methodcaller"}
)
_BY_TEXT: Final = ".__dict__"
_BY_LANGUAGE: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("javascript", "typescript", "tsx"), frozenset({"valueOf", "toString", "toJSON"})),
    "java": frozenset({"toString", "hashCode", "equals", "compareTo", "compare", "iterator", "finalize"}),
    "c_sharp": frozenset({"ToString", "GetHashCode", "Equals", "CompareTo", "Compare", "GetEnumerator"}),
    "rust": frozenset(
        """drop deref deref_mut index index_mut next into_iter from into fmt eq ne cmp partial_cmp hash add sub mul div rem neg not
        add_assign sub_assign mul_assign div_assign rem_assign poll""".split()  # noqa: SIM905
    ),
}
"""Methods that the language, or what belongs to it, calls without a word."""
_ECMASCRIPT: Final = frozenset({"javascript", "typescript", "tsx"})
_OF_C: Final = frozenset({"c", "cpp"})
_JUMPING: Final = frozenset({"setjmp", "_setjmp", "sigsetjmp", "longjmp", "_longjmp", "siglongjmp", "std.longjmp"})
_GLOBAL_OBJECTS: Final = frozenset({"globalThis", "window", "global"})
"""Objects of ECMAScript whose attributes are names that all see."""
_FUNCTIONAL: Final = frozenset(
    "accept apply applyAsDouble applyAsInt applyAsLong call compare get getAsDouble getAsInt getAsLong run test".split()  # noqa: SIM905
)
"""Methods of the interfaces of Java that functions are given as."""
_COPIES: Final = r"\(\s*(?:const\s+)?%s\s*(?:const\s*)?&"
"""A constructor that takes an instance of its class."""
_OF_C_PLUS_PLUS: Final = re.compile(r"~|operator\b")
"""Destructors, conversions and operators."""
_SPECIAL_METHODS: Final = "methods that the language calls by itself and of which no call is known"
_SPECIAL: Final = re.compile(r"\.__\w+__")
_DESCRIBING: Final = frozenset(
    {"__doc__", "__name__", "__qualname__", "__module__", "__dict__", "__wrapped__", "__annotations__", "__signature__"}
    | {"__cause__", "__context__", "__traceback__", "__suppress_context__", "__notes__", "__slots__", "__all__", "__file__"}
)
"""Names of this form that say something and do nothing."""
_REMEMBERING: Final = frozenset({"lru_cache", "cache", "cached", "memoize", "memoized"})
_DEFAULT: Final = re.compile(r"(\w+)[^,=()]*=\s*[\[{]|(\w+)[^,=()]*=\s*\w[\w.]*\(")
"""A parameter whose default is made once and may be changed: a display or a call."""
_CALLED_BY_NAME: Final = frozenset({"__init__", "__new__", "__post_init__", "__call__", "__repr__", "__init_subclass__"})


class Shown(NamedTuple):
    """What of one body is in a slice."""

    function: int
    found: Dependences
    statements: set[int]
    asked: int
    """The statement that was asked for; -1: in another body."""


class Unfollowed:
    """What a slice does not follow, by what it is."""

    def __init__(self, graph: Graph, program: GraphProgram, system: System) -> None:
        self._graph = graph
        self._program = program
        self._system = system

    def notes(self, parts: list[Shown], *, is_forward: bool) -> list[str]:
        """What limits a slice, each kind in one line. A forward slice may lack what is run on an instance that was made before."""
        kinds = (
            ("calls that several functions could answer", self._ambiguous),
            ("properties that several classes could answer", self._properties),
            ("methods of which no body is known", self._bodiless),
            ("setters of properties", self._setters),
            ("getters and setters of objects", self._of_objects),
            ("calls of what is given or kept in a variable, of which nothing is known,", self._unknown),
            ("functions that are handed on to somebody unknown", self._handed_on),
            (_SPECIAL_METHODS, self._special),
            ("attributes of functions", self._attributes),
            ("results that are kept from an earlier call", self._remembered),
            ("variables that keep their value from an earlier call", self._static),
            ("defaults of parameters that are changed and stay changed", self._defaults),
            ("returns of `setjmp` and what `longjmp` leaves", self._jumps),
        )
        found = [(what, dict.fromkeys(name for part in parts for name in find(part))) for what, find in kinds]
        if is_forward:
            files = {self._graph.file_of(function) for function in self._system.functions}
            special = [what for what, _ in kinds].index(_SPECIAL_METHODS)
            found[special] = (
                _SPECIAL_METHODS,
                dict.fromkeys(self._special_of(one for file in sorted(files) for one in self._classes(file))),
            )
        found.append(("calls that may or may not enter what is in the slice", dict.fromkeys(self._maybe_callers())))
        found.append(("names that are read or written by their text", dict.fromkeys(self._reflection())))
        found.append(
            ("what a class holds and an instance names by its class", dict.fromkeys(self._by_class(is_forward=is_forward)))
        )
        found.append(("special methods that are replaced", dict.fromkeys(self._replaced(parts))))
        found.append(("references that a call gives or a field keeps", dict.fromkeys(self._references())))
        found.append(("second names of what is kept outside", dict.fromkeys(self._second_names())))
        found.append(("what libraries keep for all who use them", dict.fromkeys(self._libraries(parts, is_forward=is_forward))))
        return [said(what, list(names)) for what, names in found if names]

    def _libraries(self, parts: list[Shown], *, is_forward: bool) -> list[str]:
        lines = [
            (part.function, {line for number in part.statements for line in _lines(part.found.body.statements[number])})
            for part in parts
        ]
        return LibraryState(self._graph, self._program).uses(lines, is_forward=is_forward)

    # ── in the statements of the slice ────────────────────────────────────────────────────────────────────────────────────

    def _ambiguous(self, part: Shown) -> Iterator[str]:
        for edge in self._graph.edges(part.function, EdgeKind.CALLS, "out", "all"):
            if edge.resolution != "ambiguous" or not edge.candidates:
                continue
            name = edge.target.rpartition(".")[2]
            for _, line in edge.sites:
                if any(self._is_open(part, number, name) for number in _at(part, line)):
                    yield f"{name} in line {line}"

    def _is_open(self, part: Shown, number: int, name: str) -> bool:
        followed = {place for place, _, _ in self._system.calls_at(part.function, number)}
        calls = part.found.body.statements[number].calls
        return any(
            (place not in followed or call.is_partial) and call.chain.rpartition(".")[2] == name for place, call in enumerate(calls)
        )

    def _properties(self, part: Shown) -> Iterator[str]:
        graph = self._graph
        for kind in (EdgeKind.READS, EdgeKind.WRITES):
            for edge in graph.edges(part.function, kind, "out", "all"):
                if edge.resolution != "ambiguous" or not edge.candidates:
                    continue
                nodes = [node for name in edge.candidates for node in graph.find(name)]
                if any(graph.flags(node) & NodeFlag.ACCESSOR for node in nodes):
                    name = edge.target.rpartition(".")[2]
                    yield from (f"{name} in line {line}" for _, line in edge.sites if _at(part, line))

    def _bodiless(self, part: Shown) -> Iterator[str]:
        """Declared by a class of the project, and by nobody implemented that the graph knows (in a constant of an enum)."""
        graph = self._graph
        for target, is_call, lines in self._program.sites(part.function):
            if not is_call or target >= graph.definition_count or not graph.flags(target) & NodeFlag.DECLARATION:
                continue
            parent, name = graph.parent(target), graph.name(target)
            if parent >= 0 and graph.kind(parent).is_type:
                yield from (
                    f"{name} in line {line}"
                    for line in lines
                    if any(self._is_open(part, number, name) for number in _at(part, line))
                )

    def _setters(self, part: Shown) -> Iterator[str]:
        """A property of C# is one definition, whose statements are those of its first accessor."""
        graph, function = self._graph, part.function
        if graph.kind(function) == NodeKind.PROPERTY and graph.language(function) == "c_sharp":
            written = graph.neighbours(function, EdgeKind.WRITES, "out", "inferred")
            if written and not any(one.writes for one in part.found.body.statements):
                yield f"{graph.name(function)} in line {graph.lines(function)[0]}"

    def _of_objects(self, part: Shown) -> Iterator[str]:
        """Accessors in the display of an object, which no edge leads to; and what a proxy runs."""
        graph = self._graph
        if graph.language(part.function) not in _ECMASCRIPT:
            return
        for node in self._program.functions_in(part.function):
            around = graph.parent(node)
            is_read = graph.neighbours(node, EdgeKind.READS, "in", "inferred") or graph.neighbours(
                node, EdgeKind.WRITES, "in", "inferred"
            )
            if graph.flags(node) & NodeFlag.ACCESSOR and not graph.kind(around).is_type and not is_read:
                yield f"{graph.name(node)} in line {graph.lines(node)[0]}"
        for number in sorted(part.statements):
            yield from (f"Proxy in line {one.line}" for one in part.found.body.statements[number].calls if one.chain == "Proxy")

    def _unknown(self, part: Shown) -> Iterator[str]:
        body = part.found.body
        explained = self._explained(part.function)
        is_called = self._graph.neighbours(part.function, EdgeKind.CALLS, "in", "all")
        given = set() if is_called else {one.name for one in body.parameters}  # nobody of the project gives it
        for number in sorted(part.statements - {part.asked}):
            if number >= len(body.statements):
                continue
            followed = {place for place, _, _ in self._system.calls_at(part.function, number)}
            for place, call in enumerate(body.statements[number].calls):
                if place in followed or call.is_pure or call.chain in {YIELD, IMPLIED} or call.chain in given:
                    continue
                is_value = call.chain == "?" or call.chain in body.variables
                if is_value and call.chain not in explained and call.line not in explained:
                    yield f"{call.chain} in line {call.line}"
        yield from self._kept_functions(part)

    def _kept_functions(self, part: Shown) -> Iterator[str]:
        """Methods of interfaces of Java that may run a function of the project which somebody put into the field before them."""
        for number in sorted(part.statements) if part.found.body.language == "java" else ():
            statement = part.found.body.statements[number]
            for use in statement.uses:
                if use.argument != RECEIVER or len(use.place) < 2 or use.call < 0:
                    continue
                call, field = statement.calls[use.call], use.place[-1][1:]
                if call.chain.rpartition(".")[2] in _FUNCTIONAL:
                    writers = self._program.field_writers(part.function, field)
                    yield from (f"{call.chain} in line {call.line}" for one in writers if self._program.functions_in(one))

    def _explained(self, function: int) -> set[int | str]:
        """Lines that call something outside, and names of classes of the project: what they do is known, if they are called."""
        graph, found = self._graph, set[int | str]()
        for node in (function, *self._program.classes_in(function)):
            for target, is_call, lines in self._program.sites(node):
                if is_call and target >= graph.definition_count:
                    found.update(lines)
                elif is_call and graph.kind(target).is_type:
                    found.add(graph.name(target))
        return found

    def _handed_on(self, part: Shown) -> Iterator[str]:
        graph = self._graph
        for kind in (NodeKind.FUNCTION, NodeKind.METHOD):
            for node, lines in mentions(graph, part.function, kind):
                if node < graph.definition_count and not graph.neighbours(node, EdgeKind.CALLS, "in", "inferred"):
                    yield from (
                        f"{graph.name(node)} in line {line}" for line in lines if self._is_given(part, line, graph.name(node))
                    )

    def _is_given(self, part: Shown, line: int, name: str) -> bool:
        """Whether a statement of the slice gives it to a call that is not followed."""
        for number in _at(part, line):
            followed = {place for place, _, _ in self._system.calls_at(part.function, number)}
            for use in part.found.body.statements[number].uses:
                if use.place[-1].lstrip(".") == name and use.argument >= 0 and use.call >= 0 and use.call not in followed:
                    return True
        return False

    def _special(self, part: Shown) -> Iterator[str]:
        """Of the classes whose instances the slice makes, and those above; and those that the slice itself enters."""
        graph, parent = self._graph, self._graph.parent(part.function)
        if part.asked < 0 and parent >= 0 and graph.kind(parent).is_type and self._is_never_called(part.function):
            yield f"{graph.name(parent)}.{graph.name(part.function)}"
        yield from self._special_of(self._made_by(part))

    def _special_of(self, made: Iterable[int]) -> Iterator[str]:
        graph = self._graph
        classes = dict.fromkeys(made)
        for one in list(classes):
            classes.update(dict.fromkeys(above(graph, one)))
        for one in classes:
            yield from (
                f"{graph.name(one)}.{graph.name(node)}" for node in self._program.methods(one) if self._is_never_called(node)
            )

    def _made_by(self, part: Shown) -> Iterator[int]:
        graph = self._graph
        for target, is_call, lines in self._program.sites(part.function):
            if is_call and target < graph.definition_count and any(_at(part, line) for line in lines):
                owner = target if graph.kind(target).is_type else graph.parent(target)
                if owner >= 0 and graph.kind(owner).is_type:
                    yield owner

    def _is_never_called(self, node: int) -> bool:
        graph, name = self._graph, self._graph.name(node)
        if graph.language(node) == "cpp" and graph.kind(node) == NodeKind.CONSTRUCTOR:
            return re.search(_COPIES % re.escape(name), graph.signature(node)) is not None
        is_called_by_name = name in _BY_LANGUAGE.get(graph.language(node), ()) or "[Symbol." in name
        is_called_by_name |= graph.language(node) == "cpp" and _OF_C_PLUS_PLUS.match(name) is not None
        is_special = ((name.startswith("__") and name.endswith("__")) or is_called_by_name) and graph.kind(node).is_callable
        return is_special and name not in _CALLED_BY_NAME and not graph.neighbours(node, EdgeKind.CALLS, "in", "inferred")

    def _defaults(self, part: Shown) -> Iterator[str]:
        changed = self._system.changed(part.function)
        for found in _DEFAULT.finditer(self._graph.signature(part.function)) if changed else ():
            name = found.group(1) or found.group(2)
            if name in changed and self._graph.language(part.function) == "python":
                yield f"{name} of {self._graph.name(part.function)}"

    def _jumps(self, part: Shown) -> Iterator[str]:
        """`setjmp` returns again when somebody below jumps."""
        for number in sorted(part.statements) if part.found.body.language in _OF_C else ():
            yield from (f"line {one.line}" for one in part.found.body.statements[number].calls if one.chain in _JUMPING)

    def _static(self, part: Shown) -> Iterator[str]:
        statements = part.found.body.statements
        for number in sorted(part.statements):
            if statements[number].flags & StatementFlag.KEEPS:
                yield from (f"{write.place[0]} in line {statements[number].start_line}" for write in statements[number].writes)

    def _remembered(self, part: Shown) -> Iterator[str]:
        """Where what a function computes can depend on more than what it is given."""
        if self._program.decorators(part.function) & _REMEMBERING:
            outer = {place[0] for place in part.found.body.outer}
            names = part.found.outer_names
            if any(name in outer or self._system.is_changeable(part.function, name) for name in names):
                yield self._graph.name(part.function)

    def _attributes(self, part: Shown) -> Iterator[str]:
        graph, body = self._graph, part.found.body
        first = graph.first_node(graph.file_of(part.function))
        for number in sorted(part.statements):
            statement = body.statements[number]
            places = [use.place for use in statement.uses if use.argument != CALLEE]
            for place in [*places, *(write.place for write in statement.writes)]:
                if (
                    len(place) > 1
                    and place[1][0] == "."
                    and place[0] in part.found.outer_reach
                    and self._is_function(first, place[0])
                ):
                    yield f"{place[0]}{place[1]} in line {statement.start_line}"

    def _is_function(self, module: int, name: str) -> bool:
        graph = self._graph
        return any(graph.kind(node) == NodeKind.FUNCTION for node in graph.find(f"{graph.qualified_name(module)}.{name}"))

    def _classes(self, file: int) -> Iterator[int]:
        graph = self._graph
        nodes = range(graph.first_node(file), graph.first_node(file + 1))
        return (node for node in nodes if graph.kind(node).is_type)

    # ── around the slice ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _maybe_callers(self) -> Iterator[str]:
        graph = self._graph
        for function in sorted(self._system.went_up):
            if graph.kind(function).is_type or graph.kind(function) == NodeKind.MODULE:
                continue
            for edge in graph.edges(function, EdgeKind.CALLS, "in", "all"):
                if edge.resolution == "ambiguous":
                    yield from (f"{graph.name(function)} in line {line} of {path}" for path, line in edge.sites[:1])

    def _reflection(self) -> Iterator[str]:
        for function in self._system.functions:
            body = self._program.lowered(function)
            for statement in body.statements if body is not None else ():
                yield from (f"{word} in line {statement.start_line}" for word in _reflective(body, statement))

    def _by_class(self, *, is_forward: bool) -> Iterator[str]:
        """`type(self).n` has no edge: from what others do with `n` nothing leads there."""
        graph = self._graph
        for function in self._system.functions:
            body = self._program.lowered(function)
            if body is None or body.language != "python":
                continue
            writes = [write.place for one in body.statements for write in one.writes if CLASS in write.place[:-1]]
            names = {place[place.index(CLASS) + 1][1:] for place in writes}
            names.update(graph.name(one) for one in (self._program.by_class(function) if is_forward else ()))
            for kind in (EdgeKind.READS, EdgeKind.WRITES) if names else ():
                names -= {graph.name(one) for one in graph.neighbours(function, kind, "out", "inferred")}
            yield from (f"{name} in {graph.name(function)}" for name in sorted(names))

    def _replaced(self, parts: list[Shown]) -> Iterator[str]:
        """By decorators of the classes whose methods the slice enters, or by what was looked at."""
        graph = self._graph
        owners = {*(graph.parent(part.function) for part in parts), *(one for part in parts for one in self._made_by(part))}
        names = {name for one in sorted(owners) if one >= 0 and graph.kind(one).is_type for name in self._program.decorators(one)}
        decorators = {node for name in names for node in graph.find(name) if graph.kind(node) == NodeKind.FUNCTION}
        for function in sorted(decorators.union(self._system.functions)):
            body = self._program.lowered(function)
            for statement in body.statements if body is not None and body.language == "python" else ():
                for write in statement.writes:
                    if len(write.place) > 1 and _SPECIAL.fullmatch(write.place[-1]) and write.place[-1][1:] not in _DESCRIBING:
                        yield f"{write.place[-1][1:]} in line {statement.start_line}"

    def _references(self) -> Iterator[str]:
        """Of all that was looked at: what is lacking is lacking because nothing leads from the slice to such a statement."""
        for function in self._system.functions:
            body = self._program.lowered(function)
            for number, statement in enumerate(body.statements if body is not None else ()):
                for place, call in enumerate(statement.calls):
                    if call.chain == REFERENCE and self._is_open_reference(function, number, place):
                        yield f"line {call.line} of {self._graph.name(function)}"

    def _is_open_reference(self, function: int, number: int, place: int) -> bool:
        """Whether what is behind it may be more than what the statement names: a function of the project gave it, or a field
        keeps it.
        """
        body = self._program.lowered(function)
        assert body is not None
        statement = body.statements[number]
        if not any(use.call == place for use in statement.uses) or any(len(write.place) > 1 for write in statement.writes):
            return True
        written = {write.place[0] for write in statement.writes}
        makers = [
            maker
            for maker, one in enumerate(body.statements)
            if any(write.flags & WriteFlag.DECLARES and write.place[0] in written for write in one.writes)
        ]
        return any(self._system.calls_at(function, maker) for maker in (number, *makers))

    def _second_names(self) -> Iterator[str]:
        for function, name, line in sorted(self._system.second_names):
            if self._graph.language(function) == "python":
                yield f"{name} in line {line}"


def _reflective(body: Body | None, statement: Statement) -> Iterator[str]:
    assert body is not None
    for call in statement.calls:
        name = call.chain.rpartition(".")[2]
        if name in _REFLECTIVE and body.language == "python" and not (name == "__setattr__" and len(call.arguments) < 2):
            yield name
    places = [*(use.place for use in statement.uses), *(write.place for write in statement.writes)]
    if any(_BY_TEXT in place for place in places):
        yield _BY_TEXT[1:]
    for place in [write.place for write in statement.writes] if body.language in _ECMASCRIPT else ():
        if len(place) == 2 and place[0] in _GLOBAL_OBJECTS and place[0] not in body.variables:
            yield ".".join((place[0], place[1].lstrip(".")))


def _lines(statement: Statement) -> range:
    return range(statement.start_line, statement.end_line + 1)


def _at(part: Shown, line: int) -> list[int]:
    """Statements of the slice that stand in a line."""
    statements = part.found.body.statements
    return [
        number
        for number in part.statements
        if number < len(statements) and statements[number].start_line <= line <= statements[number].end_line
    ]


def said(what: str, names: list[str], done: str = "followed") -> str:
    """One note: `what`, some of the names, and that they were not `done`."""
    more = ", …" if len(names) > _MOST_NAMED else ""
    return f"{what} ({', '.join(names[:_MOST_NAMED])}{more}) were not {done}"
