"""BM25F in arrays against BM25F in plain Python."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.lexical import Lexical, build, search
from lepasserelle.lexical.scoring import FIELDS, K1, average_length
from lepasserelle.terms import FIELD_COUNT, ROW, Field, FileTerms, QueryTerm, TermFile

WORDS = ["alpha", "beta", "gamma", "delta", "omega"]
Document = dict[Field, list[str]]

documents = st.dictionaries(
    st.sampled_from([Field.NAME, Field.SIGNATURE, Field.DOCUMENTATION, Field.BODY, Field.SCOPE]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    max_size=4,
)
projects = st.lists(
    st.tuples(st.sampled_from(["", "alpha/", "beta/gamma/"]), st.lists(documents, min_size=1, max_size=5)), min_size=1, max_size=4
)


def term_files(project: list[tuple[str, list[Document]]]) -> list[TermFile]:
    """The project as a builder gets it."""
    files, first = [], 0
    for number, (folder, nodes) in enumerate(project):
        vocabulary = sorted({word for node in nodes for words in node.values() for word in words})
        rows = [
            (definition, int(field), vocabulary.index(word), count)
            for definition, node in enumerate(nodes)
            for field, words in node.items()
            for word, count in Counter(words).items()
        ]
        packed = np.array(sorted(rows), dtype=ROW).tobytes()
        files.append(TermFile(f"{folder}{number}0000000000.py", first, len(nodes), FileTerms(tuple(vocabulary), packed)))
        first += len(nodes)
    return files


def oracle(project: list[tuple[str, list[Document]]], query: list[QueryTerm]) -> dict[int, float]:
    """Robertson's formula, word by word."""
    nodes = [{**node, Field.PATH: [part for part in folder.split("/") if part]} for folder, some in project for node in some]
    lengths: dict[Field, list[int]] = defaultdict(list)
    for node in nodes:
        for field, words in node.items():
            if words:
                lengths[field].append(len(words))
    scores: dict[int, float] = {}
    for term, weight in query:
        frequency = sum(any(term in words for words in node.values()) for node in nodes)
        idf = math.log(1 + (len(nodes) - frequency + 0.5) / (frequency + 0.5))
        for number, node in enumerate(nodes):
            weighted = 0.0
            for field, words in node.items():
                if term in words:
                    b = FIELDS[field].length_normalisation
                    average = max(1.0, rounded(sum(lengths[field]) / len(lengths[field])))
                    weighted += FIELDS[field].weight * words.count(term) / (1 - b + b * len(words) / average)
            if weighted:
                scores[number] = scores.get(number, 0.0) + weight * idf * weighted / (K1 + weighted)
    return scores


def rounded(average: float) -> float:
    """To 128 steps below the next power of two."""
    mantissa, exponent = math.frexp(average)
    return math.ldexp(round(mantissa * 128) / 128, exponent)


@pytest.mark.parametrize("average", [1.0, 3.7, 41.3, 99.9, 1023.5])
def test_an_average_is_rounded_by_a_hundredth_at_most_and_stays_when_little_is_added(average: float) -> None:
    """So that what is stored of other nodes is the same after an edit."""
    lengths = np.zeros((2, FIELD_COUNT), dtype=np.int64)
    lengths[:, 3] = round(average * 20_000), 20_000
    found = average_length(lengths)
    assert found[3] == pytest.approx(average, rel=0.008)
    assert found[3] == rounded(lengths[0, 3] / 20_000)
    assert found[0] == 0
    lengths[0, 3] += 1
    assert np.array_equal(average_length(lengths), found)


@settings(max_examples=60, deadline=None)
@given(projects, st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=4, unique=True))
def test_scores_are_those_of_the_formula(project: list[tuple[str, list[Document]]], words: list[str]) -> None:
    """Arrays, quantised impacts and all, give Robertson's scores to a part in ten thousand."""
    files = term_files(project)
    query = [QueryTerm(word, 1.0 + i / 2) for i, word in enumerate(words)]
    nodes, scores = Lexical(build(lambda: iter(files))).search(query, 100)
    expected = oracle(project, query)
    assert set(nodes.tolist()) == set(expected)
    for node, score in zip(nodes.tolist(), scores.tolist(), strict=True):
        assert score == pytest.approx(expected[node], rel=2e-3, abs=1e-3)
    assert all(a >= b for a, b in pairwise(scores))


