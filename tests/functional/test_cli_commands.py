"""The command `leindex` from the outside: what it prints, what its JSON holds, how it fails."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex
from lepasserelle.errors import QueryError
from lepasserelle.faces.cli.indexing import stale_text
from lepasserelle.faces.cli.looking import grep, impact, read
from lepasserelle.faces.cli.searching import search
from lepasserelle.faces.cli.symbols import callers, symbol
from lepasserelle.leindex import Staleness

SOURCES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "src/shop/__init__.py": "from shop.cart import Cart\n",
    "src/shop/cart.py": '''"""The shopping cart."""

from shop.prices import total


class Cart:
    """What a customer is about to buy."""

    def __init__(self, lines):
        self.lines = lines

    def checkout(self, voucher):
        """Charge the customer for everything in the cart."""
        amount = total(self.lines)
        return self.redeem(voucher, amount)

    def redeem(self, voucher, amount):
        """Subtract the value of a gift voucher."""
        return amount - voucher.value()
''',
    "src/shop/prices.py": '''"""Prices."""


def total(lines):
    """Sum of all line prices, taxes included."""
    return sum(line.price for line in lines)


class Voucher:
    def value(self):
        return 5


class Coupon:
    def value(self):
        return 3
''',
    "README.md": "# Shop\n\n## Refunds\n\nHow a customer gets money back after returning goods.\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project of Python and Markdown, indexed once."""
    folder = tmp_path_factory.mktemp("shop")
    for name, text in SOURCES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    done = run("index", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "lepasserelle", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)


def document(*words: str) -> dict[str, object]:
    """The JSON document that a command prints."""
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert loaded["schema_version"] == 1
    return loaded


@pytest.mark.parametrize("page", [[], ["--max-tokens", "400"]])
def test_callers_that_are_only_possible_are_counted_where_none_is_sure(project: Path, page: list[str]) -> None:
    """Somebody who reads that nobody calls it takes it away; of what nobody even perhaps calls nothing is said of that."""
    perhaps = CliRunner().invoke(callers, ["Coupon.value", "--project", str(project), *page]).stdout
    assert "1 perhaps" in perhaps.splitlines()[0]
    assert "all" in perhaps.splitlines()[0]
    never = CliRunner().invoke(callers, ["Cart.checkout", "--project", str(project), *page]).stdout
    assert "perhaps" not in never


@pytest.mark.parametrize("page", [[], ["--max-tokens", "400"]])
def test_impact_counts_who_is_reached_perhaps_only(project: Path, page: list[str]) -> None:
    """As `callers` does, and in JSON by a key; with `all` they are reached, and none is left."""
    perhaps = CliRunner().invoke(impact, ["Coupon.value", "--project", str(project), *page]).stdout
    assert "0 definitions and 0 in tests within 3 steps; 1 perhaps, one step away: ask with resolution `all`" in perhaps
    assert "perhaps" not in CliRunner().invoke(impact, ["Cart.checkout", "--project", str(project), *page]).stdout
    asked = ["Coupon.value", "--project", str(project), "--json"]
    sure, every = (json.loads(CliRunner().invoke(impact, [*asked, *more]).stdout) for more in ([], ["--resolution", "all"]))
    assert (sure["reached"], sure["perhaps"]) == ([], 1)
    assert ([one["distance"] for one in every["reached"]].count(1), every["perhaps"]) == (1, 0)


