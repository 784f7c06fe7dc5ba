"""What indexing claims of memory before it starts children: the shape of a claim, and how much is asked for what.

Not here: whether it is granted (whoever opens the index hands `Reserve` in; without one everything is). Figures: peaks of anonymous
memory measured on projects of 21 000 and 23 000 definitions, with a margin of a quarter (docs/decisions/087). Invariant: an
estimate grows with the work, and is never below what starting a child takes.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from lepasserelle.files import FileEntry

PARENT_BYTES: Final = 16_000_000
"""Results that wait to be stored, and the table of files."""

IDLE_BYTES: Final = 30_000_000
"""A child that has imported what it needs and waits for its job."""

_PARSE_BYTES: Final = 52_000_000
_PARSE_BYTES_A_BYTE: Final = 16
"""Tree, facts and terms of the file that a child has in hand."""

_SHARE_BYTES: Final = {"graph": (45_000_000, 1_300), "vectors": (45_000_000, 3_800), "lexical": (45_000_000, 2_500)}
"""By the kind that takes most of its share: whatever the project, and for each definition."""
_TEXT_BYTES: Final = 45_000_000


class Claim(Protocol):
    """Memory that was granted."""

    def covers(self, *pids: int) -> None:
        """What these child processes hold is what was granted."""


class Reserve(Protocol):
    """Grants a claim for as long as its block lasts, or raises `BudgetExceededError`."""

    def __call__(
        self, asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False
    ) -> AbstractContextManager[Claim]:
        """Claim memory before it is allocated; `timeout_s`: how long to wait for others."""


class _Anything:
    def covers(self, *pids: int) -> None:
        """Nobody counts."""


@contextmanager
def unlimited(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:  # noqa: ARG001
    """Grants everything: for whoever opens an index without a memory manager."""
    yield _Anything()


def parse_bytes(entries: Sequence[FileEntry]) -> int:
    """What one parse child may take for any of these files."""
    return _PARSE_BYTES + _PARSE_BYTES_A_BYTE * max((entry.size_bytes for entry in entries), default=0)


def build_bytes(share: Sequence[str], definitions: int) -> int:
    """What the child that builds these segments may take."""
    needs = [fixed + each * definitions for kind, (fixed, each) in _SHARE_BYTES.items() if kind in share]
    return max(needs, default=_TEXT_BYTES)
