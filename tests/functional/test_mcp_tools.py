"""What the tools answer: the same as the commands, within their budgets, nothing that is hidden, and errors that help."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from looking_shop import SECRET, make_shop
from mcp.client import Client
from mcp_session import QUIET, error_of, plain, text_of, with_client
from mcp_types import CallToolResult

from lepasserelle import LeIndex
from lepasserelle.command_line import leindex as command
from lepasserelle.faces.mcp.tools import TOOLS
from lepasserelle.query import estimate_tokens
from lepasserelle.wording import counted


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, indexed."""
    root = make_shop(tmp_path_factory.mktemp("tools") / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


MARK = re.compile(r"\[\d+-\d+ of \d+(; for more: cursor \S+)?\]")
CALLS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("search", {"query": "sum of line prices", "limit": 3}, ["search", "sum of line prices", "-n", "3"]),
    ("search", {"query": "total(", "mode": "literal"}, ["grep", "total("]),
    ("search", {"query": "total", "path": "shop/**"}, ["search", "total", "--path", "shop/**"]),
    ("context", {"question": "how is a voucher redeemed"}, ["context", "how is a voucher redeemed"]),
    ("find_symbol", {"name": "pay"}, ["symbol", "pay"]),
    ("callers", {"name": "total"}, ["callers", "total"]),
    ("callees", {"name": "checkout", "resolution": "all"}, ["callees", "checkout", "--resolution", "all"]),
    ("impact", {"name": "total", "depth": 2}, ["impact", "total", "--depth", "2"]),
    ("slice", {"place": "shop/cart.py:23"}, ["slice", "shop/cart.py:23"]),
    ("outline", {"path": "shop/cart.py"}, ["outline", "shop/cart.py"]),
    ("outline", {}, ["outline"]),
    ("read", {"target": "Cart.pay"}, ["read", "Cart.pay"]),
    ("read", {"target": "shop/cart.py:1-20"}, ["read", "shop/cart.py:1-20"]),
]


@pytest.mark.parametrize("budget", [200, 350, 3000])
def test_command_and_tool_give_the_same_answer(shop: Path, budget: int) -> None:
    """Page by page, whatever the budget: they are the same functions."""

    async def talk(client: Client) -> None:
        for tool, arguments, words in CALLS:
            cursor = ""
            for _ in range(3):
                result = await client.call_tool(tool, {**arguments, "max_tokens": budget, "cursor": cursor})
                more = ["--cursor", cursor] if cursor else []
                told = CliRunner().invoke(command, [*words, "--project", str(shop), "--max-tokens", str(budget), *more])
                assert told.exit_code == 0, told.output
                assert told.stdout == plain(result) + "\n"
                cursor = result.structured_content.get("cursor", "")
                if not cursor:
                    break

    with_client(shop, talk)


@pytest.mark.parametrize("budget", [200, 201, 260, 400, 1000])
def test_no_tool_passes_its_budget(shop: Path, budget: int) -> None:
    """Neither the text nor the record in which a client may hand it to a model."""

    async def talk(client: Client) -> None:
        state: list[tuple[str, dict[str, Any]]] = [("index_status", {}), ("memory", {}), ("reindex", {})]
        for tool, arguments in [(tool, arguments) for tool, arguments, _ in CALLS] + state:
            result = await client.call_tool(tool, {**arguments, "max_tokens": budget})
            assert not result.is_error, plain(result)
            assert estimate_tokens(plain(result)) <= budget
            record = json.dumps(result.structured_content, ensure_ascii=False, separators=(",", ":"))
            assert estimate_tokens(record) <= budget

    with_client(shop, talk)


def test_every_tool_is_tried_here() -> None:
    """A new tool needs a row above."""
    assert {tool for tool, _, _ in CALLS} | {"index_status", "memory", "reindex"} == {tool.name for tool in TOOLS}


def test_cursors_lead_to_the_end_of_every_answer(shop: Path) -> None:
    """No page is empty, no cursor comes twice."""

    async def talk(client: Client) -> None:
        for tool, arguments, _ in CALLS:
            seen = {""}
            cursor = ""
            while True:
                result = await client.call_tool(tool, {**arguments, "max_tokens": 200, "cursor": cursor})
                assert not result.is_error, plain(result)
                record = result.structured_content
                assert record["shown"] >= 1
                cursor = record.get("cursor", "")
                if not cursor:
                    break
                assert f"cursor {cursor}" in plain(result)
                assert cursor not in seen
                seen.add(cursor)

    with_client(shop, talk)


