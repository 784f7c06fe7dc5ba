"""The frozen sections: what goes in comes out, both directions agree, every byte is counted."""

import io
import json
import xml.etree.ElementTree as ET
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph import strings as strings_module
from lepasserelle.graph.answers import members, outgoing, sets_with, site_lines, source_of
from lepasserelle.graph.definitions import Definitions
from lepasserelle.graph.layout import HOT, SET_BIT, Reason
from lepasserelle.graph.strings import Strings, freeze_strings
from lepasserelle.model import Definition, EdgeKind, FileFacts, Flow, FlowKind, Import, NodeKind, Reference, Resolution, Role


def definition(name: str, kind: NodeKind, parent: int, line: int = 1, **more: object) -> Definition:
    """A definition with only what matters here."""
    return Definition(name, kind, parent, line, line + 5, line, line, **more)  # type: ignore[arg-type]


def module(path: str, *definitions: Definition, references=(), imports=(), flows=(), lines: int = 100) -> LinkFile:
    """A file of made-up facts."""
    head = Definition("", NodeKind.MODULE, -1, 0, 1000, 1, lines)
    facts = FileFacts("python", "", (head, *definitions), tuple(imports), tuple(references), tuple(flows))
    return LinkFile(path, path.removesuffix(".py").replace("/", "."), "python", 0, facts)


def graph_of(*files: LinkFile) -> Graph:
    """The graph of files in path order."""
    return Graph(link(lambda: iter(files)))


@given(st.lists(st.text(max_size=12), max_size=30))
def test_strings_come_back_by_number_and_by_text(texts: list[str]) -> None:
    """Every string has one number, and the number gives the string back."""
    blob, ends, numbers = freeze_strings(texts)
    strings = Strings(blob, ends)
    assert len(strings) == len(set(texts))
    assert [strings.raw(n) for n in range(len(strings))] == sorted({t.encode("utf-8", "replace") for t in texts})
    for text in texts:
        assert strings[numbers[text]] == text
        assert strings.number(text) == numbers[text]
    assert strings.number("no such string at all") == -1


@pytest.mark.parametrize("pivots", [1, 2, 7, 512])
@given(texts=st.lists(st.text(max_size=3), max_size=40), others=st.lists(st.text(max_size=3), max_size=5))
def test_a_string_is_found_between_any_pivots(pivots: int, texts: list[str], others: list[str]) -> None:
    """However many strings stay in memory for the search, each text has its number, and one that is not there has none."""
    blob, ends, numbers = freeze_strings(texts)
    with mock.patch.object(strings_module, "_PIVOTS", pivots):
        strings = Strings(blob, ends)
        found = {text: strings.number(text) for text in [*texts, *others]}
    assert found == {text: numbers.get(text, -1) for text in found}


@pytest.mark.parametrize("at_once", [1, 3, 4096])
@given(data=st.data())
def test_many_strings_are_read_as_one_by_one(at_once: int, data: st.DataObject) -> None:
    """However many are decoded together, in any order, repeated, empty, and with the separator in them."""
    texts = data.draw(st.lists(st.text(max_size=8) | st.sampled_from(["", "\0", "a\0b", "ü\0"]), max_size=20))
    blob, ends, numbers = freeze_strings(texts)
    strings = Strings(blob, ends)
    asked = data.draw(st.lists(st.sampled_from(texts), max_size=40)) if texts else []
    with mock.patch.object(strings_module, "_AT_ONCE", at_once):
        found = strings.texts(np.array([numbers[text] for text in asked], dtype="<u4"))
    assert found == [strings[numbers[text]] for text in asked]


NAMES = ["a", "b", "c", "d.e", "ü", "", "f g"]


