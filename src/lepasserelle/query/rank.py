"""Orders the candidates: evidence from every retrieval, times what kind of thing a node is, and not all from one file.

Not retrieval and not explanation; it leaves behind, for each candidate, the signals that `explain` puts into words.
Invariant: deterministic; equal scores by ascending node.
"""

from functools import lru_cache, reduce

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.query.describing import IS_THE_NAME, extents, gives_no_name, likeness
from lepasserelle.query.handing import handed_on
from lepasserelle.query.naming import agreement, name_roots, spelled
from lepasserelle.query.retrieve import Candidates
from lepasserelle.query.runs import begins
from lepasserelle.query.seams import GraphTable, WordIndex
from lepasserelle.query.spread import folded, spread_over_files
from lepasserelle.query.standing import Standing
from lepasserelle.query.traits import are_errors
from lepasserelle.query.understand import Question, Shape
from lepasserelle.query.versions import superseded
from lepasserelle.query.weights import KIND_WEIGHTS, PROSE_LANGUAGES, Weights
from lepasserelle.terms import WHOLE, family, path_terms
from lepasserelle.terms import folded as folded_name

Floats = NDArray[np.float64]

_FILE_PLACES = 3
_TEST, _SECONDARY, _EXPORTED = (np.uint8(int(flag)) for flag in (NodeFlag.TEST, NodeFlag.SECONDARY, NodeFlag.EXPORTED))
"""Plain numbers: what an array makes of a member of an enum takes ten times as long."""
_KINDS = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in NodeKind])


class Ranking(msgspec.Struct, frozen=True):
    """The best candidates in order, and what put them there."""

    found: Candidates
    """The short list."""
    order: list[int]
    """Indices into it, best first."""
    scores: Floats
    """Of each in the short list."""
    parts: dict[str, Floats]
    """Signal → what it added to each candidate."""
    telling: dict[str, float]
    """The question's plain terms with their share of what it tells, summing to 1."""
    forms: dict[int, int]
    """Index → the file that its file is a form of, of those that were lowered for it."""
    modules: NDArray[np.int64]
    """Of each in the short list what it stands in as one of ten: its file, or that which leads the forms of its module."""
    further: dict[int, list[int]]
    """Of a place in the order, the other places of its file that are folded under it, best first. Empty in a flat list."""


def rank(
    graph: GraphTable,
    standing: Standing,
    words: WordIndex,
    question: Question,
    found: Candidates,
    weights: Weights,
    top_k: int,
    one_kind: bool = False,
    flat: bool = True,
) -> Ranking:
    """The `top_k` best candidates, or unless `flat` the best ones of the `top_k` best files. `one_kind`: a filter left one kind
    only, so kinds are not weighed.

    Two steps: what the retrievals said picks a short list, and only there names and paths are read.
    """
    telling = telling_shares(words, question)
    files = graph.files[found.nodes].astype(np.int64)
    said = _retrieved(found, files, _meaning_weight(question, weights), weights)
    modules = files if flat else standing.builds.module_of(files, found.lift > 0)
    kept = _short_list(found, modules, said, weights, top_k, flat)
    describes = weights.extent > 0 and gives_no_name(question, found)
    found, files, modules = found.only(kept), files[kept], modules[kept]
    names = [graph.name(node) for node in found.nodes.tolist()]
    roots = [name_roots(name) for name in names]
    paths = {file: graph.file_path(file) for file in sorted(set(files.tolist()))}
    matches = _name_match(roots, telling)
    parts = {signal: value[kept] for signal, value in said.items()} | {
        "name": weights.name * matches,
        "path": weights.path * _path_match(paths, files, telling),
    }
    forms = standing.variants.among(files, question.text)
    nature = _nature(graph, standing, question, found, names, paths, weights, one_kind)
    spelt = spelled(graph, question, found.nodes, names)
    lowered: dict[int, int] = {}
    longer: Floats | None = None
    if len(names) and (forms or describes):
        like = np.maximum(likeness(graph, question, found.nodes, roots, telling, matches.tolist()), spelt)
        is_form = np.isin(files, list(forms)) & (like < IS_THE_NAME)
        nature = np.where(is_form, nature * weights.variant, nature)
        lowered = {at: forms[int(files[at])] for at in np.flatnonzero(is_form).tolist()}
        if describes:
            longer = weights.extent * (1.0 - like.max()) * extents(graph, found.nodes)
    evidence = reduce(np.add, parts.values()) * nature
    named = _named(graph, question, found, names, spelt, weights)
    parts |= named
    said_outright = reduce(np.add, named.values())
    scores = (evidence if longer is None else evidence * (1.0 + longer)) + said_outright
    parts["handed"] = handed_on(graph, found.nodes, roots, scores, weights.callee, weights.namesake)
    scores = scores + parts["handed"]
    further: dict[int, list[int]] = {}
    if flat:
        scores = spread_over_files(scores, files, _is_named(question, found), weights.repeated_file)
        order = np.argsort(-scores, kind="stable")[:top_k].tolist()
    else:
        own = None if longer is None else evidence / _as_types(graph, found, one_kind) + said_outright + parts["handed"]
        leading = _leading(scores, own, files == modules if standing.builds else None)
        further = folded(scores, modules, top_k, weights.further_share, leading)
        order, scores = list(further), scores if leading is None else _of_modules(scores, further)
    return Ranking(found, [at for at in order if scores[at] > 0], scores, parts, telling, lowered, modules, further)


