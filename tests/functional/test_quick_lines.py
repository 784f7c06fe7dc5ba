"""`leindex grep` answered at once: what it says is what the opened index says, and what is out of the ordinary is left to that."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lepasserelle import LeIndex
from lepasserelle.faces.cli.quick import plain_words
from lepasserelle.lines import answer
from lepasserelle.memory import bounds
from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.model import SearchRequest
from lepasserelle.storage import Index, parts

FILES = {
    "shop/cart.py": "class Cart:\n    def total(self):\n        return sum(self.lines)  # Grösse\n"
    + "# filler\n" * 200
    + "cart = Cart()\n",
    "shop/prices.ts": "export function total(cart: Cart) {\n  return cart.lines;\n}\n",
    "README.md": "# Shop\n\nA cart has lines.\n",
    "odd/\x1b[31m.py": "cart = 1\n",
}
ASKED = (
    {"query": "cart"},
    {"query": "cart", "ignore_case": True, "max_tokens": 200},
    {"query": "CART", "ignore_case": True, "whole_word": True, "language": "python"},
    {"query": "lines", "path": "shop/*.ts"},
    {"query": "# Grö"},
    {"query": "a"},
    {"query": "nothing of that kind"},
    {"query": "🎉 '; DROP TABLE files; --"},
    {"query": "x" * 2000},
    {"query": "self):\n        return"},
    {"query": r"def \w+|function", "mode": "regex"},
    {"query": r"^cart\b", "mode": "regex", "limit": 1},
)
COMPARED = """
import sys
import msgspec
from pathlib import Path
from lepasserelle.lines import answer, hits
from lepasserelle.model import SearchRequest
project, asked = Path(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=list[SearchRequest])
quick = [answer(one, project) for one in asked]
named = [hits(one, 1000, project)["hits"] for one in asked]
heavy = {"numpy", "click", "rich", "sqlite3", "usearch", "ctypes", "hashlib", "lepasserelle.memory.meter"} & set(sys.modules)
from lepasserelle import LeIndex
with LeIndex(project) as leindex:
    slow = [leindex.answer(one) for one in asked]
    hits = [
        leindex.search(one.query, 1000, mode=one.mode, path=one.path or None, language=one.language or None)
        for one in asked
        if not (one.ignore_case or one.whole_word)
    ]
named = [found for found, one in zip(named, asked) if not (one.ignore_case or one.whole_word)]
print(msgspec.json.encode({"heavy": sorted(heavy), "quick": quick, "slow": slow, "named": named, "hits": hits}).decode())
"""


def requests() -> list[SearchRequest]:
    """What is asked for everywhere."""
    return [SearchRequest(**{"mode": "literal", **values}) for values in ASKED]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed once; tests that change something take a copy."""
    project: Path = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    with LeIndex(project) as leindex:
        leindex.index_project()
    return project


@pytest.fixture
def copy(shop: Path, tmp_path: Path) -> Path:
    """The shop, to be spoiled."""
    return Path(shutil.copytree(shop, tmp_path / "shop"))


def compared(project: Path) -> dict[str, list[Any]]:
    """The pages of both ways, from a process of its own, and what heavy modules the quick one loaded."""
    import msgspec

    words = [sys.executable, "-c", COMPARED, str(project), msgspec.json.encode(requests()).decode()]
    done = subprocess.run(words, capture_output=True, check=True, env=environment())
    found: dict[str, list[Any]] = msgspec.json.decode(done.stdout)
    return found


def environment() -> dict[str, str]:
    """Without settings; a slow machine must not end the count of what is stale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    return {**kept, "LEINDEX_STALE_CHECK_MS": "600000"}


def test_both_ways_give_one_page(copy: Path) -> None:
    """To the last byte, remarks about changed, new and removed files among it, and hits with what is around them; and the quick way
    loads nothing heavy.
    """
    found = compared(copy)
    assert found["quick"] == found["slow"]
    assert found["named"] == found["hits"]
    assert {hit["symbol"].rpartition(".")[2] for hits in found["hits"] for hit in hits} >= {"total", "cart", "Shop"}
    assert found["heavy"] == []
    assert sum("total" in page for page in found["quick"]) == len(ASKED) - 3
    (copy / "shop/new.py").write_text("cart = 2\n")
    (copy / "README.md").write_text("# Another\n")
    (copy / "shop/prices.ts").unlink()
    found = compared(copy)
    assert found["quick"] == found["slow"]
    assert {page["stale_files"] for page in found["quick"]} == {3}


def test_cursors_lead_through_all_lines_the_same_in_both_ways(tmp_path: Path) -> None:
    """Each page has the lines behind the former one's, says that there are more while there are, and the last one leads nowhere."""
    for file in range(25):
        (tmp_path / f"f{file:02}.py").write_text("".join(f"total = {file * 500 + line}\n" for line in range(500)))
    seen, cursor, heads = [], "", []
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        while True:
            page = answer(SearchRequest(query="total =", mode="literal", cursor=cursor, max_tokens=50_000), tmp_path)
            assert page is not None
            assert page == leindex.answer(SearchRequest(query="total =", mode="literal", cursor=cursor, max_tokens=50_000))
            seen += [int(line.split(" = ")[1]) for line in page.text.split("\n") if " = " in line]
            heads.append(page.text.partition("\n")[0])
            cursor = page.cursor
            if not cursor:
                break
            assert f"of more than {page.total}; for more" in page.text or page.total == 12_500
    assert seen == list(range(12_500))
    assert (heads[0], heads[-1]) == ("more than 2500 lines in 5 files", "12500 lines in 25 files")


