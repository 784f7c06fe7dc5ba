"""Analysis: code that answers, never over its budget, the same before and after everything was spilled."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepasserelle import Analysis, LeIndex, MemoryConfig, QueryError
from lepasserelle.model import ContextRequest
from lepasserelle.query import Analyst, estimate_tokens

QUIET = MemoryConfig(auto_spill=False)

SOURCES = {
    "shop/cart.py": '''"""The shopping cart."""
from shop.prices import discount_for

class Cart:
    """What a customer wants to buy."""

    def total(self, customer):
        """Sum of all items after the discount."""
        return sum(self.items) - discount_for(customer)

    def long_story(self):
        """Tell the story of every item in the cart."""
'''
    + "".join(f"        line_{number} = self.items[{number}] * {number}\n" for number in range(400)),
    "shop/prices.py": '''def discount_for(customer):
    """How much less a loyal customer pays."""
    return load(customer)["discount"]

def load(customer):
    """Read what is known of a customer."""
    return {"discount": 3}

'''
    + "".join(f"TARIFF_{number} = {number}\n" for number in range(300)),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """A small indexed project."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
        yield leindex


def shapes(answer: Analysis) -> dict[str, str]:
    """Form by symbol."""
    return {part.symbol: part.form for part in answer.parts}


def test_the_answer_holds_the_definition_and_what_stands_around_it(shop: LeIndex) -> None:
    """The whole hit, its caller and its callee, each with its place."""
    answer = shop.analyze("discount_for", 400)
    found = {part.symbol: part for part in answer.parts}
    hit = found["shop.prices.discount_for"]
    assert (hit.form, hit.path, hit.start_line, hit.role) == ("whole", "shop/prices.py", 1, "")
    assert 'return load(customer)["discount"]' in hit.text
    assert "shop.prices.load" in found
    assert "shop.cart.Cart.total" in found
    assert "shop/prices.py:1-3 function shop.prices.discount_for (whole)" in answer.text


def test_what_does_not_fit_shows_its_head(shop: LeIndex) -> None:
    """A function of 400 lines within 400 tokens: signature and first line of documentation, not a piece of the body."""
    (part,) = [one for one in shop.analyze("long_story", 400).parts if one.symbol.endswith("long_story")]
    assert part.form == "head"
    assert part.text == "def long_story(self)\nTell the story of every item in the cart."


def test_what_is_left_out_is_said(shop: LeIndex) -> None:
    """By name in the record, by number in the text."""
    answer = shop.analyze("cart customer discount", 100)
    assert answer.left_out
    assert f"Left out: {len(answer.left_out)} more" in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.sampled_from(
        ["discount_for", "long_story", "what does a loyal customer pay", "Cart", "shop/cart.py", "items " * 99]
    ),
    budget=st.integers(100, 3_000),
)
def test_no_answer_passes_its_budget(shop: LeIndex, question: str, budget: int) -> None:
    """By the estimator, headings and last line included; and the figure told is that of the text."""
    answer = shop.analyze(question, budget)
    assert answer.tokens == estimate_tokens(answer.text) <= budget
    assert not {part.symbol for part in answer.parts} & set(answer.left_out)


def test_no_line_is_shown_twice(shop: LeIndex) -> None:
    """With room for everything a method is part of its class and does not stand beside it again."""
    answer = shop.analyze("total of the cart", 20_000)
    assert answer.text.count("return sum(self.items) - discount_for(customer)") == 1


@pytest.mark.parametrize("budget", [0, 99, -5, 1_000_001, True, 2000.0, "2000"])
def test_a_budget_out_of_range_is_an_error(shop: LeIndex, budget: object) -> None:
    """Said with the range, before anything is searched."""
    with pytest.raises(QueryError, match="token_budget"):
        shop.analyze("cart", budget)  # type: ignore[arg-type]


