"""What is no question, no filter and no number is refused with the product's own error, before anything is opened or made."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lepasserelle import ConfigError, LeIndex, MemoryConfig, ProjectError, QueryError, UnknownCacheError
from lepasserelle.faces.cli.memory import memory
from lepasserelle.files.language import known_languages
from lepasserelle.leindex import needs
from lepasserelle.model import CallersRequest, ContextRequest, Request, SearchRequest, StatusRequest
from lepasserelle.parse import LANGUAGES
from lepasserelle.query import analyze

NO_TEXTS = [3, None, b"bytes", ["a", "list"], True, 1.5, object()]

QUESTIONS: dict[str, Callable[[LeIndex, Any], object]] = {
    "search": lambda leindex, given: leindex.search(given),
    "search for lines": lambda leindex, given: leindex.search(given, mode="literal"),
    "search by expression": lambda leindex, given: leindex.search(given, mode="regex"),
    "analyze": lambda leindex, given: leindex.analyze(given),
    "symbols": lambda leindex, given: leindex.symbols(given),
    "callers": lambda leindex, given: leindex.callers(given),
    "callees": lambda leindex, given: leindex.callees(given),
    "impact": lambda leindex, given: leindex.impact(given),
    "path from": lambda leindex, given: leindex.path(given, "f"),
    "path to": lambda leindex, given: leindex.path("f", given),
    "calls around": lambda leindex, given: leindex.calls_around(given),
    "find text": lambda leindex, given: leindex.find_text(given),
    "outline": lambda leindex, given: leindex.outline(given),
    "read": lambda leindex, given: leindex.read(given),
    "slice": lambda leindex, given: leindex.slice(given, 1),
    "slice of a variable": lambda leindex, given: leindex.slice("a.py", 1, given),
    "export": lambda leindex, given: leindex.export_graph(io.StringIO(), given),
    "cycles": lambda leindex, given: leindex.cycles(given),
    "export around": lambda leindex, given: leindex.export_around(io.StringIO(), given),
}


@pytest.fixture(scope="module")
def leindex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """An open index of one function."""
    root = tmp_path_factory.mktemp("refused")
    (root / "a.py").write_text("def f():\n    return f\n", encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as opened:
        opened.index_project()
        yield opened


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("given", NO_TEXTS, ids=lambda given: type(given).__name__)
def test_what_is_no_text_is_refused(leindex: LeIndex, question: str, given: object) -> None:
    """With its type, and what to give instead."""
    with pytest.raises(QueryError, match=rf"of type {type(given).__name__}; give a text"):
        QUESTIONS[question](leindex, given)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (SearchRequest(query="f", max_tokens=100), "max_tokens"),
        (ContextRequest(question="f", max_tokens=0), "max_tokens"),
        (SearchRequest(query="f", mode="literal", max_tokens=50_001), "max_tokens"),
        (CallersRequest(name="f", max_tokens="many"), "max_tokens"),  # type: ignore[arg-type]
        (SearchRequest(query="f", limit=0), "limit"),
        (Request(), "no question about code"),
        (StatusRequest(), "no question about code"),
        ("f", "a request is one of"),
    ],
)
def test_a_request_out_of_its_range_is_refused(leindex: LeIndex, request_: Any, said: str) -> None:
    """One made in Python has no other bounds than one that came as JSON; the argument is named."""
    with pytest.raises(QueryError, match=said):
        leindex.answer(request_)
    if said != "no question about code":
        with pytest.raises(QueryError, match=said):
            leindex.answer_from_text(request_, "no index yet")


@pytest.mark.parametrize("name", ["language", "kind", "path"])
@pytest.mark.parametrize("given", [3, b"python", ["python"], False], ids=lambda given: type(given).__name__)
def test_what_is_no_filter_is_refused(leindex: LeIndex, name: str, given: object) -> None:
    """The filter is named. None leaves it out."""
    asks: list[Callable[..., object]] = [leindex.search, leindex.analyze]
    for ask in asks:
        with pytest.raises(QueryError, match=f"{name} is"):
            ask("f", **{name: given})
        assert ask("f", **{name: None})


FLAGS: dict[str, Callable[[LeIndex, Any], object]] = {
    "flat": lambda leindex, given: leindex.search("f", flat=given),
    "is_regex": lambda leindex, given: leindex.find_text("f", is_regex=given),
    "ignore_case": lambda leindex, given: leindex.find_text("f", ignore_case=given),
    "whole_word": lambda leindex, given: leindex.find_text("f", whole_word=given),
    "exported": lambda leindex, given: leindex.unreferenced(given),
    "forward": lambda leindex, given: leindex.slice("a.py", 2, forward=given),
    "across_calls": lambda leindex, given: leindex.slice("a.py", 2, across_calls=given),
    "assume_pure": lambda leindex, given: leindex.slice("a.py", 2, assume_pure=given),
}


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("given", ["yes", None, 1, []], ids=lambda given: type(given).__name__)
def test_what_is_neither_true_nor_false_is_refused(leindex: LeIndex, name: str, given: object) -> None:
    """The flag is named; both of its values are taken."""
    with pytest.raises(QueryError, match=f"{name} is .*, of type {type(given).__name__}; give True or False"):
        FLAGS[name](leindex, given)
    for flag in (True, False):
        FLAGS[name](leindex, flag)


@pytest.mark.parametrize("budget", [None, True, 1.5, float("nan"), float("inf"), -5, 0, 99, 1_000_001, 10**30, "2000", b"2000"])
def test_what_is_no_budget_is_refused(leindex: LeIndex, budget: Any) -> None:
    """With the least and the most."""
    with pytest.raises(QueryError, match=r"token_budget is .* from 100 to 1000000"):
        leindex.analyze("f", token_budget=budget)


@pytest.mark.parametrize("top_k", [None, True, 1.5, float("nan"), -1, 0, 10**30, "10"])
@pytest.mark.parametrize("mode", ["hybrid", "literal"])
def test_what_is_no_number_of_places_is_refused(leindex: LeIndex, top_k: Any, mode: Any) -> None:
    """In every mode."""
    with pytest.raises(QueryError, match="top_k is"):
        leindex.search("f", top_k=top_k, mode=mode)


def test_a_refused_question_makes_no_index(tmp_path: Path) -> None:
    """It is refused before the project is indexed for it."""
    (tmp_path / "a.py").write_text("def f():\n    return f\n", encoding="utf-8")
    nothing: Any = None
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        with pytest.raises(QueryError):
            leindex.analyze("f", token_budget=nothing)
        assert leindex.status().generation == 0


def test_the_budgets_are_those_of_the_analyst() -> None:
    """Said twice, so that an answer that is kept loads no analyst, which itself takes what a page of the smallest budget leaves."""
    least, most = needs.BUDGETS
    assert most == analyze.MOST_BUDGET
    assert least >= analyze.LEAST_BUDGET


def test_what_is_no_project_and_no_memory_configuration_is_refused(tmp_path: Path) -> None:
    """Before anything is opened."""
    anything: Any
    for anything in (3, None, ["a"]):
        with pytest.raises(ProjectError, match="given as a text or a path"):
            LeIndex(anything)
    for anything in ({"max_cache_bytes": 1}, 500, "500 MB"):
        with pytest.raises(ConfigError, match="MemoryConfig"):
            LeIndex(tmp_path, anything)


@pytest.mark.parametrize("name", ["graph", "", None, 3, [], {}], ids=repr)
def test_what_names_no_cache_is_refused(leindex: LeIndex, name: Any) -> None:
    """Whatever it is: those that there are, are named."""
    with pytest.raises(UnknownCacheError, match="pdg, vectors, analysis"):
        leindex.spill_cache(name)
    with pytest.raises(UnknownCacheError, match="pdg, vectors, analysis"):
        leindex.manager.spill(name)
    with pytest.raises(UnknownCacheError), leindex.manager.use(name):
        pass


@pytest.mark.parametrize("count", ["x", 1.5, True, [], float("nan")], ids=repr)
def test_what_is_no_number_of_events_is_refused(leindex: LeIndex, count: Any) -> None:
    """None is all of them."""
    with pytest.raises(ConfigError, match="count is a whole number or None"):
        leindex.manager.events.last(count)


@pytest.mark.parametrize("interval", ["nan", "0", "inf", "soon"])
def test_what_is_no_time_between_looks_is_refused(tmp_path: Path, interval: str) -> None:
    """A usage error, before anything is looked at."""
    done = CliRunner().invoke(memory, ["--watch", "--interval", interval, "-p", str(tmp_path)])
    assert done.exit_code == 2
    assert "--interval" in done.output


def test_warming_says_which_bound_it_would_pass(tmp_path: Path) -> None:
    """The low mark of memory, or what the caches may hold: raising the wrong one would help nothing."""
    (tmp_path / "a.py").write_text("def f():\n    return f\n", encoding="utf-8")
    config = MemoryConfig(auto_spill=False, max_cache_bytes=1)
    with LeIndex(tmp_path, config) as small:
        small.index_project()
        outcomes = {one.outcome for one in small.warm_caches("pdg_only").caches}  # type: ignore[arg-type]
    assert outcomes == {"left out: it would pass max_cache_bytes"}


def test_a_long_question_is_answered_from_text_too(tmp_path: Path) -> None:
    """Where there is no index yet: by its words, or as the one that it is; with how much of it was read."""
    (tmp_path / "a.py").write_text("voucher = redeem(cart)\n")
    for question in ("redeem a voucher " * 6000, "voucher" * 14_000):
        for request in (SearchRequest(query=question), ContextRequest(question=question)):
            page = LeIndex(tmp_path).answer_from_text(request, "no index yet")
            assert f"[only 4096 of the {len(question)} characters of the question are read]" in page.text
            assert ("1: voucher = redeem(cart)" in page.text) is (" " in question)


def test_the_smallest_page_has_code_whatever_it_must_say_of_itself(tmp_path: Path) -> None:
    """A question of which a part was read, files that have changed, an index that was made for it: code has room beside them."""
    (tmp_path / "a.py").write_text("def redeem(cart, voucher):\n    return voucher\n")
    question = "redeem a voucher " * 6000
    with LeIndex(tmp_path) as leindex:
        first = leindex.answer(ContextRequest(question=question, max_tokens=200))
    (tmp_path / "b.py").write_text("def other(): ...\n")
    with LeIndex(tmp_path) as leindex:
        second = leindex.answer(ContextRequest(question=question, max_tokens=200))
    for answer in (first, second):
        assert "def redeem(cart, voucher)" in answer.text
        assert "of the question are read" in answer.text
    assert "1 file has changed" in second.text


def test_a_language_that_there_is_none_of_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the ones that there are, wherever it was set; every known one is taken."""
    (tmp_path / "a.py").write_text("def pay(): ...\n")
    monkeypatch.setenv("LEINDEX_LANGUAGES", "python,typscript")
    with pytest.raises(ConfigError, match=r"'typscript'.*c_sharp, .*python, .*typescript"):
        LeIndex(tmp_path)
    monkeypatch.delenv("LEINDEX_LANGUAGES")
    (tmp_path / ".leindex.toml").write_text('languages = ["pyton"]\n')
    with pytest.raises(ConfigError, match="'pyton'"):
        LeIndex(tmp_path)
    LeIndex(tmp_path, languages=sorted(known_languages() | LANGUAGES.keys())).close()


@pytest.mark.parametrize("path", ["", "a\0b", Path("a\0b")])
def test_what_is_no_path_is_no_project(path: str | Path) -> None:
    """An empty text is no name of the working folder, and the system's own error stays inside."""
    with pytest.raises(ProjectError, match="folder"):
        LeIndex(path)


def test_a_folder_for_the_index_has_a_name(tmp_path: Path) -> None:
    """An empty option is a variable that was not set, more often than a wish for the default."""
    (tmp_path / "a.py").write_text("def pay(): ...\n")
    with pytest.raises(ConfigError, match="NUL"):
        LeIndex(tmp_path, index_dir="a\0b")
    for words in (["index", str(tmp_path)], ["grep", "pay", "-p", str(tmp_path)], ["search", "pay", "-p", str(tmp_path)]):
        done = subprocess.run(
            [sys.executable, "-m", "lepasserelle", *words, "--index-dir", ""],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode != 0
        assert "empty --index-dir" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]
