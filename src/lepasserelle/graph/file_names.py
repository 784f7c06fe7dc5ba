"""What the files of a graph are called, and in which language they are: for who reads nothing else of it, and without numpy.

Not their definitions (`Graph`). Invariant: says what `Graph` says.
"""

from typing import Final, Protocol

from lepasserelle.errors import DamagedError
from lepasserelle.graph.strings import Strings, number_of
from lepasserelle.model import Views

SECTIONS: Final = ("names", "names_end", "files")
"""All that it reads."""

_COLUMNS: Final = 3
"""Path, module, language."""


class Paths(Protocol):
    """Paths of files, in the order of their bytes."""

    @property
    def file_count(self) -> int:
        """How many there are."""

    def path_bytes(self, file: int) -> bytes:
        """Path of a file in UTF-8."""


def file_named(paths: Paths, path: str) -> int:
    """The file with this path, -1 when there is none. No path of an index holds half of a character: it is written out."""
    return number_of(path.encode("utf-8", "surrogatepass"), paths.file_count, paths.path_bytes)


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

    def path_bytes(self, file: int) -> bytes:
        """Path of a file in UTF-8."""
        return self._strings.raw(self._files[_COLUMNS * file])

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
