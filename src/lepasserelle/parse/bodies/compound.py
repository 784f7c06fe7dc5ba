"""Statements that hold others: branches, loops, switches, `try` and `with`. Part of the engine that `lowering` drives."""

from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import Arm, Call, Flows, StatementFlag, StatementKind, Use, Write, WriteFlag
from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.nodes import field, inner_statements
from lepasserelle.parse.bodies.referring import refer
from lepasserelle.parse.bodies.spot import Spot

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.lowering import Lowering


def branch(lowering: "Lowering", rule: rules.Branch, node: "Node", spot: Spot) -> None:
    """An `if`, in the scope of what stands before its condition."""
    lowering.names.enter()
    if rule.initial and (initial := field(node, rule.initial)) is not None:
        lowering.statement(initial, spot._replace(sink=None))
    _chain(lowering, rule, node, spot)
    lowering.names.leave()


def _chain(lowering: "Lowering", rule: rules.Branch, node: "Node", spot: Spot) -> None:
    """An `if` and its `else if`s, one inside the other's ELSE, in a loop."""
    below = spot
    rest: list[Node] = []
    while True:
        number = _one_branch(lowering, rule, node, below)
        lowering.inside(field(node, rule.then), number, Arm.THEN, spot.sink)
        rest += node.children_by_field_name(rule.otherwise)
        below = Spot(number, Arm.ELSE, spot.sink)
        if not rest:
            return
        alternative = rest.pop(0)
        if alternative.type in lowering.table.else_branches:
            node = alternative
            continue
        if alternative.type in lowering.table.else_words:
            lowering.mark(number, alternative)
            inner = [child for child in alternative.named_children if not child.is_extra]
        else:
            inner = [alternative]
        if len(inner) == 1 and lowering.table.statements.get(inner[0].type) is rule and not field(inner[0], rule.initial):
            node = inner[0]
            continue
        lowering.names.enter()
        lowering.statements(inner, below)
        lowering.names.leave()
        return


def _one_branch(lowering: "Lowering", rule: rules.Branch, node: "Node", spot: Spot) -> int:
    condition = field(node, rule.condition)
    effects = lowering.effects(condition, Context(flows=Flows.NOT)) if condition is not None else Effects()
    return lowering.emit(StatementKind.BRANCH, node, spot, effects, head_end=field(node, rule.then))


def any_loop(lowering: "Lowering", rule: rules.Loop, node: "Node", spot: Spot) -> None:
    """A loop that holds all that its rule names."""
    loop(lowering, rule, node, spot, node, field(node, rule.condition))


def loop(lowering: "Lowering", rule: rules.Loop, node: "Node", spot: Spot, clause: "Node", condition: "Node | None" = None) -> None:
    """A loop on a condition; `clause` holds what the rule names, and the condition when none is given."""
    lowering.names.enter()
    spot = _with_label(lowering, node, spot)
    for initial in clause.children_by_field_name(rule.initial) if rule.initial else ():
        if initial.is_named:
            lowering.statement(initial, spot._replace(sink=None, label=""))
    if clause is not node:
        condition = field(clause, rule.condition)
    body = field(node, rule.body)
    effects = lowering.effects(condition, Context(flows=Flows.NOT)) if condition is not None else Effects()
    flags = StatementFlag.ENDLESS if rule.endless or condition is None or _is_true(lowering, condition) else 0
    kind = StatementKind.POST_LOOP if rule.post else StatementKind.LOOP
    head = condition if rule.post and condition is not None else node
    number = lowering.emit(kind, head, spot, effects, flags, None if rule.post else body)
    if rule.post:
        lowering.drafts[number][7] = node.end_point[0] + 1
        lowering.mark(number, node)
    lowering.inside(body, number, Arm.BODY)
    for update in clause.children_by_field_name(rule.update) if rule.update else ():
        if update.is_named:
            lowering.emit(StatementKind.SIMPLE, update, Spot(number, Arm.STEP), lowering.effects(update))
    _else_of_loop(lowering, field(node, rule.otherwise), number)
    lowering.names.leave()


def _is_true(lowering: "Lowering", condition: "Node") -> bool:
    text = lowering.data[condition.start_byte : condition.end_byte].strip(b"() \t;")
    return not text or text in lowering.table.true_words


def _else_of_loop(lowering: "Lowering", node: "Node | None", number: int) -> None:
    if node is not None:
        lowering.mark(number, node)
        lowering.statements(inner_statements(node), Spot(number, Arm.ELSE))


def _with_label(lowering: "Lowering", node: "Node", spot: Spot) -> Spot:
    """A loop whose label is a part of it."""
    for child in node.named_children if lowering.table.label_types else ():
        if child.type in lowering.table.label_types:
            return spot._replace(label=lowering.expressions.text(child).strip(":'"))
    return spot


def any_each(lowering: "Lowering", rule: rules.Each, node: "Node", spot: Spot) -> None:
    """A loop over values that holds all that its rule names."""
    word = field(node, rule.declared_by)
    lowering.expressions.hoists = word is not None and word.type in lowering.table.hoisting
    each(lowering, rule, node, spot, node, declares=rule.declares and (not rule.declared_by or word is not None))


