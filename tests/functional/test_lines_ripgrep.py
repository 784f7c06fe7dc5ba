"""Lines by text and pattern, as ripgrep finds them in the same files: command, tool and library through one function."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, QueryError
from lepasserelle.model import SearchRequest, TextMatch

RIPGREP = shutil.which("rg", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]))
"""The one that is installed with the tests' other needs, where there is a wheel of it; else the system's."""
MODULES = ("email", "json", "concurrent", "wsgiref")
WITH_RIPGREP = pytest.mark.skipif(RIPGREP is None, reason="ripgrep (`rg`) is not installed: its answers are the oracle here")

LITERALS = [
    "import",
    "def __init__(self",
    "raise ValueError(",
    "self._payload",
    "->",
    "x",
    "%s: %s",
    "no such text at all",
    "\\r\\n",
    "é",
]
PATTERNS = [
    r"def \w+\(self",
    r"raise \w+Error\(",
    r"^class \w+",
    r"^\s*return\s",
    r"(get|set)_\w+",
    r"self\.\w+\.\w+\(",
    r"\bif\b.*\bnot\b",
    r"[A-Z]{4,}",
    r"0x[0-9a-f]+",
    r"x*",
    r"$",
    r"'[^']*'$",
    r"colou?r",
    r"(?i)utf-?8",
    r"import (os|re|sys)$",
    r"[^\x00-\x7f]",
    r"\d{3,}",
    r"a.b",
    r"(a+)+b",
    r"[[:upper:]]_[[:upper:]]",
    r"\\",
    r"\.$",
    r"(?:x|yz){2,}",
    r"\pL{12,}",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the standard library, and files with what is rare there."""
    root = tmp_path_factory.mktemp("lines") / "project"
    for module in MODULES:
        shutil.copytree(Path(sysconfig.get_path("stdlib")) / module, root / module, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "odd.py").write_bytes("größe = 'é' # maſk\r\nÉTÉ = 'été'\r\n\r\nlast = 'no line end'".encode())
    (root / "Marked.cs").write_bytes(b"\xef\xbb\xbfclass Marked {}\r\n// import os\r\n")
    return root


@pytest.fixture(scope="module")
def leindex(project: Path) -> Iterator[LeIndex]:
    """Indexed once."""
    with LeIndex(project) as opened:
        opened.index_project()
        yield opened


def places(found: list[TextMatch]) -> list[tuple[str, int]]:
    """Path and line of each."""
    return [(match.path, match.line) for match in found]


def ripgrep(project: Path, *words: str) -> list[tuple[str, int]]:
    """Its answer, by path and line; ASCII classes as ours are."""
    assert RIPGREP is not None
    command = [RIPGREP, "--no-config", "--json", "--no-ignore", "--sort", "path", *words, "."]
    done = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    lines = [event["data"] for event in events if event["type"] == "match"]
    found = [(line["path"]["text"].removeprefix("./"), line["line_number"]) for line in lines]
    return sorted((path, number) for path, number in found if not path.startswith(".leindex"))


def as_ascii(pattern: str) -> str:
    """The pattern with what RE2 takes for ASCII only said so."""
    for sign in "wdsb":
        pattern = pattern.replace(f"\\{sign}", f"(?-u:\\{sign})")
    return pattern


@WITH_RIPGREP
@pytest.mark.parametrize("flags", [(), ("-i",), ("-w",)])
@pytest.mark.parametrize("text", LITERALS)
def test_a_text_is_found_where_ripgrep_finds_it(leindex: LeIndex, project: Path, text: str, flags: tuple[str, ...]) -> None:
    """The same lines, each once."""
    found = leindex.find_text(text, ignore_case="-i" in flags, whole_word="-w" in flags)
    assert sorted(places(found)) == ripgrep(project, "-F", *flags, "-e", text)


@WITH_RIPGREP
@pytest.mark.parametrize("flags", [(), ("-i",)])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_found_where_ripgrep_finds_it(leindex: LeIndex, project: Path, pattern: str, flags: tuple[str, ...]) -> None:
    """The same lines, each once; empty matches among them."""
    found = leindex.find_text(pattern, is_regex=True, ignore_case="-i" in flags)
    expected = ripgrep(project, *flags, "-e", as_ascii(pattern))
    if len(expected) <= 10_000:
        assert sorted(places(found)) == expected
    else:
        assert len(found) == 10_000
        assert set(places(found)) <= set(expected)


