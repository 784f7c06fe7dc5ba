"""Calls in an expression: the callee's name, its receiver, its arguments. Part of the engine that `expressions` drives."""

import re
from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import CALLEE, RECEIVER, Call, Flows, StatementFlag, WriteFlag
from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.nodes import first, last

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions

_PLAIN: Final = re.compile(r"[\w$@]+(?:\.[\w$@]+)*")
_JOINTS: Final = re.compile(r"::|->|\?\.|!\.|\s+")
_LONGEST: Final = 200


def invoke(
    walker: "Expressions", rule: rules.Invoke, into: Effects, node: "Node", context: Context
) -> list[tuple["Node", Context]]:
    """Add a call; its arguments, which are to be walked."""
    stack: list[tuple[Node, Context]] = []
    into.flags |= StatementFlag.CAN_RAISE
    number = len(into.calls)
    into.calls.append(Call("?", node.start_point[0] + 1))
    callee = node.child_by_field_name(rule.callee) if rule.callee else first(node)
    receiver = node.child_by_field_name(rule.object) if rule.object else None
    arguments = node.child_by_field_name(rule.arguments)
    chain = _callee(walker, into, callee, receiver, number, context)
    given = [_argument(walker, one) for one in _arguments(arguments)]
    is_open = rule.is_new or receiver is not None or _is_changed(walker, given)
    holds = None if is_open else _pure(walker, callee, chain)
    if holds and any(value.type in walker.table.parts for _, value in given):
        holds = None
    below = context._replace(call=number, flows=Flows.NOT if holds is False else Flows.VALUE)
    for place, (_, value) in enumerate(given):
        if holds and walker.table.iteration_consumes:
            consume(walker, into, value, context)
        stack.append((value, below._replace(argument=place)))
    into.calls[number] = Call(
        chain,
        (callee or node).end_point[0] + 1,
        tuple(keyword for keyword, _ in given),
        context.call,
        context.argument,
        is_pure=holds is not None,
        is_new=rule.is_new,
        flows=Flows.NOT if holds is False else context.flows,
        is_maybe=context.maybe,
    )
    return stack


def called(into: Effects, chain: str, node: "Node", context: Context, *, is_pure: bool) -> None:
    """Add a call that no rule describes; its arguments are uses that name it."""
    into.flags |= StatementFlag.CAN_RAISE
    flows = Flows.NOT if is_pure else context.flows
    line = node.start_point[0] + 1
    into.calls.append(Call(chain, line, ("",), context.call, context.argument, is_pure=is_pure, flows=flows))


def consume(walker: "Expressions", into: Effects, value: "Node", context: Context) -> None:
    """Looping over a named value may use it up."""
    if isinstance(walker.rules.get(value.type), (rules.Name, rules.Member, rules.Subscript)):
        place = walker.place(Effects(is_kept=False), value, context)
        if place[0]:
            into.write((*place, "[]"), WriteFlag.MAYBE)


def _callee(
    walker: "Expressions", into: Effects, callee: "Node | None", receiver: "Node | None", number: int, context: Context
) -> str:
    if callee is None:
        return "?"
    below = context._replace(call=number, argument=RECEIVER, flows=Flows.VALUE)
    if receiver is not None:
        place = walker.place(into, receiver, below)
        if place != ("",):
            into.use(place, below)
        return _chain(walker, receiver, walker.text(callee))
    rule = walker.rules.get(callee.type)
    member = rule if isinstance(rule, rules.Member) else None
    if member is not None:
        place = walker.place(into, callee, below)
        if place[0] and len(place) > 1:
            if not member.plain:
                into.use(place[:-1], below)
            into.use(place, below._replace(argument=CALLEE, flows=Flows.NOT))
        inner, name = callee.child_by_field_name(member.object), callee.child_by_field_name(member.member)
        return _chain(walker, inner, walker.text(name)) if inner is not None and name is not None else "?"
    if isinstance(rule, rules.Ignore):
        return _chain(walker, None, walker.text(callee))
    if isinstance(rule, rules.Receiver):
        into.use((rule.variable,), below)
        return _chain(walker, None, walker.text(callee))
    walker.walk(into, callee, below._replace(argument=CALLEE))
    if walker.fields_of and isinstance(rule, rules.Name) and walker.named(walker.text(callee))[0] == walker.fields_of:
        into.use((walker.fields_of,), below)
    return _chain(walker, None, walker.text(callee))


def _chain(walker: "Expressions", base: "Node | None", name: str) -> str:
    """`base.name` when it is one, `?.name` when the base is more than names."""
    name = _JOINTS.sub(".", name.partition("<")[0]).strip(".")
    if not _PLAIN.fullmatch(name):
        name = "?"
    if base is None:
        return name
    if base.end_byte - base.start_byte <= _LONGEST:
        text = _JOINTS.sub(".", walker.text(base))
        if _PLAIN.fullmatch(text):
            return f"{text}.{name}"
    return f"?.{name}"


def _pure(walker: "Expressions", callee: "Node | None", chain: str) -> bool | None:
    """Whether the result of a built-in function that changes nothing can hold its arguments; None for every other callee."""
    if callee is None or chain not in walker.table.pure_calls:
        return None
    first = chain.partition(".")[0]
    return walker.table.pure_calls[chain] if walker.names.resolve(first) not in walker.names.variables else None


def _is_changed(walker: "Expressions", given: list[tuple[str, "Node"]]) -> bool:
    """Whether one is given by a keyword under which even a built-in function changes it."""
    changing = walker.table.changing_keywords
    return any(keyword in changing and walker.text(value) not in changing[keyword] for keyword, value in given)


def _argument(walker: "Expressions", argument: "Node") -> tuple[str, "Node"]:
    table = walker.table
    if argument.type in table.arguments_keyword:
        name, value = table.arguments_keyword[argument.type]
        named, found = argument.child_by_field_name(name), argument.child_by_field_name(value) if value else last(argument)
        if named is not None and found is not None:
            return walker.text(named), found
        return "", found if found is not None else argument
    return table.arguments_spread.get(argument.type, ""), argument


def _arguments(arguments: "Node | None") -> list["Node"]:
    if arguments is None:
        return []
    if arguments.type == "generator_expression":
        return [arguments]
    return [child for child in arguments.named_children if not child.is_extra]
