"""A graph for which less memory was granted than for all of linking: what is said of it, and what follows when there is more."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect

import pytest

from lepasserelle import LeIndex
from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError
from lepasserelle.graph import Change, Graph, LinkFile, link, moved
from lepasserelle.ingest import Ingest
from lepasserelle.ingest.linking_memory import MORE_NOTE
from lepasserelle.ingest.reserving import Claim, Reserve, unlimited
from lepasserelle.parse import parse
from lepasserelle.storage import Index, Segment

SOURCE = "def f(x):\n    return x()\n\ndef g():\n    pass\n\nf(g)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A call that only values tell of, in a file for which linking may take a megabyte more than its least."""
    (tmp_path / "called.py").write_text(SOURCE + "# a comment\n" * 5_000, encoding="utf-8")
    return tmp_path


@contextmanager
def names_alone(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
    """Grants linking no more than what it takes without following values, and nobody anything beside it."""
    if tag in {"building", "building graph"} and asked_bytes > 45_500_000:
        raise BudgetExceededError(tag, asked_bytes, 45_500_000, "limit", {})
    with unlimited(asked_bytes, tag) as claim:
        yield claim


def listing(tags: list[str]) -> Reserve:
    """Grants everything and lists what for."""

    @contextmanager
    def reserve(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        tags.append(tag)
        with unlimited(asked_bytes, tag) as claim:
            yield claim

    return reserve


def published(project: Path) -> tuple[int, bool, int, set[tuple[str, str]]]:
    """Of the published graph its edges by number and whether values were cut short; of lestockage its edges and its calls."""
    index = Index.open(project / ".leindex")
    manifest = index.manifest()
    ref = manifest.ref("graph") if manifest is not None else None
    assert ref is not None
    with closing(Segment.open(index.folder, ref)) as segment, closing(connect(index.folder / "lestockage.db")) as rows:
        graph = Graph(segment.sections)
        found = graph.edge_count, graph.calls_cut_short
        del graph
        calls = set(rows.execute("SELECT source, target FROM edges WHERE kind = 'calls'"))
        return *found, rows.execute("SELECT count(*) FROM edges").fetchone()[0], calls


def test_a_graph_that_was_mended_with_less_memory_is_told_by_status_and_rows(project: Path) -> None:
    """Counts and rows are those of the graph that answers, though its generation is one for which there was memory enough."""
    whole = Ingest(project, Settings()).index()
    assert not whole.calls_cut_short
    Ingest(project, Settings(), reserve=names_alone).rebuild(["graph"], anew=True)
    edges, is_cut, rows, calls = published(project)
    assert (is_cut, rows) == (True, edges)
    assert ("called.f", "called.g") not in calls
    with LeIndex(project) as leindex:
        status = leindex.status()
        assert (status.calls_cut_short, status.edges) == (True, edges)
    Ingest(project, Settings()).rebuild(["graph"], anew=True)
    edges, is_cut, rows, calls = published(project)
    assert (edges, is_cut, rows) == (whole.edges, False, whole.edges)
    assert ("called.f", "called.g") in calls


def test_what_lacked_memory_is_linked_again_once_there_is_more(project: Path) -> None:
    """The same grant leaves the generation as it is; more of it makes another one, which is said, without reading a file."""
    cut = Ingest(project, Settings(), reserve=names_alone).index()
    assert (cut.generation, cut.calls_cut_short, MORE_NOTE in cut.notes) == (1, True, False)
    same = Ingest(project, Settings(), reserve=names_alone).index()
    assert (same.generation, same.calls_cut_short, MORE_NOTE in same.notes) == (1, True, False)
    more = Ingest(project, Settings()).index()
    assert (more.generation, more.calls_cut_short, more.parsed_files, MORE_NOTE in more.notes) == (2, False, 0, True)
    edges, is_cut, rows, calls = published(project)
    assert (edges, is_cut, rows) == (more.edges, False, more.edges)
    assert ("called.f", "called.g") in calls
    read: list[str] = []
    last = Ingest(project, Settings(), reserve=listing(read)).index()
    assert (last.generation, last.calls_cut_short, MORE_NOTE in last.notes) == (2, False, False)
    assert "parsing" not in read, "what the run before saw is known to this one"


def test_a_graph_that_was_mended_with_less_memory_is_linked_again_too(project: Path) -> None:
    """Its grant is recorded beside its counts."""
    Ingest(project, Settings()).index()
    Ingest(project, Settings(), reserve=names_alone).rebuild(["graph"], anew=True)
    assert Ingest(project, Settings(), reserve=names_alone).index().calls_cut_short
    assert not Ingest(project, Settings()).index().calls_cut_short


def test_where_less_is_granted_than_linking_may_take_lines_move_all_the_same(project: Path) -> None:
    """An edited comment links nothing, so that the edges stay as memory enough has told them."""
    whole = Ingest(project, Settings()).index()
    (project / "called.py").write_text("# another\n" + SOURCE + "# a comment\n" * 5_000, encoding="utf-8")
    edited = Ingest(project, Settings(), reserve=names_alone).index()
    assert (edited.generation, edited.edges, edited.calls_cut_short) == (2, whole.edges, False)


def test_an_edit_of_what_lacked_memory_is_granted_what_there_is_then(project: Path) -> None:
    """Only a comment has changed, and nothing can be taken over."""
    Ingest(project, Settings(), reserve=names_alone).index()
    (project / "called.py").write_text("# another\n" + SOURCE + "# a comment\n" * 5_000, encoding="utf-8")
    assert Ingest(project, Settings(), reserve=names_alone).index().calls_cut_short
    (project / "called.py").write_text("# a third\n" + SOURCE + "# a comment\n" * 5_000, encoding="utf-8")
    assert not Ingest(project, Settings()).index().calls_cut_short


def test_where_only_lines_move_a_graph_that_lacked_memory_is_linked_anew() -> None:
    """Its edges are not all that these files say: they are taken over only from one that lacked none."""
    before, after = (parse(text.encode(), "python") for text in (SOURCE, "# a comment\n" + SOURCE))
    file = LinkFile("a.py", "a", "python", 0, before)
    whole, cut = (link(lambda: iter([file]), most_steps=most) for most in (None, 0))
    assert moved(whole, [Change(0, before, after)]) is not None
    assert moved(cut, [Change(0, before, after)]) is None
