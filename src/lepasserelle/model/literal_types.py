"""Types that literals are given to, and what each literal converts to, nearest first, by the rules of its language.

JLS 15.12.2 (no conversion makes a number shorter), C# 12.6.4 (constants take every type that holds them) and Kotlin's literal
types (no conversion at all, but a literal is of each whole type that holds it).
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Type(IntEnum):
    """Types of parameters; 0 for every other one, of which nothing is known."""

    STRING = 1
    BOOL = 2
    CHAR = 3
    SBYTE = 4
    BYTE = 5
    """Without a sign."""
    SHORT = 6
    USHORT = 7
    INT = 8
    UINT = 9
    LONG = 10
    ULONG = 11
    FLOAT = 12
    DOUBLE = 13
    DECIMAL = 14
    PARAMETER = 15
    """A type parameter of the function, which becomes what it is given (C#)."""
    OWN = 16
    """A type of the file that has the name of a literal's: no literal is of it."""


class Given(IntEnum):
    """Literals as arguments; 0 for what is none."""

    STRING = 1
    BOOL = 2
    DOUBLE = 3
    FLOAT = 4
    JAVA_INT = 5
    JAVA_LONG = 6
    JAVA_CHAR = 7
    KOTLIN_BYTE = 8
    """From −128 to 127; what follows holds what the one before does not."""
    KOTLIN_SHORT = 9
    KOTLIN_INT = 10
    KOTLIN_LONG = 11
    KOTLIN_FLOAT = 12
    KOTLIN_CHAR = 13
    KOTLIN_UINT = 14
    KOTLIN_ULONG = 15
    MINUS_BYTE = 16
    """The rest are of C#: negative numbers that `sbyte`, `short`, `int` hold, and others that each type down to `int` holds."""
    MINUS_SHORT = 17
    MINUS_INT = 18
    PLUS_SBYTE = 19
    PLUS_BYTE = 20
    PLUS_SHORT = 21
    PLUS_USHORT = 22
    PLUS_INT = 23
    UINT = 24
    LONG = 25
    MINUS_LONG = 26
    ULONG = 27
    DECIMAL = 28
    CHAR = 29


_Order = tuple[frozenset[Type], ...]


def _order(*types: Type | tuple[Type, ...]) -> _Order:
    return tuple(frozenset(each if isinstance(each, tuple) else (each,)) for each in types)


_T = Type
_REAL: Final = _order(_T.FLOAT, (_T.DOUBLE, _T.DECIMAL))
_UNSIGNED: Final = _order(_T.UINT, _T.LONG, _T.ULONG) + _REAL
CONVERSIONS: Final[Mapping[Given, _Order]] = {
    Given.STRING: _order(_T.STRING),
    Given.BOOL: _order(_T.BOOL),
    Given.DOUBLE: _order(_T.DOUBLE),
    Given.FLOAT: _order(_T.FLOAT, _T.DOUBLE),
    Given.JAVA_INT: _order(_T.INT, _T.LONG, _T.FLOAT, _T.DOUBLE),
    Given.JAVA_LONG: _order(_T.LONG, _T.FLOAT, _T.DOUBLE),
    Given.JAVA_CHAR: _order(_T.CHAR, _T.INT, _T.LONG, _T.FLOAT, _T.DOUBLE),
    Given.KOTLIN_BYTE: _order(_T.INT, (_T.LONG, _T.SHORT, _T.SBYTE)),
    Given.KOTLIN_SHORT: _order(_T.INT, (_T.LONG, _T.SHORT)),
    Given.KOTLIN_INT: _order(_T.INT, _T.LONG),
    Given.KOTLIN_LONG: _order(_T.LONG),
    Given.KOTLIN_FLOAT: _order(_T.FLOAT),
    Given.KOTLIN_CHAR: _order(_T.CHAR),
    Given.KOTLIN_UINT: _order(_T.UINT, (_T.ULONG, _T.USHORT, _T.BYTE)),
    Given.KOTLIN_ULONG: _order(_T.ULONG),
    Given.MINUS_BYTE: _order(_T.INT, _T.SBYTE, _T.SHORT, _T.LONG) + _REAL,
    Given.MINUS_SHORT: _order(_T.INT, _T.SHORT, _T.LONG) + _REAL,
    Given.MINUS_INT: _order(_T.INT, _T.LONG) + _REAL,
    Given.PLUS_SBYTE: _order(_T.INT, _T.SBYTE, _T.BYTE, _T.SHORT, _T.USHORT) + _UNSIGNED,
    Given.PLUS_BYTE: _order(_T.INT, _T.BYTE, _T.SHORT, _T.USHORT) + _UNSIGNED,
    Given.PLUS_SHORT: _order(_T.INT, _T.SHORT, _T.USHORT) + _UNSIGNED,
    Given.PLUS_USHORT: _order(_T.INT, _T.USHORT) + _UNSIGNED,
    Given.PLUS_INT: _order(_T.INT) + _UNSIGNED,
    Given.UINT: _UNSIGNED,
    Given.LONG: _order(_T.LONG, _T.ULONG) + _REAL,
    Given.MINUS_LONG: _order(_T.LONG) + _REAL,
    Given.ULONG: _order(_T.ULONG) + _REAL,
    Given.DECIMAL: _order(_T.DECIMAL),
    Given.CHAR: _order(_T.CHAR, _T.USHORT, _T.INT) + _UNSIGNED,
}
"""Literal → the types that take it, nearest first, those between which nothing decides together."""

_EXACT: Final = 40
_NEARNESS: Final[Mapping[tuple[int, int], int]] = {
    (given, one): _EXACT if not at else _EXACT - 1 - at
    for given, order in CONVERSIONS.items()
    for at, types in enumerate(order)
    for one in types
}
_ANYTHING: Final = frozenset({0, int(Type.PARAMETER)})


def is_taken(given: int, taken: int) -> bool:
    """Whether a parameter of the type can be given the literal; also where one of the two is not known."""
    return not given or taken in _ANYTHING or (given, taken) in _NEARNESS


def nearness(given: int, taken: int) -> int:
    """How near a type that takes a literal is to it: the literal's own, a type parameter, conversions, a type that is not known."""
    return _EXACT - 1 if taken == Type.PARAMETER else _NEARNESS.get((given, taken), 0)


def are_alike(mine: int, its: int) -> bool:
    """Whether two types may be one."""
    return mine in _ANYTHING or its in _ANYTHING or mine == its
