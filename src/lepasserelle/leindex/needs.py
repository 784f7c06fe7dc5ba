"""How much memory a question may take: what it claims before it is asked. Pure; figures are measured upper bounds, with a margin.

Measured by the allocations of Python and numpy (tracemalloc) on projects of 23 000 and 102 000 nodes; docs/decisions/102. Not here:
whether it is granted (the manager), and what building takes (`ingest.reserving`). Invariant: a need grows with what the question
reads, so that one figure holds for a project of any size; a test measures both its parts.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.model import CalleesRequest, CallersRequest, ContextRequest, ImpactRequest, Request, SearchRequest

Direction = Literal["out", "in"]

_SEARCH_BYTES: Final = 1_500_000
_SEARCH_BYTES_A_NODE: Final = 28
"""Scores, masks and sums over all nodes, several at once."""

_FIRST_BYTES_A_NODE: Final = 32
"""What the first search of a generation computes of the graph, and keeps."""

_SEARCH_BYTES_A_FILE: Final = 200
"""Sums by file, and paths that a filter has read."""

_RANKED_FILE_BYTES: Final = 1_500
"""Words of its path, and what it offers, to tell a form from what it is one of; of as many files as are ranked."""

MOST_PLACES: Final = 1000
"""As `query.searcher.MAX_TOP_K`, which is not loaded before somebody asks."""

_STEPS: Final = (10, 30, 100, 300, MOST_PLACES)
"""As `query.searcher.STEPS`: so many are ranked for fewer."""

BUDGETS: Final = (100, 1_000_000)
"""Least and most tokens of an analysis, as in `query.analyze`, which is not loaded for an answer that is kept."""

_USUAL_PLACES: Final = 200
_RANKED_FILES: Final = 100
"""As `query.weights.Weights.short_list`, which is not loaded before somebody asks."""

_HIT_BYTES: Final = 5_000
_TOKEN_BYTES: Final = 16
"""A token of an answer: its text, copies of it while it is put together, and what did not fit."""

_MOST_ANALYSIS_BYTES: Final = 24_000_000
"""Sixty definitions of 64 KiB, each a few times: so much however large the budget."""

_NAMES_BYTES: Final = 1_000_000
_NAMES_BYTES_A_NODE: Final = 32
_EDGE_BYTES: Final = 500
_REACHED_BYTES: Final = 600
_MOST_REACHED: Final = 20_000
_TEXT_BYTES: Final = 4_000_000
"""A file's text, decoded and cut into lines."""

_LINE_BYTES: Final = 700
_MOST_LINES: Final = 10_000

VERIFY_BYTES: Final = 6_000_000
"""Files are read in parts of a megabyte."""

_STALENESS_BYTES: Final = 500_000
_STALENESS_BYTES_A_FILE: Final = 1_700
"""Size and time of every file that the last run looked at, and the entries of one folder at a time, which may hold all of them:
1 240 bytes a file were measured with 1 500 files in one folder. What is known of folders takes 200 bytes each; of Django, two a
file."""

_EXPORT_BYTES: Final = 4_000_000
_EXPORT_BYTES_A_NODE: Final = 200
"""Every name, sorted."""


