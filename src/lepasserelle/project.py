"""Which project is meant. The options that name one, and this, stand in every command; imports next to nothing."""

from pathlib import Path
from typing import Final

from lepasserelle.errors import ProjectError

INDEX_FOLDER: Final = ".leindex"
LAST_RUN: Final = "last_run"
"""In that folder: what the last run saw of each file, written at its end."""

SETTINGS_FILE: Final = ".leindex.toml"


def from_working_folder(path: str | None) -> str | None:
    """A path as a command line gives it: a relative one starts at the working folder, not at the project as a setting does.

    None and one that begins with `~` are handed back as they are. Raises `ProjectError` for an empty one.
    """
    if path == "":
        raise ProjectError("an empty --index-dir names no folder. Name one, or leave the option out for .leindex in the project")
    return path if path is None or path.startswith("~") or Path(path).is_absolute() else str(working_folder() / path)


def find_project(given: str | None) -> Path:
    """The project that was named, else the nearest folder upwards that has an index or settings (its index may lie elsewhere), else
    the working folder.

    Raises `ProjectError` where that is asked for and is gone, and for an empty name.
    """
    if given == "":
        raise ProjectError("an empty path names no project. Name its folder, or leave the path out for the working folder")
    if given is not None:
        return Path(given)
    here = working_folder()
    for folder in (here, *here.parents):
        if (folder / INDEX_FOLDER / "manifest.json").is_file() or (folder / SETTINGS_FILE).is_file():
            return folder
    return here


def working_folder() -> Path:
    """Where this process stands. Raises `ProjectError` when somebody has removed that folder meanwhile."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ProjectError("the working folder is not there any more. Change to one that is, and try again") from None