def test_index_reports_what_it_did(tmp_path: Path) -> None:
    """The JSON of `index` has the documented keys with true figures."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    report = document("index", str(tmp_path))
    assert (report["files"], report["parsed_files"], report["generation"]) == (1, 1, 1)
    assert report["symbols"] >= 1
    assert report["seconds"] > 0
    assert report["peak_bytes"] is None or report["peak_bytes"] > 1_000_000
    assert sum(skipped["count"] for skipped in report["skipped"]) == 1


def test_a_second_index_parses_nothing_when_nothing_changed(project: Path) -> None:
    """An unchanged project keeps its generation."""
    before = document("status", "--project", str(project))
    report = document("index", str(project))
    assert report["parsed_files"] == 0
    assert report["generation"] == before["generation"]


def test_search_finds_a_symbol_first(project: Path) -> None:
    """A query that is a name puts the definition with that name in the first place."""
    answer = document("search", "Cart.checkout", "--project", str(project))
    first = answer["hits"][0]
    assert (first["symbol"], first["kind"], first["path"]) == ("shop.cart.Cart.checkout", "method", "src/shop/cart.py")
    assert "total(self.lines)" in first["snippet"]
    assert first["why"]


def test_search_finds_a_behaviour_in_words(project: Path) -> None:
    """A question in words finds the function that does it, though the words are not its name."""
    answer = document("search", "charge the customer", "--project", str(project))
    assert "shop.cart.Cart.checkout" in [hit["symbol"] for hit in answer["hits"][:2]]


def test_search_finds_text_that_no_grammar_parses(project: Path) -> None:
    """A Markdown section is found by its words."""
    answer = document("search", "refunds after returning goods", "--project", str(project))
    assert answer["hits"][0]["path"] == "README.md"
    assert answer["hits"][0]["kind"] == "section"


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (("--language", "markdown"), lambda hit: hit["language"] == "markdown"),
        (("--kind", "class"), lambda hit: hit["kind"] == "class"),
        (("--path", "src/**/prices.py"), lambda hit: hit["path"] == "src/shop/prices.py"),
        (("--limit", "1"), lambda hit: True),
    ],
)
def test_filters_leave_only_what_they_name(
    project: Path, filters: tuple[str, str], allowed: Callable[[dict[str, str]], bool]
) -> None:
    """Each filter keeps at least one hit, and only hits that it allows."""
    hits = document("search", "customer price value", "--project", str(project), *filters)["hits"]
    assert hits
    assert all(allowed(hit) for hit in hits)
    assert len(hits) == 1 or "--limit" not in filters


def test_further_places_of_a_file_are_named_under_its_best_and_listed_with_all(project: Path) -> None:
    """The JSON has them under `also`, the text says them, and `--all` gives each by itself; pages for agents say the same."""
    asked = ("search", "customer price value", "--project", str(project))
    folded, flat = document(*asked)["hits"], document(*asked, "--all")["hits"]
    assert len({hit["path"] for hit in folded}) == len(folded)
    assert all(hit["also"] == [] for hit in flat)
    first = next(hit for hit in folded if hit["also"])
    named = [place["symbol"] for place in first["also"]]
    assert set(named) <= {hit["symbol"] for hit in flat}
    place = first["also"][0]
    assert f"also {place['symbol']}:{place['start_line']}-{place['end_line']}" in run(*asked).stdout
    page = run(*asked, "--max-tokens", "2000").stdout
    assert "\n  also " in page
    assert "\n  also " not in run(*asked, "--max-tokens", "2000", "--all").stdout


def test_an_answer_says_that_a_long_question_was_not_read_to_its_end(project: Path) -> None:
    """In a note and in JSON, for hits and for a context; one that was read whole has no note."""
    long = "price of the customer " * 5000
    told = f"only 4096 of the {len(long)} characters of the question are read"
    found = document("search", long, "--project", str(project))
    assert (found["read_chars"], told in found["notes"]) == (4096, True)
    assert told in run("search", long, "--project", str(project)).stderr
    short = document("search", "price", "--project", str(project))
    assert (short["read_chars"], short["notes"]) == (5, [])
    with LeIndex(project) as leindex:
        leindex.analyze(long)
        assert told in leindex.notes


def test_records_are_never_cut_by_a_budget_that_was_given_and_so_it_is_refused(project: Path) -> None:
    """`--json` beside `--max-tokens` or `--cursor` was silently unbounded: now it says which one to leave out."""
    name, cut = "shop.cart.Cart.redeem", ["--max-tokens", "200"]
    for command, more in ((read, cut), (search, cut), (symbol, cut), (callers, cut), (grep, cut), (read, ["--cursor", "5.0.x"])):
        done = CliRunner().invoke(command, [name, "--project", str(project), "--json", *more])
        assert done.exit_code == 2
        assert "--max-tokens and --cursor cut the text" in done.stderr
        assert not done.stdout


def test_the_records_of_a_context_keep_to_the_budget(project: Path) -> None:
    """`context --json` chooses what fits, so that its budget stays an option."""
    found = document("context", "gift voucher", "--project", str(project), "--max-tokens", "200")
    assert 0 < found["tokens"] <= 200


def test_a_cursor_without_a_budget_is_not_ignored(project: Path) -> None:
    """It goes on where the answer was cut, as with a budget; one that is none of ours is refused."""
    for command in (symbol, callers, search):
        done = CliRunner().invoke(command, ["redeem", "--project", str(project), "--cursor", "none of ours"])
        assert done.exit_code
        assert isinstance(done.exception, QueryError)
        assert "cursor" in str(done.exception)


def test_every_mode_answers(project: Path) -> None:
    """Each search mode finds the function whose words are asked for."""
    for mode, query in (
        ("lexical", "gift voucher"),
        ("semantic", "gift voucher"),
        ("symbol", "redeem"),
        ("hybrid", "gift voucher"),
    ):
        hits = document("search", query, "--mode", mode, "--project", str(project))["hits"]
        assert "shop.cart.Cart.redeem" in [hit["symbol"] for hit in hits], mode


def test_callers_and_callees_name_their_sites(project: Path) -> None:
    """A call through an import is exact and points at its line."""
    (edge,) = document("callers", "shop.prices.total", "--project", str(project))["edges"]
    assert (edge["source"], edge["resolution"], edge["sites"]) == ("shop.cart.Cart.checkout", "exact", [["src/shop/cart.py", 14]])
    targets = {edge["target"] for edge in document("callees", "Cart.checkout", "--project", str(project))["edges"]}
    assert targets >= {"shop.prices.total", "shop.cart.Cart.redeem"}


def test_an_ambiguous_call_is_shown_only_when_asked_for(project: Path) -> None:
    """`voucher.value()` could be either class's: neither is asserted, both are candidates."""
    assert document("callers", "Voucher.value", "--project", str(project))["edges"] == []
    (edge,) = document("callers", "Voucher.value", "--resolution", "all", "--project", str(project))["edges"]
    assert edge["resolution"] == "ambiguous"
    assert set(edge["candidates"]) == {"shop.prices.Coupon.value", "shop.prices.Voucher.value"}


