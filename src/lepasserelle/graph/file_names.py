"""What the files of a graph are called, and in which language they are: for who reads nothing else of it, and without numpy.

Not their definitions (`Graph`). Invariant: says what `Graph` says.
"""

from collections.abc import Callable
from typing import Final, Protocol

from lepasserelle.errors import DamagedError
from lepasserelle.graph.strings import Strings
from lepasserelle.model import Views

SECTIONS: Final = ("names", "names_end", "files")
"""All that it reads."""

_COLUMNS: Final = 3
"""Path, module, language."""


class Paths(Protocol):
    """Paths of files, in their order."""

    @property
    def file_count(self) -> int:
        """How many there are."""

    @property
    def file_path(self) -> Callable[[int], str]:
        """Path of a file."""


def file_named(paths: Paths, path: str) -> int:
    """The file with this path, -1 when there is none."""
    low, high = 0, paths.file_count
    while low < high:
        middle = (low + high) >> 1
        if paths.file_path(middle) < path:
            low = middle + 1
        else:
            high = middle
    return low if low < paths.file_count and paths.file_path(low) == path else -1


class FileNames:
    """Over the sections of a graph segment as plain memory."""

    def __init__(self, sections: Views) -> None:
        try:
            self._strings = Strings(sections["names"], sections["names_end"])
            self._files = sections["files"]
        except KeyError as error:
            raise DamagedError(f"the graph segment has no section {error}. Run `leindex index` to rebuild the index") from error
        self.file_count = len(self._files) // _COLUMNS
        self._languages: dict[int, str] = {}

    def file_path(self, file: int) -> str:
        """Path of a file."""
        return self._strings[self._files[_COLUMNS * file]]

    def file_named(self, path: str) -> int:
        """The file with this path, -1 when there is none."""
        return file_named(self, path)

    def file_language(self, file: int) -> str:
        """Language of a file."""
        number = self._files[_COLUMNS * file + 2]
        known = self._languages.get(number)
        if known is None:
            known = self._languages[number] = self._strings[number]
        return known
