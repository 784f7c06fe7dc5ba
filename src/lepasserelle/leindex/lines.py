"""Lines of one generation that match a pattern, and the same as hits with the definition around each.

The one function behind commands, tools and the library. Reads the text of the generation, never the working tree.
"""

from collections.abc import Callable

from lepasserelle.errors import QueryError
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.leindex.questions import in_range
from lepasserelle.model import SearchHit
from lepasserelle.query.line_hits import line_hits
from lepasserelle.query.lines import lines_with
from lepasserelle.query.literal import MOST_MATCHES, Lines
from lepasserelle.query.patterns import Pattern


def lines_of(
    generation: OpenGeneration,
    pattern: Pattern,
    path: str | None,
    language: str | None,
    most: int = MOST_MATCHES,
    skip: int = 0,
) -> Lines:
    """Lines with a match, by path and line, the first `skip` only counted. Raises `QueryError`."""
    return lines_with(generation.graph(), generation.texts(), generation.trigrams(), pattern, path, language, most, skip)


def line_question(
    pattern: Pattern, top_k: int, language: str | None, kind: str | None, path: str | None
) -> Callable[[OpenGeneration], tuple[list[SearchHit], Lines]]:
    """Asks a generation for the first `top_k` of them as hits. Raises `QueryError`."""
    in_range("top_k", top_k, 1, MOST_MATCHES)
    if kind is not None:
        raise QueryError("modes `literal` and `regex` find lines, which have no kind; leave `kind` out")

    def hits(generation: OpenGeneration) -> tuple[list[SearchHit], Lines]:
        found = lines_of(generation, pattern, path, language, top_k)
        graph = generation.graph()
        return line_hits(found.matches, graph, graph, "regex" if pattern.is_regex else "literal"), found

    return hits
