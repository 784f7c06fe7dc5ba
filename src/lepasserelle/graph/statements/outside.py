"""Names from outside a function: which statements give one a value, or change what it holds, and which read that.

Both directions of a slice ask here, so that one is the mirror of the other. A name is a variable of a file, or what stands behind
the name of a file or class (`settings.RATE`). What a call changes of it counts where the call is followed, or where its method is
one by which containers are changed. Not followed: a second name for the same object, kept in a variable of the function.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import CallEffect
from lepasserelle.model.body import CALLEE, RECEIVER, Body, Call, Place, Statement, StatementFlag, StatementKind, Use

CHANGING: Final = frozenset(
    """add addAll append appendleft clear computeIfAbsent delete discard extend extendleft insert merge pop popitem popleft push
    push_back put putAll putIfAbsent Remove remove removeAll reverse set setdefault shift sort splice unshift update Add AddRange
    Clear Enqueue Dequeue Insert Push Pop emplace emplace_back erase entry push_str retain truncate drain fetch_add fetch_sub
    fetch_and fetch_or fetch_xor fetch_max fetch_min fetch_update store Store exchange compare_exchange CompareAndSwap
    getAndIncrement getAndDecrement incrementAndGet decrementAndGet getAndAdd addAndGet getAndSet getAndUpdate updateAndGet
    accumulateAndGet compareAndSet lock borrow_mut get_mut""".split()  # noqa: SIM905
)
"""Methods by which containers of the supported languages are changed."""
CHANGING_FIRST: Final = frozenset(
    """heappush heappop heapify heapreplace heappushpop insort insort_left insort_right shuffle setitem delitem iconcat readinto
    recv_into pack_into copyto put_along_axis assign defineProperty defineProperties setPrototypeOf addAll sort reverse rotate swap
    fill setAll arraycopy memset memcpy memmove strcpy strncpy strcat strncat sprintf snprintf qsort fgets fread Sort Slice Fill
    SliceStable append delete copy clear close""".split()  # noqa: SIM905
)
"""Functions by which what they are given first is changed."""


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


def meanings(body: Body, place: Place, fields: frozenset[str] = frozenset()) -> Iterator[Outer]:
    """What a place can mean outside the function: its variable, a variable of what its first name names, or one of the `fields`
    that classes hold for all their instances.
    """
    for at in range(1, len(place)):
        if place[at][1:] in fields:
            yield Outer(place[at][1:], place[at + 1 :])
    base = (place[0].partition("#")[0] or place[0]).rpartition("::")[2]
    if base and (is_file(body) or place[0] not in body.variables):
        yield Outer(base, place[1:])
    is_open = place[0] not in body.variables or any(one.is_implicit and one.name == place[0] for one in body.parameters)
    if len(place) > 1 and place[0] and is_open and place[1][0] == ".":
        yield Outer(place[1][1:], place[2:])


def written(found: Dependences, number: int, fields: frozenset[str] = frozenset()) -> Iterator[Outer]:
    """What a statement writes, or changes by a call, of what it can name from outside, or has under another name."""
    body, statement = found.body, found.body.statements[number]
    for write in statement.writes:
        yield from meanings(body, write.place, fields)
        if len(write.place) > 1:
            yield from _others(found, write.place[:-1], write.place[-1:])
    for use in statement.uses:
        if _is_changed(found, number, statement, use):
            for one in meanings(body, use.place, fields):
                yield one._replace(is_call=True)
            yield from _others(found, use.place, ())


def altered(body: Body, statement: Statement) -> set[str]:
    """Names from outside that a statement writes, or changes inside by a write or a method of containers, as its text says."""
    places = [write.place for write in statement.writes]
    given = [use for use in statement.uses if use.call >= 0]
    places += [use.place for use in given if _alters(statement.calls[use.call], use.argument)]
    return {one.name for place in places for one in meanings(body, place)}


def _others(found: Dependences, place: Place, steps: Place) -> Iterator[Outer]:
    """Names from outside for what a place of the body's own holds."""
    if place[0] not in found.body.variables or is_file(found.body):
        return
    objects = found.objects.of(place)
    for name, reach in found.outer_reach.items():
        if objects & reach:
            is_all = objects & found.objects.of((name,))
            yield Outer(name, steps if is_all else (), is_call=not is_all or not steps)


