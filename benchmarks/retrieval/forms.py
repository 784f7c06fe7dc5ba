"""Of packages as their registry ships them: how many different modules are among the first ten hits, and is the first one right?

    python benchmarks/retrieval/forms.py [--dry]

A package from npm has each module as a source, as what it is built into and as its declarations (`parse.ts`, `.js`, `.d.ts`).
The questions of `forms.json` are asked with each file by itself and with the forms of a module together. What is one module is said
by rule beside the questions, and not by the product, which is on trial.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from statistics import fmean
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import fetching
from lepasserelle.leindex.table import DocumentTable
from lepasserelle.model import SearchHit
from lepasserelle.query import Ground, Searcher
from retrieval.evidence import Parts, index_into, opened
from retrieval.scoring import DEPTH, ENDING, ndcg
from tables import table

QUESTIONS: Final = Path(__file__).parent / "forms.json"
RESULTS: Final = Path(__file__).parent / "FORMS.md"

Search = Callable[[str], list[SearchHit]]


class SingleFiles(DocumentTable):
    """A graph whose files say nothing of each other by their paths: each is a hit by itself."""

    def file_paths(self, languages: AbstractSet[str]) -> dict[int, str]:  # noqa: ARG002
        """None."""
        return {}


class Gains(NamedTuple):
    """Of one question, or means of several."""

    modules: float
    """Different ones among the first ten hits."""
    is_first: float
    """Whether the first hit is in a right one."""
    ndcg: float
    """Of the modules in the order of the hits, each once."""


def module(path: str, folders: Collection[str]) -> str:
    """What a file is a form of. `folders`: at the top, that hold the same modules."""
    top, _, rest = path.partition("/")
    return ENDING.sub("", rest if rest and top in folders else path)


def gains(paths: Sequence[str], relevant: Sequence[str], folders: Collection[str]) -> Gains:
    """Of the first ten paths."""
    found = [module(path, folders) for path in paths[:DEPTH]]
    return Gains(len(set(found)), float(bool(found) and found[0] in relevant), ndcg(list(dict.fromkeys(found)), relevant))


def report(repositories: Sequence[dict[str, Any]]) -> str:
    """A row for each package, and one for all questions."""
    rows: list[list[str]] = []
    all_asked: list[tuple[Gains, Gains]] = []
    for entry in repositories:
        asked = _ask(entry)
        rows.append(_row(f"{entry['name']} {entry['version']}", asked))
        all_asked += asked
    rows.append(_row("all", all_asked))
    columns = ["modules of ten", "first is right", "NDCG@10 of modules"]
    return table(["package", "questions", *(f"{name}, {side}" for name in columns for side in ("each file", "together"))], rows)


def _ask(entry: dict[str, Any]) -> list[tuple[Gains, Gains]]:
    """Each question: every file by itself, and forms together."""
    fetch = fetching.npm_package if entry["registry"] == "npm" else fetching.wheel
    folder = fetch(entry["package"], entry["version"]) / entry["root"]
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        index_into(folder.resolve(), index)
        with opened(index) as parts:
            sides = (_searcher(parts, Ground(SingleFiles(parts.graph))), _searcher(parts, parts.ground))
            found = [tuple(_gains(side, row, entry["folders"]) for side in sides) for row in entry["queries"]]
            del parts, sides
    return [(apart, together) for apart, together in found]


def _searcher(parts: Parts, ground: Ground) -> Search:
    return Searcher(ground, parts.words, parts.meaning, parts.text).search


def _gains(search: Search, row: dict[str, Any], folders: Collection[str]) -> Gains:
    return gains([hit.path for hit in search(row["query"])], row["relevant"], folders)


def _row(title: str, asked: Sequence[tuple[Gains, Gains]]) -> list[str]:
    means = [[fmean(side[at] for side in pair) for pair in zip(*asked, strict=True)] for at in range(len(Gains._fields))]
    digits = (1, 2, 3)
    return [title, str(len(asked)), *(f"{value:.{digits[at]}f}" for at, pair in enumerate(means) for value in pair)]


def main() -> None:
    """Ask and write the results."""
    asked = json.loads(QUESTIONS.read_text())
    parts = [
        "# Packages as they are shipped",
        asked["about"],
        "Method: [../README.md](../README.md).",
        report(asked["repositories"]),
    ]
    text = "\n\n".join(parts) + "\n"
    if "--dry" not in sys.argv[1:]:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
