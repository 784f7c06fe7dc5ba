"""Vectors made out of the former ones are those of building anew, byte for byte."""

from collections.abc import Iterator, Sequence
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle.lexical import build as build_words
from lepasserelle.lexical.rewriting import holders_of_families
from lepasserelle.model import Sections
from lepasserelle.parse import parse
from lepasserelle.terms import FileTerms, TermFile, collect
from lepasserelle.vectors import build, rewriting, trained
from lepasserelle.vectors.encoder import Bags
from lepasserelle.vectors.rewriting import Project, Rewritten, rewrite
from lepasserelle.vectors.rows import rows_of
from lepasserelle.vectors.trained import local_weights, rounded

WORDS = ["validate", "validator", "valid", "session", "frobnicate", "x", "ünicode", "session_cookie"]

functions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
sources = st.tuples(st.lists(functions, max_size=3), st.booleans())
"""The words of its functions, and whether the last is long enough for windows."""
Source = tuple[list[list[str]], bool]


def text_of(source: Source) -> bytes:
    """Python."""
    said, is_long = source
    lines = []
    for number, words in enumerate(said):
        again = 300 if is_long and number == len(said) - 1 else 1
        lines += [f"def {words[0]}_{number}():", *(f"    {word}()  # {number * line}" for line in range(again) for word in words)]
    return "\n".join(lines).encode()


def files_of(project: Sequence[Source]) -> list[TermFile]:
    """As a builder gets them."""
    found: list[TermFile] = []
    for number, source in enumerate(project):
        data = text_of(source)
        facts = parse(data, "python")
        first = sum(file.node_count for file in found)
        found.append(TermFile(f"{WORDS[number]}.py", first, len(facts.definitions), collect(data, facts)))
    return found


def said(sections: Sections | None) -> object:
    """Names, forms and bytes of sections, in order."""
    return sections and [(name, array.dtype.str, array.shape, array.tobytes()) for name, array in sections.items()]


def coarse(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """As in a project with many nodes, where few edits change what a word counts."""
    return np.asarray(np.exp2(np.ceil(np.log2(np.maximum(counts, 1)))), dtype=np.float64)


def rewritten(before: list[TermFile], now: list[TermFile], numbers: Sequence[int]) -> Sections | None:
    """What is made out of the former vectors."""

    def terms_of(files: Sequence[int]) -> Iterator[tuple[str, FileTerms]]:
        return ((now[number].path, now[number].terms) for number in files)

    project = Project([file.node_count for file in now], terms_of, holders_of_families(build_words(before.__iter__)))
    return rewrite(build(before.__iter__), [Rewritten(before[number], now[number]) for number in numbers], project)


@settings(deadline=None, max_examples=80)
@given(st.lists(sources, min_size=1, max_size=4), st.data())
def test_rewriting_gives_the_bytes_of_building_anew(project: list[Source], data: st.DataObject) -> None:
    """Words come and go in nodes and windows, count otherwise in other files, and definitions come and go."""
    numbers = sorted(data.draw(st.sets(st.integers(0, len(project) - 1))))
    edited = {number: data.draw(sources) for number in numbers}
    before, now = files_of(project), files_of([edited.get(number, source) for number, source in enumerate(project)])
    with (
        patch.object(trained, "rounded", coarse),
        patch.object(rewriting, "rounded", coarse),
        patch.object(rewriting, "_MOST_SHARE", 0),
    ):
        found = rewritten(before, now, numbers)
        nodes = [np.array([sum(file.node_count for file in files)]) for files in (before, now)]
        if coarse(nodes[0]) == coarse(nodes[1]):
            assert said(found) == said(build(now.__iter__))
        else:
            assert found is None


def test_a_window_is_made_anew_of_words_that_its_node_gave_to_a_definition() -> None:
    """A comment before a definition is documentation of that, and stands in a window of the file's own code all the same."""
    code = "\n".join(f"session.validate({line});" for line in range(150))
    commented = f"{code}\n/** frobnicate */\nfunction x() {{}}\n".encode()
    before, now = (script_files(commented, text) for text in (b"function zebra() {}\n", b"function frobnicate() {}\n"))
    former, anew = build(before.__iter__), build(now.__iter__)
    first = len(former["vectors"]) - len(former["window_nodes"])
    assert (former["vectors"][first:] != anew["vectors"][first:]).any()
    with patch.object(rewriting, "_MOST_SHARE", 0):
        assert said(rewritten(before, now, [1])) == said(anew)


def script_files(*texts: bytes) -> list[TermFile]:
    """As `files_of`, in JavaScript."""
    found: list[TermFile] = []
    for number, data in enumerate(texts):
        facts = parse(data, "javascript")
        first = sum(file.node_count for file in found)
        found.append(TermFile(f"{number}.js", first, len(facts.definitions), collect(data, facts)))
    return found


def test_where_most_is_another_nothing_is_rewritten() -> None:
    """Making all anew takes little longer."""
    one, other = [["session"]], [["validate"]]
    before, now = files_of([(one, False)] * 8), files_of([*[(one, False)] * 7, (other, False)])
    assert rewritten(before, before, []) is not None
    assert rewritten(before, now, [7]) is None  # every node holds the word that is in one node fewer


def test_where_a_graph_of_the_vectors_is_to_be_built_nothing_is_rewritten() -> None:
    """Nor where there was one: one vector more or fewer decides on it."""
    before = files_of([([["session"]], False)])
    count = before[0].node_count

    def made(former_limit: int, limit: int) -> Sections | None:
        project = Project([count], lambda _: iter(()), lambda _: np.zeros(0, dtype=np.int64))
        return rewrite(build(before.__iter__, exact_limit=former_limit), [], project, limit)

    assert said(made(count, count)) == said(build(before.__iter__))
    assert made(count, count - 1) is None
    assert made(count - 1, count) is None


def test_what_another_encoder_made_is_not_rewritten() -> None:
    """It weighs by itself."""
    before = files_of([([["session"]], False)])
    former = {name: array for name, array in build(before.__iter__).items() if name != "word_weights"}
    project = Project([before[0].node_count], lambda _: iter(()), lambda _: np.zeros(0, dtype=np.int64))
    assert rewrite(former, [], project) is None


@pytest.mark.parametrize("count", [0, 1, 17, 64, 65, 1000, 22_888, 1_000_000])
def test_counts_are_rounded_by_a_sixty_fourth_at_most(count: int) -> None:
    """And small ones are not."""
    found = float(rounded(np.array([count]))[0])
    assert found == count if count <= 64 else abs(found - count) <= count / 64


def test_a_word_more_in_a_large_project_counts_the_same() -> None:
    """Nearly always: so that what holds it keeps its vector."""
    frequencies = np.arange(1_000, 2_000)
    same = local_weights(frequencies, 20_000) == local_weights(frequencies + 1, 20_000)
    assert same.mean() > 0.9
    assert (np.diff(local_weights(np.arange(1, 3_000), 20_000)) <= 0).all()


def test_sums_do_not_depend_on_the_order_of_words_of_one_family() -> None:
    """Which of them was met first is a matter of files that came before."""
    weights = np.array([0.1, 0.7, 0.2], dtype=np.float32)
    made = [
        rows_of(Bags(["a", "b", "c"], np.array([0, 3]), np.arange(3), weights[list(order)]), np.zeros(3, dtype=np.int32))
        for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0])
    ]
    assert len({rows.values.tobytes() for rows in made}) == 1
    assert made[0].values.tolist() == sorted(weights.tolist())