def changes(found: Dependences, number: int, held: int, name: str) -> bool:
    """Whether a statement itself changes one of these objects, by a write to a part or by a method of containers, and not by this
    name from outside, of which more is known. What a followed call changes is changed where it leads.
    """
    body, statement, objects = found.body, found.body.statements[number], found.objects
    for write in statement.writes:
        if len(write.place) > 1 and objects.of(write.place[:-1]) & held and not _is_named(body, write.place, name):
            return True
    results = [
        Use(("",), call.call, call.argument, call.flows)
        for place, call in enumerate(statement.calls)
        if call.call >= 0 and objects.made_by(number, place) & held
    ]
    if any(not found.effects[number][one.call].is_followed and _is_changed(found, number, statement, one) for one in results):
        return True
    for use in statement.uses:
        is_own = use.call >= 0 and not found.effects[number][use.call].is_followed and _is_changed(found, number, statement, use)
        if is_own and objects.of(use.place) & held and not _is_named(body, use.place, name):
            return True
    return False


def _is_named(body: Body, place: Place, name: str) -> bool:
    return bool(name) and any(one.name == name for one in meanings(body, place))


class Given(NamedTuple):
    """Where a statement puts what it reads."""

    names: tuple[str, ...]
    """Names from outside."""
    is_returned: bool
    is_kept: bool
    """In a part of something else."""
    arguments: tuple[tuple[int, int], ...] = ()
    """(call, argument) of followed calls that keep or change it."""


def given(found: Dependences, number: int, held: int) -> Given:
    """Where a statement puts one of these objects."""
    body, statement, objects = found.body, found.body.statements[number], found.objects
    is_read = any(use.call < 0 and use.flows and objects.of(use.place) & held for use in statement.uses)
    is_read = is_read or any(
        call.call < 0 and call.flows and objects.made_by(number, place) & held for place, call in enumerate(statement.calls)
    )
    arguments = tuple(
        (use.call, use.argument)
        for use in statement.uses
        if use.call >= 0 and objects.of(use.place) & held and _is_handled(found.effects[number][use.call], use.argument)
    )
    if not is_read:
        return Given((), is_returned=False, is_kept=False, arguments=arguments)
    names = [write.place[0] for write in statement.writes if len(write.place) == 1 and _is_open(body, write.place[0])]
    return Given(
        tuple(names),
        is_returned=statement.kind == StatementKind.RETURN or bool(statement.flags & StatementFlag.YIELDS),
        is_kept=any(
            len(write.place) > 1 and not _is_open(body, write.place[0]) and not objects.of(write.place[:-1]) & held
            for write in statement.writes
        ),
        arguments=arguments,
    )


def _is_handled(effect: CallEffect, argument: int) -> bool:
    return effect.is_followed and (argument in effect.keeps or (effect.mutates and argument not in effect.kept))


def _is_open(body: Body, name: str) -> bool:
    return is_file(body) or name not in body.variables


def is_plain(statement: Statement) -> bool:
    """Whether it only binds a function, a class or an import to its name, with no decorator, default or base that could matter."""
    if statement.calls or statement.parent >= 0 or not all(_is_harmless(use.place) for use in statement.uses):
        return False
    return statement.kind == StatementKind.DEFINE or bool(statement.flags & StatementFlag.IMPORTS)


def _is_harmless(place: Place) -> bool:
    return (place[-1].lstrip(".") if len(place) > 1 else place[0]) in _DECORATORS


_DECORATORS: Final = frozenset(
    """property staticmethod classmethod abstractmethod cached_property setter getter deleter dataclass lru_cache cache wraps
    contextmanager asynccontextmanager override overload final object""".split()  # noqa: SIM905
)
"""What changes how a function is entered and runs nothing of the project."""


def _is_changed(found: Dependences, number: int, statement: Statement, use: Use) -> bool:
    """Whether the call that is given a value is known to change it."""
    if use.call < 0 or use.argument == CALLEE or not use.flows:
        return False
    effect, call = found.effects[number][use.call], statement.calls[use.call]
    if effect.is_followed:
        return effect.mutates and use.argument not in effect.kept
    return _alters(call, use.argument)


def _alters(call: Call, argument: int) -> bool:
    """Whether a call changes this argument by what its name means everywhere."""
    name = call.chain.rpartition(".")[2]
    return (argument == RECEIVER and name in CHANGING) or (argument == 0 and name in CHANGING_FIRST and not call.is_pure)


def reads(found: Dependences, node: int, wanted: Outer, fields: frozenset[str] = frozenset()) -> list[Use]:
    """The uses by which a statement reads something of `wanted` as it was when the function was entered."""
    statement = found.body.statements[node]
    uses = [*statement.uses, *(Use((name,)) for name in statement.captured)]
    return [
        use
        for use in uses
        if any(meets(one, wanted, use) for one in meanings(found.body, use.place, fields))
        and (any(step[1:] in fields for step in use.place[1:]) or found.is_from_entry(node, use.place, use))
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