@st.composite
def programs(draw: st.DrawFn) -> list[LinkFile]:
    """Files with random nesting, bases, flows, imports and references, valid in form and absurd in content."""
    chains = st.sampled_from(
        [
            "a",
            "b",
            "c",
            "a.b",
            "a().b",
            "<self>.a",
            "<super>.b",
            "<class>.c",
            "?.a",
            "<str>.join",
            "a.b.c()",
            "x",
            "m0.a",
            "m1",
            "a[].b",
            "",
            "?",
        ]
    )
    files = []
    for number in range(draw(st.integers(1, 3))):
        count = draw(st.integers(0, 7))
        kinds = st.sampled_from(
            [NodeKind.CLASS, NodeKind.FUNCTION, NodeKind.METHOD, NodeKind.VARIABLE, NodeKind.FIELD, NodeKind.NAMESPACE]
        )
        definitions = [
            definition(
                draw(st.sampled_from(NAMES)),
                draw(kinds),
                draw(st.integers(0, index)),
                line=draw(st.integers(1, 70_000)),
                bases=tuple(draw(st.lists(chains, max_size=2))),
                decorators=tuple(draw(st.lists(chains, max_size=1))),
                receiver=draw(st.sampled_from(["", "", "a", "b.c"])),
                flags=draw(st.sampled_from([0, 1, 8, 16, 128])),
            )
            for index in range(count)
        ]
        scope = st.integers(0, count)
        references = draw(
            st.lists(st.builds(Reference, st.sampled_from(list(Role)), scope, chains, st.integers(1, 200_000)), max_size=12)
        )
        flows = draw(
            st.lists(st.builds(Flow, st.sampled_from(list(FlowKind)), scope, chains, chains, st.integers(1, 99)), max_size=8)
        )
        imports = draw(
            st.lists(
                st.builds(
                    Import,
                    scope,
                    st.sampled_from(["m0", "m1", "m2", "x.y", ""]),
                    st.sampled_from(["", "*", "a", "b"]),
                    st.sampled_from(["", "a", "x", "m1"]),
                    st.integers(0, 2),
                    st.integers(1, 99),
                ),
                max_size=4,
            )
        )
        files.append(module(f"m{number}.py", *definitions, references=references, imports=imports, flows=flows))
    return files


@settings(max_examples=60, deadline=None)
@given(programs())
def test_both_directions_and_all_sets_agree(files: list[LinkFile]) -> None:
    """Each edge is found from its source, from its target and from every candidate; sites ascend; types are words."""
    graph = graph_of(*files)
    assert graph.node_count == len(graph.kinds) == len(graph.flag_bits) == len(graph.files) == len(graph.call_counts)
    seen = 0
    for source in range(graph.node_count):
        for edge in outgoing(graph, source):
            seen += 1
            assert source_of(graph, edge) == source
            kind, resolution, reason = graph.edge_types[graph.out_type[edge]]
            assert Reason(reason).resolution == resolution
            lines = site_lines(graph, source, edge)
            assert lines == sorted(set(lines))
            assert lines
            target = int(graph.out_target[edge])
            reached = members(graph, target & ~SET_BIT) if target & SET_BIT else [target]
            assert len(reached) > 1 or not target & SET_BIT or resolution == Resolution.AMBIGUOUS
            for node in reached:
                assert source in graph.neighbours(node, EdgeKind(kind), "in", "all")
            if target & SET_BIT:
                assert all(target & ~SET_BIT in sets_with(graph, node) for node in reached)
    assert seen == graph.edge_count == len(graph.in_edge)
    for node in range(graph.node_count):
        assert node in graph.find(graph.qualified_name(node)) or not graph.qualified_name(node)


@settings(max_examples=25, deadline=None)
@given(programs())
def test_the_same_facts_give_the_same_bytes(files: list[LinkFile]) -> None:
    """Linking depends on nothing but the facts."""
    first, second = link(lambda: iter(files)), link(lambda: iter(files))
    assert first.keys() == second.keys()
    for name, array in first.items():
        assert array.tobytes() == second[name].tobytes(), name
        assert array.dtype == second[name].dtype


@settings(max_examples=25, deadline=None)
@given(programs())
def test_exports_and_rows_cover_every_asserted_edge(files: list[LinkFile]) -> None:
    """GraphML parses, DOT has one line an edge, rows count the edges and symbols of each file."""
    graph = graph_of(*files)
    xml, dot = io.StringIO(), io.StringIO()
    graph.write_graphml(xml, EdgeKind.CALLS, "all")
    graph.write_dot(dot, EdgeKind.CALLS, "all")
    found = ET.fromstring(xml.getvalue()).findall(".//{*}edge")
    assert len(found) == dot.getvalue().count(" -> ")
    assert sum(len(rows) for _, rows in graph.symbol_rows()) == graph.definition_count
    assert sum(len(rows) for _, rows in graph.edge_rows()) == graph.edge_count
    json.dumps(dict(graph.adjacency(resolution="all")))