def _is_named(question: Question, found: Candidates) -> NDArray[np.bool_]:
    """What all of the question names, by name or by place."""
    return (found.exact & (question.shape is not Shape.SENTENCE)) | (found.placed > 0)


def _as_types(graph: GraphTable, found: Candidates, one_kind: bool) -> Floats | float:
    """What types count more than other definitions."""
    return 1.0 if one_kind else np.maximum(_KINDS[graph.kinds[found.nodes]], 1.0)


def _leading(scores: Floats, own: Floats | None, opened: NDArray[np.bool_] | None) -> Floats | None:
    """By what a place leads its file, None where it is the score. `own`: without length and what types count more, which tell in
    which file is done what is described, and not which of its places to read first. Of a module in several forms the places in
    the form to open (`opened`) lead.
    """
    if opened is None:
        return own
    return np.where(opened, scores if own is None else own, -np.inf)


def _of_modules(scores: Floats, further: dict[int, list[int]]) -> Floats:
    """What leads a file, or the forms of a module, has the score of the best of their places."""
    result = scores.copy()
    result[list(further)] = [scores[[at, *others]].max() for at, others in further.items()]
    return result


def _meaning_weight(question: Question, weights: Weights) -> float:
    return weights.meaning * (weights.symbol_meaning if question.shape is Shape.SYMBOL else 1.0)


def _short_list(
    found: Candidates, files: NDArray[np.int64], said: dict[str, Floats], weights: Weights, top_k: int, flat: bool
) -> NDArray[np.int64]:
    """Indices of the candidates that may still come to the top, ascending; of files that are to be told apart the best ones."""
    length = max(weights.short_list, 4 * top_k)
    if len(files) <= length:
        return np.arange(len(files))
    hope = reduce(np.add, said.values())
    if found.exact.any():
        hope += np.where(found.exact, weights.exact_name, 0.0)
    if found.lift.any():
        hope += weights.exact_name * found.placed + weights.named_file * found.lift
    best = np.flatnonzero(hope >= np.partition(hope, len(hope) - length)[len(hope) - length])
    if len(best) == length and (flat or len(set(files[best].tolist())) >= 2 * top_k):
        return best
    order = np.argsort(-hope, kind="stable")
    if flat or len(set(files[order[:length]].tolist())) >= 2 * top_k:
        return np.sort(order[:length])
    first_of: dict[int, int] = {}
    for at, file in zip(order.tolist(), files[order].tolist(), strict=True):
        if first_of.setdefault(file, at) == at and len(first_of) == 2 * top_k:
            break
    return np.array(sorted({*order[:length].tolist(), *first_of.values()}), dtype=np.int64)


def _retrieved(found: Candidates, files: NDArray[np.int64], meaning: float, weights: Weights) -> dict[str, Floats]:
    """What the retrievals said, by signal."""
    return {
        "words": weights.words * _relative(found.words),
        "meaning": meaning * _relative(found.meaning),
        "file": weights.file_words * _relative(found.file_words, files),
        "file meaning": weights.file_meaning * _file_meaning(found, files),
    }


def _relative(values: NDArray[np.float32], at: NDArray[np.int64] | None = None) -> Floats:
    """Values at these places, at all by default, by the largest of all."""
    top = float(values.max()) if values.size else 0.0
    wanted = values if at is None else values[at]
    return wanted.astype(np.float64) / top if top > 0 else np.zeros(len(wanted))


def telling_shares(words: WordIndex, question: Question) -> dict[str, float]:
    """The families of the question's plain terms with their share of what it tells, summing to 1."""
    families: dict[str, float] = {}
    for term, weight in question.terms:
        if not term.startswith(WHOLE):
            root = family(term)
            families[root] = max(families.get(root, 0.0), weight * (words.idf(term) or 0.0))
    total = sum(families.values())
    return {term: value / total for term, value in families.items() if value > 0}


def _name_match(roots: list[tuple[str, ...]], telling: dict[str, float]) -> Floats:
    """How far each name and the question are of the same words."""
    tells_nothing = telling.keys().isdisjoint
    return np.array([0.0 if tells_nothing(own) else agreement(own, telling) for own in roots])


@lru_cache(maxsize=1 << 13)
def _path_roots(path: str) -> frozenset[str]:
    return frozenset(map(family, path_terms(path)))


def _path_match(paths: dict[int, str], files: NDArray[np.int64], telling: dict[str, float]) -> Floats:
    """How much of the question is in the path."""
    share: dict[int, float] = {}
    tells_nothing = telling.keys().isdisjoint
    for file, path in paths.items():
        roots = _path_roots(path)
        share[file] = 0.0 if tells_nothing(roots) else sum([value for root, value in telling.items() if root in roots])
    return np.array([share[file] for file in files.tolist()])


