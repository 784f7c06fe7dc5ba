"""The order of candidates, signal by signal."""

import msgspec
import numpy as np
import pytest
from query_table import Node, Table

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.query.explain import near_in_several_places, reasons
from lepasserelle.query.handing import handed_on
from lepasserelle.query.naming import spelled
from lepasserelle.query.rank import Ranking, rank
from lepasserelle.query.retrieve import Candidates
from lepasserelle.query.spread import MOST_FURTHER
from lepasserelle.query.standing import Standing
from lepasserelle.query.understand import understand
from lepasserelle.query.weights import Weights
from lepasserelle.terms import WHOLE, QueryTerm, pieces


class Words:
    """Every word tells as much as any other."""

    def idf(self, term: str) -> float | None:
        """Always one."""
        return 1.0

    def search(self, terms: object, limit: int, mask: object = None) -> tuple[np.ndarray, np.ndarray]:
        """Not asked."""
        raise NotImplementedError

    def by_group(self, terms: list[QueryTerm], groups: object, group_count: int) -> np.ndarray:
        """Not asked."""
        raise NotImplementedError


def ranked(table: Table, query: str, exact: set[int] = frozenset(), weights: Weights | None = None, top_k: int = 10) -> list[int]:  # type: ignore[assignment]
    """The table's nodes in the order of the ranking, all with equal evidence from the retrievals."""
    ranking = rank(table, Standing(table), Words(), understand(query), evenly(table, exact), weights or Weights(), top_k)
    return [int(ranking.found.nodes[at]) for at in ranking.order]


def folded_ranking(table: Table, query: str = "something else", weights: Weights | None = None) -> Ranking:
    """The ranking of the table's nodes with each file once."""
    return rank(
        table, Standing(table), Words(), understand(query), evenly(table, frozenset()), weights or Weights(), 10, flat=False
    )


def evenly(table: Table, exact: frozenset[int] | set[int]) -> Candidates:
    """All nodes, with equal evidence from the retrievals."""
    count = table.node_count
    same, ranks = np.ones(count, dtype=np.float32), np.arange(1, count + 1, dtype=np.int32)
    is_exact = np.array([node in exact for node in range(count)])
    return Candidates(
        np.arange(count, dtype=np.uint32),
        same,
        ranks,
        same,
        ranks,
        is_exact,
        np.zeros(count, dtype=np.float32),
        np.zeros(count, dtype=np.float32),
        np.ones(table.file_count, dtype=np.float32),
    )


def one_file_each(*nodes: Node, paths: list[str] | None = None, languages: list[str] | None = None) -> Table:
    """Each node in a file of its own, so that files do not decide."""
    placed = [node._replace(file=number) for number, node in enumerate(nodes)]
    return Table(paths or [f"{chr(97 + number)}.py" for number in range(len(nodes))], placed, languages)


@pytest.mark.parametrize(
    ("lower", "higher", "query", "asked"),
    [
        (Node("m.go", flags=NodeFlag.TEST | NodeFlag.EXPORTED), Node("m.go"), "how do things go", "tests of how things go"),
        (Node("m.go", flags=NodeFlag.SECONDARY | NodeFlag.EXPORTED), Node("m.go"), "how do things go", "example of how things go"),
        (Node("m.VARIANT", NodeKind.VARIABLE), Node("m.variant"), "pick something", "variable to pick something"),
        (
            Node("m.FlowError", NodeKind.CLASS),
            Node("m.Flow", NodeKind.CLASS),
            "how things proceed",
            "exception when things proceed",
        ),
    ],
)
def test_what_is_lowered_rises_when_it_is_asked_for(lower: Node, higher: Node, query: str, asked: str) -> None:
    """Tests, examples, plain variables and error types stand behind, unless the question names them."""
    table = one_file_each(lower, higher)
    assert ranked(table, query) == [1, 0]
    assert ranked(table, asked)[0] == 0