class Need(NamedTuple):
    """What one question may take."""

    tag: str
    fixed_bytes: int
    bytes_a_node: int = 0
    bytes_a_file: int = 0
    first_bytes_a_node: int = 0
    """More when nobody has searched this generation before."""
    bytes_a_result: int = 0
    most_results: int = 0
    """What it finds, at most so much of it, and no more than there are nodes."""
    bytes_a_ranked_file: int = 0
    most_ranked_files: int = 0
    """Files that it looks at by themselves, at most so many of them."""
    edges_of: tuple[str, Direction] | None = None
    """It finds the edges of nodes with this name."""
    is_for_lines: bool = False
    """Of the search index it reads text and trigrams only."""

    def of(self, counts: Mapping[str, int], *, is_first: bool = False) -> int:
        """For a project of so many `symbols` and `files`, in bytes; edges are counted apart."""
        symbols, files = counts.get("symbols", 0), counts.get("files", 0)
        a_node = self.bytes_a_node + (self.first_bytes_a_node if is_first else 0)
        results_bytes = self.bytes_a_result * min(self.most_results, symbols)
        files_bytes = self.bytes_a_file * files + self.bytes_a_ranked_file * min(self.most_ranked_files, files)
        return self.fixed_bytes + a_node * symbols + files_bytes + results_bytes

    def asked_of(self, generation: OpenGeneration) -> int:
        """For this generation, whose graph is there when it finds edges, in bytes."""
        size_bytes = self.of(generation.manifest.counts, is_first=not generation.was_searched)
        if self.edges_of is None:
            return size_bytes
        from lepasserelle.graph.constructing import with_constructors

        (name, direction), graph = self.edges_of, generation.graph()
        return size_bytes + _EDGE_BYTES * graph.degrees(with_constructors(graph, graph.find(name)), direction)


NOTHING: Final = Need("reading", 0)
"""What is answered from records that are there, or claims by itself."""


def search(top_k: int) -> Need:
    """A search for so many places; a number that a search refuses claims no more than one that it takes."""
    places = next(step for step in _STEPS if step >= _within(top_k, MOST_PLACES))
    return Need(
        "search",
        _SEARCH_BYTES + _HIT_BYTES * places,
        _SEARCH_BYTES_A_NODE,
        _SEARCH_BYTES_A_FILE,
        _FIRST_BYTES_A_NODE,
        bytes_a_ranked_file=_RANKED_FILE_BYTES,
        most_ranked_files=_RANKED_FILES + 4 * places,
    )


def analysis(token_budget: int) -> Need:
    """An analysis within so many tokens."""
    text_bytes = _within(_TOKEN_BYTES * token_budget, _MOST_ANALYSIS_BYTES)
    return search(60)._replace(tag="analyze", fixed_bytes=_SEARCH_BYTES + _HIT_BYTES * 60 + text_bytes)


def names() -> Need:
    """A question for a name."""
    return Need("names", _NAMES_BYTES, _NAMES_BYTES_A_NODE)


def calls(name: str, direction: Direction) -> Need:
    """Who calls it (`in`), or is called by it."""
    return names()._replace(edges_of=(name, direction))


def impact() -> Need:
    """What a change reaches."""
    return names()._replace(tag="impact", bytes_a_result=_REACHED_BYTES, most_results=_MOST_REACHED)


def text_search() -> Need:
    """Lines of the indexed text."""
    return Need("text search", _TEXT_BYTES, bytes_a_result=_LINE_BYTES, most_results=_MOST_LINES, is_for_lines=True)


def export() -> Need:
    """Writing all edges of a kind."""
    return Need("export", _EXPORT_BYTES, _EXPORT_BYTES_A_NODE)


def usual(reads_search_index: bool, reads_graph: bool) -> Need:
    """A question without a figure of its own, by what it reads."""
    if reads_search_index:
        return search(_USUAL_PLACES)
    return names() if reads_graph else NOTHING


def of_request(request: Request) -> Need | None:
    """What the bounded answer to a request may take; None: as is usual for what it reads."""
    match request:
        case ContextRequest():
            return analysis(request.max_tokens)
        case CallersRequest():
            return calls(request.name, "in")
        case CalleesRequest():
            return calls(request.name, "out")
        case ImpactRequest():
            return impact()
        case SearchRequest(mode="literal" | "regex"):
            return text_search()
    return None


def staleness() -> Need:
    """Comparing the working tree with what was indexed."""
    return Need("staleness", _STALENESS_BYTES, bytes_a_file=_STALENESS_BYTES_A_FILE)


def _within(amount: int, most: int) -> int:
    """What is no number is refused by who is asked, not here."""
    return max(0, min(amount, most)) if isinstance(amount, int) else 0
