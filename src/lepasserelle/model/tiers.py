"""What lies in which tier, and why: records without behaviour."""

import msgspec


class TierContent(msgspec.Struct, frozen=True):
    """Entries of one kind that lie in a tier for one reason."""

    what: str
    """Kind of the stored entries (`analyze`, `bodies`, `slices`), `segments` or `copies`."""
    why: str
    entries: int
    bytes: int
    """Size of their files."""


class TierFigures(msgspec.Struct, frozen=True):
    """One folder of stored results, at one moment."""

    name: str
    """`L2` is the fastest one below memory."""
    folder: str
    why: str
    """Why it has that place."""
    quota_bytes: int
    held_bytes: int
    """What the entries of this project take, in whole blocks."""
    problem: str = ""
    """Why it could not be read or written when last tried; empty: all is well."""
    contents: tuple[TierContent, ...] = ()
