"""Puts into words why a node is where it is in the list.

Not ranking: it reads what the ranking left behind. Invariant: strongest signal first; every phrase is about this hit.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.query.retrieve import Candidates
from lepasserelle.query.seams import GraphTable
from lepasserelle.query.understand import Question
from lepasserelle.terms import family, path_terms, pieces

_MAX_WORDS = 5
_WORTH_SAYING = 0.02
_TEST, _SECONDARY = int(NodeFlag.TEST), int(NodeFlag.SECONDARY)


def reasons(
    graph: GraphTable,
    question: Question,
    found: Candidates,
    at: int,
    parts: Mapping[str, float],
    telling: Mapping[str, float],
    forms: Mapping[int, int],
    near_lines: tuple[int, int] | None = None,
    several: AbstractSet[int] = frozenset(),
) -> tuple[str, ...]:
    """Phrases for candidate `at`, whose additive signals are `parts`. `forms`: candidate → the file that
    its own is a form of, if lowered for it.
    `near_lines`: the part of a long one that is nearer in meaning than all of it, first and last line. `several`: files with
    several places that are near in meaning (`near_in_several_places`).
    """
    node = int(found.nodes[at])
    strongest_first = sorted([(-value, signal) for signal, value in parts.items() if value > 0])
    told = [_phrase(signal, graph, found, at, node, telling, several) for less, signal in strongest_first if -less > _WORTH_SAYING]
    phrases = [_with_part(phrase, near_lines) for phrase in told if phrase]
    if not phrases:  # far down a long list nothing is strong
        weak = (_phrase(signal, graph, found, at, node, telling, several) for _, signal in strongest_first)
        phrases = [_with_part(phrase, near_lines) for phrase in weak if phrase][:1]
    return (*phrases, *_nature(graph, question, node, forms.get(at)))


def _with_part(phrase: str, near_lines: tuple[int, int] | None) -> str:
    if near_lines is None or not phrase.startswith("meaning: "):
        return phrase
    return f"{phrase} by its lines {near_lines[0]}-{near_lines[1]}"


def _phrase(
    signal: str, graph: GraphTable, found: Candidates, at: int, node: int, telling: Mapping[str, float], several: AbstractSet[int]
) -> str:
    if signal == "exact":
        return f"symbol: {'exact name' if found.exact[at] else 'name but for case'}"
    if signal == "placed":
        return "path: as asked"
    if signal == "lifted":
        return "" if found.placed[at] else "path: in what was asked for"
    if signal == "spelled":
        return "symbol: the words spell its name"
    if signal == "handed":
        return "calls: other hits call it"
    if signal == "words":
        rank = int(found.words_rank[at])  # a number of numpy's takes several times as long to write
        return f"words: rank {rank}" if rank else "words: some of them"
    if signal == "meaning":
        rank = int(found.meaning_rank[at])
        return f"meaning: rank {rank}" if rank else "meaning: near to it"
    if signal == "name":
        shared = [term for term, root in _of_name(graph.name(node)) if root in telling]
        return f"name: {' '.join(shared[:_MAX_WORDS])}"
    if signal == "path":
        shared = [term for term, root in _of_path(graph.file_path(int(graph.files[node]))) if root in telling]
        return f"path: {' '.join(shared[:_MAX_WORDS])}"
    if signal == "file":
        return "file: its text answers the question"
    return (
        "file: several of its places are near in meaning" if signal == "file meaning" and int(graph.files[node]) in several else ""
    )


@lru_cache(maxsize=1 << 12)
def _of_name(name: str) -> tuple[tuple[str, str], ...]:
    """Its terms, each with its family."""
    return tuple((term, family(term)) for term in pieces(name))


@lru_cache(maxsize=1 << 12)
def _of_path(path: str) -> tuple[tuple[str, str], ...]:
    """Its terms, each with its family."""
    return tuple((term, family(term)) for term in path_terms(path))


def near_in_several_places(graph: GraphTable, found: Candidates) -> set[int]:
    """Files of which more than one candidate is near in meaning. Candidates ascend by node, and so do their files."""
    files = graph.files[found.nodes[found.meaning > 0]]
    return set(files[1:][files[1:] == files[:-1]].tolist())


def _nature(graph: GraphTable, question: Question, node: int, base: int | None) -> list[str]:
    said = []
    flags = int(graph.flag_bits[node])
    if question.asked_kinds and (kind := NodeKind(int(graph.kinds[node]))) in question.asked_kinds:
        said.append(f"kind: {kind.word}, which the question may ask for")
    calls = int(graph.call_counts[node])
    if calls:
        said.append(f"called from {calls} place{'s' if calls != 1 else ''}")
    if flags & _TEST and not question.wants_tests:
        said.append("lowered: test")
    if flags & _SECONDARY and not question.wants_secondary:
        said.append("lowered: example, generated or vendored")
    if base is not None:
        said.append(f"lowered: a form of {graph.file_path(base)}")
    return said
