"""What a function does to whoever calls it, read off its dependences: the summary edges of Horwitz, Reps and Binkley
("Interprocedural
Slicing Using Dependence Graphs", 1990), for parameters instead of vertices.

Pure: a body with its dependences in, a summary out. Not here: which functions are summarised, and when (`system`).
"""

from typing import Final

import msgspec

from lepasserelle.graph.statements.bits import mask_or
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import CallEffect
from lepasserelle.graph.statements.raising import escaping, handles_what_is_thrown_in
from lepasserelle.graph.statements.slicing import backward
from lepasserelle.model.body import CALLEE, IMPLIED, RECEIVER, YIELD, Body, Call, Statement, StatementFlag, StatementKind, Use

_LEAVING: Final = frozenset({StatementKind.RETURN, StatementKind.RAISE, StatementKind.ASSERT})


class Summary(msgspec.Struct, frozen=True, gc=False):
    """Parameters are named by the variable they bind."""

    changed: frozenset[str] = frozenset()
    """Whose inside the function may change."""
    needed: frozenset[str] = frozenset()
    """On which something depends that a caller can see: what is returned, raised, or changed."""
    returned: frozenset[str] = frozenset()
    """Those of them on which it depends what is returned or raised."""
    connects: bool = False
    """It may put one of them into another, or keep it."""
    returns_given: bool = False
    """What it returns may be one of them or hold it."""
    returns: bool = False
    """It returns something."""
    is_closed: bool = True
    """It writes no name of its file, and every call in it is followed."""
    runs_given: bool = False
    """It may call what it is given."""
    rebound: frozenset[str] = frozenset()
    """Those that are other names of a caller's variables, and may be written."""
    is_lazy: bool = False
    """It runs when what it returns is iterated over."""
    raising: frozenset[str] = frozenset()
    """Those on which it depends whether something in it raises without a word; empty where nobody looks."""
    touches: bool = False
    """It may change something that is neither given to it nor made by it."""
    keeps: frozenset[str] = frozenset()
    """Those that it may keep outside."""
    rebinds_held: bool = False
    """It may give new values to variables of a function around it, or around what it runs."""
    returns_held: bool = False
    """What it returns may be, or hold, what a function around it has."""
    changes_held: bool = False
    """It may change variables of a function around it, or what they hold: whoever has it has them."""


NOTHING: Final = Summary()
"""What the iteration starts from: it only grows."""


def outcomes(found: Dependences) -> list[int]:
    """Nodes by which a caller can see what happened: returns, exceptions, yields, writes that outlive the call."""
    body = found.body
    inner = set(body.variables)
    given = 0
    for parameter in body.parameters:
        given |= found.objects.reach(found.objects.of((parameter.name,)))
    references = {(one.name,) for one in body.parameters if one.is_reference}
    seen = []
    thrown = handles_what_is_thrown_in(body)
    for number, statement in enumerate(body.statements):
        leaves = _leaves(statement) or number in thrown or bool(statement.flags & StatementFlag.DEFERRED and statement.rebound)
        leaves |= any(effect.rebinds_held for effect in found.effects[number])
        writes_outside = any(write.place[0] not in inner for write in statement.writes)
        refers = any(one.place in references for one in found.definitions_at(number))
        if leaves or refers or writes_outside or _changes(found, number, given | found.objects.outside):
            seen.append(number)
    return seen


def _leaves(statement: Statement) -> bool:
    """Whether it gives a value to the caller, or an exception."""
    return statement.kind in _LEAVING or bool(statement.flags & StatementFlag.YIELDS)


def _changes(found: Dependences, number: int, objects: int) -> bool:
    return any(one.objects & objects for one in found.definitions_at(number))