def test_symbol_shows_every_match(project: Path) -> None:
    """A simple name that two classes have gives both."""
    found = document("symbol", "value", "--project", str(project))["symbols"]
    assert {one["symbol"] for one in found} == {"shop.prices.Voucher.value", "shop.prices.Coupon.value"}


def test_adjacency_has_every_definition_as_a_key(project: Path) -> None:
    """The export is one JSON object; definitions that call nothing are there too."""
    done = run("graph", "export", "--edges", "calls", "--format", "adjacency", "--project", str(project))
    adjacency = json.loads(done.stdout)
    assert adjacency["shop.cart.Cart.checkout"] == ["shop.cart.Cart.redeem", "shop.prices.total"]
    assert adjacency["shop.prices.Voucher.value"] == []
    assert adjacency["shop.prices.total"] == ["<builtin>.sum"]
    assert {"shop", "shop.cart", "shop.prices"} <= adjacency.keys()


def test_every_kind_of_edges_that_the_graph_has_is_exported_in_every_form(project: Path) -> None:
    """What a definition contains is not stored as edges, and was refused; as adjacency it was empty."""
    contained = json.loads(run("graph", "export", "--edges", "contains", "--project", str(project)).stdout)
    assert contained["shop.prices.Voucher"] == ["shop.prices.Voucher.value"]
    assert {"shop.prices.Coupon", "shop.prices.Voucher", "shop.prices.total"} <= set(contained["shop.prices"])
    assert contained["shop.prices.total"] == []
    for kind in ("calls", "contains", "imports", "inherits", "reads", "writes"):
        for form, sign in (("adjacency", "{"), ("graphml", "<?xml"), ("dot", "digraph")):
            done = run("graph", "export", "--edges", kind, "--format", form, "--project", str(project))
            assert done.stdout.startswith(sign)


