"""What indexing claims of memory before it starts children: the shape of a claim, and how much is asked for what.

Not here: whether it is granted (whoever opens the index hands `Reserve` in; without one everything is). Figures: peaks of anonymous
memory measured on projects of 900 to 200 000 definitions, with a margin of a quarter (docs/decisions/087, 394). Invariant: an
estimate grows with the work, and is never below what starting a child takes; what a child really takes is bounded by the system
(`Child.hold_to`), so that an estimate that was too low becomes an error and not a passed limit.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final, Protocol, Self

from lepasserelle.files import FileEntry

PARENT_BYTES: Final = 16_000_000
"""Results that wait to be stored, and the table of the first `FILES_A_STEP` files."""

FILES_A_STEP: Final = 2_000
_PARENT_BYTES_A_FILE: Final = 2_000
"""Table of files, of what the last run saw and of what is committed (1.8 kB measured on 12 000 files)."""

_REBUILD_BYTES: Final = 6_000_000
"""Chunks of a megabyte as they are read, unpacked and written, in whole huge pages, and what unpacks them."""

_REBUILD_BYTES_A_FILE: Final = 600
"""Table of files (0.46 kB measured)."""

_COPY_BYTES: Final = 6_000_000
"""Chunks of a megabyte before and after, and what compresses them."""

IDLE_BYTES: Final = 30_000_000
"""A child that has imported what it needs and waits for its job."""

_PARSE_BYTES: Final = 52_000_000
_PARSE_BYTES_A_BYTE: Final = 16
"""Tree, facts and terms of the file that a child has in hand."""

_SHARE_BYTES: Final = {
    "graph": (45_000_000, 1_000, 24),
    "vectors": (52_000_000, 1_000, 4),
    "lexical": (45_000_000, 800, 2),
    "trigrams": (45_000_000, 0, 2),
}
"""By the kind that takes most of its share: whatever the project, for each definition, for each byte of source."""
_TEXT_BYTES: Final = 45_000_000

_LEAST_LINKING: Final = (45_000_000, 1_000, 6)
"""The same of linking that follows no values."""
BYTES_A_STEP: Final = 200
"""What a value takes that arrives at a cell, with all that comes of it (160 to 175 measured)."""

_WORTH_A_FORK_BYTES: Final = 100_000_000
"""Where linking is estimated to take less there is less to win than a fork costs."""

_ROOM_FOR_A_FORK: Final = 3
"""As often as the estimate there must be room: for two processes that may each take it, and what is built beside them."""

_ROOM_BESIDE: Final = 2
"""The same for what was granted and is about to be given back, and as much again."""


class Claim(Protocol):
    """Memory that was granted."""

    @property
    def most_bytes(self) -> int | None:
        """What those that it covers may take at most, should the estimate have been too low; None: nothing bounds them."""

    def covers(self, *pids: int) -> None:
        """What these child processes hold is what was granted."""


class Reserve(Protocol):
    """Grants a claim for as long as its block lasts, or raises `BudgetExceededError`."""

    def __call__(
        self, asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False
    ) -> AbstractContextManager[Claim]:
        """Claim memory before it is allocated; `timeout_s`: how long to wait for others."""


class _Anything:
    most_bytes = None

    def covers(self, *pids: int) -> None:
        """Nobody counts."""


@contextmanager
def unlimited(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:  # noqa: ARG001
    """Grants everything: for whoever opens an index without a memory manager."""
    yield _Anything()


class ParentClaim:
    """What the parent itself takes while it indexes: more is claimed as more files are found. A context manager."""

    def __init__(self, reserve: Reserve) -> None:
        self._reserve = reserve
        self._stack = ExitStack()
        self._files = FILES_A_STEP

    def __enter__(self) -> Self:
        self._stack.enter_context(self._reserve(PARENT_BYTES, "indexing"))
        return self

    def __exit__(self, *error: object) -> bool | None:
        return self._stack.__exit__(*error)  # type: ignore[arg-type]

    def covers_files(self, count: int) -> None:
        """So many files were found. Raises `BudgetExceededError`."""
        while count > self._files:
            self._stack.enter_context(self._reserve(FILES_A_STEP * _PARENT_BYTES_A_FILE, "indexing"))
            self._files += FILES_A_STEP


def rebuild_bytes(files: int) -> int:
    """What the parent takes while lost segments of so many files are brought back."""
    return _REBUILD_BYTES + _REBUILD_BYTES_A_FILE * files


def copied_bytes(kinds: Collection[str], counts: Mapping[str, int]) -> int:
    """What bringing segments of these kinds back from their copies takes beside that: chunks, but of a graph (`counts`: of its
    generation) whole columns, out of which the order by name (32 bytes a node) and what edges lead to (8 an edge) are made again.
    """
    return 40 * counts.get("symbols", 0) + 16 * counts.get("edges", 0) if "graph" in kinds else 0


def copying_bytes(kind: str, counts: Mapping[str, int]) -> int:
    """What making the copy of one segment takes here, where no child has made it: chunks, and of a graph the columns as above."""
    return _COPY_BYTES + copied_bytes({kind}, counts)


def parse_bytes(entries: Sequence[FileEntry]) -> int:
    """What one parse child may take for any of these files."""
    return _PARSE_BYTES + _PARSE_BYTES_A_BYTE * max((entry.size_bytes for entry in entries), default=0)


def build_bytes(share: Sequence[str], definitions: int, source_bytes: int, encoder_bytes: int = 0) -> int:
    """What the child that builds these segments may take, of so many definitions in files of so many bytes together; with what a
    model of the user's takes beside (`encoder_bytes`).
    """
    needs = [
        fixed + a_definition * definitions + a_byte * source_bytes + (encoder_bytes if kind == "vectors" else 0)
        for kind, (fixed, a_definition, a_byte) in _SHARE_BYTES.items()
        if kind in share
    ]
    return max(needs, default=_TEXT_BYTES)


def least_linking_bytes(definitions: int, source_bytes: int) -> int:
    """What linking takes that follows no values."""
    fixed, a_definition, a_byte = _LEAST_LINKING
    return fixed + a_definition * definitions + a_byte * source_bytes


def lesser_bytes(need_bytes: int, least_bytes: int, most_bytes: int | None) -> int:
    """What to ask for where all that is needed was refused and the least of it would be granted. `most_bytes`: of that claim,
    and so with half of what is left beside it; a part of the room stays free.
    """
    if most_bytes is None:
        return need_bytes
    return min(need_bytes, least_bytes + (most_bytes - least_bytes) * 2 * 9 // 10)


def steps_within(granted_bytes: int, least_bytes: int) -> int:
    """How many values may be followed in so much memory."""
    return max(0, granted_bytes - least_bytes) // BYTES_A_STEP


def may_fork(need_bytes: int, most_bytes: int | None, cores: int) -> bool:
    """Whether linking, for which so much is estimated, may go on in two processes: each of them is held to the same bound."""
    if cores < 2 or need_bytes < _WORTH_A_FORK_BYTES:
        return False
    return most_bytes is None or most_bytes >= _ROOM_FOR_A_FORK * need_bytes


def has_room_beside(need_bytes: int, most_bytes: int | None) -> bool:
    """Whether what comes next has room beside children that are about to leave, for which so much is estimated."""
    return most_bytes is None or most_bytes >= _ROOM_BESIDE * need_bytes
