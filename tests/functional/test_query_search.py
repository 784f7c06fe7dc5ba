"""Searching small projects that were really parsed and linked: text in, ranked places out."""

import unicodedata
from collections.abc import Callable
from random import Random
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lepasserelle import lexical, vectors
from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.leindex.table import DocumentTable
from lepasserelle.model import NodeFlag, SearchHit
from lepasserelle.parse import parse
from lepasserelle.query import MODES, Ground, Searcher
from lepasserelle.query.understand import MAX_QUERY_CHARS
from lepasserelle.terms import TermFile, collect

SHOP = {
    "shop/__init__.py": '"""A shop."""\nfrom shop.cart import Cart\n',
    "shop/cart.py": '''"""Shopping carts."""
from shop.money import Money, round_half_even


class Cart:
    """What a customer is about to buy."""

    def __init__(self):
        self.lines = []

    def add(self, product, quantity=1):
        """Puts a product into the cart."""
        self.lines.append((product, quantity))

    def total(self, vat_rate):
        """The sum of all lines with value added tax."""
        net = sum(product.price * quantity for product, quantity in self.lines)
        return round_half_even(net * (1 + vat_rate))

    def filter(self, predicate):
        return [line for line in self.lines if predicate(line)]
''',
    "shop/money.py": '''"""Amounts of money."""

PRECISION = 2


class MoneyError(ValueError):
    """Money that cannot be added: currencies differ."""


class Money:
    """An amount in a currency."""

    def __add__(self, other):
        if self.currency != other.currency:
            raise MoneyError(self, other)
        return Money(self.amount + other.amount)


def round_half_even(amount):
    """Rounds to the nearest cent, ties to even, as banks do."""
    return round(amount, PRECISION)
''',
    "shop/sessions.py": '''"""Sessions of signed-in customers."""


class SessionStore:
    """Keeps sessions."""

    def validate_session_key(self, key):
        """Whether a key was issued here and has not expired."""
        return self._signature_matches(key) and not self._expired(key)

    def _signature_matches(self, key):
        return hmac_equal(key)

    def _expired(self, key):
        return False
''',
    "tests/test_cart.py": '''from shop.cart import Cart


def test_total_with_value_added_tax():
    """The sum of all lines with value added tax is rounded."""
    assert Cart().total(0.2) == 0


class Cart:
    """A double of the cart."""
''',
    "web/cart.ts": """/** Shows the cart in the browser. */
export class CartView {
  renderTotal(total: number): string { return `${total}`; }
}
export function filterLines(lines: string[]): string[] { return lines.filter(Boolean); }
""",
    "README.md": "# Shop\n\n## Value added tax\n\nThe total of the cart is the sum of all lines with value added tax.\n",
}


class Text:
    """The indexed text."""

    def __init__(self, contents: list[bytes]) -> None:
        self.contents = contents

    def slice(self, file_index: int, start_byte: int, end_byte: int) -> bytes:
        """Bytes of a file."""
        return self.contents[file_index][start_byte:end_byte]


LANGUAGES = {"py": "python", "ts": "typescript", "md": "markdown"}


def searcher(project: dict[str, str]) -> Searcher:
    """Everything from source text to a search, in memory."""
    linked, termed, first = [], [], 0
    for path in sorted(project):
        data, language = project[path].encode(), LANGUAGES[path.rpartition(".")[2]]
        facts = parse(data, language)
        module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        linked.append(
            LinkFile(path=path, module=module, language=language, flags=NodeFlag.TEST if "test" in path else 0, facts=facts)
        )
        termed.append(TermFile(path, first, len(facts.definitions), collect(data, facts)))
        first += len(facts.definitions)
    return Searcher(
        Ground(DocumentTable(Graph(link(lambda: iter(linked))))),
        lexical.Lexical(lexical.build(lambda: iter(termed))),
        vectors.Vectors(vectors.build(lambda: iter(termed))),
        Text([project[path].encode() for path in sorted(project)]),
    )


