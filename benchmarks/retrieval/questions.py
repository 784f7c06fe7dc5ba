"""Annotated questions and the packages that they are about, fetched by name and version (Debian's in the version of the suite).

Three sets: the public annotations, which lie outside of this repository (their folder is an argument), and beside this file
`held_out.json` (paraphrases) and `tasks.json` (tasks as documentation puts them), which neither ranking nor encoder was fitted on.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpora
import fetching
from retrieval.scoring import Question

HELD_OUT = Path(__file__).parent / "held_out.json"
TASKS = Path(__file__).parent / "tasks.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A package, what is indexed of it, and what is asked."""

    name: str
    registry: str
    package: str
    version: str
    root: str
    questions: tuple[Question, ...]

    def folder(self) -> Path:
        """What is indexed, fetched on first use."""
        if self.registry == "pypi":
            return corpora.wheel_tree(self.package, self.version).parent / self.root
        if self.registry == "debian":
            return (fetching.debian_package(self.package)[0] / self.root).resolve()
        return (corpora.npm_tree(self.package, self.version) / self.root).resolve()


def asked_for(description: str | None) -> argparse.Namespace:
    """The command line of what asks these sets: `annotations` is None, and said to be missing, where they are not there; `dry`."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--annotations", type=Path, help="folder with manifest.json and annotations/")
    arguments.add_argument("--dry", action="store_true", help="print the tables, write nothing")
    given = arguments.parse_args()
    if given.annotations is None or not given.annotations.is_dir():
        given.annotations = None
        sys.stderr.write("no folder of annotations: only the questions of our own are asked\n")
    return given


def annotated(folder: Path) -> list[Package]:
    """The packages of `manifest.json` in the folder, with the questions of `annotations/<name>.json`."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return [
        _annotated(entry, json.loads((folder / "annotations" / f"{entry['name']}.json").read_text()))
        for entry in manifest["repositories"]
    ]


def _annotated(entry: dict[str, Any], rows: list[dict[str, Any]]) -> Package:
    prefix = entry["annotated_root"].rstrip("/") + "/"
    questions = [
        Question(
            package=entry["name"],
            language=entry["language"],
            category=row["category"],
            text=row["query"],
            targets=tuple(dict.fromkeys(_relative(target, prefix) for target in [*row["relevant"], *row.get("secondary", [])])),
        )
        for row in rows
    ]
    return _package(entry, questions)


def _relative(target: str | dict[str, Any], prefix: str) -> str:
    """A target's path below the indexed root. One that lies elsewhere stays as it is, and is never found."""
    path = target if isinstance(target, str) else str(target["path"])
    return path.removeprefix(prefix)


def held_out() -> list[Package]:
    """The packages of `held_out.json`."""
    return _own(HELD_OUT, "paraphrase")


def tasks() -> list[Package]:
    """The packages of `tasks.json`."""
    return _own(TASKS, "task")


def _own(path: Path, category: str) -> list[Package]:
    return [
        _package(
            entry,
            [
                Question(entry["name"], entry["language"], category, row["query"], tuple(row["relevant"]), row.get("symbol", ""))
                for row in entry["queries"]
            ],
        )
        for entry in json.loads(path.read_text())["repositories"]
    ]


def _package(entry: dict[str, Any], questions: list[Question]) -> Package:
    return Package(entry["name"], entry["registry"], entry["package"], entry["version"], entry["root"], tuple(questions))
