"""The record that linking reads: one file with its place in the project and its facts."""

import msgspec

from lepasserelle.model import FileFacts


class LinkFile(msgspec.Struct, frozen=True):
    """One file of the project, in the order of its path bytes."""

    path: str
    module: str
    """Dotted name from the import root; of other languages the path without suffix, dots for slashes."""
    language: str
    flags: int
    """`NodeFlag.TEST | NodeFlag.SECONDARY` as the path tells."""
    facts: FileFacts