def summarise(found: Dependences, is_followed: list[list[bool]], *, is_caught: bool = False, is_inner: bool = False) -> Summary:
    """The summary of a body; `is_followed[statement][call]` tells whose callees are known. `is_caught`: a caller may catch what is
    raised in it. `is_inner`: it sees variables of a function around it.
    """
    body, objects = found.body, found.objects
    reach = {one.name: objects.reach(objects.of((one.name,))) for one in body.parameters}
    touched = 0
    for number in range(len(body.statements)):
        for made in found.definitions_at(number):
            touched |= made.objects
    returned = _returned(found)
    everything = 0
    for mask in reach.values():
        everything |= mask
    is_lazy = any(one.flags & StatementFlag.YIELDS for one in body.statements)
    outer = _outer(found)
    written = {one.place for number in range(len(body.statements)) for one in found.definitions_at(number)}
    touches = bool(touched & (outer | objects.outside & ~everything)) or any(one.touches for row in found.effects for one in row)
    return Summary(
        rebound=frozenset(one.name for one in body.parameters if one.is_reference and (one.name,) in written),
        changed=frozenset(name for name, mask in reach.items() if mask & touched),
        needed=_needed(found, outcomes(found)),
        returned=_needed(found, _leaving(found)),
        connects=_connects(found, reach),
        returns_given=bool(objects.reach(returned) & everything) or (is_lazy and bool(body.parameters)),
        returns=is_lazy or any(one.kind == StatementKind.RETURN and _gives(one) for one in body.statements),
        is_closed=_is_closed(body, is_followed),
        runs_given=any(use.argument == CALLEE and use.place[0] in reach for statement in body.statements for use in statement.uses),
        is_lazy=is_lazy,
        raising=_needed(found, escaping(body)) if is_caught else frozenset(),
        touches=touches,
        rebinds_held=(is_inner and _writes_outer(body)) or any(one.rebinds_held for row in found.effects for one in row),
        changes_held=touches and is_inner,
        returns_held=is_inner and bool(objects.reach(returned) & outer),
        keeps=_kept(found, outer),
    )


def _gives(statement: Statement) -> bool:
    """Whether what it returns may be more than a number or a text."""
    return bool(statement.uses or statement.calls or statement.flags & StatementFlag.MAKES)


def _writes_outer(body: Body) -> bool:
    """Whether it gives a variable from outside a new value."""
    inner = set(body.variables)
    return any(len(write.place) == 1 and write.place[0] not in inner for one in body.statements for write in one.writes)


def _outer(found: Dependences) -> int:
    """What is reached through names from outside."""
    return found.objects.reach(mask_or(found.objects.of((name,)) for name in found.outer_names))


def _kept(found: Dependences, outer: int) -> frozenset[str]:
    """Parameters that can be reached from outside, or are given to what keeps them."""
    objects = found.objects
    for number, statement in enumerate(found.body.statements):
        for use in statement.uses:
            if use.call >= 0 and use.argument in found.effects[number][use.call].keeps:
                outer |= objects.reach(objects.of(use.place))
    return frozenset(one.name for one in found.body.parameters if objects.of((one.name,)) & outer)


def _returned(found: Dependences) -> int:
    objects = 0
    for statement in found.body.statements:
        if statement.kind == StatementKind.RETURN:
            for use in statement.uses:
                objects |= found.objects.of(use.place)
    return objects


def _leaving(found: Dependences) -> list[int]:
    """Nodes that decide what the function gives back, and whether it does."""
    return [number for number, one in enumerate(found.body.statements) if _leaves(one)]


def _needed(found: Dependences, seen: list[int]) -> frozenset[str]:
    """Parameters on which some nodes depend."""
    names = {one.name for one in found.body.parameters}
    return frozenset(names.intersection(found.taken(backward(found, seen)))) if names else frozenset()


def _connects(found: Dependences, reach: dict[str, int]) -> bool:
    objects = found.objects
    if objects.is_coarse:
        return True
    own = {name: objects.of((name,)) for name in reach}
    return any(mask & own[other] for name, mask in reach.items() for other in own if other != name)


def _is_closed(body: Body, is_followed: list[list[bool]]) -> bool:
    inner = set(body.variables)
    for number, statement in enumerate(body.statements):
        if any(len(write.place) == 1 and write.place[0] not in inner for write in statement.writes):
            return False
        calls = zip(statement.calls, is_followed[number], strict=True)
        if not all(call.is_pure or call.chain == YIELD or followed for call, followed in calls):
            return False
    return True


def bound(call: Call, body: Body, *, is_bound: bool) -> dict[int, frozenset[str]]:
    """Which parameters of a body each argument of a call can become, `RECEIVER` among them. `is_bound`: the first parameter is
    given by what stands before the dot, or by a callee that holds it, or is a new instance.
    """
    every = frozenset(one.name for one in body.parameters)
    if call.is_loose:
        return dict.fromkeys((CALLEE, RECEIVER, *range(len(call.arguments))), every)
    plain = [one for one in body.parameters if not one.is_receiver]
    receivers = [one for one in body.parameters if one.is_receiver]
    if is_bound and not receivers and plain:
        receivers, plain = plain[:1], plain[1:]
    elif not is_bound:
        plain = [*(one for one in receivers if not one.is_implicit), *plain]
        receivers = [one for one in receivers if one.is_implicit]
    positions = [one.name for one in plain if not one.spread]
    rest = frozenset(one.name for one in plain if one.spread)
    found = dict.fromkeys((RECEIVER, CALLEE) if is_bound else (RECEIVER,), frozenset(one.name for one in receivers))
    for number, keyword in enumerate(call.arguments):
        if keyword in {"*", "**"} or "*" in call.arguments[:number]:
            found[number] = every
        elif keyword:
            named = frozenset(one.name for one in plain if one.keyword == keyword)
            found[number] = named or rest or every
        else:
            found[number] = frozenset(positions[number : number + 1]) or rest or every
    return found


