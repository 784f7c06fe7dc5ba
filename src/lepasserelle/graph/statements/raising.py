"""Which statements of a body may raise something that leaves it, and which raise into a handler of their own.

What may raise is known of a statement and not of its values: a subscript, an attribute, a call, an operator. Of built-in exceptions
it is known which of these raise them, so that a handler of `KeyError` does not make every statement matter; what a handler names
and is not built in is taken to be raised by a `raise` only. Not here: what follows from it.
"""

from typing import Final

from lepasserelle.model.body import Arm, Body, Statement, StatementFlag, StatementKind

ANYTHING: Final = frozenset({"*"})
_BY: Final = {
    **dict.fromkeys(("KeyError", "IndexError", "LookupError"), frozenset({"[", "("})),
    "AttributeError": frozenset({".", "("}),
    **dict.fromkeys(
        ("ValueError", "StopIteration", "OSError", "IOError", "FileNotFoundError", "UnicodeDecodeError"), frozenset({"("})
    ),
    **dict.fromkeys(("RuntimeError", "AssertionError", "NotImplementedError", "KeyboardInterrupt"), frozenset({"("})),
    **dict.fromkeys(("Exception", "BaseException", "TypeError", "ZeroDivisionError", "ArithmeticError", "OverflowError"), ANYTHING),
}
"""Exceptions of Python and what raises them without a `raise`: a subscript, an attribute, a call of what has no body, or more."""


def caught(body: Body) -> dict[int, frozenset[str]]:
    """Statement → what its exceptions must come from for a handler around it to see them."""
    handlers: dict[int, frozenset[str]] = {}
    for number, one in enumerate(body.statements):
        if one.kind == StatementKind.HANDLE:
            handlers[one.parent] = handlers.get(one.parent, frozenset()) | _seen_by(one, body.language)
        elif one.kind == StatementKind.WITH and one.flags & StatementFlag.SWALLOWS:
            handlers[number] = ANYTHING
        elif one.parent >= 0 and one.arm == Arm.FINALLY and body.statements[one.parent].kind == StatementKind.WITH:
            handlers[one.parent] = ANYTHING
    if not handlers:
        return {}
    found: dict[int, frozenset[str]] = {}
    for number, one in enumerate(body.statements):
        around = found.get(one.parent, frozenset())
        if one.parent in handlers and one.arm == Arm.BODY:
            around |= handlers[one.parent]
        if around:
            found[number] = around
    return found


def _seen_by(handler: Statement, language: str) -> frozenset[str]:
    if language != "python" or handler.flags & StatementFlag.CATCH_ALL:
        return ANYTHING
    seen = frozenset[str]({"raise"})
    for use in handler.uses:
        seen |= _BY.get(use.place[-1].lstrip("."), frozenset())
    return seen


def escaping(body: Body, seen: frozenset[str] = ANYTHING) -> list[int]:
    """Statements whose exceptions may leave the body, of those that somebody sees."""
    inside: set[int] = set()
    all_caught = {one.parent for one in body.statements if one.kind == StatementKind.HANDLE and one.flags & StatementFlag.CATCH_ALL}
    found = []
    for number, one in enumerate(body.statements):
        if one.parent in inside or (one.parent in all_caught and one.arm == Arm.BODY):
            inside.add(number)
        elif one.flags & StatementFlag.CAN_RAISE and one.kind not in _FRAMES and _may(one, seen):
            found.append(number)
    return found


def _may(statement: Statement, seen: frozenset[str]) -> bool:
    if "*" in seen or ("(" in seen and statement.calls):
        return True
    places = [*(use.place for use in statement.uses), *(write.place for write in statement.writes)]
    return any(step[0] in seen for place in places for step in place[1:])


def handles_what_is_thrown_in(body: Body) -> set[int]:
    """Handlers around a `yield`: whoever iterates, or a `with`, may raise there."""
    around: set[int] = set()
    for one in body.statements:
        above = one.parent if one.flags & StatementFlag.YIELDS else -1
        while above >= 0 and above not in around:
            around.add(above)
            above = body.statements[above].parent
    return {number for number, one in enumerate(body.statements) if one.kind == StatementKind.HANDLE and one.parent in around}


_FRAMES: Final = frozenset({StatementKind.TRY, StatementKind.DEFINE, StatementKind.BLOCK})
