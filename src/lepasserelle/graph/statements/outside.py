"""Names from outside a function: which statements give one a value, or change what it holds, and which read that.

Both directions of a slice ask here, so that one is the mirror of the other. A name is a variable of a file, or what stands behind
the name of a file or class (`settings.RATE`). What a call changes of it counts where the call is followed, or where its method is
one by which containers are changed. Not followed: a second name for the same object, kept in a variable of the function.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.model.body import CALLEE, RECEIVER, Body, Place, Statement, Use

CHANGING: Final = frozenset(
    """add addAll append appendleft clear computeIfAbsent delete discard extend extendleft insert merge pop popitem popleft push
    push_back put putAll putIfAbsent Remove remove removeAll reverse set setdefault shift sort splice unshift update Add AddRange
    Clear Enqueue Dequeue Insert Push Pop emplace emplace_back erase entry push_str retain truncate drain""".split()  # noqa: SIM905
)
"""Methods by which containers of the supported languages are changed."""


class Outer(NamedTuple):
    """A part of what a name from outside means."""

    name: str
    steps: Place
    """Behind the name; empty: all of it."""
    is_call: bool = False
    """A call changes it, no write of the statement."""


def is_file(body: Body) -> bool:
    """Whether it is the body of a file, whose variables are the names that functions see."""
    return not body.name and not body.parameters


def meanings(body: Body, place: Place) -> Iterator[Outer]:
    """What a place can mean outside the function: its variable, or a variable of what its first name names."""
    base = place[0].partition("#")[0]
    if base and (is_file(body) or place[0] not in body.variables):
        yield Outer(base, place[1:])
    is_open = place[0] not in body.variables or any(one.is_implicit and one.name == place[0] for one in body.parameters)
    if len(place) > 1 and place[0] and is_open and place[1][0] == ".":
        yield Outer(place[1][1:], place[2:])


def written(found: Dependences, number: int) -> Iterator[Outer]:
    """What a statement writes, or changes by a call, of what it can name from outside."""
    body, statement = found.body, found.body.statements[number]
    for write in statement.writes:
        yield from meanings(body, write.place)
    for use in statement.uses:
        if _is_changed(found, number, statement, use):
            for one in meanings(body, use.place):
                yield one._replace(is_call=True)


def _is_changed(found: Dependences, number: int, statement: Statement, use: Use) -> bool:
    """Whether the call that is given a value is known to change it."""
    if use.call < 0 or use.argument == CALLEE or not use.flows:
        return False
    effect, call = found.effects[number][use.call], statement.calls[use.call]
    if effect.is_followed:
        return effect.mutates and use.argument not in effect.kept
    return use.argument == RECEIVER and call.chain.rpartition(".")[2] in CHANGING


def reads(found: Dependences, node: int, wanted: Outer) -> list[Use]:
    """The uses by which a statement reads something of `wanted` as it was when the function was entered."""
    statement = found.body.statements[node]
    uses = [*statement.uses, *(Use((name,)) for name in statement.captured)]
    return [
        use
        for use in uses
        if any(meets(one, wanted, use) for one in meanings(found.body, use.place))
        and any(source.node == found.flow.entry for source in found.sources_of(node, use.place, use))
    ]


def meets(read: Outer, write: Outer, use: Use | None) -> bool:
    """Whether what is read can be, or hold, what is written. Of a base and of a callee only which object it is is read."""
    if read.name != write.name:
        return False
    if use is not None and (use.is_base or use.argument == CALLEE) and (write.is_call or len(write.steps) > len(read.steps)):
        return False
    return all(_same(left, right) for left, right in zip(read.steps, write.steps, strict=False))


def _same(left: str, right: str) -> bool:
    return left == right or (left[0] == right[0] == "[" and "[]" in {left, right})
