"""Resolving names beside the flow of values: whoever does it, before, after or in another process, the graph is the same."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.apart import by_family, by_size, followed, followed_apart, unpack
from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.linking import Aside, Work, in_turn
from lepasserelle.graph.survey import Survey
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


def at_once(first: Work, second: Work, _meanwhile: bool) -> Callable[[], tuple[bytes, bytes]]:
    """Names are resolved before any value of Python has flown."""
    found = first(), second()
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


def edges(chosen: Iterable[LinkFile], paths: set[str]) -> dict[str, list[Any]]:
    """The edges of some files in the graph of the chosen ones, by path."""
    graph = Graph(link(lambda: iter(chosen)))
    return {
        path: sorted([(source, target, graph.edge_words[of], line) for source, target, of, line in rows])
        for path, rows in graph.edge_rows()
        if path in paths
    }


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_code_has_the_edges_that_it_has_without_files_of_other_languages(language: str) -> None:
    """Values of one family never reach code of another, whichever program is the larger one."""
    own = [file for file in files() if file.language == language]
    paths = {file.path for file in own}
    together, alone = edges(files(), paths), edges(own, paths)
    assert together.keys() == paths
    assert together == alone


def surveyed() -> tuple[Survey, Evaluator]:
    """All files, as linking has them before anything is followed."""
    survey = Survey()
    for file in files():
        survey.add(file)
    survey.close()
    evaluator = Evaluator(survey)
    evaluator.prepared()
    return survey, evaluator


def test_a_flow_that_runs_apart_leaves_no_string_and_no_chain_behind() -> None:
    """What comes after it numbers them as if it had never been; its targets outside the project are known by their texts."""
    survey, evaluator = surveyed()
    before = dict(survey.strings), dict(survey.chains)
    _, smaller = by_size(survey)
    told = followed_apart(survey, evaluator, [smaller])
    assert (dict(survey.strings), dict(survey.chains)) == before
    outcome = unpack(by_family(told)[smaller.family].outcome, survey.strings)
    targets = {target for targets in outcome.by_reference.values() for target in targets}
    assert {survey.strings.texts[target & 0xFFFF_FFFF] for target in targets if target >= OUTER} == {"<global>.JSON.parse"}
    assert {"go", "helper", "open"} <= {survey.strings.texts[survey.name[target]] for target in targets if target < OUTER}


def test_what_outlives_a_flow_is_made_when_the_flow_is_gone() -> None:
    """Strings and chains that were met meanwhile keep their numbers and are other objects; the program holds nothing any more."""
    survey, evaluator = surveyed()
    largest, _ = by_size(survey)
    made: list[str] = []
    with survey.renewed():
        outcome = unpack(followed(survey, evaluator, largest).outcome, survey.strings)
        strings, chains = dict(survey.strings), dict(survey.chains)
        made += ["".join(("met", "meanwhile")), "".join(("met.mean", "while()"))]
        strings[made[0]], chains[made[1]] = survey.strings[made[0]], survey.chains[made[1]]
    assert (dict(survey.strings), dict(survey.chains)) == (strings, chains)
    assert [survey.strings.texts[-1], survey.chains.texts[-1]] == made
    assert survey.strings.texts[-1] is not made[0]
    assert survey.chains.texts[-1] is not made[1]
    assert largest.row_count > 10_000
    assert not any(map(len, (largest.rows, largest.extra, largest.scopes, largest.by_operation)))
    assert len(outcome.by_reference) > 1_000
