"""Answers a search: understand → mask → retrieve → rank → explain, on one pinned generation.

Not an owner: graph, indexes and text are lent to it and outlive it. It never reads the working tree and never writes.
Invariant: the same question on the same generation gives the same list; `top_k` is filled when so many files (flat: nodes) pass the
filters and match.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.errors import QueryError
from lepasserelle.model import LINE_MODES, FurtherPlace, NodeKind, SearchHit
from lepasserelle.query.builds import asked_forms
from lepasserelle.query.explain import near_in_several_places, reasons
from lepasserelle.query.filters import node_mask
from lepasserelle.query.ground import Ground
from lepasserelle.query.rank import Ranking, rank, telling_shares
from lepasserelle.query.respelling import respelled
from lepasserelle.query.retrieve import Candidates, retrieve
from lepasserelle.query.seams import GraphTable, MeaningIndex, TextStore, WordIndex
from lepasserelle.query.snippets import Snippet, Snippets
from lepasserelle.query.understand import Question, understand
from lepasserelle.query.weights import Weights
from lepasserelle.query.whereabouts import NOWHERE, Whereabouts, named_places

MODES = ("hybrid", "lexical", "semantic", "symbol")
MAX_TOP_K = 1000
STEPS = (10, 30, 100, 300, MAX_TOP_K)
"""More candidates change what stands where. So ten are ranked first and then, for who wants more, more of them, and what these add
goes behind: the first ten are the first ten of any number.
"""
_KIND_WORDS = tuple(kind.word for kind in NodeKind)
"""By number: a member of an enum takes ten times as long to find."""


class Searcher:
    """Search over one generation. What it keeps of the graph is in `ground`, which others of the same graph may go on with."""

    def __init__(
        self, ground: Ground, lexical: WordIndex, vectors: MeaningIndex, text: TextStore, weights: Weights | None = None
    ) -> None:
        self._ground = ground
        self._graph: GraphTable = ground.columns
        self._words = lexical
        self._meaning = vectors
        self._text = text
        self._weights = Weights() if weights is None else weights

    def search(
        self,
        query: str,
        top_k: int = 10,
        mode: str = "hybrid",
        language: str | None = None,
        kind: str | None = None,
        path: str | None = None,
        flat: bool = False,
        steps: Sequence[int] = STEPS,
        brief: bool = False,
    ) -> list[SearchHit]:
        """The best places of the at most `top_k` best files, best first, with further places of each file in `also`; with `flat`,
        and where the filters leave one file only, the at most `top_k` best places one by one.

        `mode`: `hybrid`, `lexical`, `semantic` or `symbol`. `language`, `kind` (a `NodeKind` word) and `path` (a posix glob with
        `**`) leave only what passes all of them. `steps`: so many are ranked at a time, of which the last is the first one that
        suffices. `brief`: hits are paid for by their length, which then speaks for none.
        Raises `QueryError` for a question or a filter that cannot be understood.
        """
        if mode not in MODES:
            raise QueryError(f"no search mode {mode!r}; modes are {', '.join((*MODES, *LINE_MODES))}")
        if isinstance(top_k, bool) or not isinstance(top_k, int) or not 1 <= top_k <= MAX_TOP_K:
            raise QueryError(f"top_k is {top_k!r}; it must be a whole number from 1 to {MAX_TOP_K}")
        shown = mask = self._mask(language, kind, path)
        question = understand(query)
        places = named_places(self._graph, self._ground.paths, question.text)
        flat = flat or (path is not None and self._is_one_file(mask))
        if not flat:
            mask = self._leading(mask, question, places)
        hits: list[SearchHit] = []
        listed: set[int] = set()
        why: tuple[str, ...] = ()
        weights = msgspec.structs.replace(self._weights, extent=0.0) if brief else self._weights
        for size in steps:
            pool = max(self._weights.pool, 2 * size)
            found = retrieve(self._graph, self._words, self._meaning, question, mask, mode, pool, self._weights.window, places)
            if mode in ("hybrid", "lexical") and (other := self._respelled(question, found, mode)) is not None:
                question, why, places = other[0], (other[1],), NOWHERE
                found = retrieve(self._graph, self._words, self._meaning, question, mask, mode, pool, self._weights.window)
            ranking = rank(self._graph, self._ground.standing, self._words, question, found, weights, size, kind is not None, flat)
            snippets = Snippets(ranking.telling)
            several = near_in_several_places(self._graph, ranking.found)
            places_of = ranking.found.nodes if flat else ranking.modules
            further = [at for at in ranking.order if int(places_of[at]) not in listed][: top_k - len(hits)]
            listed.update(places_of[further].tolist())
            elsewhere = None if flat else shown
            # All signals of all hits at once: an item of an array takes five times as long as one of a list.
            places_of_hits = np.array(further, dtype=np.intp)
            signals = zip(*(values.take(places_of_hits).tolist() for values in ranking.parts.values()), strict=True)
            parts = [dict(zip(ranking.parts, values, strict=True)) for values in signals]
            hits += [
                self._hit(question, ranking, snippets, at, mode, places, several, elsewhere, of_hit)
                for at, of_hit in zip(further, parts, strict=True)
            ]
            if size >= top_k or len(hits) == top_k:
                break
        hits = _descending(hits)
        return [msgspec.structs.replace(hit, why=(*why, *hit.why)) for hit in hits] if why else hits

    def _respelled(self, question: Question, found: Candidates, mode: str) -> tuple[Question, str] | None:
        """A question of which nothing is a name, a path or a word of the project, with words that are written alike. The encoder
        may know a word that the project lacks, also a slip that many make: what it means counts beside them.
        """
        if found.exact.any() or found.placed.any() or found.lift.any():
            return None
        return respelled(self._words, question, as_well=mode == "hybrid")

    def telling_lines(self, query: str, nodes: Sequence[int]) -> list[int]:
        """Which line of each node tells most of what is asked, in its file and 1-based: as a hit's `line`."""
        question = understand(query)
        places = named_places(self._graph, self._ground.paths, question.text)
        snippets = Snippets(telling_shares(self._words, question))
        return [self._graph.lines(node)[0] + self._shown(question, snippets, node, "hybrid", places)[0].line for node in nodes]

    def _mask(self, language: str | None, kind: str | None, path: str | None) -> NDArray[np.bool_]:
        if language is None and kind is None and path is None:
            return self._ground.open_mask
        return node_mask(self._graph, language, kind, path)

    def _leading(self, mask: NDArray[np.bool_], question: Question, places: Whereabouts) -> NDArray[np.bool_]:
        """Without what a better form of its module says as well, of those that the filters leave."""
        ground = self._ground
        if not ground.builds:
            return mask
        if mask is ground.open_mask and not places.files and not asked_forms(question.text):
            return ground.leading_mask
        return ground.builds.leading(mask, question.text, places.files)

    def _is_one_file(self, mask: NDArray[np.bool_]) -> bool:
        shown = np.flatnonzero(mask)
        return bool(shown.size) and self._graph.files[shown[0]] == self._graph.files[shown[-1]]

    def _hit(
        self,
        question: Question,
        ranking: Ranking,
        snippets: Snippets,
        at: int,
        mode: str,
        places: Whereabouts,
        several: set[int],
        elsewhere: NDArray[np.bool_] | None,
        parts: dict[str, float],
    ) -> SearchHit:
        graph, node = self._graph, int(ranking.found.nodes[at])
        file = int(graph.files[node])
        start_line, end_line = graph.lines(node)
        shown, near = self._shown(question, snippets, node, mode, places)
        near_lines = None if near is None else (start_line + near[0], start_line + near[1])
        return SearchHit(
            path=graph.file_path(file),
            start_line=start_line,
            end_line=end_line,
            symbol=graph.qualified_name(node),
            kind=_KIND_WORDS[graph.kinds[node]],
            language=graph.file_language(file),
            score=round(float(ranking.scores[at]), 6),
            snippet=shown.text,
            why=reasons(graph, question, ranking.found, at, parts, ranking.telling, ranking.forms, near_lines, several),
            also=tuple(self._further(other, file) for other in self._also(ranking, at, elsewhere)),
            line=start_line + shown.line,
        )

    def _shown(
        self, question: Question, snippets: Snippets, node: int, mode: str, places: Whereabouts
    ) -> tuple[Snippet, tuple[int, int] | None]:
        """The lines of a node that answer: around the one that was asked for, else those of its own first, and of a long one
        those of its nearest window; and the first and last line of that window, from 0, where it is nearer than all of the node.
        """
        start, end = self._graph.byte_span(node)
        source = self._text.slice(int(self._graph.files[node]), start, end)
        if asked_line := places.nodes.get(node):
            return snippets.around(source, asked_line - self._graph.lines(node)[0]), None
        passage = self._meaning.passage(node, question.terms) if mode in ("hybrid", "semantic") else None
        nearest = None if passage is None else (max(0, passage[0] - start), passage[1] - start)
        has_inner = node + 1 < self._graph.node_count and self._graph.parent(node + 1) == node
        shown = snippets.cut(source, nearest, partial(self._is_own, node) if has_inner else None)
        return shown, None if nearest is None or passage is None or not passage[2] else _lines_of(source, *nearest)

    def _is_own(self, node: int, line: int) -> bool:
        """Whether a line of a node, from 0, is in no definition inside it."""
        graph = self._graph
        starts, file = graph.start_lines, int(graph.files[node])
        at = starts[node] + line
        end = graph.first_node(file + 1) if file + 1 < graph.file_count else graph.node_count
        inner = bisect_right(starts, at, node + 1, end) - 1
        while inner > node and graph.lines(inner)[1] < at:
            inner = graph.parent(inner)
        return inner <= node

    def _also(self, ranking: Ranking, at: int, elsewhere: NDArray[np.bool_] | None) -> list[int]:
        """Further places of the module, then the same one in its other forms, of those that the filters leave."""
        places = [int(ranking.found.nodes[other]) for other in ranking.further.get(at, ())]
        if elsewhere is not None and self._ground.builds:
            places += self._ground.builds.elsewhere(int(ranking.found.nodes[at]), elsewhere)
        return list(dict.fromkeys(places))

    def _further(self, node: int, file: int) -> FurtherPlace:
        start_line, end_line = self._graph.lines(node)
        kind = _KIND_WORDS[self._graph.kinds[node]]
        own_file = int(self._graph.files[node])
        path = "" if own_file == file else self._graph.file_path(own_file)
        return FurtherPlace(start_line, end_line, self._graph.qualified_name(node), kind, path)


def _descending(hits: list[SearchHit]) -> list[SearchHit]:
    """No hit has a higher score than the one before it: among more candidates the same place may be worth more."""
    least = hits[0].score if hits else 0.0
    for at, hit in enumerate(hits):
        if hit.score > least:
            hits[at] = msgspec.structs.replace(hit, score=least)
        least = hits[at].score
    return hits


def _lines_of(source: bytes, start: int, end: int) -> tuple[int, int]:
    """First and last line, from 0, of a part of a text."""
    first = source.count(b"\n", 0, start)
    return first, first + source.count(b"\n", start, max(start, end - 1))
