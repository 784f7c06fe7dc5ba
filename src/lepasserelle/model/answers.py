"""What the library answers with. Frozen; their field names are the keys of `--json` and are only ever added to."""

from typing import Final

import msgspec

CUT_SHORT: Final = "calls_cut_short"
"""Count in a manifest: 1 where the flow of values was cut short at its bound."""
CUT_SHORT_NOTE: Final = "values were followed up to a bound: calls through values may be missing among callers and callees"
SHARED_NOTE: Final = (
    "Python has more decorated definitions here than are told apart: calls of what decorators give (a value that flows there) "
    "may name what other decorated definitions call; `--resolution exact` leaves those out"
)

_SEEN_LINES: Final = 10
"""With which a place begins: who opens it sees them."""


class FurtherPlace(msgspec.Struct, frozen=True):
    """Another place in the file of a hit that answers the question, too, or the same one in a file that is built from it."""

    start_line: int
    end_line: int
    """1-based, inclusive."""
    symbol: str
    """Qualified name."""
    kind: str
    """A `NodeKind` word."""
    path: str = ""
    """Of another form of the module that the hit is in (`parse.js` of `parse.ts`); empty: the file of the hit."""


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
    also: tuple[FurtherPlace, ...] = ()
    """Further places of the same file, best first: folded under this one, so that a list of ten is ten files worth opening."""
    line: int = 0
    """Where to look: the line of it that tells most of what was asked; of a long one in the passage that is nearest in meaning."""

    @property
    def line_below(self) -> int | None:
        """`line` where it is further down than what everybody sees who opens the place; None else."""
        return self.line if self.line >= self.start_line + _SEEN_LINES else None


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


class Edge(msgspec.Struct, frozen=True, gc=False):
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
    """Qualified names of what an ambiguous edge could mean, one for each definition: overloads have one name."""
    candidate_places: tuple[tuple[str, int], ...] = ()
    """(path, first line) of each candidate, in their order."""


class Skipped(msgspec.Struct, frozen=True):
    """Files left out of the index for one reason."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()
    """At most five paths."""


class BrokenPart(msgspec.Struct, frozen=True):
    """A place in a file that could not be understood."""

    line: int
    """1-based."""
    message: str


class BrokenFile(msgspec.Struct, frozen=True):
    """An indexed file with syntax problems; what is around them is indexed all the same."""

    path: str
    problems: int
    """How many it has."""
    parts: tuple[BrokenPart, ...] = ()
    """The first three."""


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
    broken_files: tuple[BrokenFile, ...] = ()
    """Indexed files that have them, those with most first: at most twenty."""
    broken_file_count: int = 0
    """How many files have some."""
    languages: dict[str, int] = {}
    """Files by language."""
    notes: tuple[str, ...] = ()
    """What a user should know of this run: an index of another version rebuilt, a file skipped because its parser died."""
    calls_cut_short: bool = False
    """The flow of values was cut short at its bound: calls through values may be missing."""


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
    calls_cut_short: bool = False
    """The flow of values was cut short at its bound: calls through values may be missing."""
    problems: int = 0
    """Syntax problems inside indexed files; `index_project` says where."""
    broken_file_count: int = 0
    """How many files have some."""


class CacheFigures(msgspec.Struct, frozen=True):
    """One cache at one moment, and what happened to it since the index was opened by this process."""

    name: str
    """`pdg`, `vectors` (the search index) or `analysis`."""
    state: str
    """`hot` (in memory), `warm`, `cold`, `frozen` (a read brings it back) or `absent`."""
    entries: int
    """1 for a cache that is one object; the answers in memory for `analysis`."""
    resident_bytes: int
    """In memory, by its own account: mapped pages and what was computed from them."""
    resident_file_bytes: int | None
    """Pages of its files that this process holds, measured, each once; None where the system cannot tell.

    By whatever mapping: two `LeIndex` of one process on one index both tell the same pages, which are not to be added.
    """
    file_bytes: int
    """Its files: what a reload maps or reads. Of `analysis` the stored entries."""
    system_file_bytes: int | None
    """Pages of its files that the system holds in its page cache, for whatever process; None where it does not tell.

    Not to be added to what this process holds.
    """
    hits: int
    """Uses that found it in memory."""
    misses: int
    """Uses that had to bring it back; of `analysis` the answers computed."""
    reloads: int
    """How often it came back; of `analysis` answers that were read back from the store."""
    last_reload_ms: float
    longest_reload_ms: float
    """What coming back took, measured; of `analysis` reading one stored answer back."""
    spills: int
    """How often it was spilled; each spill of `analysis` may move many answers."""
    given_back_bytes: int
    """What this process gave back in its spills, measured, summed; of `analysis` not what was moved to the store."""


class Prediction(msgspec.Struct, frozen=True):
    """How predicting what is touched next stands, on this user's own log."""

    in_use: str
    """`model`, `ewma` (decayed frequency) while the model is in shadow, or `learning` while nothing is predicted."""
    visits: int
    """Questions that were learned from, by whatever process, since the log began."""
    sessions: int
    gain_ms: float
    """What the model would have saved more than `ewma`, waste charged: mean of the last sessions, milliseconds a session. As if all
    had been out of memory before each question: it compares the two, and is no time that was saved.
    """
    error_ms: float | None
    """Its standard error; None: fewer than two sessions tell nothing of it."""
    model_precision: float
    ewma_precision: float
    """Share of what each would have warmed that the next question touched."""