LISTED: list[tuple[str, dict[str, Any]]] = [
    ("find_symbol", {"name": "same"}),
    ("callers", {"name": "target"}),
    ("callees", {"name": "hub"}),
    ("impact", {"name": "target", "depth": 2}),
    ("outline", {}),
    ("outline", {"path": "base.py"}),
    ("read", {"target": "hub"}),
    ("search", {"query": "target(", "mode": "literal", "limit": 200}),
]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with more of everything than a small budget holds, indexed."""
    root = tmp_path_factory.mktemp("wide")
    others = "".join(f"def other_{number}():\n    pass\n" for number in range(40))
    (root / "base.py").write_text(f"def target():\n    return 1\n{others}", encoding="utf-8")
    for number in range(40):
        names = [f"use_{number}_{each}" for each in range(2)]
        uses = "".join(f"def {name}():\n    return target()\n" for name in names)
        (root / f"m{number}.py").write_text(f"from base import target\n{uses}def same():\n    pass\n", encoding="utf-8")
    imports = "".join(f"import m{number}\n" for number in range(40))
    calls = "".join(f"    m{number}.use_{number}_{each}()\n" for number in range(40) for each in range(2))
    (root / "hub.py").write_text(f"{imports}def hub():\n{calls}", encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


async def pages_of(client: Client, tool: str, arguments: dict[str, Any], budget: int) -> list[CallToolResult]:
    """The whole answer, page by page."""
    found: list[CallToolResult] = []
    cursor = ""
    while cursor or not found:
        found.append(await client.call_tool(tool, {**arguments, "max_tokens": budget, "cursor": cursor}))
        cursor = found[-1].structured_content.get("cursor", "")
    return found


@pytest.mark.parametrize(("tool", "arguments"), LISTED)
def test_pages_together_are_the_whole_answer(wide: Path, tool: str, arguments: dict[str, Any]) -> None:
    """Every item stands on exactly one of them."""

    async def talk(client: Client) -> None:
        (whole,) = await pages_of(client, tool, arguments, 50_000)
        total = whole.structured_content["total"]
        assert whole.structured_content["shown"] == total
        for budget in (200, 231, 300):
            found = await pages_of(client, tool, arguments, budget)
            assert len(found) > 1
            assert sum(page.structured_content["shown"] for page in found) == total

    with_client(wide, talk)


def test_lines_that_are_read_in_pages_are_the_files(wide: Path) -> None:
    """The same lines in the same order, none twice, none lost."""

    async def talk(client: Client) -> None:
        found = await pages_of(client, "read", {"target": "hub.py"}, 200)
        head = plain(found[0]).split("\n")[0]
        lines = [line for page in found for line in plain(page).split("\n") if line != head and not MARK.fullmatch(line)]
        code = (wide / "hub.py").read_text(encoding="utf-8").splitlines()
        assert lines[-len(code) :] == code
        assert not set(lines[: -len(code)]) & set(code)

    with_client(wide, talk)


def test_the_state_of_the_index_is_told_alike(shop: Path) -> None:
    """`index_status` beside `status`, `reindex` beside `index`: other words for people, the same figures."""

    def told(*words: str) -> Any:
        done = CliRunner().invoke(command, [*words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    async def talk(client: Client) -> None:
        status, said = told("status", "--project", str(shop)), await text_of(client, "index_status")
        assert f"{status['files']} files, {status['symbols']} definitions, {status['edges']} edges" in said
        assert f"generation {status['generation']}, made {status['indexed_at']}:" in said
        assert all(f"{name} {count}" in said for name, count in status["languages"].items())
        said, report = await text_of(client, "reindex", wait_seconds=60), told("index", str(shop))
        assert f"{report['files']} files, {report['symbols']} definitions, {report['edges']} edges" in said
        assert all(f"skipped {skipped['count']}: {skipped['reason']}" in said for skipped in report["skipped"])

    with_client(shop, talk)


def test_the_memory_of_a_server_is_told_alike(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`memory` beside `leindex cache` asking that very process: states, bytes and counts, whatever was done before."""
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))

    def lines() -> list[str]:
        words = ["cache", "stats", "--pid", str(os.getpid()), "--project", str(shop), "--json"]
        done = CliRunner().invoke(command, words)
        assert done.exit_code == 0, done.output
        return [
            f"{one['name']}: {one['state']}, {one['resident_bytes'] / 1e6:.1f} MB in memory, "
            f"{one['file_bytes'] / 1e6:.1f} MB on disk, {counted(one['hits'], 'hit')}, {counted(one['misses'], 'miss', 'misses')}, "
            f"{counted(one['spills'], 'spill')}"
            for one in json.loads(done.stdout)["processes"][0]["caches"]["caches"]
        ]

    async def talk(client: Client) -> None:
        assert lines() == (await text_of(client, "memory")).split("\n")[1:]
        await text_of(client, "search", query="total")
        said = (await text_of(client, "memory")).split("\n")[1:]
        assert lines() == said
        assert all(" 0 hits, 0 misses" not in line for line in said[:2])
        said = (await text_of(client, "memory", action="spill")).split("\n")
        assert lines() == said[2:]
        assert all(line.endswith(", 1 spill") for line in said[2:4])
        said = (await text_of(client, "memory", action="warm", strategy="all")).split("\n")
        assert said[:2] == ["pdg: loaded", "vectors: loaded"]
        assert lines() == said[-3:]
        assert [line.split(",")[0] for line in said[-3:-1]] == ["pdg: hot", "vectors: hot"]

    with_client(shop, talk, control=True)


