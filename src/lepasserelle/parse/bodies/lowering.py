"""One body from its syntax to statements: the engine that every language's table drives. Never looks at another file.

Recursion follows the nesting of blocks only, down to `DEEPEST`; what lies deeper is one OPAQUE statement. Chains of `else if` are
walked in a loop. What an expression does is collected by `expressions`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lepasserelle.model import Problem
from lepasserelle.model.body import Arm, Body, Call, Flows, Parameter, Statement, StatementFlag, StatementKind, Use, WriteFlag
from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.expressions import Context, Effects, Expressions
from lepasserelle.parse.bodies.names import Names, written
from lepasserelle.parse.bodies.rules import BodyTable
from lepasserelle.parse.bodies.sharing import DEEPEST, run_class, share

if TYPE_CHECKING:
    from tree_sitter import Node


class Spot(NamedTuple):
    """Where a statement comes to stand."""

    parent: int
    arm: int
    depth: int
    sink: "Sink | None" = None
    """What the value of the block's last expression is for."""
    label: str = ""


Sink = Callable[["Lowering", "Node", Spot], None]


class Lowering:
    """The statements of one body while they are made."""

    def __init__(self, table: BodyTable, data: bytes, levels: int = 0, *, is_file: bool = False) -> None:
        self.table = table
        self.data = data
        self.names = Names(is_file)
        self.expressions = Expressions(table, data, self.names, partial(share, self))
        self.drafts: list[list[Any]] = []
        self.levels = levels
        self.inner: Callable[[], Lowering] = lambda: Lowering(table, data, levels + 1)
        self._acts: dict[type, Callable[[Any, Node, Spot], None]] = {
            rules.Simple: self._simple,
            rules.Block: self._block,
            rules.Nothing: self._nothing,
            rules.Branch: self._branch,
            rules.Loop: self._loop,
            rules.Each: self._each,
            rules.Switch: self._switch,
            rules.Try: self._try,
            rules.With: self._with,
            rules.Jump: self._jump,
            rules.Labelled: self._labelled,
            rules.Define: self._define,
            rules.SpecialStatement: self._special,
        }

    # ── bodies ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def function(self, node: "Node") -> tuple[Parameter, ...]:
        """Lower a function or class; its parameters."""
        table = self.table
        if node.type in table.classes:
            body = node.child_by_field_name(table.classes[node.type])
            if body is not None:
                self.statements(body.named_children, Spot(-1, Arm.BODY, 0))
            return ()
        parameter_field, body_field = table.functions[node.type]
        found = node.child_by_field_name(parameter_field) if parameter_field else None
        parameters = self._parameters(node, found)
        body = node.child_by_field_name(body_field)
        if body is not None:
            spot = Spot(-1, Arm.BODY, 0, self._return_value if table.value_of_block else None)
            if isinstance(table.statements.get(body.type), rules.Block):
                self.statements(body.named_children, spot)
            elif body.type in table.statements:
                self.statement(body, spot)
            else:
                self._return_value(self, body, Spot(-1, Arm.BODY, 0))
        return parameters

    def _return_value(self, lowering: "Lowering", node: "Node", spot: Spot) -> None:  # noqa: ARG002 - the shape of a sink
        self.emit(StatementKind.RETURN, node, spot, self.effects(node), StatementFlag.EXPRESSION)

    def draft(self) -> tuple[Statement, ...]:
        """All statements so far, as records."""
        return tuple(Statement(*fields) for fields in self.drafts)

    def _parameters(self, function: "Node", found: "Node | None") -> tuple[Parameter, ...]:
        table = self.table
        made: list[Parameter] = []
        first_is_receiver = table.first_is_receiver and _is_member(function, table)
        if table.receiver:
            self.names.bind(table.receiver)
            made.append(Parameter(table.receiver, is_receiver=True))
        nodes = [] if found is None else [found] if found.type in self.table.names else found.named_children
        for parameter in nodes:
            form = table.parameters.forms.get(parameter.type)
            if form is None or parameter.is_extra:
                continue
            name = parameter.child_by_field_name(form[0]) if form[0] else parameter
            spread = table.parameters.spreads.get(parameter.type, "")
            if name is None:
                continue
            effects = Effects()
            self.expressions.target(effects, name, WriteFlag.DECLARES)
            for number, write in enumerate(effects.writes):
                keyword = "" if table.parameters.positional or number else written(write.place[0])
                made.append(Parameter(write.place[0], keyword, spread, first_is_receiver and not made and not spread))
        return tuple(made)

    # ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def statements(self, nodes: Sequence["Node"], spot: Spot) -> None:
        """Lower a run of statements; hoisted definitions come first."""
        rules_of = self.table.statements
        late = []
        for node in nodes:
            rule = rules_of.get(node.type)
            if isinstance(rule, rules.Define) and rule.hoisted:
                self.statement(node, spot._replace(sink=None))
            elif not node.is_extra:
                late.append(node)
        for node in late[:-1]:
            self.statement(node, spot._replace(sink=None))
        if late:
            self.statement(late[-1], spot)

    def statement(self, node: "Node", spot: Spot) -> None:
        """Lower one statement, whatever it is."""
        rule = self.table.statements.get(node.type)
        if spot.depth > DEEPEST:
            self.emit(StatementKind.SIMPLE, node, spot, self._everything_in(node), flags=StatementFlag.OPAQUE)
            return
        while isinstance(rule, rules.Simple) and self._holds_statement(node):
            node = next(child for child in node.named_children if not child.is_extra)
            rule = self.table.statements.get(node.type)
        if rule is None:
            if spot.sink is not None:
                spot.sink(self, node, spot)
            else:
                self.emit(StatementKind.SIMPLE, node, spot, self.effects(node))
            return
        self._acts[type(rule)](rule, node, spot)

    def _holds_statement(self, node: "Node") -> bool:
        """An expression statement that is nothing but an expression with statements in it (`if` of Rust)."""
        children = [child for child in node.named_children if not child.is_extra]
        return len(children) == 1 and children[0].type in self.table.statements

    def effects(self, node: "Node", context: Context = Context()) -> Effects:  # noqa: B008 - immutable
        """What an expression does."""
        into = Effects()
        self.expressions.walk(into, node, context)
        return into

    def emit(
        self,
        kind: StatementKind,
        node: "Node",
        spot: Spot,
        effects: Effects | None = None,
        flags: int = 0,
        head_end: "Node | None" = None,
        label: str = "",
    ) -> int:
        """Add a statement; its number. Its head is `node`, or what of it stands before `head_end`."""
        effects = effects or Effects()
        start, last = node.start_point[0] + 1, node.end_point[0] + (1 if node.end_point[1] else 0)
        end_byte, end_line = node.end_byte, max(start, last)
        if head_end is not None:
            end_byte = len(self.data[: head_end.start_byte].rstrip())
            end_line = start + self.data.count(b"\n", node.start_byte, end_byte)
        self.drafts.append(
            [
                int(kind),
                spot.parent,
                int(spot.arm),
                node.start_byte,
                max(end_byte, node.start_byte),
                start,
                end_line,
                max(start, last),
                tuple(effects.writes),
                tuple(effects.uses),
                tuple(effects.calls),
                effects.flags | flags,
                label or spot.label,
                tuple(effects.captured),
                tuple(effects.rebound),
                (),
            ]
        )
        return len(self.drafts) - 1

    def mark(self, number: int, node: "Node") -> None:
        """A word of a statement stands on a line of its own."""
        self.drafts[number][-1] = (*self.drafts[number][-1], node.start_point[0] + 1)

    def inside(self, node: "Node | None", spot: Spot, number: int, arm: Arm, sink: Sink | None = None) -> None:
        """Lower what stands in an arm of a statement."""
        if node is not None:
            self.names.enter()
            self.statement(node, Spot(number, arm, spot.depth + 1, sink))
            self.names.leave()

    def _everything_in(self, node: "Node") -> Effects:
        return self.effects(node, Context(maybe=True))

    def _field(self, node: "Node", field: str) -> "Node | None":
        return node.child_by_field_name(field) if field else None

    # ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _simple(self, rule: rules.Simple, node: "Node", spot: Spot) -> None:
        self.emit(rule.kind, node, spot, self.effects(node))

    def _block(self, rule: rules.Block, node: "Node", spot: Spot) -> None:
        body = self._field(node, rule.body) or node
        if rule.keeps or spot.label:
            number = self.emit(StatementKind.BLOCK, node, spot, head_end=body if body is not node else _first(node))
            spot = Spot(number, Arm.BODY, spot.depth + 1, spot.sink)
        if rule.scoped:
            self.names.enter()
        self.statements(body.named_children, spot._replace(label="", depth=spot.depth + 1))
        if rule.scoped:
            self.names.leave()

    def _nothing(self, rule: rules.Nothing, node: "Node", spot: Spot) -> None:
        pass

    def _branch(self, rule: rules.Branch, node: "Node", spot: Spot) -> None:
        self.names.enter()
        if rule.initial and (initial := self._field(node, rule.initial)) is not None:
            self.statement(initial, spot._replace(sink=None))
        self._chain(rule, node, spot)
        self.names.leave()

    def _chain(self, rule: rules.Branch, node: "Node", spot: Spot) -> None:
        """An `if` and its `else if`s, one inside the other's ELSE, in a loop."""
        below = spot
        rest: list[Node] = []
        while True:
            number = self._one_branch(rule, node, below)
            self.inside(self._field(node, rule.then), below, number, Arm.THEN, spot.sink)
            rest += node.children_by_field_name(rule.otherwise)
            below = Spot(number, Arm.ELSE, below.depth, spot.sink)
            if not rest:
                return
            alternative = rest.pop(0)
            if alternative.type in self.table.else_branches:
                node = alternative
                continue
            if alternative.type in self.table.else_words:
                self.mark(number, alternative)
                inner = [child for child in alternative.named_children if not child.is_extra]
            else:
                inner = [alternative]
            if len(inner) == 1 and self.table.statements.get(inner[0].type) is rule and not self._field(inner[0], rule.initial):
                node = inner[0]
                continue
            self.names.enter()
            self.statements(inner, below._replace(depth=below.depth + 1))
            self.names.leave()
            return

    def _one_branch(self, rule: rules.Branch, node: "Node", spot: Spot) -> int:
        condition = self._field(node, rule.condition)
        effects = self.effects(condition, Context(flows=Flows.NOT)) if condition is not None else Effects()
        return self.emit(StatementKind.BRANCH, node, spot, effects, head_end=self._field(node, rule.then))

    def _loop(self, rule: rules.Loop, node: "Node", spot: Spot) -> None:
        self.names.enter()
        if rule.initial and (initial := self._field(node, rule.initial)) is not None:
            self.statement(initial, spot._replace(sink=None, label=""))
        condition, body = self._field(node, rule.condition), self._field(node, rule.body)
        effects = self.effects(condition, Context(flows=Flows.NOT)) if condition is not None else Effects()
        flags = StatementFlag.ENDLESS if rule.endless or condition is None or self._is_true(condition) else 0
        kind = StatementKind.POST_LOOP if rule.post else StatementKind.LOOP
        number = self.emit(
            kind, condition if rule.post and condition is not None else node, spot, effects, flags, None if rule.post else body
        )
        if rule.post:
            self.drafts[number][7] = node.end_point[0] + 1
            self.mark(number, node)
        self.inside(body, spot, number, Arm.BODY)
        update = self._field(node, rule.update)
        if update is not None:
            self.emit(StatementKind.SIMPLE, update, Spot(number, Arm.STEP, spot.depth + 1), self.effects(update))
        self._else_of_loop(self._field(node, rule.otherwise), spot, number)
        self.names.leave()

    def _is_true(self, condition: "Node") -> bool:
        text = self.data[condition.start_byte : condition.end_byte]
        return text.strip(b"() \t") in self.table.true_words

    def _else_of_loop(self, node: "Node | None", spot: Spot, number: int) -> None:
        if node is not None:
            self.mark(number, node)
            self.statements(_inner_statements(node), Spot(number, Arm.ELSE, spot.depth + 1))

    def _each(self, rule: rules.Each, node: "Node", spot: Spot) -> None:
        self.names.enter()
        target, source, body = self._field(node, rule.target), self._field(node, rule.source), self._field(node, rule.body)
        effects = Effects()
        effects.flags |= StatementFlag.CAN_RAISE
        if source is not None:
            self.expressions.walk(effects, source)
            if self.table.iteration_consumes and not effects.calls:
                for use in list(effects.uses):
                    effects.write((*use.place, "[]"), WriteFlag.MAYBE)
        if target is not None:
            declares = WriteFlag.DECLARES if rule.declares else 0
            self.expressions.target(effects, target, WriteFlag.ELEMENT | declares)
        number = self.emit(StatementKind.EACH, node, spot, effects, head_end=body)
        self.inside(body, spot, number, Arm.BODY)
        self._else_of_loop(self._field(node, rule.otherwise), spot, number)
        self.names.leave()

    def _switch(self, rule: rules.Switch, node: "Node", spot: Spot) -> None:
        self.names.enter()
        if rule.initial and (initial := self._field(node, rule.initial)) is not None:
            self.statement(initial, spot._replace(sink=None, label=""))
        subject, body = self._field(node, rule.subject), self._field(node, rule.body)
        effects = self.effects(subject) if subject is not None else Effects()
        breakable = StatementFlag.BREAKABLE if rule.breakable else 0
        number = self.emit(StatementKind.SWITCH, node, spot, effects, breakable, head_end=body)
        cases = [child for child in (body or node).named_children if child.type in rule.cases]
        below = Spot(number, Arm.BODY, spot.depth + 1, spot.sink)
        for place, case in enumerate(cases):
            self.names.enter()
            act = self.table.statements.get(case.type)
            assert isinstance(act, rules.SpecialStatement), case.type
            first = len(self.drafts)
            act.lower(self, case, below)
            if rule.falls:
                self.drafts[first][11] |= StatementFlag.FALLS
            if rule.exhaustive and place == len(cases) - 1:
                self.drafts[first][11] |= StatementFlag.CATCH_ALL
            self.names.leave()
        self.names.leave()

    def _try(self, rule: rules.Try, node: "Node", spot: Spot) -> None:
        self.names.enter()
        body = self._field(node, rule.body)
        resources = self._field(node, rule.resources)
        number = self.emit(StatementKind.TRY, node, spot, head_end=resources or body)
        inner = Spot(number, Arm.BODY, spot.depth + 1)
        if resources is not None:
            held = self.emit(StatementKind.WITH, resources, inner, self.effects(resources))
            inner = Spot(held, Arm.BODY, spot.depth + 2)
        if body is not None:
            self.names.enter()
            self.statement(body, inner)
            self.names.leave()
        for child in node.named_children:
            if child.type in rule.handlers:
                act = self.table.statements[child.type]
                assert isinstance(act, rules.SpecialStatement)
                self.names.enter()
                act.lower(self, child, Spot(number, Arm.HANDLER, spot.depth + 1))
                self.names.leave()
            elif child.type in rule.otherwise or child.type in rule.finals:
                self.mark(number, child)
                arm = Arm.FINALLY if child.type in rule.finals else Arm.ELSE
                self.names.enter()
                self.statements(_inner_statements(child), Spot(number, arm, spot.depth + 1))
                self.names.leave()
        self.names.leave()

    def _with(self, rule: rules.With, node: "Node", spot: Spot) -> None:
        self.names.enter()
        body = self._field(node, rule.body)
        effects = Effects()
        effects.flags |= StatementFlag.CAN_RAISE
        heads = (
            [self._field(node, rule.head)]
            if rule.head
            else [child for child in node.named_children if body is None or child.id != body.id]
        )
        for head in heads:
            if head is not None and not head.is_extra:
                self.expressions.walk(effects, head)
        for use in [use for use in effects.uses if use.call < 0]:
            number = len(effects.calls)
            effects.calls.append(Call("<enter>", node.start_point[0] + 1, flows=use.flows))
            effects.uses[Use(use.place, number, 0)] = None
        if any(call.chain.rpartition(".")[2] in self.table.swallowing for call in effects.calls):
            effects.flags |= StatementFlag.SWALLOWS
        number = self.emit(StatementKind.WITH, node, spot, effects, head_end=body)
        self.inside(body, spot, number, Arm.BODY)
        self.names.leave()

    def _jump(self, rule: rules.Jump, node: "Node", spot: Spot) -> None:
        label = ""
        if rule.label:
            named = [child for child in node.named_children if child.type == rule.label]
            label = self.expressions.text(named[0]) if named else ""
        effects = Effects()
        for child in node.named_children:
            if child.type != rule.label or not rule.label:
                self.expressions.walk(effects, child)
        self.emit(rule.kind, node, spot, effects, label=label.strip(":'"))

    def _labelled(self, rule: rules.Labelled, node: "Node", spot: Spot) -> None:
        label = self._field(node, rule.label) or _first(node)
        body = self._field(node, rule.body) or _last(node)
        name = self.expressions.text(label).strip(":'") if label is not None else ""
        self.emit(StatementKind.LABEL, node, spot._replace(label=""), head_end=body if body is not label else None, label=name)
        if body is not None and body is not label:
            self.statement(body, spot._replace(label=name))

    def _define(self, rule: rules.Define, node: "Node", spot: Spot) -> None:
        inner = node.child_by_field_name(rule.inner) if rule.inner else node
        effects = Effects()
        if inner is None:
            return
        if inner is not node:
            for child in node.named_children:
                if child.id != inner.id:
                    self.expressions.walk(effects, child)
        self.define(effects, inner, rule.name)
        own = self.table.functions.get(inner.type, ("", ""))[1] or self.table.classes.get(inner.type, "")
        self.emit(StatementKind.DEFINE, node, spot, effects, head_end=self._field(inner, own))

    def define(self, effects: Effects, inner: "Node", name_field: str) -> None:
        """Bind the name of a function or class, and collect what it shares and what runs where it stands."""
        table = self.table
        name = inner.child_by_field_name(name_field)
        if inner.type in table.classes:
            body = inner.child_by_field_name(table.classes[inner.type])
            for child in inner.named_children:
                if (body is None or child.id != body.id) and (name is None or child.id != name.id):
                    self.expressions.walk(effects, child, Context(flows=Flows.HELD))
            run_class(self, effects, inner)
        elif inner.type in table.functions:
            self.expressions.close_over(effects, inner)
            self.expressions.walk_defaults(effects, inner, Context())
        if name is not None:
            text = self.expressions.text(name)
            effects.write((self.names.assign(text) if table.binds_by_assignment else self.names.declare(text),))

    def _special(self, rule: rules.SpecialStatement, node: "Node", spot: Spot) -> None:
        rule.lower(self, node, spot)


def _is_member(function: "Node", table: BodyTable) -> bool:
    """Whether a function stands directly in a class."""
    around = function.parent
    while around is not None and around.type not in table.classes and around.type not in table.functions:
        if around.parent is None or (
            around.type in table.statements and not isinstance(table.statements[around.type], (rules.Block, rules.Define))
        ):
            return False
        around = around.parent
    return around is not None and around.type in table.classes


def _inner_statements(node: "Node") -> list["Node"]:
    children: Iterable[Node] = node.named_children
    return [child for child in children if not child.is_extra]


def _first(node: "Node") -> "Node | None":
    return next((child for child in node.named_children if not child.is_extra), None)


def _last(node: "Node") -> "Node | None":
    return next((child for child in reversed(node.named_children) if not child.is_extra), None)


def body_of(
    lowering: Lowering,
    node: "Node",
    name: str,
    parameters: tuple[Parameter, ...],
    outer: tuple[str, ...],
    problems: tuple[Problem, ...],
) -> Body:
    """The record of what was lowered."""
    return Body(
        lowering.table.language,
        name,
        node.start_byte,
        node.end_byte,
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        parameters,
        lowering.draft(),
        tuple(lowering.names.variables),
        outer,
        problems,
    )
