"""Slices of one generation: from a line of a file to the statements that matter to it.

Finds the body that the line is in, has it sliced (`graph.statements`), and says each statement with its reasons. Bodies come
through a seam: whoever opens a generation hands in how they are made. Not here: syntax, and what a dependence is.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import own_effects
from lepasserelle.graph.statements.slicing import Criterion, backward_from, criterion, forward_from, places_of
from lepasserelle.graph.statements.system import System
from lepasserelle.model import NodeKind
from lepasserelle.model.body import Body, Statement, StatementFlag, StatementKind
from lepasserelle.model.slices import Slice, SliceQuestion, SliceStatement
from lepasserelle.query.keeping_back import KeepingBack
from lepasserelle.query.lowered import Bodies
from lepasserelle.query.program import GraphProgram
from lepasserelle.query.seams import TextStore
from lepasserelle.query.started import Running, Started
from lepasserelle.query.unentered import Unentered
from lepasserelle.query.unfollowed import Shown, Unfollowed, said
from lepasserelle.query.waiting import Waiting

_NEAREST: Final = 3


class Slicer:
    """Slices over one generation."""

    def __init__(self, graph: Graph, text: TextStore, bodies: Bodies) -> None:
        self._graph = graph
        self._text = text
        self._bodies = bodies

    def slice(self, question: SliceQuestion) -> Slice:
        """The answer. Raises `QueryError` for a path, a line or a variable that is not there, and for a language without bodies."""
        node, body, statement = self._place(question)
        if question.variable and not places_of(Dependences(body), question.variable):
            raise QueryError(
                f"{self._graph.qualified_name(node)} has no {question.variable!r}. It has {_names(body) or 'no variables'}"
            )
        find = self._across if question.across_calls else self._inside
        parts, cuts = find(question, node, body, statement)
        statements = [one for part in parts for one in self._statements(part)]
        if not statements and statement < 0:
            statements = [self._head(question, node, body)]
        bodies = [part.found.body for part in parts]
        notes = [*_problem_notes(bodies), *cuts]
        return Slice(
            path=question.path,
            line=question.line,
            variable=question.variable,
            direction=question.direction,
            symbol=self._graph.qualified_name(node),
            statements=tuple(
                sorted(statements, key=lambda one: (one.path != question.path, one.path, one.start_line, one.end_line))
            ),
            is_complete=not notes,
            notes=tuple(notes),
            functions=len(parts),
        )

    def _inside(self, question: SliceQuestion, node: int, body: Body, statement: int) -> "tuple[list[_Part], list[str]]":
        program = GraphProgram(self._graph, self._bodies)
        body = KeepingBack(self._graph, program, self._text).marked(node, body)
        found = Dependences(body, own_effects(body, assume_pure=question.assume_pure), is_alone=True)
        if question.direction == "forward":
            reached = forward_from(found, [statement if statement >= 0 else found.flow.entry], question.variable or None)
        else:
            reached = backward_from(found, _start(found, question, statement))
        part = _Part(node, found, dict.fromkeys(reached | _asked(statement), 0), question.direction, statement)
        return [part], [*self._unentered(program, part), *self._waits(program, [part])]

    def _unentered(self, program: GraphProgram, part: "_Part") -> list[str]:
        unentered = Unentered(self._graph, program, part.node, part.found)
        calls = unentered.calls({*part.nodes}, is_forward=part.direction == "forward")
        what = "use what the slice writes" if part.direction == "forward" else "change what the slice reads"
        return [said(f"calls that {what} by names from outside", calls, "looked into (--across-calls)")] if calls else []

    def _across(self, question: SliceQuestion, node: int, body: Body, statement: int) -> "tuple[list[_Part], list[str]]":
        program = GraphProgram(self._graph, self._bodies)
        system = System(program, question.depth, question.most_functions)
        found = system.dependences(node)
        if found is None:
            return self._inside(question, node, body, statement)
        if question.direction == "forward":
            reached = system.forward(node, [statement if statement >= 0 else found.flow.entry], question.variable or None)
        else:
            reached = system.backward(node, *_start(found, question, statement))
        reached.setdefault(node, {}).update(dict.fromkeys(_asked(statement), 0))
        parts = []
        for function, nodes in sorted(reached.items()):
            dependences = system.dependences(function)
            assert dependences is not None
            parts.append(_Part(function, dependences, nodes, question.direction, statement if function == node else -1))
        notes = [*_cuts(system, reached, question), *_unfollowed(self._graph, program, system, parts)]
        return parts, [*notes, *self._waits(program, parts, system)]

    def _waits(self, program: GraphProgram, parts: "list[_Part]", system: System | None = None) -> list[str]:
        """Where what runs while a function waits may write what the slice reads."""
        is_forward, running = parts[0].direction == "forward" if parts else False, []
        for part in parts:
            own = {owner for node in part.nodes if (owner := part.found.flow.owners[node]) >= 0}
            running.append(Running(part.node, part.found, own, Waiting(self._graph, program, part.node, part.found)))
        lines = [line for one in running for line in one.waiting.lines(one.own, is_forward=is_forward)]
        if system is not None:
            lines += Started(self._graph, system, self._written, running).lines(is_forward=is_forward)
        found = [f"line {line}" for line in dict.fromkeys(lines)]
        return [said("what runs while a function waits and may write what is read after it", found)] if found else []

    def _written(self, function: int, statement: Statement) -> str:
        file = self._graph.file_of(function)
        return self._text.slice(file, statement.start_byte, statement.end_byte).decode("utf-8", "replace")

    # ── from a line to a statement ────────────────────────────────────────────────────────────────────────────────────────

    def _place(self, question: SliceQuestion) -> tuple[int, Body, int]:
        """The node, its body and the number of the statement at the line; -1: the head of the function."""
        file = self._file(question.path)
        nodes = self._nodes_at(file, question.line)
        nearest: list[int] = []
        for node in nodes:
            body = self._bodies.body(node)
            if body is None:
                continue
            at = _statement_at(body, question.line)
            if at is not None:
                return node, body, at
            nearest = nearest or _nearest_lines(body, question.line)
        last = self._graph.lines(self._graph.first_node(file))[1]
        if question.line < 1 or question.line > last:
            raise QueryError(f"{question.path} has {last} lines; there is no line {question.line}")
        hint = f" Statements near it stand in line {', '.join(map(str, nearest))}." if nearest else ""
        raise QueryError(f"there is no statement in line {question.line} of {question.path}.{hint}")

    def _file(self, path: str) -> int:
        file = self._graph.file_named(path)
        if file < 0:
            raise QueryError(f"the index holds no file {path!r}. Give its path from the project's folder, or run `leindex index`")
        language = self._graph.file_language(file)
        if language not in self._bodies.languages:
            known = ", ".join(sorted(self._bodies.languages))
            raise QueryError(
                f"{path} is {language or 'of no known language'}, which has no statement level. Those that have: {known}"
            )
        return file

    def _nodes_at(self, file: int, line: int) -> list[int]:
        """Nodes that may have a body around the line, the innermost first; a function inside one line comes after what is
        around.
        """
        graph = self._graph
        found = []
        for node in range(graph.first_node(file), graph.first_node(file + 1)):
            first, last = graph.lines(node)
            kind = graph.kind(node)
            if first <= line <= last and (kind.is_callable or kind in _WITH_BODY):
                is_shown_elsewhere = kind == NodeKind.LAMBDA and first == line
                found.append((is_shown_elsewhere, last - first, -node))
        return [-node for _, _, node in sorted(found)]

    # ── statements as they are shown ──────────────────────────────────────────────────────────────────────────────────────

    def _head(self, question: SliceQuestion, node: int, body: Body) -> SliceStatement:
        """The head of a function as far as the line that was asked for: the answer where nothing else is one."""
        text = self._text.slice(self._graph.file_of(node), body.start_byte, body.end_byte).split(b"\n")
        shown = b"\n".join(text[: question.line - body.start_line + 1]).decode("utf-8", "replace").rstrip("\r")
        return SliceStatement(
            question.path, body.start_line, question.line, self._graph.qualified_name(node), shown, ("asked for",), 0
        )

    def _statements(self, part: "_Part") -> list[SliceStatement]:
        """The statements of some nodes of a body, in the order of the text, without what only stands for a value."""
        found, body = part.found, part.found.body
        file = self._graph.file_of(part.node)
        end = max((one.end_byte for one in body.statements), default=body.end_byte)
        lines = self._text.slice(file, body.start_byte, max(end, body.start_byte)).split(b"\n")
        reasons = (_reasons_forward if part.direction == "forward" else _reasons_backward)(
            found, set(part.nodes), _asked(part.asked)
        )
        owners: dict[int, list[str]] = {}
        levels: dict[int, int] = {}
        for one, level in sorted(part.nodes.items()):
            owner = found.flow.owners[one]
            if owner >= 0:
                owners.setdefault(owner, []).extend(reasons.get(one, ()))
                levels[owner] = min(level, levels.get(owner, level))
        path, symbol = self._graph.file_path(file), self._graph.qualified_name(part.node)
        shown = []
        for owner in sorted(owners, key=lambda number: (body.statements[number].start_line, number)):
            statement = body.statements[owner]
            first = statement.start_line - body.start_line
            text = b"\n".join(lines[first : statement.end_line - body.start_line + 1]).decode("utf-8", "replace")
            why = tuple(_in_order(owners[owner])) or (("returns",) if statement.kind == StatementKind.RETURN else ("passes on",))
            shown.append(
                SliceStatement(path, statement.start_line, statement.end_line, symbol, text.rstrip("\r"), why, levels[owner])
            )
        return shown


class _Part(NamedTuple):
    """What of one body is in a slice."""

    node: int
    found: Dependences
    nodes: dict[int, int]
    """Node → calls between it and what was asked for."""
    direction: str
    asked: int
    """The statement that was asked for, when it is in this body."""


def _start(found: Dependences, question: SliceQuestion, statement: int) -> Criterion:
    """Where a backward slice begins; at the head of a function what callers give it."""
    if statement >= 0:
        return criterion(found, statement, question.variable or None)
    wanted = places_of(found, question.variable) if question.variable else [(one.name,) for one in found.body.parameters]
    return Criterion([], [(found.flow.exit, place) for place in wanted])


def _asked(statement: int) -> set[int]:
    return {statement} if statement >= 0 else set()


def _cuts(system: System, reached: dict[int, dict[int, int]], question: SliceQuestion) -> list[str]:
    notes = []
    if system.cut_functions:
        notes.append(
            f"cut at {question.most_functions} functions: {system.cut_functions} more were not looked at and are taken to change "
            "whatever they are given (--most-functions)"
        )
    notes += _sent_notes(system, reached, question)
    callees = [pair for pair in system.cut_calls if pair[0] in reached or pair[1] in reached]
    if callees:
        notes.append(f"cut at {question.depth} calls from the line: {len(callees)} calls further away were not followed (--depth)")
    return notes


def _sent_notes(system: System, reached: dict[int, dict[int, int]], question: SliceQuestion) -> list[str]:
    """Values that a generator is sent cannot be followed: nothing says which `send` reaches which `yield`."""
    lines = []
    for function, nodes in sorted(reached.items()):
        found = system.dependences(function)
        statements = found.body.statements if found is not None else ()
        is_backward = question.direction != "forward"
        for node in sorted(node for node in nodes if node < len(statements)):
            receives = bool(statements[node].flags & StatementFlag.RECEIVES)
            sends = any(call.chain.rpartition(".")[2] in _SENDING and call.arguments for call in statements[node].calls)
            if receives if is_backward else sends:
                lines.append(statements[node].start_line)
    if not lines:
        return []
    where = ", ".join(map(str, lines[:5]))
    return [f"what is sent to a generator (line {where}) was not followed from `send` to `yield`"]


def _unfollowed(graph: Graph, program: GraphProgram, system: System, parts: "list[_Part]") -> list[str]:
    shown = [
        Shown(one.node, one.found, {owner for node in one.nodes if (owner := one.found.flow.owners[node]) >= 0}, one.asked)
        for one in parts
    ]
    return Unfollowed(graph, program, system).notes(shown, is_forward=bool(parts) and parts[0].direction == "forward")


_SENDING = frozenset({"send", "asend", "throw", "athrow"})
_WITH_BODY = frozenset({NodeKind.MODULE, NodeKind.CLASS, NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.PROPERTY})


def _statement_at(body: Body, line: int) -> int | None:
    """The innermost statement whose head or words stand in a line; -1: the line belongs to the head of the function."""
    found = None
    for number, statement in enumerate(body.statements):
        if statement.start_line <= line <= statement.end_line or line in statement.marks:
            found = number
    if found is None and body.name and body.start_line <= line:
        first = min((one.start_line for one in body.statements), default=body.end_line + 1)
        return -1 if line < first else None
    return found


def _nearest_lines(body: Body, line: int) -> list[int]:
    lines = sorted({one.start_line for one in body.statements}, key=lambda other: (abs(other - line), other))
    return sorted(lines[:_NEAREST])


def _names(body: Body) -> str:
    names = [name for name in body.variables if "#" not in name and not name.startswith("<")]
    return ", ".join(names[:20])


def _problem_notes(bodies: Iterable[Body]) -> list[str]:
    notes = []
    for body in bodies:
        if body.problems:
            lines = ", ".join(str(problem.line) for problem in body.problems[:5])
            name = body.name or "the file"
            notes.append(f"{name} has parts that could not be parsed (line {lines}): the slice may be incomplete")
        if any(statement.flags & StatementFlag.OPAQUE for statement in body.statements):
            notes.append(f"{body.name or 'the file'} is nested too deeply: what lies deepest is taken as one statement")
    return notes


def _reasons_backward(found: Dependences, reached: Iterable[int], asked: Iterable[int]) -> dict[int, list[str]]:
    """For each node of a backward slice what it gives to others of it."""
    reasons: dict[int, list[str]] = {node: ["asked for"] for node in asked}
    nodes = sorted(reached)
    for source in found.sources_of_all(nodes):
        if not source.name.startswith("<"):
            word = "writes" if source.is_certain else "may change"
            reasons.setdefault(source.node, []).append(f"{word} {source.name}")
    for node in nodes:
        for decider in found.control[node]:
            reasons.setdefault(decider, []).append("decides")
        for holder in found.holders(node):
            reasons.setdefault(holder, []).append("holds")
    return {node: _in_order(words) for node, words in reasons.items()}


def _reasons_forward(found: Dependences, reached: set[int], asked: Iterable[int]) -> dict[int, list[str]]:
    """For each node of a forward slice what of the slice it depends on."""
    reasons: dict[int, list[str]] = {node: ["asked for"] for node in asked}
    within = found.definition_bits(reached)
    for node in sorted(reached):
        for name, is_certain in found.read_names(node, within):
            if not name.startswith("<"):
                reasons.setdefault(node, []).append(f"{'uses' if is_certain else 'may see'} {name}")
        if any(decider in reached and decider != node for decider in found.control[node]):
            reasons.setdefault(node, []).append("decided")
    return {node: _in_order(words) for node, words in reasons.items()}


def _in_order(words: Iterable[str]) -> list[str]:
    order = {"asked": 0, "writes": 1, "uses": 1, "decides": 2, "decided": 2, "may": 3, "holds": 4}
    unique = dict.fromkeys(words)
    if any(not word.startswith("holds") for word in unique):
        unique.pop("holds", None)
    return sorted(unique, key=lambda word: (order.get(word.partition(" ")[0], 5), word))