def test_a_definition_stands_before_a_mention() -> None:
    """The node whose name is the question's words comes first."""
    assert ranked(one_file_each(Node("m.other"), Node("m.check_token")), "check the token")[0] == 1


def test_an_exact_name_stands_first_whatever_else_speaks() -> None:
    """Also against tests, callers and case-insensitive likeness."""
    table = one_file_each(Node("m.Filter", calls=500), Node("m.filter", flags=0), Node("m.filter_all", calls=900))
    assert ranked(table, "filter", exact={1}) == [1, 0, 2]


def test_a_bare_name_is_that_of_what_is_written_so() -> None:
    """A public function of a module stands before members and private functions of its name; a dotted name is the member's."""
    nodes = [
        Node("a", NodeKind.MODULE, 0),
        Node("a.Resolver", NodeKind.CLASS, 0),
        Node("a.Resolver.reverse", NodeKind.METHOD, 0, calls=9),
        Node("b", NodeKind.MODULE, 1),
        Node("b.reverse", NodeKind.FUNCTION, 1, flags=0),
        Node("c", NodeKind.MODULE, 2),
        Node("c.reverse", NodeKind.FUNCTION, 2),
    ]
    table = Table(["a.py", "b.py", "c.py"], nodes)
    assert ranked(table, "reverse", exact={2, 4, 6})[:2] == [6, 2]
    assert ranked(table, "reverse", exact={2, 4, 6}, weights=Weights(bare_name=0.0))[0] == 2
    assert ranked(table, "Resolver.reverse", exact={2})[0] == 2


def test_prose_stands_behind_code() -> None:
    """A readme repeats every word of the code."""
    table = one_file_each(Node("a", NodeKind.SECTION), Node("b"), paths=["a.md", "b.py"], languages=["markdown", "python"])
    assert ranked(table, "how does it work") == [1, 0]


def test_what_is_called_and_what_is_public_stands_before_what_is_not() -> None:
    """Equal words: the code's own votes decide."""
    assert ranked(one_file_each(Node("m.one"), Node("m.two", calls=40)), "something else") == [1, 0]
    assert ranked(one_file_each(Node("m.one", flags=0), Node("m.two")), "something else") == [1, 0]


def test_a_path_that_names_the_question_lifts_its_nodes() -> None:
    """`cookies.py` is where cookies are."""
    assert ranked(one_file_each(Node("m.one"), Node("m.two"), paths=["util.py", "cookies.py"]), "how are cookies kept")[0] == 1


def test_one_file_does_not_fill_the_list() -> None:
    """Further places of a file stand behind the first places of others."""
    table = Table(["a.py", "b.py"], [Node("a.x"), Node("a.y"), Node("a.z"), Node("b.w", file=1, flags=0)])
    assert ranked(table, "something else")[1] == 3


def test_folded_places_stand_under_the_best_of_their_file() -> None:
    """Each file once, its other places named beside it, best first; a file is not lost because another one has many places."""
    nodes = [Node("a.x"), Node("a.y", calls=9), Node("a.z"), Node("b.w", file=1, flags=0)]
    nodes += [Node(f"c.n{number}", file=2) for number in range(150)]
    ranking = folded_ranking(Table(["a.py", "b.py", "c.py"], nodes))
    places = {int(ranking.found.nodes[at]): [int(ranking.found.nodes[one]) for one in ranking.further[at]] for at in ranking.order}
    assert next(iter(places)) == 1
    assert places[1] == [0, 2]
    assert places[3] == []
    assert [table_file for table_file in places if table_file > 3] == [4]
    assert len(places[4]) == MOST_FURTHER


def test_what_is_much_weaker_is_not_named_under_the_best_place() -> None:
    """`also` is for places that are worth a look."""
    nodes = [Node("a.check_token"), Node("a.MAXIMUM", NodeKind.CONSTANT, flags=0), Node("a.token_check")]
    ranking = folded_ranking(Table(["a.py"], nodes), "check the token again", msgspec.structs.replace(Weights(), further_share=0.9))
    assert [(at, ranking.further[at]) for at in ranking.order] == [(0, [2])]


