"""The functions of a generation as slices across calls see them: bodies from their seam, calls and writers from the graph.

What a call enters is matched by `matching`; names that several functions see are found by the edges that read and write them, by
the text of the file they stand in, and by the functions around. Not here: resolution. Ambiguous edges are never followed.
"""

import builtins
import re
from collections.abc import Iterator
from typing import Final

from lepasserelle.graph import Graph
from lepasserelle.graph.entering import mentions, possible, sites
from lepasserelle.graph.statements.outside import is_plain
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind, Resolution
from lepasserelle.model.body import Body, Call, Statement, StatementKind
from lepasserelle.query.classes import above, held
from lepasserelle.query.lowered import Bodies, Lowered
from lepasserelle.query.matching import Known, Matched, Nodes, Target, match

_VARIABLES: Final = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.ENUM_MEMBER})
_CONSTRUCTORS: Final = frozenset({"__init__", "constructor"})
_CONTAINERS: Final = frozenset(
    """defaultdict deque OrderedDict Counter ChainMap Map Set WeakMap WeakSet Array Object make new List Dictionary HashSet
    ArrayList HashMap LinkedList TreeMap Queue Stack ConcurrentHashMap AtomicInteger AtomicLong Vec vec""".split()  # noqa: SIM905
)
"""What makes containers, beside the functions that bodies call pure."""
_CONSTANT: Final = re.compile(r"[^=]=\s*(?:[-+]?[\d.][\w.]*|[rbuf]*[\"'`].*|None|True|False|true|false|null|nil)\s*;?$")
"""A declaration that gives a number, a text or nothing."""
_READ_BY_PATTERNS: Final = frozenset({"__match_args__"})
"""Variables of a class that are read where only the class is named."""
_METACLASS: Final = re.compile(r"\bmetaclass\s*=\s*([\w.]+)")
_MAKING_CLASSES: Final = frozenset({"__new__", "__init__", "__prepare__"})
_MOST_READERS: Final = 200
"""Functions that read one variable and are looked at for what they change of it."""


