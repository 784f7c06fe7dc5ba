"""What a function or class that is defined in a body has in common with it: the variables that both mean.

A function shares what it reads and writes when it runs; a class runs where it stands. Both are lowered once more for that, one
level inside the other, down to a `Depth`. Not here: the statements of a body itself.
"""

from typing import TYPE_CHECKING

from msgspec import structs

from lepasserelle.model.body import Call, Flows, Statement, StatementFlag, Use
from lepasserelle.parse.bodies.collecting import Effects, Shared

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.lowering import Lowering


def share(outer: "Lowering", node: "Node") -> Shared:
    """Which variables of a body a function defined in it reads and writes when it runs."""
    if outer.depth.is_outline:
        return Shared((), ())
    if outer.depth.is_great:
        names = [outer.expressions.named(name)[0] for name in outer.expressions.names_in(node)]
        return Shared(names, names)
    inner = outer.inner()
    outer.depth.now += 1
    inner.function(node)
    outer.depth.now -= 1
    renamed = _renamed(outer, inner)
    read: dict[str, None] = {}
    written: dict[str, None] = {}
    for statement in inner.draft():
        for use in statement.uses:
            read[use.place[0]] = None
        for write in statement.writes:
            (written if len(write.place) == 1 else read)[write.place[0]] = None
        read.update(dict.fromkeys(statement.captured))
        written.update(dict.fromkeys(statement.rebound))
    if node.type in outer.table.borrows_receiver:
        renamed[outer.table.receiver] = outer.table.receiver
    return Shared([renamed[name] for name in read if name in renamed], [renamed[name] for name in written if name in renamed])


def run_class(outer: "Lowering", effects: Effects, node: "Node") -> None:
    """The body of a class runs now: what it uses of this body is used, what its methods use is shared."""
    if outer.depth.is_great:
        return
    inner = outer.inner()
    outer.depth.now += 1
    inner.function(node)
    outer.depth.now -= 1
    renamed = _renamed(outer, inner)
    for statement in inner.draft():
        _run(effects, statement, renamed)
    effects.flags |= StatementFlag.CAN_RAISE


def _run(effects: Effects, statement: Statement, renamed: dict[str, str]) -> None:
    first = len(effects.calls)
    effects.calls += [_moved_call(call, first) for call in statement.calls]
    for use in statement.uses:
        if use.place[0] in renamed:
            place = (renamed[use.place[0]], *use.place[1:])
            inside = use.call >= 0
            moved = Use(place, use.call + first if inside else -1, use.argument, use.flows if inside else Flows.HELD)
            effects.uses[moved] = None
    for write in statement.writes:
        if write.place[0] in renamed:
            effects.write((renamed[write.place[0]], *write.place[1:]), write.flags)
    effects.captured.update((renamed[name], None) for name in statement.captured if name in renamed)
    effects.rebound.update((renamed[name], None) for name in statement.rebound if name in renamed)


def _moved_call(call: Call, first: int) -> Call:
    around = call.call + first if call.call >= 0 else -1
    return structs.replace(call, call=around, flows=Flows.NOT)


def _renamed(outer: "Lowering", inner: "Lowering") -> dict[str, str]:
    """Variables from outside as the inner body calls them → as the outer one does."""
    found = {}
    for name, unique in inner.names.outer.items():
        is_global = name in inner.names.globals
        found[unique] = outer.names.of_file(name) if is_global else outer.expressions.named(name)[0]
    return found