@pytest.fixture(scope="module")
def shop() -> Searcher:
    """The shop, indexed once."""
    return searcher(SHOP)


def symbols(hits: list[SearchHit]) -> list[str]:
    """Qualified names in order."""
    return [hit.symbol for hit in hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("where are sessions validated", "shop.sessions.SessionStore.validate_session_key"),
        ("sum of all lines with value added tax", "shop.cart.Cart.total"),
        ("round to the nearest cent", "shop.money.round_half_even"),
        ("add a product to the cart", "shop.cart.Cart.add"),
        ("SessionStore", "shop.sessions.SessionStore"),
        ("Cart.filter", "shop.cart.Cart.filter"),
        ("`round_half_even`", "shop.money.round_half_even"),
        ("cart.total", "shop.cart.Cart.total"),
        ("shop/money.py", "shop.money"),
        ("money.py", "shop.money"),
        ("exception when currencies differ", "shop.money.MoneyError"),
    ],
)
def test_the_place_that_is_meant_stands_first(shop: Searcher, query: str, expected: str) -> None:
    """Names, paths and sentences, each answered by its definition."""
    assert symbols(shop.search(query))[0] == expected


def test_tests_and_prose_stand_behind_code_unless_they_are_asked_for(shop: Searcher) -> None:
    """The test and the readme repeat the very words."""
    plain = shop.search("sum of all lines with value added tax")
    assert plain[0].path == "shop/cart.py"
    asked = shop.search("test of the sum of all lines with value added tax")
    assert asked[0].path == "tests/test_cart.py"


def test_an_exact_name_gives_every_definition_of_it(shop: Searcher) -> None:
    """The real one before its double in the tests."""
    assert symbols(shop.search("Cart"))[:2] == ["shop.cart.Cart", "tests.test_cart.Cart"]
    assert symbols(shop.search("Cart", mode="symbol")) == ["shop.cart.Cart", "tests.test_cart.Cart"]
    assert shop.search("NoSuchThing", mode="symbol") == []


def test_a_name_in_other_letters_large_or_small_is_found_where_there_is_no_exact_one(shop: Searcher) -> None:
    """By the mode for names as by the others, and said so."""
    for query, expected in (("sessionstore", "shop.sessions.SessionStore"), ("CART.filter", "shop.cart.Cart.filter")):
        (hit,) = shop.search(query, mode="symbol")
        assert hit.symbol == expected
        assert "symbol: name but for case" in hit.why
    assert shop.search("sessionstores", mode="symbol") == []


def test_a_hit_says_where_it_is_and_why(shop: Searcher) -> None:
    """Lines, kind, text and signals of the answer."""
    hit = shop.search("round to the nearest cent")[0]
    assert (hit.path, hit.start_line, hit.end_line) == ("shop/money.py", 19, 21)
    assert (hit.kind, hit.language) == ("function", "python")
    assert hit.snippet.startswith("def round_half_even(amount):")
    assert any(reason.startswith("words: rank") for reason in hit.why)
    assert "symbol: exact name" in shop.search("round_half_even")[0].why


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "query", ["shop/money.py", "SHOP\\money.py", "/srv/app/shop/money.py", "https://x.org/a/b/blob/main/shop/money.py"]
)
def test_a_path_is_answered_by_its_file_in_every_mode(shop: Searcher, mode: str, query: str) -> None:
    """Its own node, whatever else holds the words."""
    hit = shop.search(query, mode=mode)[0]
    assert (hit.symbol, hit.why[0]) == ("shop.money", "path: as asked")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "query", ["shop/money.py:14", 'File "shop/money.py", line 14, in __add__', "why does shop/money.py:14 raise"]
)
def test_a_line_is_answered_by_the_definition_around_it(shop: Searcher, mode: str, query: str) -> None:
    """And the hit says which line, and shows it."""
    hit = shop.search(query, mode=mode)[0]
    assert (hit.symbol, hit.line) == ("shop.money.Money.__add__", 14)
    assert "raise MoneyError(self, other)" in hit.snippet
    flat = shop.search(query, mode=mode, flat=True)
    assert flat[0].symbol == hit.symbol