@settings(max_examples=50, deadline=None)
@given(programs())
def test_rows_say_what_the_graph_answers_node_by_node(files: list[LinkFile]) -> None:
    """Rows are made in bulk; each is what the slow way of asking for one node or edge gives."""
    graph = graph_of(*files)
    nodes = iter(range(graph.definition_count))
    for path, symbols in graph.symbol_rows():
        for row, node in zip(symbols, nodes, strict=False):
            assert path == graph.path(node)
            assert row == (graph.qualified_name(node), graph.kind(node).word, *graph.lines(node), graph.signature(node))
    edges = iter(range(graph.edge_count))
    for file, (_, rows) in enumerate(graph.edge_rows()):
        for row, edge in zip(rows, edges, strict=False):
            source, target = source_of(graph, edge), graph.targets[edge]
            kind, resolution, reason = graph.edge_types[graph.types[edge]]
            name = graph.set_name(target & ~SET_BIT) if target & SET_BIT else graph.qualified_name(target)
            words = EdgeKind(kind).word, Resolution(resolution).word, Reason(reason).words
            assert graph.edge_words[row[2]] == words
            assert row[:2] == (source - graph.files_base[file], name)
            assert row[3] == site_lines(graph, source, edge)[0]


def test_rows_hold_far_lines_and_tall_definitions() -> None:
    """Numbers that do not fit the narrow columns come whole."""
    tall = Definition("f", NodeKind.FUNCTION, 0, 1, 9, 10, 90_000)
    references = [Reference(Role.CALL, 1, "len", 80_000), Reference(Role.CALL, 1, "abs", 3)]
    graph = graph_of(module("a.py", tall, references=references, lines=100_000))
    assert [row[2:4] for _, rows in graph.symbol_rows() for row in rows] == [(1, 100_000), (10, 90_000)]
    assert sorted(row[-1] for _, rows in graph.edge_rows() for row in rows) == [3, 80_000]


def test_definitions_are_the_same_over_plain_memory() -> None:
    """What reads them without numpy: names, kinds, lines of tall and of external nodes, and what stands around a line."""
    inner = [Definition("f", NodeKind.FUNCTION, 0, 1, 9, 3, 8), definition("<lambda1>", NodeKind.LAMBDA, 1, 4)]
    tall = Definition("g", NodeKind.CLASS, 0, 1, 9, 20, 90_000)
    files = [
        module("a.py", *inner, tall, references=[Reference(Role.CALL, 1, "len", 4)], lines=100_000),
        module("b.py"),
    ]
    sections = link(lambda: iter(files))
    graph = Graph(sections)
    plain = Definitions({name: memoryview(np.ascontiguousarray(array).reshape(-1)) for name, array in sections.items()})
    assert graph.node_count > graph.definition_count
    for node in range(graph.node_count):
        assert plain.qualified_name(node) == graph.qualified_name(node)
        assert (plain.kind(node), plain.lines(node)) == (graph.kind(node), graph.lines(node))
    found = [plain.qualified_name(plain.innermost(0, line, line)) for line in (1, 3, 4, 8, 9, 20, 70_000, 90_000, 90_001)]
    assert found == ["a", "a.f", "a.f", "a.f", "a", "a.g", "a.g", "a.g", "a"]
    assert plain.qualified_name(plain.innermost(1, 5, 5)) == "b"
    assert (HOT.itemsize, [HOT.fields[name][1] for name in ("name", "parent", "start_line", "line_count", "kind", "flags")]) == (
        24,
        [0, 4, 16, 20, 22, 23],
    )
    with pytest.raises(IndexError):
        plain.lines(graph.node_count)


def test_a_mapped_and_read_only_copy_answers_the_same(tmp_path) -> None:
    """Sections that were written and mapped give the same answers, and nothing writes to them."""
    files = [module("a.py", definition("f", NodeKind.FUNCTION, 0, signature="def f()", documentation="Does it."),
                    references=[Reference(Role.CALL, 0, "f", 7)])]  # fmt: skip
    sections = link(lambda: iter(files))
    mapped = {}
    for name, array in sections.items():
        np.save(tmp_path / f"{name}.npy", array)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r" if array.size else None)
    graph = Graph(mapped)
    (node,) = graph.find("a.f")
    assert [(e.source, e.sites) for e in graph.callers(node)] == [("a", (("a.py", 7),))]
    assert (graph.signature(node), graph.documentation(node)) == ("def f()", "Does it.")


def test_hot_record_is_at_most_32_bytes_and_every_byte_is_counted() -> None:
    """The promise on the record, and the sum over the parts."""
    sections = link(lambda: iter([module("a.py", definition("f", NodeKind.FUNCTION, 0))]))
    graph = Graph(sections)
    assert HOT.itemsize <= 32
    assert sections["nodes"].shape == (2, HOT.itemsize)
    assert sum(graph.bytes_by_part().values()) == sum(array.nbytes for array in sections.values())