def test_an_answer_says_that_build_output_was_not_searched(tmp_path: Path) -> None:
    """Its folders are counted, since nobody looks into them: a line that stands there is no line that does not exist."""
    for place in ("src", "dist"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "cart.js").write_text("export const cart = 1\n")
    (tmp_path / "package.json").write_text("{}\n")
    request = SearchRequest(query="cart = 1", mode="literal", max_tokens=200)
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        first = leindex.answer(request)
        assert first.text.startswith("1 line in 1 file")
        assert "[1 folder of build output is not searched]" in first.text
        assert answer(request, tmp_path) == first
        assert leindex.left_out() == {"build output": 1}


def test_an_answer_says_which_files_were_not_searched(copy: Path) -> None:
    """By reason, on the first page and in JSON; not what is ignored or no text, nor, after another run, what went since."""
    (copy / "package-lock.json").write_text("{}\n")
    (copy / "data.csv").write_text("cart,1\n" * 9)
    (copy / "other.csv").write_text("cart,2\n" * 9)
    (copy / "picture.png").write_bytes(b"\x89PNG\0cart")
    (copy / "hidden.py").write_text("cart = 3\n")
    (copy / ".gitignore").write_text("hidden.py\n")
    request = SearchRequest(query="cart", mode="literal", max_tokens=200)
    with LeIndex(copy) as leindex:
        leindex.index_project()
        first = leindex.answer(request)
        assert "[3 files are not searched: 2 data, 1 lock file]" in first.text
        assert answer(request, copy) == first
        assert leindex.left_out() == {"data": 2, "lock file": 1}
    for words in (["grep", "cart"], ["search", "cart", "--mode", "literal"]):
        command = [sys.executable, "-m", "lepasserelle", *words, "--json", "--project", str(copy)]
        done = subprocess.run(command, capture_output=True, check=True, env=environment())
        assert json.loads(done.stdout)["not_searched"] == {"data": 2, "lock file": 1}
    (copy / "package-lock.json").unlink()
    (copy / "data.csv").unlink()
    with LeIndex(copy) as leindex:
        generation = leindex.index_project().generation
        leindex.index_project()
        assert leindex.status().generation == generation
    page = answer(request, copy)
    assert page is not None
    assert "[1 file is not searched: 1 data]" in page.text


