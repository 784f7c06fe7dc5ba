"""Which project is meant. The options that name one, and this, stand in every command; imports next to nothing."""

from pathlib import Path
from typing import Final

INDEX_FOLDER: Final = ".leindex"
SETTINGS_FILE: Final = ".leindex.toml"


def from_working_folder(path: str | None) -> str | None:
    """A path as a command line gives it: a relative one starts at the working folder, not at the project as a setting does.

    None, an empty one and one that begins with `~` are handed back as they are.
    """
    return path if not path or path.startswith("~") else str(Path(path).absolute())


def find_project(given: str | None) -> Path:
    """The project that was named, else the nearest folder upwards that has an index, else the working folder."""
    if given is not None:
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / INDEX_FOLDER / "manifest.json").is_file():
            return folder
    return here