def test_what_a_hit_calls_in_another_file_is_lifted_and_more_so_under_one_name() -> None:
    """The wrapper asks, the wrapped does the work; nothing is handed on within a file, or to what is no hit."""
    table = one_file_each(Node("m.record", calls=9, callees=(2,)), Node("m.array", calls=2), Node("core._record"))
    off, on = (msgspec.structs.replace(Weights(), callee=0.0, namesake=value) for value in (0.0, 0.9))
    assert ranked(table, "something else", weights=off) == [0, 1, 2]
    assert ranked(table, "something else", weights=on) == [2, 0, 1]
    inside = Table(["a.py"], [Node("a.record", calls=9, callees=(1,)), Node("a._record")])
    assert handed(inside, ["record", "_record"], [2.0, 1.0]) == [0, 0]
    apart = one_file_each(Node("a.record", callees=(1, 2)), Node("b._record"), Node("c.build"))
    assert handed(apart, ["record", "_record", "build"], [2.0, 1.0, 1.0]) == pytest.approx([0, 1.0, 0.2])
    assert handed(apart, ["record", "_record", "build"], [50.0, 1.0, 1.0]) == pytest.approx([0, 1.5, 0.3])


def test_a_form_of_another_hit_stands_below_it() -> None:
    """Both answer the question alike; the one that is built on is meant, and `forms` is told why the other is lower."""
    names = ("Text", "Number", "Record")
    form = [Node("form", NodeKind.MODULE, leans=(1, 1, 1)), *(Node(f"form.{name}", NodeKind.CLASS) for name in names)]
    core = [Node("core", NodeKind.MODULE, 1), *(Node(f"core.{name}", NodeKind.CLASS, 1) for name in names)]
    table = Table(["form.ts", "core.ts"], [*form, *core])
    off = folded_ranking(table, weights=msgspec.structs.replace(Weights(), variant=1.0))
    on = folded_ranking(table)
    assert [int(off.found.nodes[at]) // 4 for at in off.order] == [0, 1]
    assert [int(on.found.nodes[at]) // 4 for at in on.order] == [1, 0]
    assert on.forms == dict.fromkeys(range(4), 1)


def test_what_the_question_names_is_not_lowered_as_a_form() -> None:
    """Who names a thing means that thing, not what it builds on; other forms stay below."""
    names = ("Text", "Number", "Record")
    form = [Node("form", NodeKind.MODULE, leans=(1, 1, 1)), *(Node(f"form.{name}", NodeKind.CLASS) for name in names)]
    core = [Node("core", NodeKind.MODULE, 1), *(Node(f"core.{name}", NodeKind.CLASS, 1) for name in names)]
    table = Table(["form.ts", "core.ts"], [*form, *core])
    named, described = (folded_ranking(table, question) for question in ("class number", "how a number is kept"))
    assert int(named.found.nodes[named.order[0]]) == 2
    assert sorted(int(named.found.nodes[at]) for at in named.forms) == [0, 1, 3]
    assert sorted(int(described.found.nodes[at]) for at in described.forms) == [0, 1, 2, 3]


def handed(table: Table, names: list[str], scores: list[float]) -> list[float]:
    """What each gets: a tenth of its caller's score, half of a namesake's."""
    nodes = np.arange(len(names), dtype=np.uint32)
    roots = [tuple(term for term in pieces(name) if not term.startswith(WHOLE)) for name in names]
    return handed_on(table, nodes, roots, np.array(scores), 0.1, 0.5).tolist()


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ("session commit", 1.0),
        ("Session commit", 1.0),
        ("how does session commit work", 0.6),
        ("commit session", 0.0),
        ("commit", 0.0),
        ("Session.commit", 0.0),
        ("async session commit", 2 / 3),
        ("write session", 0.0),
        ("the session commit", 0.9),
    ],
)
def test_words_that_spell_a_member_name_it(query: str, share: float) -> None:
    """The dot is left out by people; a symbol proper is looked up elsewhere."""
    table = one_file_each(Node("m.Session", NodeKind.CLASS), Node("m.Session.commit", NodeKind.METHOD))
    found = spelled(table, understand(query), np.array([1], dtype=np.uint32), ["commit"])
    assert found.tolist() == pytest.approx([share])


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ("call command", 1.0),
        ("Call Command", 1.0),
        ("the call command", 0.9),
        ("call command quickly", 0.0),
        ("command call", 0.0),
        ("how to call a command", 0.9),
    ],
)
def test_words_that_are_all_of_a_question_name_what_they_spell_alone(query: str, share: float) -> None:
    """Also where nothing owns it but its module; among other words they may be any."""
    table = one_file_each(Node("m", NodeKind.MODULE), Node("m.call_command"))
    assert spelled(table, understand(query), np.array([1], dtype=np.uint32), ["call_command"]).tolist() == pytest.approx([share])


