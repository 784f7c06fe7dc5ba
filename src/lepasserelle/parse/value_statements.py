"""Python's statements to value code: what is bound where, ways that part and meet. Definitions stand in `value_definitions`."""

from bisect import bisect_left
from collections.abc import Callable
from typing import ClassVar

from tree_sitter import Node

from lepasserelle.model import FlowKind
from lepasserelle.parse import value_flags, value_narrowing, value_patterns, value_texts
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow
from lepasserelle.parse.value_code import CLASS, MODULE, Environment, joined
from lepasserelle.parse.value_python import Expressions
from lepasserelle.parse.value_walk import DEEPEST, Handlers, Told, void

_ASSIGN = int(FlowKind.ASSIGN)
_FOR_CHECKERS = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING"})
"""Conditions that never hold at run time: what a class binds there it does not have."""
_OF_MODULE = {int(FlowKind.GLOBAL): True, int(FlowKind.NONLOCAL): False}


class Statements(Expressions):
    """Walks the statements of one file."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._assigned_at: list[int] = []
        self._assigned: list[str] = []
        self._module_names: set[str] = set()
        self._inner_names: set[str] = set()
        self._outside: dict[Draft, dict[str, bool]] = {}
        self.put_words: set[tuple[int, bool]] = set()
        """Names under which the file puts what is not known on something, whether only on receivers."""
        self.rebinds: dict[int, set[str]] = {}
        """Functions of the module → names of it that a call of them binds anew for sure."""

    def learn(self, moved: list[DraftFlow]) -> None:
        """Take from the flows which names are bound where."""
        for position, kind, scope, target, _ in moved:
            if kind == _ASSIGN:
                if "." not in target:
                    self._assigned_at.append(position)
                    self._assigned.append(target)
            elif kind in _OF_MODULE:
                self._outside.setdefault(scope, {})[target] = _OF_MODULE[kind]
                (self._module_names if _OF_MODULE[kind] else self._inner_names).add(target)
        self.frame.local |= self._module_names

    # ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def statement(self, node: Node) -> None:
        """Walk one statement."""
        if self.depth > DEEPEST:
            return
        handler = self.walks_statement[node.kind_id] or Statements.otherwise
        self.depth += 1
        handler(self, node)
        self.depth -= 1

    def otherwise(self, node: Node) -> None:
        """Walk what stands in a statement that nothing is known of."""
        for child in node.named_children:
            if self.walks_statement[child.kind_id] is not None:
                self.statement(child)
            else:
                self.value(child)

    def _nothing(self, node: Node) -> None:
        pass

    def block(self, node: Node) -> None:
        """Walk statements one after the other."""
        depth, walks = self.depth, self.walks_statement
        if depth > DEEPEST:
            return
        self.depth = depth + 1
        for child in node.children:  # a `;` has no handler, and nothing stands in it
            handler = walks[child.kind_id]
            if handler is not None:
                handler(self, child)
            else:
                self.otherwise(child)
        self.depth = depth

    def _expression(self, node: Node) -> None:
        kinds = self.kinds
        for child in node.children:
            kind = kinds[child.kind_id]
            if kind == "assignment":
                self._assignment(child)
            elif kind == "augmented_assignment":
                self._augmented(child)
            elif kind != "string" or value_texts.is_formatted(self, child):  # documentation is no word of the code
                self.value(child)
                if kind == "call" and self.frame.kind == MODULE and self.rebinds:
                    self._called(child, node)

    def _called(self, call: Node, statement: Node) -> None:
        """`rebind()` at the top of a module, of a function that gives names of the module other values."""
        callee, around = call.named_children[0], statement.parent
        if callee.type != "identifier" or around is None or around.type != "module":
            return
        term = self.lookup(self.name(callee))
        if term > 0 and self.rows.rows[term << 2] == op.DEFINITION:
            for name in sorted(self.rebinds.get(self.rows.rows[(term << 2) + 1], ())):
                self.frame.renew(self.rows, name)

    def _assignment(self, node: Node, *, inner: bool = False) -> int:
        children = node.children
        left = children[0]
        is_plain = len(children) == 3 and self.kinds[children[1].kind_id] == "="
        right = children[2] if is_plain else node.child_by_field_id(self.fields["right"])
        frame, typed = self.frame, False
        if frame.kind == CLASS:
            typed = left.type == "identifier" and node.child_by_field_id(self.fields["type"]) is not None
            value_flags.of_class(self, node, left, right)
        elif frame.constructor_end and self.depth == 1 and not inner and value_flags.of_constructor(self, node, left, right):
            self._put(frame.receiver, self.member(left.named_children[-1]), 0, is_flag=True)
            return 0
        if right is None:
            if typed:
                self.rows.add(op.FIELD, self.frame.draft.number, self.rows.word(self.name(left)), 0)
            return 0
        kind = self.kinds[right.kind_id]
        if kind == "assignment":
            term = self._assignment(right, inner=True)
        elif not inner and kind in ("expression_list", "tuple") and left.type in ("pattern_list", "tuple_pattern"):
            return self._in_parallel(left, right)
        else:
            term = self.value(right)
        if typed:
            self.rows.add(op.FIELD, self.frame.draft.number, self.rows.word(self.name(left)), max(0, term))
        self.assign(left, term)
        return term

    def _in_parallel(self, left: Node, right: Node) -> int:
        targets, values = left.named_children, right.named_children
        spread = any(child.type in ("list_splat", "list_splat_pattern", "comment") for child in (*targets, *values))
        if spread or len(targets) != len(values):
            term = self.value(right)
            self.assign(left, term)
            return term
        for target, term in zip(targets, [self.value(value) for value in values], strict=True):
            self.assign(target, term)
        return 0

    def assign(self, target: Node, term: int) -> None:
        """Give a target a value."""
        kind = self.kinds[target.kind_id]
        if kind == "identifier":
            self.frame.bind(self.rows, self.name(target), term)
        elif kind == "attribute":
            children = target.children
            self._put(self.value(children[0]), self.member(children[-1]), term)
        elif kind == "subscript":
            self._assign_item(target, term)
        elif kind in (
            "pattern_list",
            "tuple_pattern",
            "list_pattern",
            "tuple",
            "list",
            "parenthesized_expression",
            "expression_list",
        ):
            self._take_apart(target, term)
        elif kind in ("as_pattern_target", "list_splat_pattern"):
            for child in target.named_children:
                self.assign(child, term)

    def _put(self, base: int, word: int, term: int, *, is_flag: bool = False) -> None:
        if not is_flag and (base <= 0 or not term):
            value_flags.put(self, word, is_own=0 < base == self.frame.receiver)
        if base <= 0:
            return
        paths = self.frame.paths
        for path in [path for path in paths if path[1] == word]:
            del paths[path]
        if len(self._known) > 1:
            value_narrowing.without(self.frame.environment, word)
        paths[base, word] = term
        if term:
            self.rows.add(op.SET_MEMBER, base, word, term)

    def _assign_item(self, target: Node, term: int) -> None:
        children = target.named_children
        base = self.value(children[0])
        keys = [self.key(child) for child in children[1:]]
        if base <= 0:
            return
        key = keys[0] if len(keys) == 1 else 0
        if self.frame.kind == MODULE and key < 0 and self.text(children[0]) == "globals()":
            name = self.rows.words_in_order[-key].removeprefix("s")
            self.frame.local.add(name)
            self.frame.bind(self.rows, name, term)
            return
        paths = self.frame.paths
        for path in [path for path in paths if path[1] == key or (path[1] < 0 and key >= 0)]:
            del paths[path]
        self.rows.add(op.SET_ITEM, base, self.rows.more((key, self.line(target))), term)
        if key < 0:
            paths[base, key] = term

    def _take_apart(self, target: Node, term: int) -> None:
        parts = [child for child in target.named_children if child.type != "comment"]
        if target.type == "parenthesized_expression":
            self.assign(parts[0], term)
            return
        star = next((place for place, part in enumerate(parts) if part.type == "list_splat_pattern"), len(parts))
        for place, part in enumerate(parts):
            taken = 0
            if term > 0 and place == star:
                taken = self.rows.add(op.REST, term, place)
            elif term > 0:
                taken = self.rows.add(op.PART, term, place if place < star else place - len(parts), self.line(target))
            self.assign(part, taken)

    def _augmented(self, node: Node) -> None:
        left, right = node.named_children[0], node.named_children[-1]
        old, given = self.value(left), self.value(right)
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        word = {"+=": "__iadd__", "-=": "__isub__", "|=": "__ior__", "&=": "__iand__", "*=": "__imul__"}.get(sign, "")
        term = self.operate(old, word, given, node) if word else 0
        if old > 0:
            self.assign(left, self.rows.phi([old, term]) if term else old)
        elif left.type in ("identifier", "attribute"):
            self.assign(left, 0)

    def _return(self, node: Node) -> None:
        kinds = self.kinds
        for child in node.children:
            if kinds[child.kind_id] != "comment":
                term = self.value(child)
                if term:
                    self.rows.add(op.RETURN, term)
        self.frame.environment = None

    def _raise(self, node: Node) -> None:
        for child in node.named_children:
            term = self.value(child)
            if term > 0 and child.type in ("identifier", "attribute"):
                self.rows.add(op.RAISE, term, self.line(child))
        self.frame.environment = None

    def _delete(self, node: Node) -> None:
        for child in node.named_children:
            names = child.named_children if child.type == "expression_list" else [child]
            for name in names:
                if name.type == "subscript":
                    value_texts.deleted_item(self, name)
                elif name.type != "identifier":
                    self.value(name)
                else:
                    self.frame.unbind(self.name(name))

    def _import(self, node: Node) -> None:
        for number, alias, module in self.imports.get(node.start_byte, ()):
            if not alias:
                self._star(number, node)
                continue
            held = self.frame.environment.get(alias) if self.frame.environment is not None else None
            term = self.rows.add(op.IMPORT, number)
            again = held and "." in module and self.rows.rows[held << 2] == op.IMPORT
            if not (again and module.partition(".")[0] == alias):
                self.frame.bind(self.rows, alias, term)

    def _star(self, number: int, node: Node) -> None:
        """`from module import *` behind definitions: what the module has under their names takes their place."""
        frame = self.frame
        if frame.environment is None or node.named_children[-1].type != "wildcard_import":
            return
        for name, term in list(frame.environment.items()):
            if term > 0:
                frame.bind(self.rows, name, self.rows.add(op.STARRED, number, self.rows.word(name), term))

    def _assert(self, node: Node) -> None:
        self.otherwise(node)
        self.frame.environment = self._where(node.named_children[0], self.frame.environment, holds=True)
        self.frame.paths.clear()

    # ── ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _where(self, condition: Node, start: Environment | None, *, holds: bool) -> Environment | None:
        """What names mean where a condition that was just walked holds, or does not."""
        if start is None:
            return None
        self.frame.environment = start
        return value_narrowing.narrow(self, start, value_narrowing.facts(self, condition, holds=holds))

    def way(self, start: Environment | None, walk: Callable[[Node], None], node: Node) -> Environment | None:
        """Walk a node from an environment; the one that it leaves."""
        frame = self.frame
        frame.environment = dict(start) if start is not None else None
        frame.paths.clear()
        walk(node)
        frame.paths.clear()
        return frame.environment

    def _is_for_checkers(self, condition: Node) -> bool:
        """Whether what stands behind a condition in a class is not there at run time."""
        return self.frame.kind == CLASS and self.text(condition) in _FOR_CHECKERS

    def _if(self, node: Node) -> None:
        kinds = self.kinds
        children = [child for child in node.named_children if kinds[child.kind_id] != "comment"]
        self.truth(children[0])
        ends = []
        rest = self.frame.environment
        holds, fails = value_narrowing.sides(self, children[0]) if rest is not None else value_narrowing.NOTHING
        if len(children) > 1:
            held = {name: len(stores) for name, stores in self.frame.stores.items()} if self._is_for_checkers(children[0]) else None
            ends.append(self.way(value_narrowing.narrow(self, rest, holds), self.statement, children[1]))
            if held is not None:
                ends.pop()
                self.frame.stores = {name: self.frame.stores[name][:count] for name, count in held.items()}
        rest = value_narrowing.narrow(self, rest, fails)
        for child in children[2:]:
            kind = kinds[child.kind_id]
            if kind == "elif_clause":
                parts = [part for part in child.named_children if kinds[part.kind_id] != "comment"]
                self.frame.environment = dict(rest) if rest is not None else None
                self.truth(parts[0])
                rest = self.frame.environment
                holds, fails = value_narrowing.sides(self, parts[0]) if rest is not None else value_narrowing.NOTHING
                if len(parts) > 1:
                    ends.append(self.way(value_narrowing.narrow(self, rest, holds), self.statement, parts[-1]))
                rest = value_narrowing.narrow(self, rest, fails)
            elif kind == "else_clause":
                rest = self.way(rest, self.block, child)
        self.frame.environment = joined(self.rows, [*ends, rest])

    def _loop_start(self, node: Node) -> list[tuple[str, int]]:
        """Names that the loop binds get a PHI, which the end of the loop adds to."""
        frame = self.frame
        if frame.environment is None:
            return []
        value_narrowing.without(frame.environment)
        first = bisect_left(self._assigned_at, node.start_byte)
        names = dict.fromkeys(self._assigned[first : bisect_left(self._assigned_at, node.end_byte)])
        found = []
        for name in names:
            if name in frame.local and name not in frame.shared and name not in frame.outer_names and name in frame.environment:
                before = frame.environment[name]
                phi = self.rows.add(op.PHI, self.rows.more((max(0, before),)), 1)
                frame.environment[name] = phi
                frame.viewed = None
                found.append((name, phi))
        return found

    def _loop_end(self, phis: list[tuple[str, int]], ends: list[Environment | None]) -> None:
        for name, phi in phis:
            terms = dict.fromkeys(environment.get(name, 0) for environment in ends if environment is not None)
            for term in terms:
                if term > 0 and term != phi and not self.rows.is_part(term, phi):
                    self.rows.add(op.JOIN, phi, term)

    def _loop(
        self, node: Node, head: Callable[[], None], body: Node | None, otherwise: Node | None, condition: Node | None = None
    ) -> None:
        frame = self.frame
        phis = self._loop_start(node)
        start = dict(frame.environment) if frame.environment is not None else None
        frame.paths.clear()
        head()
        frame.breaks.append([])
        frame.continues.append([])
        if condition is not None:
            frame.environment = self._where(condition, frame.environment, holds=True)
        if body is not None:
            self.block(body)
        frame.paths.clear()
        left = frame.breaks.pop()
        again: list[Environment | None] = [frame.environment, *frame.continues.pop()]
        self._loop_end(phis, again)
        done = joined(self.rows, [start, *again])
        if condition is not None and done is not None:
            frame.environment = done
            done = self._where(condition, done, holds=False)
        if otherwise is not None:
            done = self.way(done, self.block, otherwise)
        frame.environment = joined(self.rows, [done, *left])

    def _for(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        source = self.value(right)
        self._loop(
            node,
            lambda: self.assign(left, self.iterate(right, source, node)),
            node.child_by_field_name("body"),
            node.child_by_field_name("alternative"),
        )

    def _while(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        self._loop(
            node,
            lambda: None if condition is None else void(self.truth(condition)),
            node.child_by_field_name("body"),
            node.child_by_field_name("alternative"),
            condition,
        )

    def _break(self, _node: Node) -> None:
        self._leave(self.frame.breaks)

    def _continue(self, _node: Node) -> None:
        self._leave(self.frame.continues)

    def _leave(self, ways: list[list[Environment]]) -> None:
        if ways and self.frame.environment is not None:
            ways[-1].append(self.frame.environment)
        self.frame.environment = None

    def _try(self, node: Node) -> None:
        frame = self.frame
        start = dict(frame.environment) if frame.environment is not None else None
        ends: list[Environment | None] = []
        clauses = [child for child in node.named_children if child.type != "comment"]
        tried = self.way(start, self.statement, clauses[0])
        somewhere = joined(self.rows, [start, tried]) if tried is not None else start
        end = tried
        for clause in clauses[1:]:
            if clause.type == "else_clause":
                end = self.way(tried, self.block, clause)
            elif clause.type in ("except_clause", "except_group_clause"):
                ends.append(self.way(somewhere, self._except, clause))
            elif clause.type == "finally_clause":
                frame.environment = joined(self.rows, [end, *ends])
                reached = frame.environment is not None
                end = self.way(frame.environment if reached else somewhere, self.block, clause)
                end, ends = end if reached else None, []
        frame.environment = joined(self.rows, [end, *ends])

    def _except(self, clause: Node) -> None:
        bound = ""
        for child in clause.named_children:
            if child.type == "as_pattern":
                parts = child.named_children
                term = self.value(parts[0])
                bound = self.name(parts[-1])
                self.assign(parts[-1], self.rows.add(op.RAISED, term) if term > 0 else 0)
            elif child.type == "block":
                self.block(child)
            else:
                self.value(child)
        if bound:
            self.frame.unbind(bound)

    def _with(self, node: Node) -> None:
        for clause in node.named_children:
            if clause.type == "with_clause":
                for item in clause.named_children:
                    if item.type == "with_item":
                        self._with_item(item.named_children[0], node)
            else:
                self.statement(clause)

    def _with_item(self, item: Node, statement: Node) -> None:
        if item.type == "parenthesized_expression" and item.named_child_count == 1 and item.named_children[0].type == "as_pattern":
            item = item.named_children[0]
        parts = item.named_children if item.type == "as_pattern" else [item]
        manager = self.value(parts[0])
        waits = self.data[statement.start_byte : statement.start_byte + 5] == b"async"
        entered = self.rows.add(op.ENTER, manager, self.line(parts[0]), int(waits)) if manager > 0 else 0
        if len(parts) > 1:
            self.assign(parts[-1], entered)

    def _match(self, node: Node) -> None:
        value_patterns.match(self, node)

    statements: ClassVar[Handlers] = {
        "expression_statement": _expression,
        "assert_statement": _assert,
        "return_statement": _return,
        "if_statement": _if,
        "for_statement": _for,
        "while_statement": _while,
        "try_statement": _try,
        "with_statement": _with,
        "import_statement": _import,
        "import_from_statement": _import,
        "delete_statement": _delete,
        "raise_statement": _raise,
        "match_statement": _match,
        "break_statement": _break,
        "continue_statement": _continue,
        "block": block,
        "module": block,
        "comment": _nothing,
        "pass_statement": _nothing,
        "global_statement": _nothing,
        "nonlocal_statement": _nothing,
        "future_import_statement": _nothing,
    }