def test_nothing_hidden_ever_comes_out(shop: Path) -> None:
    """Secrets, ignored files and what links lead to: by name, by text, by path, from every tool."""
    wanted = [SECRET, "PAYMENT_KEY", "needle", ".env", "deploy.key", "link.py", "linked/secret.py", "../project_outside/secret.py"]

    async def talk(client: Client) -> None:
        for text in wanted:
            calls: list[tuple[str, dict[str, Any]]] = [
                ("search", {"query": text, "mode": "literal"}),
                ("search", {"query": text}),
                ("context", {"question": text}),
                ("find_symbol", {"name": text}),
                ("read", {"target": text}),
                ("read", {"target": f"{text}:1-3"}),
                ("outline", {"path": text}),
                ("slice", {"place": f"{text}:1"}),
                ("impact", {"name": text}),
            ]
            for tool, arguments in calls:
                said = plain(await client.call_tool(tool, arguments))
                assert not any(hidden in said for hidden in ("'outside'", "'ignored on purpose'", "MIIEow", f"KEY={SECRET}"))
                assert text == SECRET or SECRET not in said

    with_client(shop, talk)


@pytest.mark.parametrize(
    ("tool", "arguments", "hint"),
    [
        ("serach", {}, "the tools are search"),
        ("", {}, "the tools are"),
        ("search", {}, "the call lacks the required field 'query'. Arguments: max_tokens"),
        ("search", {"query": 7}, "query: expected a text"),
        ("search", {"query": ""}, "query is empty; give at least one character"),
        ("search", {"query": "x" * 1_000_001}, "query: expected a text of length <= 1000000"),
        ("search", {"query": "x" * 2001, "mode": "literal"}, "at most 2000 characters, this one 2001"),
        ("search", {"query": "x" * 100_000, "mode": "regex"}, "at most 2000 characters, this one 100000"),
        ("search", {"query": "x", "limit": 0}, "limit: expected a whole number >= 1"),
        ("search", {"query": "x", "limit": 1e300}, "limit: expected a whole number"),
        ("search", {"query": "x", "limit": True}, "limit"),
        ("search", {"query": "x", "mode": "fuzzy"}, "mode: invalid enum value 'fuzzy'"),
        ("search", {"query": "(", "mode": "regex"}, "missing )"),
        ("search", {"query": "x", "ignore_case": True}, "modes `literal` and `regex`"),
        ("search", {"query": "x", "kind": "klass"}, "kinds are"),
        ("search", {"query": "x", "language": "cobol"}, "python"),
        ("search", {"query": "x", "path": "["}, ""),
        ("search", {"query": "x", "max_tokens": 199}, "max_tokens: expected a whole number >= 200"),
        ("search", {"query": "x", "max_tokens": 10**30}, "max_tokens"),
        ("search", {"query": "x", "cursor": "3.ffffff"}, "without a cursor"),
        ("search", {"query": "x", "curser": "1"}, "unknown field 'curser'"),
        ("search", {"query": {"a": ["b"]}}, "query: expected a text"),
        ("search", {"query": "x", "kind": "function", "mode": "literal"}, "kind"),
        ("find_symbol", {"name": "totl"}, "shop.prices.total"),
        ("callers", {"name": "nowhere.at_all"}, "search"),
        ("read", {"target": "pay"}, "PATH:FIRST-LAST"),
        ("read", {"target": "cart.py"}, ""),
        ("outline", {"path": "cart.py"}, "shop/cart.py"),
        ("impact", {"name": "total", "depth": 99}, "depth"),
        ("slice", {"place": "shop/cart.py"}, "PATH:LINE"),
        ("slice", {"place": "README.md:3"}, ""),
        ("memory", {"action": "clear"}, "action"),
        ("reindex", {"wait_seconds": -1}, "wait_seconds"),
    ],
)
def test_an_error_is_one_of_the_tool_and_says_what_to_do(shop: Path, tool: str, arguments: dict[str, Any], hint: str) -> None:
    """Not one of the protocol, which a model never sees; and the server goes on."""

    async def talk(client: Client) -> None:
        if hint:
            assert hint in await error_of(client, tool, arguments)
        else:
            await client.call_tool(tool, arguments)
        assert "function total" in await text_of(client, "find_symbol", name="total")

    with_client(shop, talk)


