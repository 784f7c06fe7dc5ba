"""Types of nodes and fields by the numbers that a grammar gives them.

The binding makes the name of a type anew each time that a node is asked for it; its number is there in half the time, and a name
out of a table is always the same object, which tables of names find without hashing it and comparisons without looking at it. The
name of a field is compared with all that the grammar has.
"""

import sys
from typing import TypeVar

from tree_sitter import Language

Held = TypeVar("Held")
Numbers = dict[int, Held] | tuple[Held, ...]
"""Number of a type → what is held of it."""
Kinds = dict[int, str]
"""Number of a type → its name; complete, so that who looks up `kind_id` always finds it."""

_ERROR = 65_535
"""The number of ERROR nodes in every grammar."""

_BY_LANGUAGE: dict[str, Kinds] = {}
_FIELDS: dict[str, dict[str, int]] = {}


def learn(language: str, grammar: Language) -> Kinds:
    """Make the table of a language from its grammar, once."""
    names = {number: grammar.node_kind_for_id(number) for number in range(grammar.node_kind_count)}
    kinds = {number: sys.intern(name) for number, name in names.items() if name is not None} | {_ERROR: "ERROR"}
    _BY_LANGUAGE[language] = kinds
    fields = {grammar.field_name_for_id(number): number for number in range(1, grammar.field_count + 1)}
    _FIELDS[language] = {name: number for name, number in fields.items() if name is not None}
    return kinds


def kinds_of(language: str) -> Kinds:
    """The table of a language whose grammar is loaded; KeyError for any other."""
    return _BY_LANGUAGE[language]


def in_order(table: dict[int, Held]) -> tuple[Held, ...]:
    """A table of all types but ERROR, for trees that have none: its places are found in a tenth of a dictionary's steps."""
    return tuple([table[number] for number in range(len(table) - 1)])


def fields_of(language: str) -> dict[str, int]:
    """Name of a field → its number, of a language whose grammar is loaded; KeyError for any other."""
    return _FIELDS[language]
