"""Slices as questions and as answers. Frozen; the answers' field names are the keys of `--json` and are only ever added to."""

from typing import NamedTuple

import msgspec


class SliceQuestion(NamedTuple):
    """What is asked. `path` is relative to the project, with forward slashes."""

    path: str
    line: int
    variable: str = ""
    direction: str = "backward"
    across_calls: bool = False
    assume_pure: bool = False
    """Calls that are not followed are taken to change nothing that they are given."""
    depth: int = 3
    most_functions: int = 100


class SliceStatement(msgspec.Struct, frozen=True):
    """One statement of a slice; of a compound one its head."""

    path: str
    start_line: int
    end_line: int
    """1-based, inclusive."""
    symbol: str
    """Qualified name of the function, class or module whose statement it is."""
    text: str
    """Its lines, of the indexed generation."""
    why: tuple[str, ...] = ()
    """How it came into the slice: `asked for`, `decides`, `writes total`, `may change items`, `holds`, `uses total`, `may see
    items`,
    `called`, `calls`."""
    calls: int = 0
    """How many calls lie between it and the statement that was asked for."""


class Slice(msgspec.Struct, frozen=True):
    """The statements that a value depends on, or that depend on it."""

    path: str
    line: int
    variable: str
    """Empty: everything that the statement uses."""
    direction: str
    """`backward` or `forward`."""
    symbol: str
    """Of the function, class or module that the line is in."""
    statements: tuple[SliceStatement, ...]
    """By path and line."""
    is_complete: bool
    """Nothing was cut, and every line of the functions was understood."""
    notes: tuple[str, ...] = ()
    """What limits the answer: parse errors, bounds that were reached, calls that were not followed."""
    functions: int = 1
    """Bodies that were looked at."""
