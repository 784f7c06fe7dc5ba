"""What the library answers with. Frozen; their field names are the keys of `--json` and are only ever added to."""

import msgspec


class SearchHit(msgspec.Struct, frozen=True):
    """One place that answers a search, best first in the list that holds it."""

    path: str
    """Relative to the project, with forward slashes."""
    start_line: int
    end_line: int
    """1-based, inclusive."""
    symbol: str
    """Qualified name."""
    kind: str
    """A `NodeKind` word: `function`, `class`, `section`, …"""
    language: str
    score: float
    """Larger is better; comparable within one answer only."""
    snippet: str
    """Text of the indexed generation (not of the working tree)."""
    why: tuple[str, ...] = ()
    """The signals that brought it here, strongest first."""


class Symbol(msgspec.Struct, frozen=True):
    """One definition."""

    symbol: str
    """Qualified name."""
    kind: str
    path: str
    start_line: int
    end_line: int
    language: str
    signature: str = ""
    documentation: str = ""


class Edge(msgspec.Struct, frozen=True):
    """One relation between two nodes, with all the places where the code states it."""

    source: str
    """Qualified name."""
    target: str
    """Qualified name; for an ambiguous edge the name as written."""
    kind: str
    """An `EdgeKind` word."""
    resolution: str
    """`exact`, `inferred` or `ambiguous`."""
    reason: str
    """How the target was found, in words."""
    sites: tuple[tuple[str, int], ...] = ()
    """(path, line) of each place, in order."""
    candidates: tuple[str, ...] = ()
    """Qualified names that an ambiguous edge could mean."""


class Skipped(msgspec.Struct, frozen=True):
    """Files left out of the index for one reason."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()
    """At most five paths."""


class PartBytes(msgspec.Struct, frozen=True):
    """Bytes of one named part of the index."""

    name: str
    file_bytes: int
    """Length in its segment file."""
    resident_bytes: int | None = None
    """Pages of it that this process holds, or None where the system cannot tell."""


class IndexReport(msgspec.Struct, frozen=True):
    """What an indexing run did."""

    files: int
    symbols: int
    edges: int
    generation: int
    seconds: float
    peak_bytes: int | None
    """Largest sampled PSS sum of the process tree during the run; None where the system cannot tell."""
    skipped: tuple[Skipped, ...] = ()
    parsed_files: int = 0
    """Files that were really parsed (a second run parses only what changed)."""
    reused_files: int = 0
    removed_files: int = 0
    problems: int = 0
    """Syntax problems inside indexed files."""
    languages: dict[str, int] = {}
    """Files by language."""
    notes: tuple[str, ...] = ()
    """What a user should know of this run: an index of another version rebuilt, a file skipped because its parser died."""


class MemoryReport(msgspec.Struct, frozen=True):
    """What this process holds, measured by the operating system. None: the system cannot tell."""

    rss_bytes: int | None
    pss_bytes: int | None
    anonymous_bytes: int | None
    tree_pss_bytes: int | None
    """Sum over this process and its descendants."""
    peak_tree_pss_bytes: int | None
    """Largest sum sampled while this process watched (during the last indexing run)."""
    parts: tuple[PartBytes, ...] = ()
    bytes_per_node: float | None = None
    """All bytes of the graph segment divided by its nodes."""
    node_bytes: dict[str, float] = {}
    """The same by part of the graph: hot record, names, edges, …"""


class Status(msgspec.Struct, frozen=True):
    """The state of a project's index."""

    project: str
    index: str
    """Folder of the index."""
    generation: int
    """0: nothing is indexed yet."""
    files: int
    symbols: int
    edges: int
    languages: dict[str, int]
    stale_files: int | None
    """Files changed, added or removed since the index was made; None: not known yet."""
    stale_is_lower_bound: bool
    """The walk was cut short: at least that many."""
    memory: MemoryReport
    indexed_at: str = ""
    """ISO 8601, UTC."""
    notes: tuple[str, ...] = ()