class GraphProgram:
    """Satisfies `graph.statements.system.Program` over one generation."""

    def __init__(self, graph: Graph, bodies: Bodies) -> None:
        self._graph = graph
        self._texts = Lowered(graph, bodies)
        self._matched: dict[int, Matched | None] = {}
        self._fields: dict[int, frozenset[str]] = {}
        self._made: dict[int, dict[int, list[int]]] = {}
        self._globals: dict[int, list[int]] = {}
        self._keepers: dict[int, list[tuple[int, int]]] = {}
        self._writers: dict[tuple[int, str], list[int]] = {}
        self._readers: dict[tuple[int, str], list[int]] = {}
        self._matched_outlines: dict[int, Matched] = {}
        self._own: dict[int, bool] = {}
        self._by_class: dict[int, list[int]] = {}
        self._belonging: dict[int, dict[int, list[int]]] = {}
        """File → what stands directly in each of its definitions, or belongs to it."""
        self._sites: dict[int, list[tuple[int, bool, list[int]]]] = {}
        self._nodes = Nodes(
            graph.name, self._goes_by, self._entered, self._is_bound, self._texts.is_lazy, self._is_kept, self._is_taken
        )

    def body(self, function: int) -> Body | None:
        """Its body, with the calls that stand nowhere in its text; None when it has none that can be read."""
        matched = self._match(function)
        return None if matched is None else matched.body

    def targets(self, function: int, statement: int, call: int) -> tuple[Target, ...]:
        """The functions that a call can enter, and whether the first parameter of each is bound."""
        matched = self._match(function)
        assert matched is not None
        return matched.targets[statement][call]

    def callers(self, function: int) -> list[int]:
        """Functions that call it, read or write it as a property, or make an instance of its class."""
        graph = self._graph
        if graph.kind(function).is_type:
            return []
        found = {
            *graph.neighbours(function, EdgeKind.CALLS, "in", "inferred"),
            *(graph.neighbours(function, EdgeKind.READS, "in", "inferred") if graph.flags(function) & NodeFlag.ACCESSOR else ()),
            *(graph.neighbours(function, EdgeKind.WRITES, "in", "inferred") if graph.flags(function) & NodeFlag.ACCESSOR else ()),
        }
        parent = graph.parent(function)
        if parent >= 0 and self._is_constructor(function):
            found.update(graph.neighbours(parent, EdgeKind.CALLS, "in", "inferred"))
        return sorted(caller for caller in found if caller < graph.definition_count and caller != function)

    def writers(self, function: int, name: str) -> list[int]:
        """Functions, classes and files that write the variable that a name means in a function, and those that may change what it
        holds.
        """
        if (function, name) not in self._writers:
            self._writers[function, name] = self._written_by(function, name)
        return self._writers[function, name]

    def _written_by(self, function: int, name: str) -> list[int]:
        graph, found = self._graph, set[int]()
        for variable in self._meant(function, name):
            found.update(graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred"))
            found.add(graph.parent(variable))
            found.update(self._classes_below(graph.parent(variable), name))
            does = self._texts.changes if self._is_own(variable) else self._texts.puts
            readers = graph.neighbours(variable, EdgeKind.READS, "in", "inferred")
            found.update(node for node in readers[:_MOST_READERS] if does(node, name))
        module = graph.first_node(graph.file_of(function))
        if module != function and self._texts.makes(module, name):
            found.add(module)
        found.update(self._by_global(function, name, is_write=True))
        return sorted(node for node in found if 0 <= node < graph.definition_count)

    def changers(self, function: int, name: str) -> Iterator[int]:
        """Other functions, no classes and files, that write what a name means in a function, or change it inside, as their text
        says.
        """
        for one in self.writers(function, name):
            if one != function and self._graph.kind(one).is_callable and name in self._texts.altered(one):
                yield one

    def _classes_below(self, cls: int, name: str) -> Iterator[int]:
        """Classes that inherit from one and give a variable of it a value of their own."""
        graph, seen, waiting = self._graph, {cls}, [cls]
        while waiting and cls >= 0 and graph.kind(cls).is_type:
            for below in graph.neighbours(waiting.pop(), EdgeKind.INHERITS, "in", "inferred"):
                if below not in seen:
                    seen.add(below)
                    waiting.append(below)
                    if self._texts.makes(below, name):
                        yield below

    def readers(self, function: int, name: str) -> list[int]:
        """Functions and files that read the variable that a name means in a function."""
        if (function, name) not in self._readers:
            self._readers[function, name] = self._read_by(function, name)
        return self._readers[function, name]

    def _read_by(self, function: int, name: str) -> list[int]:
        graph, found = self._graph, set[int]()
        for variable in self._meant(function, name):
            found.update(graph.neighbours(variable, EdgeKind.READS, "in", "inferred"))
            found.update(graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred"))
        found.update(self._by_global(function, name, is_write=False))
        return sorted(node for node in found if 0 <= node < graph.definition_count)

    def _by_global(self, function: int, name: str, *, is_write: bool) -> list[int]:
        """Functions of the file, and the file, that write or read a name which only `global` inside a function binds: the graph has
        no variable for it.
        """
        graph, body = self._graph, self._texts.body(function)
        module = graph.first_node(graph.file_of(function))
        is_bound = body is not None and ((name,) in body.outer or (function == module and name not in body.variables))
        if not is_bound or graph.language(function) != "python" or hasattr(builtins, name):
            return []
        if any(graph.parent(one) == module for one in graph.find(name)):
            return []
        if module not in self._globals:
            nodes = range(module, graph.first_node(graph.file_of(function) + 1))
            self._globals[module] = [node for node in nodes if node == module or graph.kind(node).is_callable]
        return [node for node in self._globals[module] if self._has_global(node, module, name, is_write=is_write)]

    def _has_global(self, node: int, module: int, name: str, *, is_write: bool) -> bool:
        body = self._texts.body(node)
        if body is None or (node != module and name in body.variables):
            return False
        return any(write.place[0] == name for one in body.statements for write in (one.writes if is_write else one.uses)) or (
            not is_write and any(name in one.captured for one in body.statements)
        )

    def fields(self, function: int) -> frozenset[str]:
        """Names of variables that classes hold for all their instances and that a function reads or writes, whatever it calls the
        instance.
        """
        if function not in self._fields:
            self._fields[function] = frozenset(self._graph.name(one) for one in self._touched(function) if self._is_shared(one))
        return self._fields[function]

    def encloser(self, function: int, name: str) -> int:
        """The function around it whose variable a name is; -1: it is none's."""
        graph = self._graph
        around = graph.parent(function)
        while around >= 0:
            if graph.kind(around).is_callable:
                body = self._texts.body(around)
                if body is not None and name in body.variables:
                    return around
            around = graph.parent(around)
        return -1

    def nested(self, function: int) -> list[int]:
        """The functions inside it; of a file or class none, whose names others see."""
        return self.functions_in(function) if self._graph.kind(function).is_callable else []

    def functions_in(self, outer: int) -> list[int]:
        """The functions inside a definition, at any depth."""
        return [node for node in self._below(outer) if self._graph.kind(node).is_callable]

    def definition(self, function: int) -> tuple[int, int] | None:
        """(body, statement) that makes a function or class, where more than its own text matters: decorators, defaults, bases."""
        number, one = self._defining(function)
        return None if one is None or is_plain(one) else (self._graph.parent(function), number)

    def _defining(self, function: int) -> tuple[int, Statement | None]:
        """The statement around it that makes a function or class, and its number; None where none is known."""
        parent = self._graph.parent(function)
        body = self._texts.outline(parent) if parent >= 0 else None
        first, last = self._graph.lines(function)
        for number, one in enumerate(body.statements if body is not None else ()):
            if one.kind == StatementKind.DEFINE and one.start_line <= first and last <= max(one.last_line, one.end_line):
                return number, one
        return -1, None

    def made_by(self, function: int, statement: int) -> list[int]:
        """The functions that a statement makes."""
        graph, body = self._graph, self._texts.body(function)
        assert body is not None
        one = body.statements[statement]
        inside = [node for node in self._inside(function, one.start_line, one.last_line) if graph.kind(node).is_callable]
        return [node for node in inside if self.definition(node) == (function, statement)]

    def keepers(self, function: int) -> list[tuple[int, int]]:
        """(body, statement) where a function, which is none of a class, is put under the name of an attribute."""
        if function not in self._keepers:
            self._keepers[function] = list(self._kept_by(function)) if self._graph.kind(function) == NodeKind.FUNCTION else []
        return self._keepers[function]

    def _kept_by(self, function: int) -> Iterator[tuple[int, int]]:
        graph, name = self._graph, self._graph.name(function)
        for reader in graph.neighbours(function, EdgeKind.READS, "in", "inferred")[:_MOST_READERS]:
            body = self._texts.body(reader)
            for number, one in enumerate(body.statements if body is not None else ()):
                is_put = any(len(write.place) > 1 and write.place[-1][0] == "." for write in one.writes)
                if is_put and any(use.place[-1].lstrip(".") == name and use.flows for use in one.uses):
                    yield reader, number

    def declarations(self, function: int, line: int) -> list[tuple[int, int]]:
        """(class, statement) of the fields that a class declares, where a line makes an instance and the fields are what its
        constructor takes.
        """
        found = []
        for cls in self._classes_at(function, line):
            body = self._texts.body(cls)
            fields = {self._graph.lines(one)[0] for one in self.members(cls) if self._graph.kind(one) in _VARIABLES}
            own = [
                (cls, number)
                for number, one in enumerate(body.statements if body is not None else ())
                if one.kind == StatementKind.SIMPLE and one.start_line in fields
            ]
            if body is not None and any(not body.statements[number].writes for _, number in own):
                found += own
        return found

    def _classes_at(self, function: int, line: int) -> list[int]:
        if function not in self._made:
            made: dict[int, list[int]] = {}
            for target, is_call, lines in self.sites(function):
                if is_call and target < self._graph.definition_count and self._graph.kind(target).is_type:
                    for one in lines:
                        made.setdefault(one, []).append(target)
            self._made[function] = made
        return self._made[function].get(line, [])

    def members(self, cls: int) -> Iterator[int]:
        """What stands directly in a class."""
        return (node for node in self._below(cls) if self._graph.parent(node) == cls)

    def methods(self, cls: int) -> list[int]:
        """What belongs to a class, wherever in its file it stands (`impl` of Rust, `A::f` of C++)."""
        graph = self._graph
        file = graph.file_of(cls)
        if file not in self._belonging:
            belonging: dict[int, list[int]] = {}
            for node in range(graph.first_node(file), graph.first_node(file + 1)):
                belonging.setdefault(graph.parent(node), []).append(node)
            self._belonging[file] = belonging
        return self._belonging[file].get(cls, [])

    def _inside(self, outer: int, first: int, last: int) -> Iterator[int]:
        """What stands directly in a definition, in these lines."""
        graph = self._graph
        for node in self._below(outer):
            if graph.lines(node)[0] > last:
                return
            if graph.parent(node) == outer and graph.lines(node)[0] >= first:
                yield node

    def _below(self, outer: int) -> Iterator[int]:
        """What stands in a definition, at any depth."""
        graph, last = self._graph, self._graph.lines(outer)[1]
        for node in range(outer + 1, graph.definition_count):
            if graph.file_of(node) != graph.file_of(outer) or graph.lines(node)[0] > last:
                return
            yield node

    def is_changeable(self, function: int, name: str) -> bool:
        """Whether what a name from outside holds in a function can be changed inside, as far as its own text tells."""
        return any(self._is_own(one) and not _CONSTANT.search(self._graph.signature(one)) for one in self._meant(function, name))

    # ── what is asked beside the slice ────────────────────────────────────────────────────────────────────────────────────

    def sites(self, function: int) -> list[tuple[int, bool, list[int]]]:
        """(other end, whether it is called, lines) of all that a function runs, asserted by the graph."""
        if function not in self._sites:
            self._sites[function] = list(sites(self._graph, function, Resolution.INFERRED))
        return self._sites[function]

    def lowered(self, function: int) -> Body | None:
        """The body as its text says it; of a class every name is one that others see."""
        return self._texts.body(function)

    def field_writers(self, function: int, name: str) -> Iterator[int]:
        """Other functions that give a new value to a variable which a function reads and that has this name."""
        for variable in self._meant(function, name):
            for one in self._graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred"):
                if one != function and one < self._graph.definition_count and self._graph.kind(one).is_callable:
                    yield one

    def altered(self, function: int) -> frozenset[str]:
        """Names from outside that a function writes or changes inside, as its text says."""
        return self._texts.altered(function)

    def decorators(self, function: int) -> frozenset[str]:
        """Last names of what stands above a definition, and of what it is given."""
        own = self._texts.outline(function)
        if own is not None and own.start_line <= self._graph.lines(function)[0]:
            return frozenset()  # nothing stands above it: what is around need not be read
        _, made = self._defining(function)
        return frozenset(use.place[-1].lstrip(".") for use in made.uses) if made is not None else frozenset()

    def _is_kept(self, function: int) -> bool:
        return "cached_property" in self.decorators(function)

    def _is_taken(self, target: int, call: Call) -> bool:
        graph = self._graph
        return (
            "." in call.chain
            and graph.kind(target) == NodeKind.FUNCTION
            and graph.language(target) == "python"
            and (
                graph.kind(graph.parent(target)).is_callable
                or graph.signature(target).partition("(")[2][:4] in {"self", "cls,", "cls)"}
            )
        )

    # ── names from outside ────────────────────────────────────────────────────────────────────────────────────────────────

    def _touched(self, function: int) -> set[int]:
        graph = self._graph
        return {
            *graph.neighbours(function, EdgeKind.READS, "out", "inferred"),
            *graph.neighbours(function, EdgeKind.WRITES, "out", "inferred"),
            *self.by_class(function),
        }

    def by_class(self, function: int) -> list[int]:
        """Variables of its class that it reads or writes by `type(self)`, for which the graph has no edge."""
        if function not in self._by_class:
            found = held(self._graph, function, self._texts.by_class(function), self.members)
            self._by_class[function] = [one for one in found if self._graph.kind(one) in _VARIABLES]
        return self._by_class[function]

    def _is_shared(self, variable: int) -> bool:
        """Whether it is written in the body of a class, or by the class's name."""
        graph = self._graph
        parent = graph.parent(variable) if variable < graph.definition_count else -1
        return (
            parent >= 0
            and graph.kind(parent).is_type
            and graph.kind(variable) in _VARIABLES
            and self._texts.makes(parent, graph.name(variable))
        )

    def _meant(self, function: int, name: str) -> list[int]:
        """Variables of files and classes that a name can mean in a function: those that it reads or writes, or holds as a file."""
        graph = self._graph
        known = self._touched(function)
        if graph.kind(function) == NodeKind.MODULE or graph.kind(function).is_type:
            known.update(node for node in graph.find(name) if graph.parent(node) == function)
        if name in _READ_BY_PATTERNS:
            known.update(node for cls in [*known] if cls < graph.definition_count for node in self.members(cls))
        return sorted(
            node for node in known if node < graph.definition_count and graph.name(node) == name and graph.kind(node) in _VARIABLES
        )

    def _is_own(self, variable: int) -> bool:
        """Whether the code of the project makes what a variable of a file holds: no call of which nothing is known does."""
        if variable not in self._own:
            self._own[variable] = self._is_made_here(variable)
        return self._own[variable]

    def _is_made_here(self, variable: int) -> bool:
        parent = self._graph.parent(variable)
        body = self._texts.outline(parent) if parent >= 0 else None
        if body is None:
            return False
        name = self._graph.name(variable)
        makers = [one for one in enumerate(body.statements) if any(write.place == (name,) for write in one[1].writes)]
        matched = self._match_outline(parent, body) if makers else None
        return matched is None or all(
            call.is_pure or call.chain.rpartition(".")[2] in _CONTAINERS or matched.targets[number][place]
            for number, _ in makers
            for place, call in enumerate(matched.body.statements[number].calls)
        )

    # ── matching ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _match(self, function: int) -> Matched | None:
        if function not in self._matched:
            body = self._texts.body(function)
            self._matched[function] = None if body is None else match(body, self._known(function), self._nodes)
        return self._matched[function]

    def _match_outline(self, function: int, body: Body) -> Matched:
        """The same of an outline, of which the calls are the same."""
        known = self._matched.get(function) or self._matched_outlines.get(function)
        if known is None:
            known = self._matched_outlines[function] = match(body, self._known(function), self._nodes)
        return known

    def _known(self, function: int) -> Known:
        graph = self._graph
        known = Known({}, {}, set(), {}, {})
        for node in (function, *self.classes_in(function)):
            for target, is_call, lines in self.sites(node):
                for line in lines:
                    if target >= graph.definition_count:
                        known.outside.setdefault(line, set()).add(graph.name(target).rpartition(".")[2])
                    else:
                        (known.entered if is_call else known.accessors).setdefault(line, []).append(target)
            known.possible.update(possible(graph, node, known.entered))
            for method, lines in mentions(graph, node, NodeKind.METHOD):
                for line in lines:
                    known.methods.setdefault(line, set()).add(graph.name(method))
        self._add_factories(function, known)
        self._add_metaclasses(function, known)
        return known

    def _add_metaclasses(self, function: int, known: Known) -> None:
        """What the class of a class does when that is made runs where it stands."""
        graph = self._graph
        for cls in self.members(function) if graph.language(function) == "python" else ():
            for meta in self._metaclasses(cls) if graph.kind(cls).is_type else ():
                made = [node for node in self.members(meta) if graph.name(node) in _MAKING_CLASSES]
                known.accessors.setdefault(graph.lines(cls)[0], []).extend(made)

    def _metaclasses(self, cls: int) -> Iterator[int]:
        """The classes of the project by whose name a class, or one above it, says what makes it, and those above them."""
        graph = self._graph
        for one in (cls, *above(graph, cls)):
            said = _METACLASS.search(graph.signature(one))
            for meta in graph.find(said.group(1).rpartition(".")[2]) if said is not None else ():
                if graph.kind(meta).is_type:
                    yield from (meta, *above(graph, meta))

    def _add_factories(self, function: int, known: Known) -> None:
        """What makes the items of a dictionary is taken to run where it is given to that."""
        body = self._texts.outline(function)
        calls = [call for one in body.statements for call in one.calls] if body is not None else []
        lines = {call.line for call in calls if call.chain.rpartition(".")[2] == "defaultdict"}
        for kind in (NodeKind.FUNCTION, NodeKind.CLASS, NodeKind.METHOD) if lines else ():
            for factory, at in mentions(self._graph, function, kind):
                if factory < self._graph.definition_count:
                    for line in lines.intersection(at):
                        known.accessors.setdefault(line, []).append(factory)

    def classes_in(self, function: int) -> list[int]:
        """The classes that it makes: what their bodies do is done where they are made."""
        graph = self._graph
        found, seen = [], {function}
        for node in self._below(function):
            if graph.parent(node) in seen and graph.kind(node).is_type:
                seen.add(node)
                found.append(node)
        return found

    def _goes_by(self, target: int, name: str) -> bool:
        graph = self._graph
        return graph.name(target) == name or (self._is_constructor(target) and graph.name(graph.parent(target)) == name)

    def _is_constructor(self, node: int) -> bool:
        return self._graph.kind(node) == NodeKind.CONSTRUCTOR or self._graph.name(node) in _CONSTRUCTORS

    def _entered(self, target: int) -> int | None:
        """The function that runs: of a class its constructor."""
        graph = self._graph
        if graph.kind(target).is_type:
            own = next((node for node in self.members(target) if self._is_constructor(node)), None)
            return None if own is None else self._entered(own)
        if graph.flags(target) & NodeFlag.DECLARATION:
            return None
        is_sure = graph.language(target) == "python" and graph.kind(target).is_callable  # has a body: need not be read for that
        return target if is_sure or self._texts.body(target) is not None else None

    def _is_bound(self, target: int, call: Call) -> bool:
        graph = self._graph
        kind, flags = graph.kind(target), graph.flags(target)
        if kind not in {NodeKind.METHOD, NodeKind.CONSTRUCTOR} or flags & NodeFlag.STATIC:
            return False
        owner = call.chain.rpartition(".")[0].rpartition(".")[2]
        names_class = graph.parent(target) >= 0 and owner == graph.name(graph.parent(target))
        return not names_class or bool(flags & NodeFlag.CLASS_METHOD) or self._is_constructor(target)
