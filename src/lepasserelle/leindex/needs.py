"""How much memory a question may take: what it claims before it is asked. Pure; figures are measured upper bounds, with a margin.

Measured by the allocations of Python and numpy (tracemalloc) on projects of 23 000 and 102 000 nodes; docs/decisions/102. Not here:
whether it is granted (the manager), and what building takes (`ingest.reserving`). Invariant: a need grows with what the question
reads, so that one figure holds for a project of any size; a test measures both its parts.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

_SEARCH_BYTES: Final = 1_500_000
_SEARCH_BYTES_A_NODE: Final = 24
"""Scores, masks and sums over all nodes, several at once."""

_FIRST_BYTES_A_NODE: Final = 32
"""What the first search of a generation computes of the graph, and keeps."""

_SEARCH_BYTES_A_FILE: Final = 200
"""Sums by file, and paths that a filter has read."""

MOST_PLACES: Final = 1000
"""As `query.searcher.MAX_TOP_K`, which is not loaded before somebody asks."""

_USUAL_PLACES: Final = 200
_HIT_BYTES: Final = 5_000
_TOKEN_BYTES: Final = 16
"""A token of an answer: its text, copies of it while it is put together, and what did not fit."""

_MOST_ANALYSIS_BYTES: Final = 24_000_000
"""Sixty definitions of 64 KiB, each a few times: so much however large the budget."""

_NAMES_BYTES: Final = 1_000_000
_NAMES_BYTES_A_NODE: Final = 32
_STALENESS_BYTES: Final = 500_000
_STALENESS_BYTES_A_FILE: Final = 450
"""Size and time of every file that the last run looked at."""

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

    def of(self, counts: Mapping[str, int], *, is_first: bool = False) -> int:
        """For a project of so many `symbols` and `files`, in bytes."""
        a_node = self.bytes_a_node + (self.first_bytes_a_node if is_first else 0)
        return self.fixed_bytes + a_node * counts.get("symbols", 0) + self.bytes_a_file * counts.get("files", 0)


NOTHING: Final = Need("reading", 0)
"""What is answered from records that are there, or claims by itself."""


def search(top_k: int) -> Need:
    """A search for so many places; a number that a search refuses claims no more than one that it takes."""
    fixed_bytes = _SEARCH_BYTES + _HIT_BYTES * _within(top_k, MOST_PLACES)
    return Need("search", fixed_bytes, _SEARCH_BYTES_A_NODE, _SEARCH_BYTES_A_FILE, _FIRST_BYTES_A_NODE)


def analysis(token_budget: int) -> Need:
    """An analysis within so many tokens."""
    text_bytes = _within(_TOKEN_BYTES * token_budget, _MOST_ANALYSIS_BYTES)
    return search(60)._replace(tag="analyze", fixed_bytes=_SEARCH_BYTES + _HIT_BYTES * 60 + text_bytes)


def names() -> Need:
    """A question for a name: definitions, callers, callees."""
    return Need("names", _NAMES_BYTES, _NAMES_BYTES_A_NODE)


def export() -> Need:
    """Writing all edges of a kind."""
    return Need("export", _EXPORT_BYTES, _EXPORT_BYTES_A_NODE)


def usual(reads_search_index: bool, reads_graph: bool) -> Need:
    """A question without a figure of its own, by what it reads."""
    if reads_search_index:
        return search(_USUAL_PLACES)
    return names() if reads_graph else NOTHING


def staleness() -> Need:
    """Comparing the working tree with what was indexed."""
    return Need("staleness", _STALENESS_BYTES, bytes_a_file=_STALENESS_BYTES_A_FILE)


def _within(amount: int, most: int) -> int:
    """What is no number is refused by who is asked, not here."""
    return max(0, min(amount, most)) if isinstance(amount, int) else 0