def test_nothing_is_a_graph_too() -> None:
    """No file at all, and files without any definition beside the module."""
    graph = graph_of()
    assert (graph.node_count, graph.edge_count, graph.file_count, graph.find("x"), list(graph.adjacency())) == (0, 0, 0, [], [])
    graph = graph_of(module("a.py"), module("b.py"))
    assert list(graph.adjacency()) == [("a", []), ("b", [])]


def test_spans_lines_and_complexity_beyond_their_fields_come_back() -> None:
    """A definition of 70 000 lines, a complexity of 300, a site 200 000 lines below its function."""
    big = Definition("f", NodeKind.FUNCTION, 0, 10, 5_000_000, 3, 70_002, complexity=300)
    graph = graph_of(
        module("a.py", big, references=[Reference(Role.CALL, 1, "f", 200_000), Reference(Role.CALL, 1, "f", 4)], lines=70_002)
    )
    (node,) = graph.find("f")
    assert graph.lines(node) == (3, 70_002)
    assert graph.byte_span(node) == (10, 5_000_000)
    assert graph.complexity(node) == 300
    (edge,) = graph.callers(node)
    assert edge.sites == (("a.py", 4), ("a.py", 200_000))


def test_ten_thousand_definitions_in_one_file_link() -> None:
    """Generated files are ordinary."""
    definitions = [definition(f"f{n}", NodeKind.FUNCTION, 0) for n in range(10_000)]
    references = [Reference(Role.CALL, n, f"f{n % 9_999}", n) for n in range(1, 10_000)]
    graph = graph_of(module("a.py", *definitions, references=references))
    assert graph.edge_count == 9_999
    assert len(graph.callers(graph.find("f5")[0])) == 1


@pytest.mark.parametrize("bases", [{"A": "B", "B": "A"}, {"A": "A"}, {"A": "B", "B": "C", "C": "A"}])
def test_cyclic_inheritance_ends(bases: dict[str, str]) -> None:
    """A class that is its own base has its own methods and no others."""
    definitions = [definition(name, NodeKind.CLASS, 0, bases=(base,)) for name, base in bases.items()]
    definitions.append(definition("m", NodeKind.METHOD, 1))
    graph = graph_of(module("a.py", *definitions, references=[Reference(Role.CALL, len(definitions), "<self>.m", 3)]))
    assert [e.target for e in graph.callees(graph.find("A.m")[0])] == ["a.A.m"]


def test_a_receiver_that_lies_in_its_own_method_is_no_owner() -> None:
    """The parents of a node never form a circle."""
    inner = definition("A", NodeKind.CLASS, 1)
    graph = graph_of(module("a.py", definition("m", NodeKind.METHOD, 0, receiver="m.A"), inner), module("b.py"))
    assert [graph.qualified_name(node) for node in range(3)] == ["a", "a.m", "a.m.A"]


def test_a_chain_that_feeds_itself_ends() -> None:
    """Assignments in a circle are unknown, whatever their number."""
    flows = [Flow(FlowKind.ASSIGN, 0, f"v{n}", f"v{(n + 1) % 50}.x().y[]", 1) for n in range(50)]
    flows += [Flow(FlowKind.RETURN, 1, "", "f()", 2)]
    references = [
        Reference(Role.CALL, 0, "v0.run", 3),
        Reference(Role.CALL, 0, "f().g", 4),
        Reference(Role.CALL, 0, "a" + ".b()" * 66, 5),
    ]
    graph = graph_of(module("a.py", definition("f", NodeKind.FUNCTION, 0), references=references, flows=flows))
    assert {e.resolution for e in graph.callees(0)} == {"ambiguous"}


def test_the_files_are_walked_once() -> None:
    """Linking cannot mix two states of the project, for it sees one."""
    walks = iter([[module("a.py"), module("b.py", references=[Reference(Role.CALL, 0, "len", 1)])]])
    assert Graph(link(lambda: iter(next(walks)))).edge_count == 1


def test_equal_chains_of_different_scopes_are_told_apart() -> None:
    """One name is a parameter here, a function's own there, the module's elsewhere, and built in where nothing binds it."""
    inner = [definition(name, NodeKind.FUNCTION, 0) for name in ("f", "g", "h", "open")]
    flows = [Flow(FlowKind.PARAMETER, 1, "open", "", 1), Flow(FlowKind.ASSIGN, 2, "open", "h", 2)]
    references = [Reference(Role.CALL, scope, "open", 9) for scope in (1, 2, 3)]
    elsewhere = module("b.py", references=[Reference(Role.CALL, 0, "open", 1)])
    graph = graph_of(module("a.py", *inner, references=references, flows=flows), elsewhere)
    called = {graph.qualified_name(node): [edge.target for edge in graph.callees(node)] for node in (1, 2, 3, 5)}
    assert called == {"a.f": [], "a.g": ["a.h"], "a.h": ["a.open"], "b": ["<builtin>.open"]}


