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
    held_bytes: int = 0
    """What they take of the quota: files of answers whole blocks, copies in a slow tier their size, what is mapped nothing."""


class TierFigures(msgspec.Struct, frozen=True):
    """One folder of stored results, at one moment."""

    name: str
    """`L2` is the fastest one below memory."""
    folder: str
    why: str
    """Why it has that place."""
    quota_bytes: int
    held_bytes: int
    """What lies there of this project and counts against the quota: the sum over `contents`."""
    problem: str = ""
    """Why it could not be read or written when last tried; empty: all is well."""
    contents: tuple[TierContent, ...] = ()
    dropped: int = 0
    """How often an answer had to go from there and no tier took it, since this process opened it; one that was computed and stored
    again and went again counts each time.
    """

    @property
    def bytes(self) -> int:
        """Size of all files there: the sum over `contents`."""
        return sum(one.bytes for one in self.contents)