def test_a_trace_is_answered_by_its_innermost_frame_in_the_project(shop: Searcher) -> None:
    """And then by the other frames."""
    trace = """Traceback (most recent call last):
  File "/srv/shop/tests/test_cart.py", line 6, in test_total_with_value_added_tax
    assert Cart().total(0.2) == 0
  File "/srv/shop/shop/cart.py", line 18, in total
    return round_half_even(net * (1 + vat_rate))
  File "/srv/shop/shop/money.py", line 21, in round_half_even
    return round(amount, PRECISION)
  File "/usr/lib/python3.11/decimal.py", line 7, in round
TypeError: type list doesn't define __round__ method"""
    hits = shop.search(trace)
    assert (hits[0].symbol, hits[0].line) == ("shop.money.round_half_even", 21)
    assert {hit.symbol for hit in hits[1:3]} == {"shop.cart.Cart.total", "tests.test_cart.test_total_with_value_added_tax"}


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic"])
def test_a_path_in_a_sentence_lifts_what_answers_in_its_file(shop: Searcher, mode: str) -> None:
    """The file that the words alone put first stands behind it."""
    assert shop.search("where are lines added to the total", mode=mode)[0].path != "shop/money.py"
    hit = shop.search("where in shop/money.py are lines added to the total", mode=mode)[0]
    assert hit.path == "shop/money.py"
    assert "path: in what was asked for" in hit.why


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("query", ["prüfe_größe", "PRÜFE_GRÖSSE", "wie wird die größe geprüft", "Größe"])
def test_a_word_is_found_however_question_and_source_are_encoded(form: Literal["NFC", "NFD"], query: str) -> None:
    """Sources composed and decomposed, the question in either, with and without capitals."""
    source = 'def prüfe_größe(wert):\n    """Sagt, ob die Größe stimmt."""\n    return größe == wert\n'
    found = searcher({"a.py": unicodedata.normalize(form, source), "b.py": "def other(): pass\n"})
    for encoding in ("NFC", "NFD"):
        hits = found.search(unicodedata.normalize(encoding, query), mode="lexical")
        assert hits[0].path == "a.py"
        assert hits[0].line in (1, 2)


def test_a_path_outside_of_a_filter_is_not_found(shop: Searcher) -> None:
    """The filter is asked for as well."""
    assert {hit.path for hit in shop.search("shop/money.py", path="tests/*")} <= {"tests/test_cart.py"}


def test_filters_leave_what_they_name_and_the_answer_is_still_full(shop: Searcher) -> None:
    """Language, kind and path are applied before the cut."""
    assert {hit.language for hit in shop.search("cart total", language="typescript")} == {"typescript"}
    assert {hit.kind for hit in shop.search("cart total", kind="method")} == {"method"}
    assert {hit.path for hit in shop.search("cart", path="tests/**")} == {"tests/test_cart.py"}
    assert len(shop.search("cart", top_k=3, path="shop/**", flat=True)) == 3
    assert len(shop.search("cart", top_k=2, path="shop/**")) == 2
    assert shop.search("cart", language="python", kind="class", path="web/**") == []


def test_further_places_of_a_file_are_folded_and_a_flat_list_has_them_one_by_one(shop: Searcher) -> None:
    """Ten hits are ten files; what was folded is said, and is in the flat list, too."""
    folded = shop.search("cart lines total tax")
    flat = shop.search("cart lines total tax", top_k=50, flat=True)
    assert len({hit.path for hit in folded}) == len(folded)
    assert all(not hit.also for hit in flat)
    cart = next(hit for hit in folded if hit.path == "shop/cart.py")
    assert cart.also
    assert {one.symbol for one in cart.also} | {cart.symbol} <= {hit.symbol for hit in flat if hit.path == "shop/cart.py"}
    assert [(one.start_line, one.end_line, one.kind) for one in cart.also if one.symbol == "shop.cart.Cart.filter"] in (
        [],
        [(21, 22, "method")],
    )


