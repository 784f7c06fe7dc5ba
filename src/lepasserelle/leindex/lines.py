"""Lines of one generation that match a pattern, and the same as hits with the definition around each.

The one function behind commands, tools and the library. Reads the text of the generation, never the working tree.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from lepasserelle.errors import QueryError
from lepasserelle.leindex import answers, needs
from lepasserelle.leindex.generation import PDG, VECTORS, OpenGeneration
from lepasserelle.leindex.needs import Need
from lepasserelle.leindex.questions import in_range
from lepasserelle.leindex.reading import innermost
from lepasserelle.model import SearchHit, TextMatch
from lepasserelle.query.literal import MOST_MATCHES, Lines
from lepasserelle.query.patterns import Pattern

Answer = TypeVar("Answer")


def lines_of(
    generation: OpenGeneration, pattern: Pattern, path: str | None, language: str | None, most: int = MOST_MATCHES
) -> Lines:
    """Lines with a match, by path and line. Raises `QueryError`."""
    return answers.lines_with(generation.graph(), generation.text(), generation.trigrams(), pattern, path, language, most)


def line_question(
    pattern: Pattern, top_k: int, language: str | None, kind: str | None, path: str | None
) -> Callable[[OpenGeneration], tuple[list[SearchHit], Lines]]:
    """Asks a generation for the first `top_k` of them as hits. Raises `QueryError`."""
    in_range("top_k", top_k, 1, MOST_MATCHES)
    if kind is not None:
        raise QueryError("modes `literal` and `regex` find lines, which have no kind; leave `kind` out")

    def hits(generation: OpenGeneration) -> tuple[list[SearchHit], Lines]:
        found = lines_of(generation, pattern, path, language, top_k)
        return [_hit(generation, match, "regex" if pattern.is_regex else "literal") for match in found.matches], found

    return hits


def _hit(generation: OpenGeneration, match: TextMatch, why: str) -> SearchHit:
    graph = generation.graph()
    file = graph.file_named(match.path)
    node = innermost(graph, file, match.line, match.line)
    return SearchHit(
        path=match.path,
        start_line=match.line,
        end_line=match.line,
        symbol=graph.qualified_name(node),
        kind=graph.kind(node).word,
        language=graph.file_language(file),
        score=1.0,
        snippet=match.text,
        why=(why,),
    )


class LineQuestions:
    """The questions of `LeIndex` for lines, apart from it for length only. `_ask` is `LeIndex`'s."""

    _local: threading.local

    def _ask(self, question: Callable[[OpenGeneration], Answer], caches: tuple[str, ...], need: Need | None = None) -> Answer:
        raise NotImplementedError

    def find_text(
        self,
        text: str,
        path: str | None = None,
        language: str | None = None,
        *,
        is_regex: bool = False,
        ignore_case: bool = False,
        whole_word: bool = False,
    ) -> list[TextMatch]:
        """Every line of the indexed text that holds exactly `text`, by path and line; at most 10 000. `path` is a glob.

        `is_regex`: a regular expression of RE2, within a line, in linear time. What 5 seconds did not suffice for is in `notes`.
        Raises `QueryError`, `NotIndexedError`.
        """
        self._local.notes = []
        pattern = Pattern(text, is_regex, ignore_case, whole_word)
        found = self._ask(lambda generation: lines_of(generation, pattern, path, language), (PDG, VECTORS), needs.text_search())
        return self._lines_told((found.matches, found))

    def _lines_told(self, found: tuple[list[Answer], Lines]) -> list[Answer]:
        """The list, after `notes` were told what is not in it for want of time."""
        if found[1].files_left:
            self._local.notes = [*self._local.notes, f"the time was over: {found[1].files_left} files were not looked at"]
        return found[0]
