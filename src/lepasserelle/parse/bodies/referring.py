"""Variables that are other names of something, and assignments to what an expression gives. Part of the engine that `expressions`
and `lowering` drive.

A name of a part (`auto &e : v`, `ref int r = ref a[0]`) reads and writes that part too. What a call gives a reference to is in its
text nowhere: assigning to it is a call named `REFERENCE` that may change everything that the expression was made of.
"""

from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from lepasserelle.model.body import CALLEE, REFERENCE, Call, Flows, Place, StatementFlag, Use, Write, WriteFlag
from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.nodes import first

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions

_WRITES, _USES, _CALLS, _FLAGS, _CAPTURED, _REBOUND, _START_LINE = 8, 9, 10, 11, 13, 14, 5
"""Fields of a draft."""
_UNNAMED: Final[Place] = ("",)


def refer(
    walker: "Expressions", left: "Node", right: "Node", context: Context, steps: Place = (), *, declares: bool = True
) -> None:
    """Make the names in `left` other names of what `right` is, or of what it holds when `steps` lead there."""
    sources = [(walker.place(Effects(is_kept=False), one, context), one) for one in _sources(walker, right)]
    given = [_named_in(walker, one) if place == _UNNAMED else [] for place, one in sources]
    bound = Effects()
    walker.target(bound, left, WriteFlag.DECLARES if declares else 0, context)
    names = [write.place[0] for write in bound.writes if len(write.place) == 1]
    for (place, _), behind in zip(sources, given, strict=True):
        if place == _UNNAMED:
            for name in names:
                walker.lent.setdefault(name, {}).update(dict.fromkeys(behind))
        elif len(place) == 1 and not steps:
            walker.addressed[place[0]] = None
            walker.bound.update(dict.fromkeys(names))
        for name in names:
            parts = walker.aliases.setdefault(name, {})
            parts.update({(*part, *place[1:], *steps): None for part in walker.aliases.get(place[0], {}) if place[0] != name})
            if place[0] in walker.lent:
                walker.lent.setdefault(name, {}).update(walker.lent[place[0]])
            if len(place) + len(steps) > 1:
                parts[*place, *steps] = None


def _sources(walker: "Expressions", right: "Node") -> "Iterable[Node]":
    """What a reference can be bound to: one expression, or the arms of a choice."""
    stack = [right]
    while stack:
        node = stack.pop()
        rule = walker.rules.get(node.type)
        if isinstance(rule, rules.Either):
            test = node.child_by_field_name(rule.test) if rule.test else None
            stack += [child for child in node.named_children if test is None or child.id != test.id]
        elif isinstance(rule, (rules.Through, rules.Address, rules.Display)) and node.named_child_count == 1:
            stack += node.named_children
        else:
            yield node


def _named_in(walker: "Expressions", node: "Node") -> list[Place]:
    """What an expression is made of, the names of functions left out."""
    inside = Effects()
    walker.walk(inside, node)
    return list(dict.fromkeys(use.place for use in inside.uses if use.argument != CALLEE))


def is_given(walker: "Expressions", left: "Node") -> bool:
    """Whether a target is what a call gives a reference to."""
    node: Node | None = left
    while node is not None and isinstance(walker.rules.get(node.type), rules.Through):
        node = first(node)
    return node is not None and isinstance(walker.rules.get(node.type), rules.Invoke)


def assign_given(walker: "Expressions", into: Effects, left: "Node", right: "Node | None", context: Context) -> None:
    """`at(v, 1) = x`: what it is made of, and the value, are given to a `REFERENCE` call."""
    number = len(into.calls)
    into.calls.append(Call(REFERENCE, left.start_point[0] + 1, ("", ""), context.call, context.argument, flows=Flows.NOT))
    into.flags |= StatementFlag.CAN_RAISE
    inside = context._replace(call=number, argument=0, flows=Flows.VALUE)
    walker.walk(into, left, inside)
    for place in _named_in(walker, left):
        into.use(place, inside)
    if right is not None:
        walker.walk(into, right, inside._replace(argument=1))


def spread(walker: "Expressions", drafts: list[list[Any]]) -> None:
    """What is done with another name is done with what it stands for."""
    for fields in drafts:
        names = {name: parts for name, parts in walker.aliases.items() if parts}
        fields[_USES] = (*fields[_USES], *_read(fields[_USES], names), *_read(fields[_USES], walker.lent))
        _give_back(walker, fields)
        fields[_WRITES] = (*fields[_WRITES], *_written(fields[_WRITES], names))
        held = [part[0] for name, parts in names.items() if name in fields[_CAPTURED] for part in parts if part[0]]
        fields[_CAPTURED] = tuple(dict.fromkeys((*fields[_CAPTURED], *held)))
        changed = [part[0] for name, parts in names.items() if name in fields[_REBOUND] for part in parts if part[0]]
        fields[_REBOUND] = tuple(dict.fromkeys((*fields[_REBOUND], *changed)))


def _read(uses: tuple[Use, ...], names: dict[str, dict[Place, None]]) -> list[Use]:
    return [
        structs.replace(use, place=(*part, *use.place[1:])) for use in uses for part in names.get(use.place[0], ()) if use.place[0]
    ]


def _written(writes: tuple[Write, ...], names: dict[str, dict[Place, None]]) -> list[Write]:
    """A declaration binds the name and writes nothing behind it."""
    return [
        Write((*part, *write.place[1:]), WriteFlag.MAYBE)
        for write in writes
        if not write.flags & WriteFlag.DECLARES
        for part in names.get(write.place[0], ())
    ]


def _give_back(walker: "Expressions", fields: list[Any]) -> None:
    """Writing a name of what a call gave may change what the call was given."""
    lent = [
        walker.lent[write.place[0]]
        for write in fields[_WRITES]
        if not write.flags & WriteFlag.DECLARES and len(write.place) == 1 and write.place[0] in walker.lent
    ]
    if lent:
        number = len(fields[_CALLS])
        fields[_CALLS] = (*fields[_CALLS], Call(REFERENCE, fields[_START_LINE], ("",), flows=Flows.NOT))
        fields[_USES] = (
            *fields[_USES],
            *(Use(place, number, 0) for place in dict.fromkeys(place for one in lent for place in one)),
        )