def test_a_filter_that_leaves_one_file_lists_its_places_one_by_one(shop: Searcher) -> None:
    """Who names the file wants to know where in it."""
    assert len(shop.search("cart lines total tax", path="shop/cart.py")) > 2
    assert all(hit.path == "shop/cart.py" for hit in shop.search("cart lines total tax", path="shop/cart.py"))


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_finds_a_name_and_is_deterministic(shop: Searcher, mode: str) -> None:
    """Asked twice, and of an index built anew, the answer is the same."""
    assert "shop.sessions.SessionStore" in symbols(shop.search("SessionStore", mode=mode))[:3]
    again = searcher(SHOP)
    for query in ("SessionStore", "how is the total computed", "customers"):
        assert shop.search(query, mode=mode) == shop.search(query, mode=mode) == again.search(query, mode=mode)


@pytest.mark.parametrize("flat", [False, True])
def test_the_first_hits_are_the_same_whatever_number_is_asked_for(flat: bool) -> None:
    """More candidates are looked at for who wants more, which must not change what stands first."""
    words, random = ["cart", "total", "price", "tax", "line", "order", "user", "send", "load", "save"], Random(3)
    files = {}
    for number in range(260):
        one, two, three = (random.choice(words) for _ in range(3))
        body = "".join(f"    {random.choice(words)}_{random.choice(words)}()\n" for _ in range(random.randrange(1, 12)))
        files[f"{random.choice(words)}/m{number}.py"] = f"def {one}_{two}(): pass\n\ndef {three}_{number}():\n{body}"
    many = searcher(files)
    for query in ("the total price of an order", "save the cart", "send lines to a user"):
        most = many.search(query, 200, flat=flat)
        assert [hit.score for hit in most] == sorted((hit.score for hit in most), reverse=True)
        for count in (1, 4, 10, 11, 30, 60, 120):
            hits = many.search(query, count, flat=flat)
            assert len(hits) == count
            assert [(hit.symbol, hit.why, hit.also) for hit in hits] == [(hit.symbol, hit.why, hit.also) for hit in most[:count]]


def test_a_path_that_no_file_has_is_said(shop: Searcher) -> None:
    """A glob that means nothing is a mistake, and not a question that finds nothing."""
    for glob in ("[", "nowhere/**", "shop/*.rs"):
        with pytest.raises(QueryError, match="no file of the index matches the path filter"):
            shop.search("total", path=glob)


