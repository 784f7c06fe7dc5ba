"""ECMAScript's statements to value code: what is bound where, patterns, ways that part and meet."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import ClassVar

from tree_sitter import Node

from lepasserelle.model import FlowKind
from lepasserelle.model.values import Container, Spread
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.flows import DraftFlow
from lepasserelle.parse.value_code import Environment, joined
from lepasserelle.parse.value_ecmascript_declarations import EcmaDeclarations
from lepasserelle.parse.value_ecmascript_narrowing import Fact, narrow, of_case, sides, type_asked
from lepasserelle.parse.value_scopes import Block
from lepasserelle.parse.value_walk import DEEPEST, Handlers, Told, void

_ASSIGN = int(FlowKind.ASSIGN)
_DECLARED = frozenset({int(FlowKind.DECLARE), int(FlowKind.PARAMETER)})


class EcmaStatements(EcmaDeclarations):
    """Walks the statements of one file."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._assigned_at: list[int] = []
        self._assigned: list[str] = []

    def learn(self, moved: list[DraftFlow]) -> None:
        """Take from the flows which names are assigned where, and which by functions inside."""
        declared = {(scope, target) for _, kind, scope, target, _ in moved if kind in _DECLARED}
        for position, kind, scope, target, _ in moved:
            if kind == _ASSIGN and "." not in target:
                self._assigned_at.append(position)
                self._assigned.append(target)
                if scope.number and (scope, target) not in declared:
                    self._shared.add(target)

    def class_declaration(self, node: Node) -> int:
        """A class statement."""
        raise NotImplementedError

    # ── declarations ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _declaration(self, node: Node) -> None:
        for part in node.named_children:
            if part.type != "variable_declarator":
                continue
            name, value = part.child_by_field_id(self.fields["name"]), part.child_by_field_id(self.fields["value"])
            if name is None:
                continue
            bound = [each for each in self.imports.get(part.start_byte, ()) if each[1]]
            if bound and value is not None:
                self._required(name, value, bound)
            elif value is not None:
                self.assign(name, self.value(value))
            elif node.type == "lexical_declaration":
                self.assign(name, 0)

    def _required(self, name: Node, value: Node, bound: list[tuple[int, str, str]]) -> None:
        """`const { a } = require('…')`: each name is an import of its own."""
        if value.type == "call_expression":
            callee = value.child_by_field_id(self.fields["function"])
            if callee is not None and callee.type == "identifier":
                self.rows.add(op.CALL, self.lookup("require"), self.rows.more((self.where(callee),)), 0)
        elif value.type == "member_expression":
            inner = value.child_by_field_id(self.fields["object"])
            callee = inner.child_by_field_id(self.fields["function"]) if inner is not None else None
            if callee is not None and callee.type == "identifier":
                self.rows.add(op.CALL, self.lookup("require"), self.rows.more((self.where(callee),)), 0)
        if len(bound) != len([part for part in name.named_children if part.type != "comment"]) and name.type != "identifier":
            self.assign(name, self.value(value))
            return
        for number, alias, _ in bound:
            variable = self.block.find(alias)
            if variable is not None:
                self.bind(variable, self.rows.add(op.IMPORT, number))

    # ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def assign(self, target: Node, term: int) -> None:
        """Give a target a value."""
        kind = target.type
        if kind in ("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"):
            variable = self.block.find(self.text(target))
            if variable is not None:
                self.bind(variable, term)
        elif kind == "member_expression":
            owner, name = target.child_by_field_id(self.fields["object"]), target.child_by_field_id(self.fields["property"])
            if owner is not None and name is not None:
                self.put(self.value(owner), self.text(name), term)
        elif kind == "subscript_expression":
            self._put_element(target, term)
        elif kind in ("object_pattern", "object"):
            self._take_properties(target, term)
        elif kind in ("array_pattern", "array"):
            self._take_places(target, term)
        elif kind in ("assignment_pattern", "object_assignment_pattern", "assignment_expression"):
            default = self.value(target.child_by_field_id(self.fields["right"]))
            left = target.child_by_field_id(self.fields["left"])
            if left is not None:
                self.assign(left, self.rows.phi([term, default]))
        elif kind in ("rest_pattern", "parenthesized_expression", "non_null_expression", "as_expression"):
            self.assign(target.named_children[0], term)

    def put(self, base: int, name: str, term: int) -> None:
        """`base.name = term`."""
        if base <= 0:
            return
        word, paths = self.rows.word(name), self.code.paths
        for path in [path for path in paths if path[1] == word]:
            del paths[path]
        if base == self.module_object and name == "exports":
            self.rows.add(op.JOIN, self.exports, term)
            self.given_out.append(term)
            return
        paths[base, word] = term
        if term:
            self.rows.add(op.PUT, base, word, term)

    def _put_element(self, target: Node, term: int) -> None:
        base = self.value(target.child_by_field_id(self.fields["object"]))
        key = self.value(target.child_by_field_id(self.fields["index"]))
        if base <= 0:
            return
        if base == self.exports and self.given_out:
            base = self.rows.phi(self.given_out) or base
        paths = self.code.paths
        for path in [path for path in paths if path[1] == key or (path[1] < 0 and key >= 0)]:
            del paths[path]
        self.rows.add(op.SET_ITEM, base, self.rows.more((key, self.line(target))), term)
        if key < 0:
            paths[base, key] = term

    def _take_properties(self, target: Node, term: int) -> None:
        for part in target.named_children:
            name, inner = part, part
            if part.type in ("pair_pattern", "pair"):
                key, value = part.child_by_field_id(self.fields["key"]), part.child_by_field_id(self.fields["value"])
                if key is None or value is None:
                    continue
                name, inner = key, value
            elif part.type == "object_assignment_pattern":
                name = part.child_by_field_id(self.fields["left"]) or part
            elif part.type == "rest_pattern":
                rest = self.rows.add(op.DISPLAY, Container.OBJECT, self.rows.more((int(Spread.STAR), max(0, term))), 1)
                self.assign(part, rest)
                continue
            elif part.type == "comment":
                continue
            if name.type == "computed_property_name":
                key_term = self.value(name.named_children[0])
                taken = self.rows.add(op.ELEMENT, term, key_term, self.line(name)) if term > 0 else 0
            else:
                taken = self.property(term, self.text(name), name)
            self.assign(inner, taken)

    def _take_places(self, target: Node, term: int) -> None:
        place = 0
        for child in target.children:
            if child.type == ",":
                place += 1
            elif child.is_named and child.type != "comment":
                taken = 0
                if term > 0 and child.type in ("rest_pattern", "spread_element"):
                    taken = self.rows.add(op.REST, term, place)
                elif term > 0:
                    taken = self.rows.add(op.PART, term, place, self.line(child))
                self.assign(child, taken)

    # ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def statement(self, node: Node | None) -> None:
        """Walk one statement."""
        if node is None or self.depth > DEEPEST:
            return
        handler = self.walks_statement[node.kind_id]
        self.depth += 1
        if handler is not None:
            handler(self, node)
        elif self.walks_expression[node.kind_id] is not None:
            self.value(node)
        else:
            for child in node.named_children:
                self.statement(child)
        self.depth -= 1

    def _nothing(self, node: Node) -> None:
        pass

    def walk_block(self, node: Node) -> None:
        """A block with names of its own."""
        outer = self.block
        self.block = Block(self.code, outer)
        children = node.named_children
        self.declare_all(self.block, children)
        for child in children:
            self.statement(child)
        self.block = outer

    def _labeled(self, node: Node) -> None:
        """A `break` with the label leaves what stands behind it."""
        self.code.breaks.append([])
        self.statement(node.child_by_field_id(self.fields["body"]))
        left = self.code.breaks.pop()
        self.code.environment = joined(self.rows, [self.code.environment, *left])

    def _return(self, node: Node) -> None:
        term = self.inside(node)
        if term:
            self.rows.add(op.RETURN, term)
        self.code.environment = None

    def _throw(self, node: Node) -> None:
        term = self.inside(node)
        if term > 0 and self.code.thrown:
            self.code.thrown[-1].append(term)
        elif term > 0:
            self.rows.add(op.RAISE, term, 0)
        self.code.environment = None

    # ── ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _way(
        self, start: Environment | None, walk: Callable[[Node], None], node: Node, known: Sequence[Fact] = ()
    ) -> Environment | None:
        """Walk a node from an environment where facts are known; the one that it leaves."""
        code = self.code
        code.paths.clear()
        code.environment = dict(narrow(self, start, known) or {}) if start is not None else None
        walk(node)
        code.paths.clear()
        return code.environment

    def _if(self, node: Node) -> None:
        condition = node.child_by_field_id(self.fields["condition"])
        self.value(condition)
        rest = self.code.environment
        ends = []
        for field, known in zip(("consequence", "alternative"), sides(self, condition), strict=True):
            branch = node.child_by_field_name(field)
            if branch is not None:
                ends.append(self._way(rest, self.statement, branch, known))
            else:
                ends.append(narrow(self, rest, [fact for fact in known if fact.name]))
        self.code.environment = joined(self.rows, ends)

    def _loop_start(self, node: Node) -> list[tuple[str, int]]:
        """Variables that the loop assigns get a PHI, which the end of the loop adds to."""
        environment = self.code.environment
        if environment is None:
            return []
        first = bisect_left(self._assigned_at, node.start_byte)
        names = dict.fromkeys(self._assigned[first : bisect_left(self._assigned_at, node.end_byte)])
        found = []
        for name in names:
            variable = self.block.find(name)
            if variable is not None and variable.code is self.code and not variable.shared and variable.key in environment:
                before = environment[variable.key]
                phi = environment[variable.key] = self.rows.add(op.PHI, self.rows.more((max(0, before),)), 1)
                variable.bind(self.rows, phi)
                found.append((variable.key, phi))
        return found

    def _loop(
        self, node: Node, head: Callable[[], None], body: Node | None, last: Node | None = None, condition: Node | None = None
    ) -> None:
        """`condition`: what the head asks before each turn."""
        code = self.code
        phis = self._loop_start(node)
        start = dict(code.environment) if code.environment is not None else None
        code.paths.clear()
        head()
        holds, fails = sides(self, condition)
        ended = [fact for fact in fails if fact.name]
        start = code.environment if ended else start
        code.environment = narrow(self, code.environment, holds)
        code.breaks.append([])
        code.continues.append([])
        self.statement(body)
        self.value(last)
        code.paths.clear()
        left = code.breaks.pop()
        again: list[Environment | None] = [code.environment, *code.continues.pop()]
        for key, phi in phis:
            terms = dict.fromkeys(environment.get(key, 0) for environment in again if environment is not None)
            for term in terms:
                if term > 0 and term != phi:
                    self.rows.add(op.JOIN, phi, term)
        code.environment = joined(self.rows, [*[narrow(self, way, ended) for way in (start, *again)], *left])

    def _for(self, node: Node) -> None:
        outer = self.block
        self.block = Block(self.code, outer)
        first = node.child_by_field_id(self.fields["initializer"])
        if first is not None:
            self.declare_all(self.block, [first])
            self.statement(first)
        condition = node.child_by_field_id(self.fields["condition"])
        self._loop(
            node,
            lambda: void(self.value(condition) if condition is not None and condition.type != "expression_statement" else
                         self.inside(condition) if condition is not None else 0),
            node.child_by_field_id(self.fields["body"]),
            node.child_by_field_id(self.fields["increment"]),
            condition,
        )  # fmt: skip
        self.block = outer

    def _for_in(self, node: Node) -> None:
        left, right = node.child_by_field_id(self.fields["left"]), node.child_by_field_id(self.fields["right"])
        kind, operator = node.child_by_field_id(self.fields["kind"]), node.child_by_field_id(self.fields["operator"])
        if left is None or right is None:
            return
        source = self.value(right)
        outer = self.block
        self.block = Block(self.code, outer)
        if kind is not None and kind.type != "var":
            self.declare_pattern(self.block, left)
        waits = any(child.type == "await" for child in node.children)
        each = operator is not None and operator.type == "of"

        def head() -> None:
            term = 0
            if source > 0 and each:
                term = self.rows.add(op.ITERATE, source, self.line(right), int(waits))
                term = self.rows.add(op.AWAIT, term) if waits else term
            self.assign(left, term)

        self._loop(node, head, node.child_by_field_name("body"))
        self.block = outer

    def _while(self, node: Node) -> None:
        condition, body = node.child_by_field_id(self.fields["condition"]), node.child_by_field_id(self.fields["body"])
        first = condition if node.type == "while_statement" else None
        self._loop(node, lambda: void(self.value(condition)), body, condition=first)

    def _break(self, _node: Node) -> None:
        self._leave(self.code.breaks)

    def _continue(self, _node: Node) -> None:
        self._leave(self.code.continues)

    def _leave(self, ways: list[list[Environment]]) -> None:
        if ways and self.code.environment is not None:
            ways[-1].append(self.code.environment)
        self.code.environment = None

    def _try(self, node: Node) -> None:
        code = self.code
        start = dict(code.environment) if code.environment is not None else None
        body, handler = node.child_by_field_id(self.fields["body"]), node.child_by_field_id(self.fields["handler"])
        finalizer = node.child_by_field_id(self.fields["finalizer"])
        if handler is not None:
            code.thrown.append([])
        before = len(self.rows.rows) >> 2
        tried = self._way(start, self.statement, body) if body is not None else start
        somewhere = joined(self.rows, [start, tried]) if tried is not None else start
        end = tried
        if handler is not None:
            thrown = code.thrown.pop()
            caught = self._way(somewhere, lambda clause: self._catch(clause, thrown, before), handler)
            end = joined(self.rows, [tried, caught])
        if finalizer is not None:
            reached = end is not None
            last = self._way(end if reached else somewhere, self.statement, finalizer)
            end = last if reached else None
        code.environment = end

    def _catch(self, clause: Node, thrown: list[int], before: int) -> None:
        """What is caught: what the block throws itself, else what the functions throw that it calls."""
        outer = self.block
        self.block = Block(self.code, outer)
        parameter = clause.child_by_field_id(self.fields["parameter"])
        if parameter is not None:
            self.declare_pattern(self.block, parameter)
            rows = self.rows.rows
            called = [row for row in range(before, len(rows) >> 2) if rows[row << 2] in (op.CALL, op.NEW)][:8]
            terms = [*thrown, *[self.rows.add(op.THROWN, row) for row in called]]
            self.assign(parameter, self.rows.phi(terms))
        self.statement(clause.child_by_field_id(self.fields["body"]))
        self.block = outer

    def _switch(self, node: Node) -> None:
        chosen = node.child_by_field_id(self.fields["value"])
        self.value(chosen)
        asked = type_asked(self, chosen)
        body = node.child_by_field_id(self.fields["body"])
        if body is None:
            return
        outer, code = self.block, self.code
        self.block = Block(code, outer)
        cases = [case for case in body.named_children if case.type in ("switch_case", "switch_default")]
        for case in cases:
            self.declare_all(self.block, case.named_children)
        rest = code.environment
        code.breaks.append([])
        fallen: Environment | None = None
        complete = False
        for case in cases:
            given = case.child_by_field_id(self.fields["value"])
            code.environment = rest
            code.paths.clear()
            known = of_case(self, asked, given)
            start = narrow(self, rest, known)
            rest = narrow(self, rest, [fact._replace(holds=False) for fact in known])
            code.environment = joined(self.rows, [dict(start) if start is not None else None, fallen])
            self.value(given)
            for child in case.named_children:
                if given is None or child.id != given.id:
                    self.statement(child)
            fallen = code.environment
            complete |= case.type == "switch_default"
        code.environment = joined(self.rows, [fallen, *code.breaks.pop(), *([] if complete else [rest])])
        self.block = outer

    statements: ClassVar[Handlers] = {
        "expression_statement": EcmaDeclarations.inside,
        "lexical_declaration": _declaration,
        "variable_declaration": _declaration,
        "return_statement": _return,
        "throw_statement": _throw,
        "if_statement": _if,
        "for_statement": _for,
        "for_in_statement": _for_in,
        "while_statement": _while,
        "do_statement": _while,
        "try_statement": _try,
        "switch_statement": _switch,
        "statement_block": walk_block,
        "break_statement": _break,
        "continue_statement": _continue,
        "labeled_statement": _labeled,
        "class_declaration": class_declaration,
        "abstract_class_declaration": class_declaration,
        "import_statement": _nothing,
        "comment": _nothing,
        "function_declaration": _nothing,
        "generator_function_declaration": _nothing,
    }