def _file_meaning(found: Candidates, files: NDArray[np.int64]) -> Floats:
    """Sum of the best three cosines in the file, relative to the best file. Candidates ascend by node, and so do files."""
    if not files.size:
        return np.zeros(0)
    is_first = begins(files)
    starts = np.flatnonzero(is_first)
    place = np.cumsum(is_first) - 1
    nearest = np.argsort(-found.meaning, kind="stable")
    by_file = nearest[np.argsort(place[nearest], kind="stable")]
    cosines = found.meaning[by_file].astype(np.float64)
    sums, counts = cosines[starts], np.append(starts[1:], len(files)) - starts
    for further in range(1, _FILE_PLACES):
        has = np.flatnonzero(counts > further)
        sums[has] += cosines[starts[has] + further]
    return _relative(sums[place].astype(np.float32))


def _named(
    graph: GraphTable, question: Question, found: Candidates, names: list[str], spelt: Floats, weights: Weights
) -> dict[str, Floats]:
    """What the question says outright, by name or by place, by signal."""
    parts = {"exact": _exact(graph, question, found, names, weights), "spelled": weights.spelled_name * spelt}
    if found.lift.any():
        parts["placed"] = weights.exact_name * found.placed.astype(np.float64)
        parts["lifted"] = weights.named_file * found.lift.astype(np.float64)
    return parts


def _exact(graph: GraphTable, question: Question, found: Candidates, names: list[str], weights: Weights) -> Floats:
    """What a name is worth: nothing outweighs it when it is all of the question."""
    if question.shape is Shape.SENTENCE:
        return np.where(found.exact, weights.quoted_name, 0.0)
    result = np.where(found.exact, weights.exact_name, 0.0)
    if question.shape is Shape.SYMBOL and question.names:
        wanted = folded_name(question.names[0]).split(".")
        if len(wanted) == 1:
            result += weights.bare_name * (found.exact & _is_offered(graph, found))
        for i, node in enumerate(found.nodes.tolist()):
            if found.exact[i] or folded_name(names[i]) != wanted[-1]:
                continue
            if folded_name(graph.qualified_name(node)).split(".")[-len(wanted) :] == wanted:
                result[i] = weights.folded_name
    return result


def _is_offered(graph: GraphTable, found: Candidates) -> NDArray[np.bool_]:
    """Public, and in no other definition: what can be written by its bare name. Only what was found by name is looked at."""
    result: NDArray[np.bool_] = found.exact & (graph.flag_bits[found.nodes] & _EXPORTED != 0)
    for i in np.flatnonzero(result).tolist():
        node = int(found.nodes[i])
        result[i] = graph.parent(node) == graph.first_node(int(graph.files[node]))
    return result


def _nature(
    graph: GraphTable,
    standing: Standing,
    question: Question,
    found: Candidates,
    names: list[str],
    paths: dict[int, str],
    weights: Weights,
    one_kind: bool,
) -> Floats:
    """What multiplies the evidence: kind, tests, secondary code, prose, errors, privacy, callers."""
    files = graph.files[found.nodes]
    kinds = graph.kinds[found.nodes]
    flags = graph.flag_bits[found.nodes]
    factor: Floats = np.ones(len(kinds)) if one_kind else _KINDS[kinds]
    if question.wants_kinds and not one_kind:
        wanted = np.isin(kinds, np.array([int(kind) for kind in question.wants_kinds], dtype=np.uint8))
        factor = np.where(wanted, np.maximum(factor, 1.0) * weights.wanted_kind, factor)
    lowered = [
        (flags & _TEST != 0, weights.test, question.wants_tests),
        (flags & _SECONDARY != 0, weights.secondary, question.wants_secondary),
        (_in(files, {file for file in paths if graph.file_language(file) in PROSE_LANGUAGES}), weights.prose, question.wants_prose),
        (_in(files, _older(paths, question)), weights.older, False),
        (None if question.wants_errors else _is_error(graph, found, names), weights.error_type, question.wants_errors),
        (flags & _EXPORTED == 0, weights.private, False),
    ]
    for applies, weight, wanted_anyway in lowered:
        if applies is not None and not wanted_anyway:
            np.multiply(factor, weight, out=factor, where=applies)
    factor *= 1.0 + weights.calls * standing.nodes(found.nodes) + weights.file_calls * standing.files(files)
    return factor


def _in(files: NDArray[np.uint32], some: set[int]) -> NDArray[np.bool_] | None:
    """Of which places the file is one of some; None: there are none."""
    return np.array([file in some for file in files.tolist()], dtype=bool) if some else None


def _older(paths: dict[int, str], question: Question) -> set[int]:
    """Those in a folder of an older version that the question does not name."""
    older = superseded(paths)
    if not older:
        return set()
    asked = set(question.text.lower().replace("/", " ").split())
    return {file for file, version in older.items() if version not in asked}


def _is_error(graph: GraphTable, found: Candidates, names: list[str]) -> NDArray[np.bool_] | None:
    """An error type, or a member of one; None: there are none."""
    errors = are_errors(graph, found.nodes, names)
    return np.array(errors, dtype=bool) if True in errors else None
