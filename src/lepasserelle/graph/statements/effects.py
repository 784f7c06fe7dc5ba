"""What a call does to the body that makes it, as far as it is known. Not here: finding out (`system` does, across calls)."""

import msgspec

from lepasserelle.model.body import REFERENCE, Body, Call, Place


class CallEffect(msgspec.Struct, frozen=True, gc=False):
    """The effect of one call. What is not known can change everything that the call is given."""

    mutates: bool = True
    """It can change what its arguments and its receiver hold …"""
    kept: frozenset[int] = frozenset()
    """… except of these arguments (numbers, `RECEIVER`)."""
    connects: bool = True
    """It can put what it is given into one another."""
    returns_given: bool = True
    """Its result can be or hold what it is given."""
    returns_outside: bool = True
    """Its result can come from elsewhere."""
    ignored: frozenset[int] = frozenset()
    """Arguments that neither its result nor what it changes depends on."""
    unreturned: frozenset[int] = frozenset()
    """Arguments on which its result does not depend, nor whether it comes back; what it changes may."""
    writes_outer: tuple[Place, ...] | None = None
    """Places of the file that it gives new values; None: all that `Body.outer` names."""
    runs_closures: bool = True
    """It may run functions of this body that were given to it or that it can reach."""
    rebinds: frozenset[int] | None = frozenset()
    """Arguments whose variables it may give new values; None: all."""
    is_followed: bool = False
    """The functions that it enters are known."""
    touches: bool = False
    """It can change what is kept outside, which may be something of this body, and what closures of it hold."""
    keeps: frozenset[int] = frozenset()
    """Arguments that it may keep outside."""
    rebinds_held: bool = False
    """It gives new values to variables of a function around what it runs: whoever called it cannot see them, others do."""
    returns_held: bool = False
    """Its result can be or hold what the called value holds, which is a function with variables of one around it."""
    is_lazy: bool = False
    """It runs, again and further, when its result is iterated over, and changes then what is not `kept`."""


UNKNOWN = CallEffect()
BY_REFERENCE = CallEffect(rebinds=None)
"""The same in a language where a variable may be handed over under another name, with nothing to see of it at the call."""
SCALAR = CallEffect(mutates=False, connects=False, returns_given=False, returns_outside=False, writes_outer=(), runs_closures=False)
"""A built-in function whose result holds nothing."""
HOLDING = CallEffect(mutates=False, connects=False, returns_outside=False, writes_outer=())
"""A built-in function whose result can hold its arguments."""
HARMLESS = CallEffect(mutates=False, connects=False, writes_outer=())
"""Taken not to change anything because the question said so."""


def opened(known: CallEffect, alone: CallEffect) -> CallEffect:
    """Of a call that others than those whose effect is `known` may answer, too; `alone`: of what nothing is known."""
    return msgspec.structs.replace(
        known,
        mutates=True,
        kept=frozenset(),
        ignored=frozenset(),
        unreturned=frozenset(),
        returns_given=True,
        returns_outside=True,
        rebinds=None if alone.rebinds is None else known.rebinds,
    )


def effect_of(call: Call, language: str) -> CallEffect:
    """What the call alone tells."""
    if call.chain == REFERENCE:
        return BY_REFERENCE
    if not call.is_pure:
        return BY_REFERENCE if language == "cpp" else UNKNOWN
    return HOLDING if call.flows else SCALAR


def own_effects(body: Body, *, assume_pure: bool = False) -> list[list[CallEffect]]:
    """What every call of a body does as far as the body tells; with `assume_pure` no call changes anything."""
    return [
        [
            HARMLESS if assume_pure and not call.is_pure and call.chain != REFERENCE else effect_of(call, body.language)
            for call in statement.calls
        ]
        for statement in body.statements
    ]
