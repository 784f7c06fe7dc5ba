"""Sentences of docs/guide/memory-promises.md that no other test would miss: what a spill leaves alone and what things take."""

import ast
import email
import gc
import io
import shutil
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from usearch.index import Index

import lepasserelle
from lepasserelle import LeIndex, MemoryConfig, WarmStrategy, memory
from lepasserelle.graph import Graph
from lepasserelle.graph.answers import outgoing
from lepasserelle.storage import Index as StoredIndex

QUIET = MemoryConfig(auto_spill=False, access_log=False)
SOURCES = Path(lepasserelle.__file__).parent
NETWORKX_TIMES = 15
"""So many times as much the same graph takes in networkx, at least."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the standard library: some 900 nodes. Tests only read its index, which has an HNSW graph."""
    root = tmp_path_factory.mktemp("promises") / "email"
    shutil.copytree(Path(email.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    with LeIndex(root, QUIET, exact_limit=10) as leindex:
        leindex.index_project()
    return root


def opened(project: Path, **more: object) -> LeIndex:
    """The project's index, of which nothing is in memory."""
    return LeIndex(project, MemoryConfig(auto_spill=False, access_log=False, **more), exact_limit=10)  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file of an index: which one it is, its length, and when it was last written."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            found[str(path.relative_to(folder))] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found


def test_graph_and_search_index_are_spilled_without_a_write_and_mapped_again_as_they_are(project: Path) -> None:
    """They lie in their files already: nothing is stored for them, and a question that brings them back builds nothing."""
    with opened(project) as leindex:
        before = leindex.search("parse the header of a message")
        held = files(leindex.folder)
        assert any("vectors" in name for name in held)
        assert leindex.spill_pdg_cache() > 0
        assert leindex.spill_vector_cache() > 0
        assert files(leindex.folder) == held
        assert leindex.get_cache_stats().spilled_entries == 2
        assert leindex.search("parse the header of a message") == before
        assert leindex.reload_pdg_from_cache() is False
        assert files(leindex.folder) == held


def test_where_a_cache_is_is_seen_by_a_process_that_did_not_spill_it(project: Path) -> None:
    """No marker is needed for that: what another process finds away it counts as spilled, and reads all the same."""
    with opened(project) as one, opened(project) as other:
        answer = one.symbols("Message")
        one.spill_all_caches()
        stats = other.get_cache_stats()
        assert (stats.cache_entries, stats.spilled_entries) == (0, 2)
        assert other.symbols("Message") == answer


def test_the_hnsw_graph_is_built_again_from_the_nodes(tmp_path: Path) -> None:
    """Each node is encoded and the vectors linked anew; the number told is that of the nodes, and answers are as before."""
    for number in range(30):
        (tmp_path / f"part{number}.py").write_text(f"def turn_wheel_{number}():\n    return {number}\n", encoding="utf-8")
    with opened(tmp_path) as leindex:
        symbols = leindex.index_project().symbols
        before = leindex.search("turn a wheel", mode="semantic")
        (file,) = leindex.folder.glob("segments/*-vectors-*.seg")
        inode = file.stat().st_ino
        assert leindex.reload_vector_from_pdg() == symbols > 30
        with StoredIndex.open(leindex.folder).pin() as snapshot:
            assert "hnsw" in snapshot.segment("vectors").sections
        assert file.stat().st_ino != inode
        assert leindex.search("turn a wheel", mode="semantic") == before


def test_the_hnsw_index_goes_with_the_vectors(project: Path) -> None:
    """What usearch holds of them on the heap goes at once, not at the next collection, and is there again after the next search."""

    def indexes() -> list[weakref.ref[Index]]:
        return [weakref.ref(one) for one in gc.get_objects() if isinstance(one, Index)]

    gc.collect()
    before = len(indexes())
    with opened(project) as leindex:
        leindex.search("parse the header", mode="semantic")
        held = indexes()
        assert len(held) > before
        gc.disable()
        try:
            leindex.spill_vector_cache()
            assert sum(one() is not None for one in held) == before
        finally:
            gc.enable()
        leindex.search("parse the header", mode="semantic")
        assert len(indexes()) > before


def test_a_vector_takes_one_byte_for_each_dimension(project: Path) -> None:
    """What the vectors take depends on how many dimensions the encoder has: a row a node, and one a window of long code."""
    with StoredIndex.open(project / ".leindex").pin() as snapshot:
        nodes = snapshot.manifest.counts["symbols"]
        sections = snapshot.segment("vectors").sections
        vectors, windows = sections["vectors"], len(sections["window_nodes"])
        assert 0 < windows < nodes / 2
        assert vectors.shape[0] == nodes + windows
        assert vectors.nbytes == (nodes + windows) * vectors.shape[1]
        assert 64 <= vectors.shape[1] <= 1536


def test_the_graph_takes_a_fifteenth_of_what_it_takes_as_python_objects(project: Path) -> None:
    """The same nodes and edges with their attributes in networkx, equal texts once, counted by the interpreter's own account."""
    with StoredIndex.open(project / ".leindex").pin() as snapshot:
        graph = Graph(snapshot.segment("graph").sections)
        ours_bytes = sum(graph.bytes_by_part().values())
        nodes = [attributes_of(graph, node) for node in range(graph.node_count)]
        edges = [
            (source, int(graph.out_target[edge]), *map(str, graph.edge_types[graph.out_type[edge]]))
            for source in range(graph.node_count)
            for edge in outgoing(graph, source)
        ]
        del graph
    texts: dict[str, str] = {}
    tracemalloc.start()
    try:
        theirs = networkx.MultiDiGraph()
        for number, attributes in enumerate(nodes):
            theirs.add_node(number, **{name: once(texts, value) for name, value in attributes.items()})
        for source, target, kind, resolution, reason in edges:
            theirs.add_edge(source, target, kind=kind, resolution=resolution, reason=reason)
        theirs_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert theirs.number_of_edges() == len(edges) > len(nodes) > 500
    assert ours_bytes * NETWORKX_TIMES <= theirs_bytes, (ours_bytes, theirs_bytes)


def attributes_of(graph: Graph, node: int) -> dict[str, object]:
    """What a node is asked for."""
    return {
        "name": graph.name(node),
        "qualified": graph.qualified_name(node),
        "parent": graph.parent(node),
        "path": graph.path(node),
        "lines": graph.lines(node),
        "span": graph.byte_span(node),
        "kind": int(graph.kind(node)),
        "flags": graph.flags(node),
        "signature": graph.signature(node),
        "documentation": graph.documentation(node),
    }


def once(texts: dict[str, str], value: object) -> object:
    """A copy of a text, the same one for equal texts; other values as they are."""
    return texts.setdefault(value, "".join(list(value))) if isinstance(value, str) else value


def test_a_search_after_warming_finds_everything_in_memory(project: Path) -> None:
    """That is what warming before heavy work is for: hits, and nothing brought back."""
    with opened(project) as leindex:
        leindex.warm_caches(WarmStrategy.ALL)
        warmed = {one.name: (one.misses, one.reloads) for one in leindex.get_cache_stats().caches}
        for question in ("parse the header", "encode the body", "walk the parts"):
            assert leindex.search(question)
        told = {one.name: one for one in leindex.get_cache_stats().caches}
        for name in ("pdg", "vectors"):
            assert (told[name].misses, told[name].reloads) == warmed[name]
            assert told[name].hits >= 3


def test_spilled_answers_lie_in_the_index_folder_unless_another_is_named(tmp_path: Path) -> None:
    """And in one that several projects share each has a place of its own: the same question has two answers."""
    shared, answers = tmp_path / "shared", []
    for name in ("one", "two"):
        project = tmp_path / name
        project.mkdir()
        (project / "a.py").write_text(f"def answer():\n    return '{name}'\n", encoding="utf-8")
        with LeIndex(project, MemoryConfig(auto_spill=False, cache_dir=shared)) as leindex:
            leindex.index_project()
            answers.append(leindex.analyze("answer").text)
            leindex.spill_all_caches()
            assert leindex.get_cache_stats().spilled_entries == 3, "its own answer alone"
            held = set(files(leindex.folder))
        with LeIndex(project, QUIET) as leindex:
            leindex.analyze("answer")
            leindex.spill_all_caches()
            assert set(files(leindex.folder)) > held, "beside the index when nothing else is said"
    assert "'one'" in answers[0]
    assert "'two'" in answers[1]
    for name, answer in zip(("one", "two"), answers, strict=True):
        with LeIndex(tmp_path / name, MemoryConfig(auto_spill=False, cache_dir=shared)) as leindex:
            assert leindex.analyze("answer").text == answer
            assert {one.name: one.reloads for one in leindex.get_cache_stats().caches}["analysis"] == 1
            if name == "one":
                leindex.clear_cache_store()


def test_no_read_path_is_empty_after_a_spill(project: Path) -> None:
    """Each by itself, right after everything went: it brings back what it reads, and answers as before."""
    with opened(project) as leindex:

        def exported() -> str:
            stream = io.StringIO()
            leindex.export_graph(stream)
            return stream.getvalue()

        paths: dict[str, Callable[[], object]] = {
            "search": lambda: leindex.search("parse the header"),
            "analyze": lambda: leindex.analyze("parse the header", token_budget=800),
            "symbols": lambda: leindex.symbols("Message"),
            "callers": lambda: leindex.callers("message_from_string"),
            "callees": lambda: leindex.callees("message_from_string"),
            "graph export": exported,
            "status": lambda: (leindex.status().symbols, leindex.status().edges),
        }
        before = {name: ask() for name, ask in paths.items()}
        for name, ask in paths.items():
            leindex.spill_all_caches()
            found = ask()
            assert found == before[name], name
            assert found or name == "callers", name


def test_the_public_names_are_those_of_the_parts() -> None:
    """From the package or from its part: one class each, with the word that the command takes."""
    assert lepasserelle.MemoryConfig is memory.MemoryConfig
    assert lepasserelle.WarmStrategy is memory.WarmStrategy
    assert {"ALL", "PDG_ONLY", "SEARCH_INDEX_ONLY", "RECENT_FIRST"} <= set(WarmStrategy.__members__)
    for name in ("MemoryManager", "CacheSpiller", "AnalysisCache"):
        assert getattr(memory, name).__module__.startswith("lepasserelle.memory.")


def test_the_meter_and_its_parts_alone_read_the_system() -> None:
    """No other module of the package names a place of `/proc` or `/sys`, or asks psutil."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose}
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        if "psutil" in imported or any(isinstance(text, str) and text.startswith(("/proc", "/sys")) for text in texts):
            found.add(path.relative_to(SOURCES).as_posix())
    assert found == {f"memory/{name}.py" for name in ("bounds", "cgroups", "freedom", "meter", "page_tables", "waking")}