def effect(call: Call, targets: list[tuple[Summary, Body, bool]], *, is_caught: bool = False) -> CallEffect:
    """The effect of a call that enters one of these functions: (summary, body, whether the first parameter is bound). `is_caught`:
    somebody may catch what is raised in it.
    """
    kept: set[int] | None = None
    ignored: set[int] | None = None
    unreturned: set[int] | None = None
    rebinds, keeps = set[int](), set[int]()
    for summary, body, is_bound in targets:
        arguments = bound(call, body, is_bound=is_bound)
        rebinds.update(number for number, names in arguments.items() if names & summary.rebound)
        keeps.update(number for number, names in arguments.items() if names & summary.keeps)
        needed = summary.needed | summary.changed | (summary.raising if is_caught else frozenset())
        told = summary.returned | (summary.raising if is_caught else frozenset())
        unchanged = {number for number, names in arguments.items() if not names & summary.changed}
        if summary.changes_held:  # a closure changes what it holds, however it is reached
            unchanged -= {CALLEE} if is_bound else {CALLEE, RECEIVER}
            unchanged -= {0} if call.chain == IMPLIED else frozenset()
        unneeded = {number for number, names in arguments.items() if number != CALLEE and not names & needed}
        kept = unchanged if kept is None else kept & unchanged
        ignored = unneeded if ignored is None else ignored & unneeded
        unseen = {number for number, names in arguments.items() if number != CALLEE and not names & told}
        unreturned = unseen if unreturned is None else unreturned & unseen
    summaries = [summary for summary, _, _ in targets]
    is_closed = all(one.is_closed for one in summaries)
    runs_now = not all(one.is_lazy for one in summaries)
    if call.chain == IMPLIED:  # it stands around what is read anyway
        ignored = unreturned = None
    is_new = call.is_new or call.chain == IMPLIED or any(_makes(call, body, is_bound=is_bound) for _, body, is_bound in targets)
    return CallEffect(
        mutates=runs_now and any(one.changed or one.changes_held for one in summaries),
        kept=frozenset(kept or ()),
        connects=any(one.connects for one in summaries) or not is_closed,
        returns_given=any(one.returns_given or one.returns_held for one in summaries) or is_new,
        returns_outside=any(one.returns for one in summaries) or is_new,
        ignored=frozenset(ignored or ()),
        unreturned=frozenset(unreturned or ()),
        writes_outer=None if runs_now and not is_closed else (),
        runs_closures=runs_now and (not is_closed or any(one.runs_given for one in summaries)),
        rebinds=frozenset(rebinds),
        touches=runs_now and any(one.touches for one in summaries),
        keeps=frozenset(keeps),
        is_followed=True,
        rebinds_held=runs_now and any(one.rebinds_held for one in summaries),
        is_lazy=any(one.is_lazy for one in summaries),
        returns_held=any(one.returns_held for one in summaries),
    )


def _makes(call: Call, body: Body, *, is_bound: bool) -> bool:
    """Whether a call makes the instance that the function is bound to: a class is called by its own name (`Box()`), a method by its
    own. What is called by a third one is taken to make one, too, which is never wrong.
    """
    return is_bound and call.chain.rpartition(".")[2] != body.name


def is_within(found: Dependences, statement: int, use: Use, place: int, wanted: set[int]) -> bool:
    """Whether a use stands in one of these arguments of a call, however deeply."""
    call, argument = use.call, use.argument
    calls = found.body.statements[statement].calls
    while call >= 0:
        if call == place:
            return argument in wanted
        call, argument = calls[call].call, calls[call].argument
    return False


def call_is_within(found: Dependences, statement: int, inner: int, place: int, wanted: set[int]) -> bool:
    """The same of a call."""
    calls = found.body.statements[statement].calls
    call, argument = calls[inner].call, calls[inner].argument
    while call >= 0:
        if call == place:
            return argument in wanted
        call, argument = calls[call].call, calls[call].argument
    return False
