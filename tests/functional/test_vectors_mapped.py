"""The HNSW graph as it is used: built by an index run, restored from a mapped segment file, held against exact search."""

import email
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lepasserelle import LeIndex
from lepasserelle.storage import Index, Segment, Snapshot
from lepasserelle.terms import query_terms
from lepasserelle.vectors import Vectors

QUESTIONS = (
    "parse the header of a message",
    "encode a body in base64",
    "quoted printable",
    "add an attachment",
    "date and time zone",
    "fold long lines",
    "charset of a payload",
    "address list",
    "boundary between the parts of a multipart message",
    "defects found while parsing",
    "generator that writes a message",
    "policy",
    "unicode surrogate",
    "iterate over all parts",
    "get_content_type",
    "MIME image",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the standard library: some 900 nodes."""
    root = tmp_path_factory.mktemp("hnsw") / "email"
    shutil.copytree(Path(email.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def indexed(project: Path, folder: Path, exact_limit: int) -> Path:
    """The folder of an index of the project."""
    with LeIndex(project, exact_limit=exact_limit, index_dir=str(folder)) as leindex:
        leindex.index_project()
        return leindex.folder


@pytest.fixture(scope="module")
def approximate(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a graph."""
    return indexed(project, tmp_path_factory.mktemp("approximate"), 10)


@pytest.fixture(scope="module")
def exact(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index without one."""
    return indexed(project, tmp_path_factory.mktemp("exact"), 200_000)


@pytest.fixture
def snapshot(approximate: Path) -> Iterator[Snapshot]:
    """Its pinned generation."""
    pinned = Index.open(approximate).pin()
    yield pinned
    pinned.close()


def found(vectors: Vectors, question: str, mask: np.ndarray | None = None) -> dict[int, float]:
    """Node → score of the ten nearest."""
    nodes, scores = vectors.search(query_terms(question), 10, mask)
    return dict(zip(nodes.tolist(), scores.tolist(), strict=True))


@pytest.mark.parametrize("masked", [False, True])
def test_a_graph_in_a_mapped_file_finds_what_exact_search_finds(snapshot: Snapshot, masked: bool) -> None:
    """recall@10 of at least 0.95 on real code, with scores that are the exact ones; also where every other node is hidden."""
    segment: Segment = snapshot.segment("vectors")
    assert not segment.sections["hnsw"].flags.owndata
    near = Vectors(segment.sections)
    exact = Vectors({name: array for name, array in segment.sections.items() if name != "hnsw"})
    node_count = len(segment.sections["vectors"]) - len(segment.sections["window_nodes"])
    mask = np.arange(node_count) % 2 == 0 if masked else None
    wanted = met = 0
    for question in QUESTIONS:
        expected, got = found(exact, question, mask), found(near, question, mask)
        assert all(got[node] == expected[node] for node in got.keys() & expected.keys())
        wanted += len(expected)
        met += len(got.keys() & expected.keys())
    near.close()
    del exact, near
    segment.close()
    assert wanted >= 10 * len(QUESTIONS) - 10
    assert met / wanted >= 0.95


def test_two_runs_write_the_same_vectors_byte_for_byte(project: Path, approximate: Path, tmp_path: Path) -> None:
    """The graph is built by one thread in a fixed order."""
    again = indexed(project, tmp_path / "again", 10)
    first, second = (Index.open(folder).manifest() for folder in (approximate, again))
    assert first is not None
    assert second is not None
    assert first.ref("vectors").checksum == second.ref("vectors").checksum


def has_graph(folder: Path) -> bool:
    """Whether the vectors of an index have an HNSW graph."""
    pinned = Index.open(folder).pin()
    segment = pinned.segment("vectors")
    found = "hnsw" in segment.sections
    segment.close()
    pinned.close()
    return found


def test_the_limit_decides_whether_there_is_a_graph(approximate: Path, exact: Path, tmp_path: Path) -> None:
    """A small `exact_limit` builds one, an ample one none, and another setting builds the vectors anew."""
    assert has_graph(approximate)
    assert not has_graph(exact)
    small = tmp_path / "small"
    small.mkdir()
    (small / "words.py").write_text("".join(f"def word_{number}(): pass\n" for number in range(20)))
    assert not has_graph(indexed(small, tmp_path / "index", 21))
    assert has_graph(indexed(small, tmp_path / "index", 20))


def test_answers_through_the_graph_are_those_of_exact_search(project: Path, approximate: Path, exact: Path) -> None:
    """From the public class, mode `semantic`: nearly every hit of the one is a hit of the other."""
    same = total = 0
    with (
        LeIndex(project, exact_limit=10, index_dir=str(approximate)) as near,
        LeIndex(project, exact_limit=200_000, index_dir=str(exact)) as far,
    ):
        for question in QUESTIONS:
            expected = {(hit.path, hit.start_line) for hit in far.search(question, mode="semantic")}
            total += len(expected)
            same += len(expected & {(hit.path, hit.start_line) for hit in near.search(question, mode="semantic")})
    assert same / total >= 0.95