def test_scores_descend(shop: Searcher) -> None:
    """Best first, and the score says so."""
    scores = [hit.score for hit in shop.search("cart lines total tax", top_k=20)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"query": ""}, "empty"),
        ({"query": "?!"}, "no word"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": -3}, "top_k"),
        ({"top_k": 10_001}, "top_k"),
        ({"top_k": True}, "top_k"),
        ({"top_k": 2.5}, "top_k"),
        ({"mode": "magic"}, "modes are"),
        ({"kind": "gadget"}, "kinds are"),
        ({"language": "cobol"}, "the index has"),
        ({"path": ""}, "path filter"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_hint(shop: Searcher, change: dict[str, object], hint: str) -> None:
    """Each names what failed and what there is."""
    asked: dict[str, object] = {"query": "cart"} | change
    with pytest.raises(QueryError, match=hint):
        shop.search(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "hint"), [({"kind": "gadget"}, "kinds are class, "), ({"language": "klingon"}, "the index has markdown, python")]
)
def test_a_wrong_filter_is_told_before_a_wrong_question(shop: Searcher, filters: dict[str, str], hint: str) -> None:
    """With the words that are allowed."""
    for query in ("?!", "x", "", "cart"):
        with pytest.raises(QueryError, match=hint):
            shop.search(query, **filters)  # type: ignore[arg-type]


def test_a_symbol_of_one_letter_is_found() -> None:
    """Alone, marked, and in company."""
    point = searcher({"geo.py": "class P:\n    def x(self):\n        return 1\n\ndef other(): pass\n"})
    for query in ("x", "`x`", "(x)", "P.x", "x()", "the x"):
        assert symbols(point.search(query))[:1] == ["geo.P.x"], query


@pytest.mark.parametrize("query", ["qwertzuiop yxcvbnm", "会話管理", "пользователь", "'; DROP TABLE nodes; --", "x" * 100_000])
def test_words_that_nothing_holds_give_an_empty_or_a_short_answer(shop: Searcher, query: str) -> None:
    """Not an error, and not noise."""
    assert shop.search(query) == []


@pytest.mark.parametrize("query", ["", " \t\n", "?!…—", "()[]{}<>;:'\"`", "🚀🔥", "\u202e\u200b", "\x00\x01", "." * 100_000])
def test_a_question_without_a_word_is_an_error_that_says_what_to_give(shop: Searcher, query: str) -> None:
    """Empty, blank, only punctuation, only emoji, only marks that nobody sees, however long."""
    with pytest.raises(QueryError, match="a name, a path or a few words"):
        shop.search(query)


@pytest.mark.parametrize(
    "noise",
    [
        "🛒 {}",
        "{} 💶🔥",
        "'; DROP TABLE nodes; -- {}",
        '" OR 1=1 OR "{}',
        "{} */ UNION SELECT * FROM files",
        "$(rm -rf /) {}",
        "../../../etc/passwd {}",
        "%s%n{{0}} {}",
        "(a+)+$ {}",
        "\x00{}\x1b[2J",
        "\u202e{}",
        "{} NEAR/2 NOT AND *",
        "корзина {} 购物车",
        "<script>alert(1)</script> {}",
    ],
)
def test_what_looks_like_another_language_is_text_and_nothing_else(shop: Searcher, noise: str) -> None:
    """Its known words are answered; nothing is run, expanded or matched as a pattern."""
    wanted = "sum of all lines with value added tax"
    assert "shop.cart.Cart.total" in [hit.symbol for hit in shop.search(noise.format(wanted), flat=True)][:3]


def test_a_question_of_a_hundred_kilobytes_is_read_to_a_bound(shop: Searcher) -> None:
    """What is read is its beginning, whatever follows."""
    long = "sum of all lines with value added tax " * 2700
    assert len(long) > 100_000
    assert shop.search(long) == shop.search(long[:MAX_QUERY_CHARS])
    assert shop.search(long)[0].path == "shop/cart.py"
    quotes = "`sum`" * 25_000
    assert shop.search(quotes) == shop.search(quotes[:MAX_QUERY_CHARS])


def test_letters_whose_lower_case_is_longer_are_the_same_letters() -> None:
    """`İ` without capitals is an i, and `ß` is ss: a name but for case, also where only names are looked for."""
    places = searcher({"city.py": "def İstanbul_ferry():\n    return 1\n\n\ndef straße_name():\n    return 2\n"})
    for mode in ("hybrid", "symbol"):
        for asked in ("istanbul_ferry", "İSTANBUL_FERRY", "ISTANBUL_FERRY"):
            hit = places.search(asked, mode=mode)[0]
            assert (hit.symbol, hit.why[0]) == ("city.İstanbul_ferry", "symbol: name but for case")
        assert places.search("STRASSE_NAME", mode=mode)[0].symbol == "city.straße_name"


@pytest.mark.parametrize(("query", "word"), [("adress", "address"), ("recieve", "receive"), ("seperator", "separator")])
def test_a_slip_that_the_encoder_knows_is_asked_with_words_that_there_are(query: str, word: str) -> None:
    """Meaning finds something near anyway, which is no answer where the project has the word; what was asked is said."""
    project = {
        "a.py": "def parse_address(text):\n    return text\n",
        "b.py": "def receive_all(socket):\n    return socket\n",
        "c.py": "SEPARATOR_TEXT = ','\n\ndef join_by_separator(parts):\n    return parts\n",
        "d.py": "def unrelated(value):\n    return value\n",
    }
    hits = searcher(project).search(query)
    assert word in hits[0].symbol
    assert hits[0].why[0].startswith("spelling: ")
    assert hits[0].why[0].endswith(f"for {query}")


def test_known_words_answer_beside_unknown_ones(shop: Searcher) -> None:
    """One word that nothing holds does not empty the answer."""
    assert shop.search("qwertzuiop round to the nearest cent")[0].symbol == "shop.money.round_half_even"


def test_an_empty_project_answers_nothing() -> None:
    """A file without a word is a project too."""
    assert searcher({"a.py": ""}).search("anything at all") == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80), mode=st.sampled_from(MODES))