def test_a_member_that_the_words_spell_stands_first() -> None:
    """Before what is called from everywhere and also holds the words."""
    table = one_file_each(
        Node("m.Session", NodeKind.CLASS), Node("m.Session.commit", NodeKind.METHOD), Node("m.session_commit_all", calls=900)
    )
    assert ranked(table, "session commit")[0] == 1


def test_equal_scores_stand_in_the_order_of_their_nodes() -> None:
    """Also where the cut goes through them."""
    table = one_file_each(*[Node(f"m.same{chr(97 + i)}") for i in range(6)])
    assert ranked(table, "something else", top_k=4) == [0, 1, 2, 3]


def test_a_weight_of_zero_turns_its_signal_off() -> None:
    """Every signal can be taken out, as an ablation does."""
    table = one_file_each(Node("m.one"), Node("m.two", calls=40))
    silent = msgspec.structs.replace(Weights(), calls=0.0, file_calls=0.0)
    assert ranked(table, "something else", weights=silent) == [0, 1]


def test_an_older_version_stands_behind_the_newer_one_unless_it_is_named() -> None:
    """`v3` beside `v4`: the newer is meant."""
    table = one_file_each(Node("a.Failure"), Node("b.Failure"), paths=["src/v3/errors.ts", "src/v4/errors.ts"])
    assert ranked(table, "something else") == [1, 0]
    assert ranked(table, "something else of v3") == [0, 1]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"words": 0.01, "meaning": 0.015, "file": 0.0}, ("meaning: rank 1",)),
        ({"words": 0.5, "meaning": 0.015, "file": 0.0}, ("words: rank 1",)),
        ({"words": 0.5, "meaning": 0.6, "file": 0.0}, ("meaning: rank 1", "words: rank 1")),
    ],
)
def test_a_hit_of_which_nothing_is_strong_says_its_strongest_signal(parts: dict[str, float], said: tuple[str, ...]) -> None:
    """Far down a long list; weak signals are not told where there is a strong one."""
    table = Table(["a.py"], [Node("check")])
    assert reasons(table, understand("something else"), evenly(table, set()), 0, parts, {}, {}) == said


@pytest.mark.parametrize(
    ("files", "said"), [((0, 0), True), ((0, 1), False)], ids=["a file with another place", "a file of its own"]
)
def test_several_places_are_told_of_files_that_have_them(files: tuple[int, int], said: bool) -> None:
    """A file with one place says nothing of others, however near that is."""
    table = Table(["a.py", "b.py"], [Node("check", file=files[0]), Node("verify", file=files[1])])
    found, parts = evenly(table, set()), {"meaning": 0.6, "file meaning": 0.5}
    several = near_in_several_places(table, found)
    told = reasons(table, understand("something else"), found, 0, parts, {}, {}, several=several)
    assert ("file: several of its places are near in meaning" in told) is said