@WITH_RIPGREP
@pytest.mark.parametrize(
    "pattern", [r"^\s", r"\x0b", r"^\S", r"[\s;]$", r"[^\s]$", r"a\s+b", r"\s\S", r"[\S]", r"(?i)A\sB", r"\\s"]
)
def test_white_space_is_what_ripgrep_takes_for_it(tmp_path: Path, pattern: str) -> None:
    """The vertical tab is, and RE2 itself leaves it out."""
    (tmp_path / "a.py").write_bytes(b"\x0bx = 1\n x\n\tx\n\x0cx\nx\x0b\na\x0bb\na b\nplain;\n\\s\n\x0b\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert places(leindex.find_text(pattern, is_regex=True)) == ripgrep(tmp_path, "-e", pattern)


@WITH_RIPGREP
@pytest.mark.parametrize("flags", [(), ("-i",)])
def test_what_stands_beside_a_word_is_what_ripgrep_takes_for_it(tmp_path: Path, flags: tuple[str, ...]) -> None:
    """Joining signs and letters in circles belong to a word, powers and fractions do not; before it and behind it."""
    signs = "²½‿⁀ⅷⒶ🄰🅐🅰\u200c\u200d\u0301é_9٣漢🎉-"
    (tmp_path / "a.py").write_text("".join(f"{sign}x\nx{sign}\n{sign}x{sign} x\n" for sign in signs), encoding="utf-8")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        found = places(leindex.find_text("x", ignore_case="-i" in flags, whole_word=True))
    assert found == ripgrep(tmp_path, "-F", "-w", *flags, "-e", "x")
    assert len(found) == len(signs) + 2 * len("²½🎉-")


@WITH_RIPGREP
def test_globs_and_languages_leave_the_same_files(leindex: LeIndex, project: Path) -> None:
    """Filters are applied before anything is cut off."""
    assert sorted(places(leindex.find_text("import", path="email/**/*.py"))) == ripgrep(
        project, "-F", "-e", "import", "-g", "email/**/*.py"
    )
    assert leindex.find_text("import", language="python") == leindex.find_text("import", path="*.py")
    assert leindex.find_text("import", language="Python") == leindex.find_text("import", path="*.py")


def test_hits_say_what_the_lines_stand_in(leindex: LeIndex) -> None:
    """A search in these modes: one hit a line, by path and line, `top_k` at most."""
    hits = leindex.search("return self._payload", 3, mode="literal")
    assert hits
    assert all(hit.start_line == hit.end_line and "return self._payload" in hit.snippet and hit.why == ("literal",) for hit in hits)
    assert "email.message.Message.get_payload" in {hit.symbol for hit in hits}
    by_pattern = leindex.search(r"return self\._payload", 3, mode="regex")
    assert [(hit.path, hit.start_line) for hit in by_pattern] == [(hit.path, hit.start_line) for hit in hits]
    with pytest.raises(QueryError, match="kind"):
        leindex.search("x", mode="regex", kind="class")


def test_pages_go_on_where_they_were_cut(leindex: LeIndex) -> None:
    """All pages of a request together are what the library gives."""
    request = SearchRequest(query=r"raise \w+Error", mode="regex", path="email", max_tokens=400)
    lines, cursor = [], ""
    while True:
        page = leindex.answer(
            SearchRequest(**{name: getattr(request, name) for name in ("query", "mode", "path", "max_tokens")}, cursor=cursor)
        )
        lines += [line for line in page.text.split("\n") if "raise " in line]
        cursor = page.cursor
        if not cursor:
            break
    assert len(lines) == len(leindex.find_text(r"raise \w+Error", "email", is_regex=True)) > 20


def test_the_answer_is_of_the_generation_and_says_what_has_changed(project: Path, leindex: LeIndex) -> None:
    """An edit is not seen before it is indexed, and is told."""
    before = leindex.find_text("def loads", path="json")
    path = project / "json" / "__init__.py"
    text = path.read_text()
    path.write_text("\n\n" + text.replace("def loads", "def changed"))
    try:
        with LeIndex(project, stale_check_ms=5000) as opened:
            assert opened.find_text("def loads", path="json") == before
            assert opened.answer(SearchRequest(query="def loads", mode="literal", path="json")).stale_files == 1
    finally:
        path.write_text(text)


def test_looking_for_lines_opens_neither_words_nor_vectors(project: Path, leindex: LeIndex) -> None:
    """A search afterwards opens them, and finds what it finds elsewhere; so it is after they went, too."""
    with LeIndex(project) as opened:
        for _ in range(2):
            assert opened.find_text("self._payload") == leindex.find_text("self._payload")
            assert set(opened._current.peek()._segments) == {"graph", "text", "trigrams"}  # type: ignore[union-attr]
            opened._current.close()
        opened.find_text("self._payload")
        for _ in range(2):
            assert opened.search("payload of a message") == leindex.search("payload of a message")
            assert opened.find_text("self._payload") == leindex.find_text("self._payload")
            opened.spill_all_caches()


def test_looking_for_lines_loads_nothing_that_ranks_or_slices() -> None:
    """A command is a process of its own, and pays for what it imports."""
    code = "import sys, lepasserelle.faces.cli.looking; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    unused = (
        "query.rank",
        "query.analyze",
        "query.slices",
        "graph.statements",
        "terms",
        "lexical.search",
        "vectors",
        "parse",
        "ingest.run",
    )
    assert not {f"lepasserelle.{name}" for name in unused} & set(loaded)
    assert not {"usearch", "tree_sitter", "re2", "rich"} & set(loaded)


def test_that_there_are_more_lines_than_are_given_is_in_the_notes(tmp_path: Path) -> None:
    """Ten thousand at most; with as many there is nothing to say."""
    many = tmp_path / "many.txt"
    for count, notes in ((10_000, ()), (10_001, ("there are more lines than the 10000 that are given at most",))):
        many.write_text("needle\n" * count, encoding="utf-8")
        with LeIndex(tmp_path) as leindex:
            leindex.index_project()
            assert len(leindex.find_text("needle")) == 10_000
            assert leindex.notes == notes
            assert len(leindex.search("needle", 3, mode="literal")) <= 3
            assert leindex.notes == ()