class CacheStats(msgspec.Struct, frozen=True):
    """The caches of one open index. Absent caches count in neither sum."""

    cache_entries: int
    """Hot caches, and answers in memory."""
    cache_bytes: int
    """What they hold."""
    spilled_entries: int
    """Warm, cold and frozen caches, and answers in the store."""
    spilled_bytes: int
    """What bringing all of them back would map or read."""
    caches: tuple[CacheFigures, ...] = ()
    prediction: Prediction | None = None
    """None: nothing was predicted yet in this process."""


class SegmentCheck(msgspec.Struct, frozen=True):
    """One file of the index, read whole."""

    kind: str
    file_bytes: int
    problem: str = ""
    """What is wrong with it; empty: nothing."""


class CacheCheck(msgspec.Struct, frozen=True):
    """What caches can be brought back from, read whole."""

    segments: tuple[SegmentCheck, ...]
    """Of the current generation; empty when nothing is indexed."""
    copies: tuple[SegmentCheck, ...]
    """Compressed copies of segments, those that are there, and those that lay in a slow tier and are lost."""
    entries: int
    """Stored answers read."""
    entry_bytes: int
    damaged: tuple[str, ...]
    """Names of stored answers that were not what had been written."""
    put_aside: int
    """How many of them were moved into quarantine."""
    unreadable: tuple[str, ...]
    """Names of stored answers that the system would not read."""
    stored: tuple[SegmentCheck, ...] = ()
    """Compressed copies that lestockage keeps beside those that are files."""
    rows: str = ""
    """What is wrong with the rows of symbols and edges in lestockage; empty: nothing, or they could not be looked at."""
    contents: str = ""
    """The same of what files say: their facts, terms and texts."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged or unreadable."""
        files = (*self.segments, *self.copies, *self.stored)
        return not (self.damaged or self.unreadable or self.rows or self.contents or any(file.problem for file in files))


class Warmed(msgspec.Struct, frozen=True):
    """What warming did about one cache."""

    name: str
    outcome: str
    """`loaded`, `already there`, or `left out: ` and why."""
    size_bytes: int = 0
    """Loaded."""
    elapsed_ms: float = 0.0


class WarmReport(msgspec.Struct, frozen=True):
    """What warming did, in the order in which it was done."""

    strategy: str
    caches: tuple[Warmed, ...]
    size_bytes: int
    """Loaded in all."""


class ContextPart(msgspec.Struct, frozen=True):
    """One piece of code in an analysis."""

    symbol: str
    kind: str
    path: str
    start_line: int
    end_line: int
    """Of the whole definition, whatever of it is shown."""
    language: str
    role: str = ""
    """How it came here: empty for what the search found, else `parent of`, `called by`, `base of`, `reader of` …"""
    of: str = ""
    """… this symbol."""
    form: str = ""
    """`whole`, `head` (signature and first line of documentation) or `fragment`."""
    text: str = ""
    tokens: int = 0
    """At most, its heading included."""


class Analysis(msgspec.Struct, frozen=True):
    """Code that answers a question, within a budget of tokens."""

    question: str
    token_budget: int
    tokens: int
    """Of `text`, by `query.tokens.estimate_tokens`: an upper bound."""
    text: str
    """All parts with their headings, and what was left out: ready to be read."""
    parts: tuple[ContextPart, ...]
    left_out: tuple[str, ...] = ()
    """Symbols that belong to the answer and did not fit, best first."""