def each(lowering: "Lowering", rule: rules.Each, node: "Node", spot: Spot, clause: "Node", *, declares: bool) -> None:
    """A loop over what something holds; `clause` names target and source."""
    lowering.names.enter()
    spot = _with_label(lowering, node, spot)
    target, source, body = field(clause, rule.target), field(clause, rule.source), field(node, rule.body)
    effects = Effects()
    effects.flags |= StatementFlag.CAN_RAISE | _waits(node)
    if source is not None:
        lowering.expressions.walk(effects, source)
        if lowering.table.iteration_consumes and not effects.calls:
            for use in list(effects.uses):
                effects.write((*use.place, "[]"), WriteFlag.MAYBE)
    if target is not None:
        if source is not None and lowering.table.refers_each is not None and lowering.table.refers_each(clause):
            refer(lowering.expressions, target, source, Context(), ("[]",))
        lowering.expressions.target(effects, target, WriteFlag.ELEMENT | (WriteFlag.DECLARES if declares else 0))
    lowering.expressions.hoists = False
    number = lowering.emit(StatementKind.EACH, node, spot, effects, head_end=body)
    lowering.inside(body, number, Arm.BODY)
    _else_of_loop(lowering, field(node, rule.otherwise), number)
    lowering.names.leave()


def _waits(node: "Node") -> int:
    """`async for`, `async with`, `for await`, `await foreach`: the function waits in the head."""
    return StatementFlag.WAITS if any(child.type in {"async", "await"} for child in node.children[:2]) else 0


def switch(lowering: "Lowering", rule: rules.Switch, node: "Node", spot: Spot) -> None:
    """A subject and its cases; the rule of a case's type lowers it."""
    lowering.names.enter()
    if rule.initial and (initial := field(node, rule.initial)) is not None:
        lowering.statement(initial, spot._replace(sink=None, label=""))
    subject, body = field(node, rule.subject), field(node, rule.body)
    effects = lowering.effects(subject) if subject is not None else Effects()
    alias = field(node, rule.alias)
    if alias is not None:
        lowering.expressions.target(effects, alias, WriteFlag.DECLARES)
    breakable = StatementFlag.BREAKABLE if rule.breakable else 0
    cases = [child for child in (body or node).named_children if child.type in rule.cases]
    number = lowering.emit(StatementKind.SWITCH, node, spot, effects, breakable, head_end=body or (cases[0] if cases else None))
    below = Spot(number, Arm.BODY, spot.sink)
    for place, case in enumerate(cases):
        lowering.names.enter()
        act = lowering.table.statements.get(case.type)
        assert isinstance(act, rules.SpecialStatement), case.type
        first = len(lowering.drafts)
        act.lower(lowering, case, below)
        if case.type in rule.falls:
            lowering.drafts[first][11] |= StatementFlag.FALLS
        if rule.exhaustive and place == len(cases) - 1:
            lowering.drafts[first][11] |= StatementFlag.CATCH_ALL
        lowering.names.leave()
        if any(write.flags & WriteFlag.ELEMENT for write in lowering.drafts[first][8]):
            _take_apart(lowering, number, first)
    lowering.names.leave()


_SUBJECT: Final = "<subject>"
"""Variable that stands for what is matched, where cases take it apart."""


def _take_apart(lowering: "Lowering", switch: int, case: int) -> None:
    """What a pattern binds is, or stands in, what is matched."""
    matched = lowering.names.declare(_SUBJECT)
    fields = lowering.drafts[switch]
    fields[8] = tuple(dict.fromkeys((*fields[8], Write((matched,), WriteFlag.DECLARES))))
    fields = lowering.drafts[case]
    fields[9] = (*fields[9], Use((matched,)))


def attempt(lowering: "Lowering", rule: rules.Try, node: "Node", spot: Spot) -> None:
    """`try` with its handlers, `else` and `finally`."""
    lowering.names.enter()
    body = field(node, rule.body) or next((child for child in node.named_children if child.type == rule.body), None)
    resources = field(node, rule.resources)
    number = lowering.emit(StatementKind.TRY, node, spot, head_end=resources or body)
    inner = Spot(number, Arm.BODY)
    if resources is not None:
        held = lowering.emit(StatementKind.WITH, resources, inner, lowering.effects(resources))
        inner = Spot(held, Arm.BODY)
    if body is not None:
        lowering.names.enter()
        lowering.statement(body, inner)
        lowering.names.leave()
    for child in node.named_children:
        if child.type in rule.handlers:
            act = lowering.table.statements[child.type]
            assert isinstance(act, rules.SpecialStatement)
            lowering.names.enter()
            act.lower(lowering, child, Spot(number, Arm.HANDLER))
            lowering.names.leave()
        elif child.type in rule.otherwise or child.type in rule.finals:
            lowering.mark(number, child)
            arm = Arm.FINALLY if child.type in rule.finals else Arm.ELSE
            lowering.names.enter()
            lowering.statements(inner_statements(child), Spot(number, arm))
            lowering.names.leave()
    lowering.names.leave()


def manage(lowering: "Lowering", rule: rules.With, node: "Node", spot: Spot) -> None:
    """Acquires what its head names, which a call stands for, and holds its body."""
    lowering.names.enter()
    body = field(node, rule.body)
    effects = Effects()
    effects.flags |= StatementFlag.CAN_RAISE | _waits(node)
    heads = (
        [field(node, rule.head)] if rule.head else [child for child in node.named_children if body is None or child.id != body.id]
    )
    for head in heads:
        if head is not None and not head.is_extra:
            lowering.expressions.walk(effects, head)
    for use in [use for use in effects.uses if use.call < 0]:
        number = len(effects.calls)
        effects.calls.append(Call("<enter>", node.start_point[0] + 1, flows=use.flows))
        effects.uses[Use(use.place, number, 0)] = None
    if any(call.chain.rpartition(".")[2] in lowering.table.swallowing for call in effects.calls):
        effects.flags |= StatementFlag.SWALLOWS
    number = lowering.emit(StatementKind.WITH, node, spot, effects, head_end=body)
    lowering.inside(body, number, Arm.BODY)
    lowering.names.leave()
