"""Whatever arguments come in: a page within its budget or a tool error, and the server goes on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from looking_shop import make_shop
from mcp.client import Client
from mcp_session import QUIET, plain, session

from lepasserelle import LeIndex
from lepasserelle.faces.mcp.schemas import schema_of
from lepasserelle.faces.mcp.server import build_server
from lepasserelle.faces.mcp.tools import TOOLS
from lepasserelle.query import estimate_tokens

WORDS = st.sampled_from(
    ["total", "Cart.pay", "shop.prices.total", "shop/cart.py", "shop/cart.py:3-9", "shop", "README.md:1", "..", "/", "**/*", "~"]
)
TEXTS = WORDS | st.text(max_size=60) | st.text(st.characters(categories=["Cs", "Cc", "Lo"]), max_size=20)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def fitting(argument: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that an argument's own schema allows, and its borders."""
    if "enum" in argument:
        return st.sampled_from(argument["enum"])
    if argument["type"] == "boolean":
        return st.booleans()
    if argument["type"] == "integer":
        least, most = argument["minimum"], argument["maximum"]
        return st.sampled_from([least, min(most, least + 1)]) | st.integers(least, min(most, least + 400))
    return TEXTS.filter(lambda text: argument.get("minLength", 0) <= len(text) <= argument["maxLength"])


def arguments_of(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly what the schema allows; now and then something else, something left out, something more."""
    fields = {name: fitting(argument) for name, argument in schema["properties"].items() if name not in {"cursor", "wait_seconds"}}
    required = {name: fields[name] for name in schema.get("required", [])}
    optional = {name: value for name, value in fields.items() if name not in required}
    good = st.fixed_dictionaries(required, optional=optional)
    bad = st.fixed_dictionaries({}, optional=dict.fromkeys([*schema["properties"], "other"], JUNK))
    return good | good | bad


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Calls a tool of one server, in one session, from plain code."""
    root: Path = make_shop(tmp_path_factory.mktemp("fuzz") / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    with (
        start_blocking_portal() as portal,
        build_server(root, QUIET, settings={"stale_check_ms": 0}) as server,
        portal.wrap_async_context_manager(session(server)) as client,
    ):
        assert isinstance(client, Client)
        yield lambda tool, arguments: portal.call(client.call_tool, tool, arguments)


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool.name != "reindex"], ids=lambda tool: tool.name)
def test_a_tool_answers_or_refuses_whatever_it_is_given(call: Any, tool: Any) -> None:
    """Never an error of the protocol, never silence, never more than was asked for."""
    schema = schema_of(tool.arguments)
    default = schema["properties"]["max_tokens"]["default"]

    @given(arguments_of(schema))
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def check(arguments: dict[str, Any]) -> None:
        result = call(tool.name, arguments)
        if result.is_error:
            assert plain(result)
            assert "failed inside" not in plain(result)
            return
        budget = arguments.get("max_tokens", default)
        assert estimate_tokens(plain(result)) <= int(default if budget is None else budget)
        record = json.dumps(result.structured_content, ensure_ascii=False, separators=(",", ":"))
        assert estimate_tokens(record) <= int(default if budget is None else budget)

    check()