@pytest.mark.parametrize("budget", [200, 1500])
def test_a_long_question_is_answered_and_told_how_much_of_it_was_read(shop: Path, budget: int) -> None:
    """As by the command: 100 kB that were pasted, of words, of one word, and of signs that no name has."""
    words = "how is a voucher redeemed " * 4000

    async def talk(client: Client) -> None:
        for tool, name, command_word in (("search", "query", "search"), ("context", "question", "context")):
            for question in (words, "redeem" * 17_000, "größe 🎉 " * 12_000):
                said = await text_of(client, tool, **{name: question}, max_tokens=budget)
                told = f"[only 4096 of the {len(question)} characters of the question are read]"
                assert said.count(told) == 1
                assert ("redeem" in said.replace(told, "")) is (question is words)
                asked = [command_word, question, "--project", str(shop), "--max-tokens", str(budget)]
                assert CliRunner().invoke(command, asked).stdout == said + "\n"
            short = await text_of(client, tool, **{name: words[:4096]}, max_tokens=budget)
            assert "of the question are read" not in short

    with_client(shop, talk)


def test_numbers_as_text_and_nulls_are_understood(shop: Path) -> None:
    """Models write them."""

    async def talk(client: Client) -> None:
        found = await text_of(client, "search", query="total", limit="2", max_tokens="300", path=None, cursor=None)
        assert "total" in found

    with_client(shop, talk)


def test_halves_of_surrogate_pairs_do_no_harm(shop: Path) -> None:
    """JSON can say them and UTF-8 cannot."""

    async def talk(client: Client) -> None:
        for tool, argument in (("search", "query"), ("context", "question"), ("find_symbol", "name"), ("read", "target")):
            result = await client.call_tool(tool, {argument: "tot\ud800al \x00 \u202e"})
            assert plain(result)

    with_client(shop, talk)


def test_what_has_changed_since_is_counted(tmp_path: Path) -> None:
    """Stale answers say so, and reindexing ends that."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    (root / "shop/new.py").write_text("def brand_new():\n    return 1\n", encoding="utf-8")

    async def talk(client: Client) -> None:
        result = await client.call_tool("search", {"query": "total"})
        assert result.structured_content["stale_files"] == 1
        assert "[1 file has changed since the index was made]" in plain(result)
        assert "brand_new" in await error_of(client, "find_symbol", {"name": "brand_new"})
        assert "parsed 1," in await text_of(client, "reindex", wait_seconds=60)
        result = await client.call_tool("find_symbol", {"name": "brand_new"})
        assert not result.is_error
        assert result.structured_content["stale_files"] == 0
        assert "no file has changed" in await text_of(client, "index_status")

    with_client(root, talk)


def test_a_spill_that_the_store_refuses_in_part_tells_what_went_and_what_stays(shop: Path) -> None:
    """What went was measured, and was not told for the sake of one answer that stays."""

    async def talk(client: Client) -> None:
        await text_of(client, "slice", place="shop/cart.py:23")
        said = (await text_of(client, "memory", action="spill")).split("\n")
        assert said[0].startswith("given back: graph ")
        assert ", answers 0.0 MB; " in said[0]
        assert said[1].startswith("analysis: an entry of ")
        assert [line.split(",")[0] for line in said[-3:]] == ["pdg: warm", "vectors: warm", "analysis: hot"]

    with_client(shop, talk, store_quota_bytes=0)


def test_memory_goes_and_comes(shop: Path) -> None:
    """Spilled caches come back with the next question."""

    async def talk(client: Client) -> None:
        await text_of(client, "search", query="total")
        assert "pdg: hot" in await text_of(client, "memory")
        said = await text_of(client, "memory", action="spill")
        assert "given back" in said
        assert "pdg: hot" not in said
        assert "Cart.checkout" in await text_of(client, "callers", name="total")
        assert "loaded" in await text_of(client, "memory", action="warm", strategy="search_index_only")

    with_client(shop, talk)
