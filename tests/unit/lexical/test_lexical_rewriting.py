"""Postings made out of the former ones are those of building anew, byte for byte."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.lexical import build, rewriting
from lepasserelle.lexical.rewriting import Rewritten, rewrite
from lepasserelle.lexical.scoring import average_length
from lepasserelle.model import Sections
from lepasserelle.terms import ROW, Field, FileTerms, TermFile

FIELDS = [Field.NAME, Field.SIGNATURE, Field.DOCUMENTATION, Field.BODY, Field.SCOPE]
WORDS = ["alpha", "beta", "épsilon", "zeta", "", "=whole"]

Content = tuple[dict[tuple[int, Field, str], int], int]
rows = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(FIELDS), st.sampled_from(WORDS)), st.integers(1, 9), max_size=9)
"""(definition, field, word) → how often."""
contents = st.tuples(rows, st.integers(1, 3))
"""Rows, and definitions beyond the last one that has any."""
projects = st.lists(contents, min_size=1, max_size=5)


def file_of(number: int, first: int, content: Content) -> TermFile:
    """As a builder gets it."""
    said, more = content
    vocabulary = sorted({word for _, _, word in said})
    found = sorted((definition, int(field), vocabulary.index(word), count) for (definition, field, word), count in said.items())
    terms = FileTerms(tuple(vocabulary), np.array(found, dtype=ROW).tobytes())
    return TermFile(f"alpha/{number}.py", first, max([-1, *(row[0] for row in found)]) + 1 + more, terms)


def files_of(project: list[Content]) -> list[TermFile]:
    """All of them, nodes one behind the other."""
    found: list[TermFile] = []
    for number, content in enumerate(project):
        found.append(file_of(number, sum(file.node_count for file in found), content))
    return found


def said(sections: Sections | None) -> object:
    """Names, forms and bytes of sections, in order."""
    return sections and [(name, array.dtype.str, array.shape, array.tobytes()) for name, array in sections.items()]


@settings(deadline=None, max_examples=200)
@given(projects, st.data())
def test_rewriting_gives_the_bytes_of_building_anew(project: list[object], data: st.DataObject) -> None:
    """Words come and go, and definitions, so that later files have other numbers. Averages are held, as they are in a large
    project.
    """
    edited = {number: data.draw(contents) for number in sorted(data.draw(st.sets(st.integers(0, len(project) - 1))))}
    before = files_of(project)  # type: ignore[arg-type]
    now = files_of([edited.get(number, content) for number, content in enumerate(project)])  # type: ignore[arg-type]
    held = np.full(len(Field), 2.5)
    with (
        patch.object(rewriting, "average_length", lambda _: held),
        patch("lepasserelle.lexical.build.average_length", lambda _: held),
    ):
        former = build(lambda: iter(before))
        rewritten = rewrite(former, [Rewritten(before[number], now[number]) for number in edited])
        assert said(rewritten) == said(build(lambda: iter(now)))


def test_where_an_average_moves_nothing_is_rewritten() -> None:
    """Every posting is another then."""
    short = ({(0, Field.BODY, "alpha"): 1}, 0)
    long = ({(0, Field.BODY, "alpha"): 9}, 0)
    before, now = files_of([short, short]), files_of([short, long])
    former = build(lambda: iter(before))
    assert rewrite(former, [Rewritten(before[1], now[1])]) is None
    assert said(rewrite(former, [Rewritten(before[1], before[1])])) == said(former)


def test_too_many_postings_are_not_held_at_once() -> None:
    """They are built by batches."""
    files = files_of([({(0, Field.BODY, "alpha"): 1}, 0)])
    former = build(files.__iter__)
    assert rewrite(former, []) is not None
    with patch.object(rewriting, "_MOST_POSTINGS", len(former["nodes"]) - 1):
        assert rewrite(former, []) is None


def test_where_a_file_has_no_node_nothing_is_rewritten() -> None:
    """The words of its path are in the vocabulary and stand nowhere."""
    some: Content = ({(0, Field.BODY, "alpha"): 1}, 0)
    none: Content = ({}, 0)
    for contents_before, contents_now in (([some, none], [some, none]), ([some, some], [some, none])):
        before, now = files_of(contents_before), files_of(contents_now)
        assert rewrite(build(before.__iter__), [Rewritten(before[1], now[1])]) is None


@pytest.mark.parametrize("more", [0, 1])
def test_lengths_of_all_fields_are_kept(more: int) -> None:
    """What averages are made of: terms in a field, and nodes that have it."""
    files = files_of([({(0, Field.BODY, "alpha"): 2, (1, Field.BODY, "beta"): 3, (1, Field.NAME, "beta"): 1}, more)])
    lengths = build(lambda: iter(files))["field_lengths"].astype(np.int64)
    assert lengths[:, Field.BODY].tolist() == [5, 2]
    assert lengths[:, Field.NAME].tolist() == [1, 1]
    assert average_length(lengths)[Field.BODY] == 2.5
