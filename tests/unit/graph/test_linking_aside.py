"""Resolving names beside the flow of values: whoever does it, before, after or in another process, the graph is the same."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lepasserelle.graph import LinkFile, link
from lepasserelle.graph.linking import Aside, in_turn
from lepasserelle.ingest.asides import forked
from lepasserelle.model import Sections
from lepasserelle.parse import parse

MORE = {
    "more/app.js": b"import {Box} from './box.js'\nfunction go(f) { return f() }\n"
    b"export function run() { const b = new Box(); return go(b.open) }\n",
    "more/box.js": b"export class Box { open() { return helper() } }\nfunction helper() { return JSON.parse('1') }\n",
    "more/main.go": b"package main\n\ntype Opener interface { Open() int }\n\nfunc run(o Opener) int { return o.Open() }\n",
}


@cache
def files() -> tuple[LinkFile, ...]:
    """The standard library's `asyncio` and a few files of languages that follow other rules."""
    root = Path(asyncio.__file__).parent
    found = [
        LinkFile(
            f"asyncio/{path.name}",
            f"asyncio.{path.stem}".removesuffix(".__init__"),
            "python",
            0,
            parse(path.read_bytes(), "python"),
        )
        for path in sorted(root.glob("*.py"))
    ]
    for path, data in MORE.items():
        language = "go" if path.endswith(".go") else "javascript"
        found.append(LinkFile(path, path.rpartition(".")[0].replace("/", "."), language, 0, parse(data, language)))
    return tuple(sorted(found, key=lambda file: file.path.encode()))


def linked(aside: Aside) -> Sections:
    """The graph of them."""

    def walk() -> Iterator[LinkFile]:
        return iter(files())

    return link(walk, aside)


def at_once(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Names are resolved before any value has flown."""
    found = work()
    return lambda: found


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    "aside", [at_once, pytest.param(forked, marks=pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"))]
)
def test_the_graph_is_the_same_whoever_resolves_names_and_when(aside: Aside) -> None:
    """Byte for byte, with names of things outside that only one of the two has met."""
    here, there = linked(in_turn), linked(aside)
    assert here.keys() == there.keys()
    assert len(here["out_target"]) > 3_000
    for name, section in here.items():
        assert np.array_equal(section, there[name]), name
