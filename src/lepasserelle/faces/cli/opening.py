"""Which project a command is about, and opening it. The options that every command shares stand here once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from lepasserelle.leindex import LeIndex

INDEX_FOLDER: Final = ".leindex"

Command = Callable[..., None]


def find_project(given: str | None) -> Path:
    """The project named on the command line, else the nearest folder upwards that has an index, else the working folder."""
    if given is not None:
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / INDEX_FOLDER / "manifest.json").is_file():
            return folder
    return here


def project_option(command: Command) -> Command:
    """`--project PATH` and `--index-dir PATH`."""
    command = click.option("--index-dir", metavar="PATH", help="Folder of the index, when it is not PROJECT/.leindex.")(command)
    return click.option(
        "--project",
        "-p",
        metavar="PATH",
        help="The project; default: the nearest folder upwards with an index, or the current one.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(command)


@contextmanager
def open_project(project: str | None, index_dir: str | None, **settings: object) -> Iterator[LeIndex]:
    """The opened project; settings that are None keep their value from file, environment or default."""
    overrides = {name: value for name, value in {"index_dir": index_dir, **settings}.items() if value is not None}
    with LeIndex(os.fspath(find_project(project)), None, control=False, **overrides) as leindex:
        yield leindex