def test_graphml_is_well_formed_and_dot_has_the_edge(project: Path) -> None:
    """The other formats hold the same call."""
    graphml = run("graph", "export", "--format", "graphml", "--project", str(project)).stdout
    assert "shop.prices.total" in graphml
    assert ElementTree.fromstring(graphml).tag.endswith("graphml")
    dot = run("graph", "export", "--format", "dot", "--project", str(project)).stdout
    assert dot.startswith("digraph")
    assert "shop.prices.total" in dot


def test_status_counts_what_is_newer_than_the_index(tmp_path: Path) -> None:
    """A file written after indexing is stale, and search says so too."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    run("index", str(tmp_path))
    assert document("status", "--project", str(tmp_path))["stale_files"] == 0
    (tmp_path / "two.py").write_text("def question():\n    pass\n", encoding="utf-8")
    assert document("status", "--project", str(tmp_path))["stale_files"] == 1
    assert document("search", "answer", "--project", str(tmp_path))["stale_files"] == 1
    assert document("grep", "answer", "--project", str(tmp_path))["stale_files"] == 1


def test_calls_and_notes_tell_files_that_are_newer_than_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the library and in the commands, once each; nothing is said while there are none."""
    monkeypatch.setenv("LEINDEX_STALE_CHECK_MS", "60000")
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    where = ("--project", str(tmp_path))
    run("index", str(tmp_path))
    with LeIndex(tmp_path) as leindex:
        assert (leindex.callers("answer"), leindex.notes) == ([], ())
    assert document("callers", "answer", *where)["notes"] == []
    (tmp_path / "two.py").write_text("def question():\n    pass\n", encoding="utf-8")
    with LeIndex(tmp_path) as leindex:
        assert leindex.search("answer")
        assert leindex.notes == (*leindex.status().notes, "1 file is newer than the index")
    for command in ("callers", "callees", "search"):
        assert document(command, "answer", *where)["notes"] == ["1 file is newer than the index"]
        assert run(command, "answer", *where).stderr.count("1 file is newer than the index") == 1
    shown = run("context", "answer", *where)
    assert ("1 file has changed" in shown.stdout, "newer" in shown.stderr) == (True, False)


def test_status_reports_memory_by_part(project: Path) -> None:
    """Every segment is a part with its bytes, and the graph's bytes a node are given by part."""
    memory = document("status", "--project", str(project))["memory"]
    assert {part["name"] for part in memory["parts"]} >= {"graph", "lexical", "vectors", "text"}
    assert memory["bytes_per_node"] == pytest.approx(sum(memory["node_bytes"].values()), rel=0.01)


def test_search_builds_a_missing_index_and_says_so(tmp_path: Path) -> None:
    """The first search of a project indexes it."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    answer = document("search", "answer", "--project", str(tmp_path))
    assert answer["hits"][0]["symbol"] == "one.answer"
    assert any("index" in note for note in answer["notes"])


def test_the_nearest_index_upwards_is_used(project: Path) -> None:
    """Inside a project no `--project` is needed."""
    done = run("symbol", "Cart", "--json", cwd=project / "src" / "shop")
    assert json.loads(done.stdout)["symbols"][0]["symbol"] == "shop.cart.Cart"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("index", "no-such-folder"), "no-such-folder"),
        (("callers", "no_such_name"), "no_such_name"),
        (("symbol", "Crat"), "Cart"),
        (("search", "   "), "quer"),
        (("search", "x", "--kind", "gadget"), "gadget"),
        (("search", "x", "--language", "klingon"), "klingon"),
    ],
)
def test_errors_say_what_failed_and_exit_with_one(project: Path, words: tuple[str, ...], told: str) -> None:
    """A mistake gives one line on standard error, nothing on standard output, and status 1."""
    done = run(*words, cwd=project)
    assert done.returncode == 1
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_options_are_usage_errors(project: Path) -> None:
    """Click's own status 2 for a wrong command line."""
    done = run("search", "x", "--colour", cwd=project)
    assert done.returncode == 2
    assert "--colour" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [("graph", "export"), ("status",), ("--help",), ("search", "gift voucher", "--json")])