def test_any_question_is_answered_or_refused(shop: Searcher, query: str, mode: str) -> None:
    """Distinct places, at most as many as asked for, never another error."""
    try:
        hits = shop.search(query, top_k=5, mode=mode)
    except QueryError:
        return
    assert len(hits) <= 5
    assert len({(hit.path, hit.start_line, hit.symbol) for hit in hits}) == len(hits)


def test_searching_does_not_write(shop: Searcher) -> None:
    """The arrays may be read-only views of a mapped file."""

    def frozen(sections: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
        for array in sections.values():
            array.flags.writeable = False
        return sections

    facts = parse(SHOP["shop/cart.py"].encode(), "python")
    file = TermFile("shop/cart.py", 0, len(facts.definitions), collect(SHOP["shop/cart.py"].encode(), facts))
    files: Callable[[], object] = lambda: iter([file])  # noqa: E731
    words = lexical.Lexical(frozen(dict(lexical.build(files))))  # type: ignore[arg-type]
    near = vectors.Vectors(frozen(dict(vectors.build(files))))  # type: ignore[arg-type]
    from lepasserelle.terms import query_terms

    assert words.search(query_terms("total tax"), 3)[0].size
    assert near.search(query_terms("total tax"), 3)[0].size


def test_calls_among_nodes_are_those_of_the_graph(shop: Searcher) -> None:
    """Each pair once, in the order of the callers, whichever nodes are asked for."""
    table = shop._graph
    nodes = np.arange(table.node_count, dtype=np.uint32)
    called = {(caller, node) for caller, node in table.calls_among(nodes, nodes)}
    names = {(table.qualified_name(caller), table.qualified_name(node)) for caller, node in called}
    assert ("shop.cart.Cart.total", "shop.money.round_half_even") in names
    backwards, some = nodes[::-1].copy(), nodes[::3].copy()
    pairs = [(int(backwards[at]), int(some[to])) for at, to in table.calls_among(backwards, some)]
    assert pairs == sorted(pairs, key=lambda pair: -pair[0])
    assert sorted(pairs) == sorted(pair for pair in called if pair[1] in set(some.tolist()))
    assert table.calls_among(nodes[:0], nodes) == table.calls_among(nodes, nodes[:0]) == []


def test_how_many_lines_a_definition_has_is_told_of_many_at_once() -> None:
    """As one by one, also of what is longer than its column can say."""
    long = "def ledger():\n" + "    pass\n" * 70_000
    facts = parse(long.encode(), "python")
    linked = [LinkFile(path="a.py", module="a", language="python", flags=0, facts=facts)]
    table = DocumentTable(Graph(link(lambda: iter(linked))))
    nodes = np.arange(table.node_count, dtype=np.uint32)[::-1]
    spans = [table.lines(node) for node in nodes.tolist()]
    assert table.line_counts(nodes).tolist() == [last - first + 1 for first, last in spans]
    assert table.line_counts(np.array(table.find("ledger"), dtype=np.uint32)).tolist() == [70_001]
