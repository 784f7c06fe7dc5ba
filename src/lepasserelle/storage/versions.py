"""The versions of what is on disk, and the signal that a file carries another one.

Three kinds: the *format* of folder, manifest and segments (unreadable when it differs), the *schema* of lestockage (the same), and
the *features*, the versions of what builders put into segments (readable, but to be built anew).
"""

from typing import Final

from lepasserelle.errors import StorageError

FORMAT_VERSION = 1
"""Of the folder's layout, the manifest and the segment files."""

LESTOCKAGE_VERSION = 4
"""Of the tables in lestockage (`PRAGMA user_version`)."""


_WAYS: Final = {
    "secrets": "with other rules for which files hold secrets and are left out",
    "facts": "with another way to read sources",
    "encoder": "with another encoder",
}


class VersionMismatch(StorageError):  # noqa: N818  # a signal to rebuild, not a failure
    """A file of the index was written by another version of LePasserelle. It is whole; what it holds has to be built anew."""

    def __init__(self, what: str, found: int | str | None, expected: int | str | None, project: str = "") -> None:
        super().__init__(f"the {what} has version {found}, this program uses {expected}. Run `leindex index` to rebuild it")
        self.what = what
        """`index`, `lestockage` or the name of a feature."""
        self.found = found
        """None: the index does not have that feature."""
        self.expected = expected
        self.project = project
        """Whose index it is, where a manifest of another version says so; empty: not known."""

    @property
    def meaning(self) -> str:
        """What differs, as a clause for a person: what the other version does in another way, and both numbers."""
        feature = self.what.removeprefix("index's ")
        way = _WAYS.get(feature, f"with another way to build its {feature}" if feature != self.what else "by another version")
        former = "none" if self.found is None else self.found
        return (
            f"{'the index' if feature != self.what else f'the {self.what}'} was made {way} (version {former}, now {self.expected})"
        )