def test_bad_questions_are_errors_and_strange_ones_are_answered(shop: LeIndex) -> None:
    """Nothing to search for; a very long one; one that is no Unicode."""
    with pytest.raises(QueryError):
        shop.analyze("   ")
    assert shop.analyze("discount " * 50_000).parts
    assert shop.analyze("discount \udcff").parts
    with pytest.raises(QueryError):
        shop.analyze("cart", language="klingon")


def test_an_answer_is_the_same_after_a_spill_and_is_not_computed_again(shop: LeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves memory for the store and comes back from there, byte for byte, also without graph and search index."""
    before = shop.analyze("loyal customer", 500)
    shop.spill_all_caches()
    assert shop.get_cache_stats().cache_bytes == 0
    monkeypatch.setattr(Analyst, "analyze", lambda *_: pytest.fail("computed again"))
    assert shop.analyze("loyal customer", 500) == before
    assert shop.get_cache_stats().caches[0].state == "warm"


def test_another_process_finds_what_was_stored(shop: LeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another opening of the same project reads the store; here in one process, which shares nothing but the folder."""
    before = shop.analyze("who is a customer", 500)
    shop.spill_all_caches()
    monkeypatch.setattr(Analyst, "analyze", lambda *_: pytest.fail("computed again"))
    with LeIndex(shop.project, QUIET) as other:
        assert other.analyze("who is a customer", 500) == before


def test_two_openings_compute_the_same_answer(shop: LeIndex) -> None:
    """Each by itself: pages of a request are not kept."""
    request = ContextRequest(question="what does a loyal customer pay", max_tokens=400)
    with LeIndex(shop.project, QUIET) as other:
        assert other.answer(request) == shop.answer(request)


def test_what_is_near_in_the_graph_says_how(shop: LeIndex) -> None:
    """What the question does not name comes with its relation to what it names."""
    found = {part.symbol: (part.role, part.of) for part in shop.analyze("discount_for", 2000).parts}
    assert found["shop.prices.discount_for"] == ("", "")
    assert found["shop.prices.load"] == ("called by", "shop.prices.discount_for") or found["shop.prices.load"] == ("", "")


def test_concurrent_questions_are_computed_once(shop: LeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads ask the same; one computes."""
    computed: list[int] = []
    real = Analyst.analyze

    def counted(*arguments: object) -> Analysis:
        computed.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Analyst, "analyze", counted)
    found: list[Analysis] = []
    threads = [threading.Thread(target=lambda: found.append(shop.analyze("asked by eight", 300))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(computed) == 1
    assert len(found) == 8
    assert all(one == found[0] for one in found)


def test_an_index_made_anew_never_gives_the_answers_of_the_former(tmp_path: Path) -> None:
    """The store lies elsewhere and survives, the number of the generation is the same again, the code is another."""
    project, cache = tmp_path / "project", tmp_path / "cache"
    project.mkdir()
    config = MemoryConfig(auto_spill=False, cache_dir=cache)
    texts = []
    for folder, value in (("one", "first"), ("two", "second")):
        (project / "a.py").write_text(f"def answer():\n    return '{value}'\n", encoding="utf-8")
        with LeIndex(project, config, index_dir=str(tmp_path / folder)) as leindex:
            assert leindex.index_project().generation == 1
            texts.append(leindex.analyze("answer").text)
            leindex.spill_all_caches()
    assert "first" in texts[0]
    assert "second" in texts[1]


def test_after_a_change_the_answer_is_the_new_one(tmp_path: Path) -> None:
    """A new generation asks anew, and the entries of the old one are collected."""
    (tmp_path / "a.py").write_text("def answer():\n    return 'first'\n", encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        assert "first" in leindex.analyze("answer").text
        leindex.spill_all_caches()
        assert leindex.get_cache_stats().spilled_entries == 3
        (tmp_path / "a.py").write_text("def answer():\n    return 'second one'\n", encoding="utf-8")
        leindex.index_project()
        assert leindex.get_cache_stats().spilled_entries == 2
        assert "second one" in leindex.analyze("answer").text
