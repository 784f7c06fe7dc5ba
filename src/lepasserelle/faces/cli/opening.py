"""Opening the project that a command is about. The options that every command shares stand here once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from lepasserelle.leindex import LeIndex
from lepasserelle.project import find_project, from_working_folder, working_folder

Command = Callable[..., None]

INDEX_DIR_HELP: Final = "Folder of the index, from the working folder; default: the setting index_dir, else PROJECT/.leindex."


def project_option(command: Command) -> Command:
    """`--project PATH` and `--index-dir PATH`."""
    command = click.option("--index-dir", metavar="PATH", help=INDEX_DIR_HELP)(command)
    return click.option(
        "--project",
        "-p",
        metavar="PATH",
        help="The project; default: the nearest folder upwards with an index or settings, or the current one.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(command)


@contextmanager
def open_project(project: str | None, index_dir: str | None, **settings: object) -> Iterator[LeIndex]:
    """The opened project; settings that are None keep their value from file, environment or default.

    A relative `index_dir` starts at the working folder.
    """
    given = {"index_dir": from_working_folder(index_dir), **settings}
    overrides = {name: value for name, value in given.items() if value is not None}
    with LeIndex(os.fspath(find_project(project)), None, control=False, **overrides) as leindex:
        yield leindex


def path_within(path: str, project: Path) -> str:
    """A path as a person writes it: from the working folder when that leads to something in the project, else from the project."""
    here = working_folder() / path
    if path and not Path(path).is_absolute() and here.exists() and here.resolve().is_relative_to(project):
        return here.resolve().relative_to(project).as_posix()
    return path