def test_msgspec_is_loaded_without_what_it_can_do_without() -> None:
    """Records of types and defaults are as ever, and whoever needs `typing_extensions` afterwards has it."""
    program = """
import sys
from lepasserelle.sparing import load_sparingly
load_sparingly()
loaded = {"inspect", "typing_extensions", "uuid", "decimal", "platform", "textwrap", "urllib.parse", "ipaddress"} & set(sys.modules)
import zstandard
assert zstandard.decompress(zstandard.compress(b"text")) == b"text"
import platform
assert platform.python_implementation() == "CPython" and platform.system()
from pathlib import Path
assert Path("/a b").as_uri() == "file:///a%20b"
import uuid, decimal, urllib.parse
assert uuid.UUID(int=1).hex[-1] == str(decimal.Decimal(1)) and urllib.parse.quote("a b") == "a%20b"
from lepasserelle.config import FIELD_NAMES, Settings
import importlib.util, msgspec
class Told(msgspec.Struct):
    "Said."

assert msgspec.json.schema(Told)["$defs"]["Told"]["description"] == "Said."
assert msgspec.convert({"languages": ["python"]}, Settings).languages == ("python",)
if importlib.util.find_spec("typing_extensions") is not None:
    import typing_extensions
print("msgspec" in sys.modules, sorted(loaded), len(FIELD_NAMES) > 5)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True [] True\n"


def test_what_the_command_prints_is_one_with_click_and_without(shop: Path) -> None:
    """Also a path that would command the terminal, and a page that another one follows."""
    odd = os.fsdecode(b"\xff")
    for words in (
        ["grep", odd],
        ["grep", "cart"],
        ["grep", "cart", "--json"],
        ["grep", "-e", r"\<|^cart\b", "--json", "--path", "*.py"],
        ["grep", "--json", "nothing of that kind"],
        ["grep", "-i", "--max-tokens=200", "CART"],
        ["grep", "-e", "^c.rt", "--path", "odd/**"],
        ["search", "cart", "--mode=literal", "--json"],
        ["search", "--mode", "regex", r"\<|^\s+return\b", "--json", "--language", "python", "--limit=2"],
        ["search", "a", "--mode", "literal", "--json", "-n", "3"],
        ["search", "nothing of that kind", "--mode", "literal", "--json"],
    ):
        clicked = "import sys; sys.argv[0] = 'leindex'; from lepasserelle.command_line import main; main()"
        both = [
            subprocess.run(
                [sys.executable, *how, *words, "--project", str(shop)], capture_output=True, check=True, env=environment()
            ).stdout
            for how in (["-m", "lepasserelle"], ["-c", clicked])
        ]
        assert both[0] == both[1]
        assert both[0]


@pytest.mark.parametrize("mode", ["literal", "regex"])
def test_a_question_that_is_refused_is_left_to_the_ordinary_way(shop: Path, mode: str) -> None:
    """Which says why."""
    for values in (
        {"query": "("},
        {"query": "cart", "kind": "class"},
        {"query": "cart", "language": "klingon"},
        {"query": "cart", "path": "["},
        {"query": "x", "cursor": "1.a"},
    ):
        page = answer(SearchRequest(mode=mode, **values), shop)  # type: ignore[arg-type]
        assert (page is not None) is (values == {"query": "("} and mode == "literal")


def test_damage_in_what_is_read_is_found_and_mended_and_elsewhere_is_not_looked_at(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flipped bit in trigrams, text or names gives no page, and the command still answers; one in the vectors is not read."""
    monkeypatch.setenv("LEINDEX_STALE_CHECK_MS", "30000")  # a page says when a busy machine did not count newer files in time
    request = SearchRequest(query="cart", mode="literal")
    whole = answer(request, copy)
    folder = copy / ".leindex"
    manifest = Index.open(folder).manifest()
    assert manifest is not None
    for kind in ("vectors", "lexical", "trigrams", "text", "graph"):
        ref = manifest.ref(kind)
        assert ref is not None
        path = folder / "segments" / ref.name
        data = path.read_bytes()
        for at in range(len(data) // 2, len(data), max(1, len(data) // 16)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            page = answer(request, copy)
            assert page in (None, whole)
            assert page is not None or kind not in ("vectors", "lexical")
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if kind != "text" else data[: len(data) // 2])
        if kind in ("trigrams", "text"):
            assert answer(request, copy) is None
            done = subprocess.run(
                [sys.executable, "-m", "lepasserelle", "grep", "cart", "-p", str(copy)],
                capture_output=True,
                check=True,
                env=environment(),
            )
            assert b"cart = Cart()" in done.stdout
            assert answer(request, copy) == whole
        path.write_bytes(data)


def test_without_an_index_or_with_one_of_another_version_there_is_no_page(copy: Path, tmp_path: Path) -> None:
    """The ordinary way makes it."""
    request = SearchRequest(query="cart", mode="literal")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert answer(request, empty) is None
    assert answer(request, tmp_path / "missing") is None
    index = Index.open(copy / ".leindex")
    manifest = index.manifest()
    assert manifest is not None
    with index.writer_lock():
        index.publish(manifest.generation + 1, manifest.segments, manifest.counts, features={**manifest.features, "text": 0})
    assert answer(request, copy) is None


@pytest.mark.parametrize("where", ["cgroup", "data limit", "another byte order"])
def test_where_a_limit_may_bind_the_memory_manager_has_its_say(shop: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """And where plain memory does not say what the file says, arrays have."""
    request = SearchRequest(query="cart", mode="literal")
    limited = CgroupMemory("/", limit_bytes=200_000_000, usage_bytes=100_000_000)
    if where == "cgroup":
        monkeypatch.setattr(bounds, "limiting_cgroups", lambda: (limited,))
    elif where == "data limit":
        monkeypatch.setattr(bounds, "has_data_limit", lambda: True)
    else:
        monkeypatch.setattr(parts, "CAN_READ", False)
    assert answer(request, shop) is None
    monkeypatch.undo()
    assert answer(request, shop) is not None


def test_without_forking_the_same_is_counted(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, where processes cannot be forked; and not at all where the setting says so."""
    monkeypatch.setenv("LEINDEX_STALE_CHECK_MS", "600000")
    (copy / "shop/new.py").write_text("cart = 2\n")
    request = SearchRequest(query="cart", mode="literal")
    forked = answer(request, copy)
    monkeypatch.delattr("os.fork", raising=False)
    assert answer(request, copy) == forked
    assert forked is not None
    assert forked.stale_files == 1
    monkeypatch.setenv("LEINDEX_STALE_CHECK_MS", "0")
    unknown = answer(request, copy)
    assert unknown is not None
    assert unknown.stale_files is None


def test_a_count_that_takes_too_long_does_not_hold_the_answer_up(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is ended, and the page says nothing of what is stale."""
    monkeypatch.setenv("LEINDEX_STALE_CHECK_MS", "1")
    monkeypatch.setattr("lepasserelle.lines._count", lambda *_: time.sleep(600))
    page = answer(SearchRequest(query="cart", mode="literal"), copy)
    assert page is not None
    assert page.stale_files is None


@pytest.mark.parametrize(
    ("command", "words", "request_", "place"),
    [
        ("grep", ["x"], {"query": "x", "mode": "literal"}, (None, None)),
        ("grep", ["-e", "x+", "-p", "a"], {"query": "x+", "mode": "regex"}, ("a", None)),
        ("search", ["x", "--mode=regex", "-w"], {"query": "x", "mode": "regex", "whole_word": True}, (None, None)),
        ("search", ["x", "--mode", "literal", "--limit", "3"], {"query": "x", "mode": "literal"}, (None, None)),
        ("search", ["-n", "1000", "x", "--mode=regex"], {"query": "x", "mode": "regex"}, (None, None)),
        ("grep", ["--index-dir", "i", "x", "--language=go"], {"query": "x", "mode": "literal", "language": "go"}, (None, "i")),
    ],
)
def test_plain_words_are_read(command: str, words: list[str], request_: dict[str, object], place: tuple[str, str]) -> None:
    """As click reads them."""
    asked = plain_words(command, words)
    assert asked is not None
    assert asked.request == {"cursor": "", **request_}
    assert (asked.project, asked.index_dir) == place


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("grep", []),
        ("grep", ["a", "b"]),
        ("grep", [""]),
        ("grep", ["--json", "a", "--max-tokens", "300"]),
        ("grep", ["--json", "a", "--cursor="]),
        ("search", ["--json", "a", "--mode", "literal", "-i"]),
        ("search", ["--json", "a", "--mode", "regex", "--word"]),
        ("search", ["--json", "a", "--mode", "regex", "--max-tokens=300"]),
        ("search", ["--json", "a"]),
        ("grep", ["-h"]),
        ("grep", ["a", "-p"]),
        ("grep", ["-iw", "a"]),
        ("grep", ["a", "--mode", "literal"]),
        ("grep", ["--", "-a"]),
        ("search", ["a"]),
        ("search", ["a", "--mode", "hybrid"]),
        ("search", ["-e", "a", "--mode", "regex"]),
        ("search", ["a", "--mode", "literal", "--limit", "0"]),
        ("search", ["a", "--mode", "literal", "-n", "1001"]),
        ("search", ["a", "--mode", "literal", "-n", "x"]),
        ("grep", ["a", "-n", "3"]),
    ],
)
def test_every_other_form_is_left_to_click(command: str, words: list[str]) -> None:
    """Which knows all of them, and says what is wrong."""
    assert plain_words(command, words) is None


def test_a_command_that_ends_at_once_has_written_all_and_says_how_it_went(shop: Path) -> None:
    """Nothing is lost by not taking the interpreter down: a long answer arrives whole through a pipe, and the status is told."""

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-m", "lepasserelle", *words], capture_output=True, check=False)

    where = ("--project", str(shop))
    graph = run("graph", "export", "--edges", "calls", "--format", "graphml", *where)
    assert graph.returncode == 0
    assert graph.stdout.rstrip().endswith(b"</graphml>")
    found = run("search", "what a cart costs in total", "--json", *where)
    assert found.returncode == 0
    assert found.stdout.rstrip().endswith(b"}")
    missing = run("symbol", "NoSuchThing", *where)
    assert missing.returncode == 1
    assert b"NoSuchThing" in missing.stderr + missing.stdout
    assert run("search").returncode == 2


def test_an_answer_says_when_nobody_knows_whether_files_have_changed(tmp_path: Path) -> None:
    """The look that was bounded found none before its time was up: silence would say that there is none."""
    for number in range(300):
        path = tmp_path / f"folder{number % 60}" / f"one{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"def one{number}(): return 'tango'\n")
    command = [sys.executable, "-m", "lepasserelle"]
    subprocess.run([*command, "index", str(tmp_path)], check=True, capture_output=True)
    environment = {**os.environ, "LEINDEX_STALE_CHECK_MS": "1"}
    for words in (["grep", "tango"], ["search", "tango", "--mode", "literal"], ["grep", "tango", "--json"]):
        asked = [*command, *words, "--project", str(tmp_path)]
        done = subprocess.run(asked, check=True, capture_output=True, text=True, env=environment)
        assert "was not found out in the time allowed" in done.stdout + done.stderr
