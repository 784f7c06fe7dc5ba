"""What looking at one place or around it answers with. Frozen; field names are the keys of `--json` and are only ever added to."""

import msgspec


class OutlineEntry(msgspec.Struct, frozen=True):
    """One definition in the outline of its file."""

    symbol: str
    """Qualified name."""
    name: str
    """The same without the module."""
    kind: str
    start_line: int
    end_line: int
    depth: int
    """0: at the top of the file."""
    signature: str = ""


class FileOutline(msgspec.Struct, frozen=True):
    """The definitions of one file, in source order; what is local to a function is left out."""

    path: str
    language: str
    module: str
    lines: int
    entries: tuple[OutlineEntry, ...]


class FolderEntry(msgspec.Struct, frozen=True):
    """One file or folder directly in a folder."""

    path: str
    """A folder's ends with a slash."""
    files: int
    """1 for a file."""
    symbols: int
    """Definitions in it."""
    lines: int
    """Of a file; 0 for a folder."""
    language: str
    """Of a file; of a folder the one that most of its files are written in."""
    names: tuple[str, ...] = ()
    """Of a file: its types and functions at the top, exported ones first."""


class FolderOutline(msgspec.Struct, frozen=True):
    """What is directly in a folder: folders first, each group by name."""

    path: str
    """Empty for the project."""
    files: int
    symbols: int
    languages: dict[str, int]
    """Files by language."""
    entries: tuple[FolderEntry, ...]


class Relation(msgspec.Struct, frozen=True):
    """Who stands in one relation to a definition."""

    word: str
    """`in`, `extends`, `extended by`, `overrides`, `overridden by`, `called by`, `calls`."""
    names: tuple[str, ...]
    """Qualified names, nearest or proved ones first; at most fifty."""
    total: int


class Reading(msgspec.Struct, frozen=True):
    """Lines of a file as they were indexed, with the place of what they define in the graph."""

    path: str
    language: str
    start_line: int
    end_line: int
    """1-based, inclusive."""
    lines: int
    """Of the whole file."""
    text: str
    symbol: str = ""
    """What they are, or the innermost definition around them."""
    kind: str = ""
    is_whole: bool = True
    """They are the whole of that definition."""
    relations: tuple[Relation, ...] = ()
    has_changed: bool = False
    """The file is not as it was indexed."""


class TextMatch(msgspec.Struct, frozen=True, gc=False):
    """One line that holds a text."""

    path: str
    line: int
    text: str


class Reached(msgspec.Struct, frozen=True):
    """A definition that a change could reach."""

    symbol: str
    kind: str
    path: str
    start_line: int
    end_line: int
    distance: int
    """Steps from what would change."""
    how: str
    """`calls`, `inherits`, `overrides`, `reads`, `writes`, `imports` …"""
    via: str
    """… this, one step nearer."""
    resolution: str
    """The weakest on the way."""
    is_test: bool = False


class Impact(msgspec.Struct, frozen=True):
    """What could break when something changes, nearest first."""

    name: str
    roots: tuple[str, ...]
    """Qualified names of what would change."""
    depth: int
    """How many steps were followed."""
    reached: tuple[Reached, ...]
    is_complete: bool
    """No further steps would reach anything more."""
    perhaps: int = 0
    """Definitions besides that use what changes, one step away, by edges that are weaker than was asked for: `resolution="all"`
    shows them.
    """