@settings(max_examples=25, deadline=None)
@given(projects)
def test_building_twice_gives_the_same_bytes(project: list[tuple[str, list[Document]]]) -> None:
    """A segment depends on its input alone."""
    files = term_files(project)
    first, second = build(lambda: iter(files)), build(lambda: iter(files))
    assert {name: array.tobytes() for name, array in first.items()} == {name: array.tobytes() for name, array in second.items()}


@settings(max_examples=25, deadline=None)
@given(projects)
def test_the_batch_size_does_not_change_the_sections(project: list[tuple[str, list[Document]]]) -> None:
    """File by file or all at once."""
    files = term_files(project)
    whole = build(lambda: iter(files))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lepasserelle.terms.batches.BATCH_BYTES", 1)
        single = build(lambda: iter(files))
    assert {name: array.tobytes() for name, array in single.items()} == {name: array.tobytes() for name, array in whole.items()}


def small() -> Lexical:
    """Four equal nodes in two files, and one that says it better."""
    plain: Document = {Field.BODY: ["alpha", "beta"]}
    project = [("", [plain, plain, {Field.NAME: ["alpha"], Field.BODY: ["beta"]}]), ("", [plain, plain])]
    files = term_files(project)
    return Lexical(build(lambda: iter(files)))


def test_equal_scores_stand_in_the_order_of_their_nodes() -> None:
    """Also where the limit cuts through them."""
    nodes, scores = small().search([QueryTerm("alpha", 1.0)], 3)
    assert nodes.tolist() == [2, 0, 1]
    assert scores[1] == scores[2]


def test_a_mask_is_applied_before_the_cut() -> None:
    """A filtered answer is as full as an open one."""
    mask = np.array([False, False, False, True, True])
    nodes, _ = small().search([QueryTerm("alpha", 1.0)], 2, mask)
    assert nodes.tolist() == [3, 4]


def test_groups_are_scored_by_their_best_places() -> None:
    """Each word of a group counts once, where it stands best."""
    lexical = small()
    groups = np.array([0, 0, 0, 1, 1], dtype=np.uint32)
    scores = lexical.by_group([QueryTerm("alpha", 1.0)], groups, 2)
    _, best = lexical.search([QueryTerm("alpha", 1.0)], 1)
    assert scores[0] == best[0]
    assert 0 < scores[1] < scores[0]


@pytest.mark.parametrize("query", [[], [QueryTerm("unknown", 1.0)]])
def test_nothing_known_finds_nothing(query: list[QueryTerm]) -> None:
    """Empty, not an error: words that no file holds are no mistake."""
    nodes, scores = small().search(query, 5)
    assert nodes.size == scores.size == 0
    assert small().idf("unknown") is None


def test_a_project_without_terms_builds_and_answers() -> None:
    """No files, or files without a word."""
    empty = Lexical(build(lambda: iter([])))
    assert empty.search([QueryTerm("alpha", 1.0)], 5)[0].size == 0
    hollow = Lexical(build(lambda: iter([TermFile("0.py", 0, 2, FileTerms((), b""))])))
    assert hollow.search([QueryTerm("alpha", 1.0)], 5)[0].size == 0


@settings(max_examples=60, deadline=None)
@given(projects, st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True), st.integers(1, 12))
def test_terms_that_are_added_together_give_the_same_bits(
    project: list[tuple[str, list[Document]]], words: list[str], at_once: int
) -> None:
    """However many postings are read at a time: terms are added in the order of the question."""
    lexical = Lexical(build(lambda: iter(term_files(project))))
    query = [QueryTerm(word, 1.0 / number) for number, word in enumerate(words, 1)]
    groups = np.arange(lexical.node_count, dtype=np.uint32) // 3
    together = *lexical.search(query, 100), lexical.by_group(query, groups, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_AT_ONCE", at_once)
        apart = *lexical.search(query, 100), lexical.by_group(query, groups, 2)
    for one, other in zip(together, apart, strict=True):
        assert one.tobytes() == other.tobytes()