def test_a_full_disk_behind_standard_output_is_one_line(project: Path, words: tuple[str, ...]) -> None:
    """The answer cannot be written: status 1, one line on standard error, no traceback."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "lepasserelle", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=project)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot write the answer" in done.stderr


def test_an_output_file_that_cannot_be_written_is_one_line(project: Path) -> None:
    """A folder that is missing, and a disk that is full, behind `--output`."""
    outputs = [str(project / "missing" / "graph.json"), *(["/dev/full"] if Path("/dev/full").exists() else [])]
    for output in outputs:
        done = run("graph", "export", "-o", output, "-p", str(project))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
    assert not (project / "missing").exists()


def test_a_closed_pipe_is_silent(project: Path) -> None:
    """`leindex … | head -0`: the reader left on purpose, nobody has to be told."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "lepasserelle", "graph", "export"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=project)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_what_a_terminal_obeys_is_shown_and_not_sent(tmp_path: Path) -> None:
    """Escape sequences and line ends in a file's name and in its text are escapes in readable output, exact in JSON."""
    name = "evil\x1b[2J\nname.py"
    try:
        (tmp_path / name).write_text('def unusual_word():\n    return "\x1b]0;title\x07 \u202e"\n', encoding="utf-8")
    except OSError:
        pytest.skip("this file system refuses such names")
    assert run("index", str(tmp_path)).returncode == 0
    for words in (("search", "unusual_word"), ("symbol", "unusual_word")):
        done = run(*words, "-p", str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert "evil\\x1b[2J\\nname.py:1-2" in done.stdout
        assert not set(done.stdout + done.stderr) & {"\x1b", "\x07", "\u202e"}
    hits = document("search", "unusual_word", "-p", str(tmp_path))["hits"]
    assert isinstance(hits, list)
    assert hits[0]["path"] == name
    assert "\x1b]0;title\x07 \u202e" in hits[0]["snippet"]
    missing = run("symbol", "no\x1b[2Jsuch", "-p", str(tmp_path))
    assert (missing.returncode, "\x1b" in missing.stderr, len(missing.stderr.splitlines())) == (1, False, 1)


def test_one_newer_file_is_told_in_the_singular() -> None:
    """One file is newer, two files are."""
    counts = [stale_text(Staleness(count, stale_is_lower_bound=False)) for count in (0, 1, 2)]
    assert counts == ["no file is newer than the index", "1 file is newer than the index", "2 files are newer than the index"]
    assert stale_text(Staleness(1, stale_is_lower_bound=True)) == "at least 1 file is newer than the index"


def test_paths_may_be_written_from_the_working_folder(project: Path) -> None:
    """As a shell completes them; from the project's folder they are right, too."""
    package = project / "src" / "shop"
    from_within = run("outline", "cart.py", cwd=package)
    assert from_within.stdout == run("outline", "src/shop/cart.py", cwd=project).stdout
    assert "class Cart" in from_within.stdout
    assert run("read", "cart.py:1-2", cwd=package).stdout == run("read", "src/shop/cart.py:1-2", cwd=project).stdout


def test_what_is_outside_has_no_lines(project: Path) -> None:
    """`:0-0` was said to be its place."""
    done = run("symbol", "sum", "--project", str(project))
    assert "outside the project" in done.stdout
    assert ":0-0" not in done.stdout


def test_a_format_of_the_other_graph_is_a_slip_as_an_unknown_one_is(project: Path) -> None:
    """Both end with 2, and say which formats there are."""
    for words in (("--format", "json"), ("--format", "nothing"), ("--around", "Cart", "--format", "adjacency")):
        done = run("graph", "export", *words, "--project", str(project))
        assert done.returncode == 2
        assert "graphml" in done.stderr
