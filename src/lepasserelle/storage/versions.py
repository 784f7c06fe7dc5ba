"""The versions of what is on disk, and the signal that a file carries another one.

Three kinds: the *format* of folder, manifest and segments (unreadable when it differs), the *schema* of lestockage (the same), and
the *features*, the versions of what builders put into segments (readable, but to be built anew).
"""

from lepasserelle.errors import StorageError

FORMAT_VERSION = 1
"""Of the folder's layout, the manifest and the segment files."""

LESTOCKAGE_VERSION = 1
"""Of the tables in lestockage (`PRAGMA user_version`)."""


class VersionMismatch(StorageError):  # noqa: N818  # a signal to rebuild, not a failure
    """A file of the index was written by another version of LePasserelle. It is whole; what it holds has to be built anew."""

    def __init__(self, what: str, found: int | str | None, expected: int | str | None) -> None:
        super().__init__(f"the {what} has version {found}, this program uses {expected}. Run `leindex index` to rebuild it")
        self.what = what
        """`index`, `lestockage` or the name of a feature."""
        self.found = found
        """None: the index does not have that feature."""
        self.expected = expected
