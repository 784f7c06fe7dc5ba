"""One body from its syntax to statements: the engine that every language's table drives. Never looks at another file.

Recursion follows the nesting of blocks only, down to a `Depth`; what lies deeper is one OPAQUE statement. Chains of `else if` are
walked in a loop. What an expression does is collected by `expressions`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from lepasserelle.model import Problem
from lepasserelle.model.body import (
    Arm,
    Body,
    Flows,
    Parameter,
    Place,
    Statement,
    StatementFlag,
    StatementKind,
    Use,
    Write,
    WriteFlag,
)
from lepasserelle.parse.bodies import compound, rules
from lepasserelle.parse.bodies.collecting import Context, Depth, Effects, Traits
from lepasserelle.parse.bodies.expressions import Expressions
from lepasserelle.parse.bodies.names import Names, written
from lepasserelle.parse.bodies.nodes import field, first, last
from lepasserelle.parse.bodies.referring import spread
from lepasserelle.parse.bodies.rules import BodyTable
from lepasserelle.parse.bodies.sharing import run_class, share
from lepasserelle.parse.bodies.spot import Sink, Spot

if TYPE_CHECKING:
    from tree_sitter import Node


class Lowering:
    """The statements of one body while they are made."""

    def __init__(
        self,
        table: BodyTable,
        data: bytes,
        outer: "Lowering | None" = None,
        *,
        is_file: bool = False,
        is_member: bool | None = None,
        is_outline: bool = False,
    ) -> None:
        """`is_member`: whether the function that is lowered stands directly in a class; None when its tree tells. `is_outline`:
        functions inside are not looked into.
        """
        self._is_member = is_member
        self.table = table
        self.data = data
        self.names = Names(is_file)
        self.depth: Depth = outer.depth if outer is not None else Depth(is_outline=is_outline)
        traits = outer.expressions.traits if outer is not None else _traits(table, data)
        self.expressions: Expressions = Expressions(table, data, self.names, partial(share, self), self.depth, traits)
        self.drafts: list[list[Any]] = []
        self.is_inner = outer is not None
        self._results: list[str] = []
        self.inner: Callable[[], Lowering] = lambda: Lowering(table, data, self)
        self._acts: dict[type, Callable[[Any, Node, Spot], None]] = {
            rules.Simple: self._simple,
            rules.Block: self._block,
            rules.Nothing: self._nothing,
            rules.Branch: partial(compound.branch, self),
            rules.Loop: partial(compound.any_loop, self),
            rules.Each: partial(compound.any_each, self),
            rules.Switch: partial(compound.switch, self),
            rules.Try: partial(compound.attempt, self),
            rules.With: partial(compound.manage, self),
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
                self.statements(body.named_children, Spot(-1, Arm.BODY))
            return ()
        parameter_field, body_field = table.functions[node.type]
        if table.find_parameters is not None:
            found = table.find_parameters(node)
        else:
            found = node.child_by_field_name(parameter_field) if parameter_field else None
        parameters = self._parameters(node, found)
        if table.initialize is not None:
            table.initialize(self, node, parameters)
        body = node.child_by_field_name(body_field)
        if body is not None:
            spot = Spot(-1, Arm.BODY, self._return_value if table.value_of_block else None)
            if isinstance(table.statements.get(body.type), rules.Block):
                self.statements(body.named_children, spot)
            elif body.type in table.statements:
                self.statement(body, spot)
            else:
                self._return_value(self, body, Spot(-1, Arm.BODY))
        return parameters

    def _return_value(self, lowering: "Lowering", node: "Node", spot: Spot) -> None:  # noqa: ARG002 - the shape of a sink
        self.emit(StatementKind.RETURN, node, spot, self.effects(node), StatementFlag.EXPRESSION)

    def draft(self) -> tuple[Statement, ...]:
        """All statements so far, as records."""
        if self.expressions.aliases:
            spread(self.expressions, self.drafts)
        if self.expressions.addressed:
            self._change_addressed()
        return tuple(Statement(*fields) for fields in self.drafts)

    def _change_addressed(self) -> None:
        """Variables whose address was taken are read and changed by whatever goes through a pointer, and by every call."""
        names, aliases = tuple(self.expressions.addressed), self.expressions.bound
        for fields in self.drafts:
            writes, uses, calls = fields[8], fields[9], fields[10]
            if any(len(write.place) > 1 or write.place[0] in aliases for write in writes):
                fields[8] = (*writes, *(Write((name,), WriteFlag.MAYBE) for name in names))
            if any(len(use.place) > 1 or use.place[0] in aliases for use in uses):
                fields[9] = (*uses, *(Use((name,), flows=Flows.NOT) for name in names))
            if any(not call.is_pure for call in calls):
                fields[14] = tuple(dict.fromkeys((*fields[14], *names)))
                fields[13] = tuple(dict.fromkeys((*fields[13], *names)))

    def _parameters(self, function: "Node", found: "Node | None") -> tuple[Parameter, ...]:
        table = self.table
        made: list[Parameter] = []
        is_member = self._is_member if self._is_member is not None else _is_member(function, table)
        first_is_receiver = table.first_is_receiver and is_member
        if table.receiver and (table.is_member is None or table.is_member(function)):
            self.expressions.fields_of = table.receiver if table.is_member is not None and not self.is_inner else ""
            made.append(Parameter(table.receiver, is_receiver=True, is_implicit=True))
        nodes = [] if found is None else [found] if found.type in table.parameters.forms else found.named_children
        receivers = field(function, table.receiver_field)
        for parameter in receivers.named_children if receivers is not None else ():
            made += self._parameter(parameter, is_receiver=True)
        for parameter in nodes:
            is_receiver = parameter.type == table.receiver_form or (first_is_receiver and not made)
            made += self._parameter(parameter, is_receiver=is_receiver)
        results = field(function, table.result_field)
        for result in results.named_children if results is not None else ():
            self._results += [one.name for one in self._parameter(result, is_receiver=False)]
        return tuple(made)

    def _parameter(self, parameter: "Node", *, is_receiver: bool) -> list[Parameter]:
        """The names that one parameter binds."""
        table = self.table
        form = table.parameters.forms.get(parameter.type)
        if form is None or parameter.is_extra:
            return []
        spread = table.parameters.spreads.get(parameter.type, "")
        effects, context = Effects(), Context(maybe=table.runs_defaults)
        for name in parameter.children_by_field_name(form[0]) if form[0] else [parameter]:
            self.expressions.target(effects, name, WriteFlag.DECLARES, context)
            if table.declare is not None:
                table.declare(self.expressions, parameter, name)
        if table.runs_defaults:
            self._run_default(parameter, field(parameter, form[1]), effects, context)
        made = []
        refers = table.is_reference is not None and table.is_reference(parameter, self.data)
        has_default = bool(form[1]) and table.binds_by_assignment
        for number, one in enumerate(effects.writes):
            keyword = "" if table.parameters.positional or number else written(one.place[0])
            is_first = is_receiver and not spread
            made.append(
                Parameter(one.place[0], keyword, spread, is_first, is_reference=refers, has_default=has_default),
            )
        return made

    def _run_default(self, parameter: "Node", value: "Node | None", bound: Effects, context: Context) -> None:
        """A default is a statement of the function, which runs when the argument is missing."""
        effects = Effects()
        effects.calls, effects.flags = bound.calls, bound.flags
        effects.uses, effects.captured, effects.rebound = bound.uses, bound.captured, bound.rebound
        if value is not None:
            self.expressions.walk(effects, value, context)
        is_run = bool(effects.uses or effects.calls or effects.captured)
        for write in bound.writes:
            effects.write(write.place, write.flags & ~WriteFlag.DECLARES | WriteFlag.MAYBE)
            effects.use(write.place, Context(flows=Flows.NOT))  # what was given decides whether it is evaluated
        if is_run:
            self.emit(StatementKind.SIMPLE, parameter, Spot(-1, Arm.BODY), effects)

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
        if self.depth.is_great:
            self.emit(StatementKind.SIMPLE, node, spot, self._everything_in(node), flags=StatementFlag.OPAQUE)
            return
        while isinstance(rule, rules.Simple) and self._holds_statement(node):
            if self.data[node.end_byte - 1 : node.end_byte] == b";":
                spot = spot._replace(sink=None)
            node = next(child for child in node.named_children if not child.is_extra)
            rule = self.table.statements.get(node.type)
        if rule is None:
            if spot.sink is not None:
                spot.sink(self, node, spot)
            else:
                self.emit(StatementKind.SIMPLE, node, spot, self.effects(node))
            return
        self.depth.now += 1
        self._acts[type(rule)](rule, node, spot)
        self.depth.now -= 1

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

    def rename(self, number: int, before: str, after: str) -> None:
        """A write of a statement turns out to be of another variable."""
        self.drafts[number][8] = tuple(
            Write((after, *one.place[1:]), one.flags) if one.place[0] == before else one for one in self.drafts[number][8]
        )

    def mark(self, number: int, node: "Node") -> None:
        """A word of a statement stands on a line of its own."""
        self.drafts[number][-1] = (*self.drafts[number][-1], node.start_point[0] + 1)

    def inside(self, node: "Node | None", number: int, arm: Arm, sink: Sink | None = None) -> None:
        """Lower what stands in an arm of a statement."""
        if node is not None:
            self.names.enter()
            self.statement(node, Spot(number, arm, sink))
            self.names.leave()

    def _everything_in(self, node: "Node") -> Effects:
        return self.effects(node, Context(maybe=True))

    # ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _simple(self, rule: rules.Simple, node: "Node", spot: Spot) -> None:
        self.expressions.hoists = node.type in self.table.hoisting
        effects = self.effects(node)
        self.expressions.hoists = False
        self.emit(rule.kind, node, spot, effects)

    def _block(self, rule: rules.Block, node: "Node", spot: Spot) -> None:
        body = field(node, rule.body) or node
        if rule.keeps or spot.label:
            number = self.emit(StatementKind.BLOCK, node, spot, head_end=body if body is not node else first(node))
            spot = Spot(number, Arm.BODY, spot.sink)
        if rule.scoped:
            self.names.enter()
        self.statements(body.named_children, spot._replace(label=""))
        if rule.scoped:
            self.names.leave()

    def _nothing(self, rule: rules.Nothing, node: "Node", spot: Spot) -> None:
        pass

    def _jump(self, rule: rules.Jump, node: "Node", spot: Spot) -> None:
        label = ""
        if rule.label:
            named = [child for child in node.named_children if child.type == rule.label]
            label = self.expressions.text(named[0]) if named else ""
        effects = Effects()
        for child in node.named_children:
            if child.type != rule.label or not rule.label:
                self.expressions.walk(effects, child)
        if rule.kind == StatementKind.RETURN and not node.named_children:
            for name in self._results:
                effects.use((name,), Context())
        self.emit(rule.kind, node, spot, effects, label=label.strip(":'"))

    def _labelled(self, rule: rules.Labelled, node: "Node", spot: Spot) -> None:
        label = field(node, rule.label) or first(node)
        body = field(node, rule.body) or last(node)
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
        self.emit(StatementKind.DEFINE, node, spot, effects, head_end=field(inner, own))

    def define(self, effects: Effects, inner: "Node", name_field: str) -> None:
        """Bind the name of a function or class, and collect what it shares and what runs where it stands."""
        table = self.table
        name = table.find_name(inner) if table.find_name is not None and not name_field else field(inner, name_field)
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


def _traits(table: BodyTable, data: bytes) -> Traits:
    has_views = table.views is not None and table.views.search(data) is not None
    return Traits(table.defaulting(data), table.united(data), has_views)


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


def body_of(
    lowering: Lowering,
    node: "Node",
    name: str,
    parameters: tuple[Parameter, ...],
    outer: tuple[Place, ...],
    problems: tuple[Problem, ...],
) -> Body:
    """The record of what was lowered."""
    statements = lowering.draft()
    return Body(
        lowering.table.language,
        name,
        node.start_byte,
        node.end_byte,
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        parameters,
        _with_super(statements, parameters) if lowering.table.language == "python" else statements,
        tuple(lowering.names.variables),
        outer,
        problems,
    )


def _with_super(statements: tuple[Statement, ...], parameters: tuple[Parameter, ...]) -> tuple[Statement, ...]:
    """`super()` of Python is the receiver, seen as of a class above."""
    receiver = next((one.name for one in parameters if one.is_receiver), "")
    if not receiver or not any(call.chain == "super" for one in statements for call in one.calls):
        return statements
    return tuple(_with_receiver(one, receiver) for one in statements)


def _with_receiver(statement: Statement, receiver: str) -> Statement:
    given = [Use((receiver,), one.call, one.argument) for one in statement.calls if one.chain == "super"]
    return structs.replace(statement, uses=(*statement.uses, *given)) if given else statement