def test_find_gives_exact_names_first_and_takes_names_with_dots() -> None:
    """Suffixes match whole parts only; a heading may hold dots and spaces."""
    graph = graph_of(
        module("a.py", definition("f", NodeKind.FUNCTION, 0), definition("Version 1.2 notes", NodeKind.SECTION, 0)),
        module("b/a.py", definition("f", NodeKind.FUNCTION, 0), definition("xf", NodeKind.FUNCTION, 0)),
    )
    assert [graph.qualified_name(n) for n in graph.find("a.f")] == ["a.f", "b.a.f"]
    assert [graph.qualified_name(n) for n in graph.find("f")] == ["a.f", "b.a.f"]
    assert [graph.qualified_name(n) for n in graph.find("Version 1.2 notes")] == ["a.Version 1.2 notes"]
    assert [graph.qualified_name(n) for n in graph.find("b.a")] == ["b.a"]
    assert graph.find("") == graph.find(".") == graph.find("nothing") == []


def test_near_offers_names_that_look_alike() -> None:
    """Letters swapped, another case, a part missing; never something unlike."""
    graph = graph_of(module("q.py", definition("QuerySet", NodeKind.CLASS, 0), definition("filter", NodeKind.METHOD, 1)))
    assert graph.near("QuerySet.fliter")[0] == "q.QuerySet.filter"
    assert graph.near("queryset")[0] == "q.QuerySet"
    assert graph.near("zzzzzz") == []
    assert graph.near("") == []


def test_contains_follows_from_the_parents() -> None:
    """Not stored, answered all the same, both ways."""
    graph = graph_of(module("a.py", definition("A", NodeKind.CLASS, 0), definition("m", NodeKind.METHOD, 1)))
    cls, method = graph.find("a.A")[0], graph.find("a.A.m")[0]
    assert [e.target for e in graph.edges(cls, EdgeKind.CONTAINS, "out")] == ["a.A.m"]
    assert [e.source for e in graph.edges(method, EdgeKind.CONTAINS, "in")] == ["a.A"]
    assert graph.edges(0, EdgeKind.CONTAINS, "in") == []


def test_external_nodes_stand_after_all_definitions_with_their_whole_name() -> None:
    """They have no file, no line, and are found by name and by suffix."""
    graph = graph_of(
        module("a.py", imports=[Import(0, "json", "", "json", 0, 1)], references=[Reference(Role.CALL, 0, "json.dumps", 2)])
    )
    assert graph.definition_count == 1
    names = [graph.qualified_name(n) for n in range(1, graph.node_count)]
    assert names == ["json", "json.dumps"]
    (node,) = graph.find("json.dumps")
    assert (graph.kind(node), graph.path(node), graph.lines(node), graph.parent(node)) == (NodeKind.EXTERNAL, "", (0, 0), -1)
    assert (graph.signature(node), graph.complexity(node), graph.language(node)) == ("", 0, "")
    assert graph.files.tolist() == [0, 1, 1]
    assert graph.call_counts.tolist() == [0, 0, 1]


def test_markup_in_names_is_escaped() -> None:
    """Quotes, angle brackets, control characters and newlines survive both writers."""
    nasty = 'a"<&>\\\n\x01b'
    graph = graph_of(module("a.py", definition(nasty, NodeKind.FUNCTION, 0), references=[Reference(Role.CALL, 0, nasty, 1)]))
    xml, dot = io.StringIO(), io.StringIO()
    graph.write_graphml(xml)
    graph.write_dot(dot)
    names = [data.text for data in ET.fromstring(xml.getvalue()).findall(".//{*}node/{*}data[@key='name']")]
    assert names == ["a", 'a.a"<&>\\\n\ufffdb']
    assert '\\"<&>\\\\\\n' in dot.getvalue()


def test_values_that_all_feed_each_other_cost_each_question_once() -> None:
    """Forty attributes assigned from one another: the number of paths is astronomic, the number of questions is not."""
    flows = [Flow(FlowKind.ASSIGN, 0, f"v{a}", f"v{b}.x", 1) for a in range(40) for b in range(40) if a != b]
    references = [Reference(Role.CALL, 0, f"v{n}.run", 3) for n in range(40)]
    graph = graph_of(module("a.py", references=references, flows=flows))
    assert [e.target for e in graph.callees(0)] == ["?.run"]
