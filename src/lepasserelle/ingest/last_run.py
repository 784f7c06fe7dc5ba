"""What a run leaves for the next one and for the staleness check: when it began, and the size and time of every file it looked at.

Not part of the index: without this file, or when it does not fit the committed generation, the next run reads every file once
more and finds the same. Invariant: it is only believed for the generation and the rules that it was written for.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from lepasserelle.config import Settings
from lepasserelle.durable.atomic import write_atomically
from lepasserelle.durable.frame import pack, unpack
from lepasserelle.errors import DamagedError
from lepasserelle.files import SECRET_RULES_VERSION
from lepasserelle.files.records import TreeMarks
from lepasserelle.model import FACTS_VERSION
from lepasserelle.project import LAST_RUN as NAME


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A file that is in the index."""

    size_bytes: int
    mtime_ns: int
    problem_count: int
    """Syntax problems in it."""


class LeftOut(msgspec.Struct, frozen=True, array_like=True):
    """A file that was read and not taken into the index."""

    size_bytes: int
    mtime_ns: int
    reason: str
    died: bool = False
    """The parser died of it, which may have had another cause: it is tried again when other files have to be read anyway."""


class LastRun(msgspec.Struct, frozen=True, array_like=True):
    """What is known of the run that made the committed generation, or looked at it last."""

    began_ns: int = 0
    """Wall clock when its walk began; 0: not known, so no file is trusted unread."""
    files: Mapping[str, Seen] = {}
    left_out: Mapping[str, LeftOut] = {}
    marks: TreeMarks = TreeMarks()
    """What its walk saw of folders, if these files are all that it found."""
    found: bytes = b""
    """What its walk found, as `looking_again` packs it; empty without marks."""

    def same_as(self, other: "LastRun") -> bool:
        """Whether it says the same, but for when it began."""
        return (self.files, self.left_out) == (other.files, other.left_out) and msgspec.structs.replace(
            self.marks, began_ns=other.marks.began_ns
        ) == other.marks

    def looked_at(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file that was walked, indexed or not: what the working tree is compared with to find stale
        files.
        """
        seen = {path: (one.size_bytes, one.mtime_ns) for path, one in self.files.items()}
        return seen | {path: (one.size_bytes, one.mtime_ns) for path, one in self.left_out.items()}


class _Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    generation: int
    rules: str
    run: LastRun


def rules_in_force(settings: Settings) -> str:
    """Everything beside a file's size and times that decides what reading it gives. Another text: every file is read again."""
    secrets = f"{SECRET_RULES_VERSION} {settings.include_secrets}"
    return f"facts {FACTS_VERSION}; secrets {secrets}; languages {','.join(settings.languages)}"


def read_last_run(folder: Path, generation: int, rules: str) -> LastRun:
    """What the last run over `generation` left, or nothing when there is nothing that fits."""
    of, run = read_latest_run(folder, rules)
    return run if of == generation else LastRun()


def read_latest_run(folder: Path, rules: str) -> tuple[int, LastRun]:
    """(generation, what the last run left), for who does not know which generation is the current one; (0, nothing) as above."""
    try:
        frame = unpack((folder / NAME).read_bytes())
        record = msgspec.msgpack.decode(frame.payload, type=_Record)
    except (OSError, DamagedError, msgspec.DecodeError):
        return 0, LastRun()
    return (record.generation, record.run) if frame.kind == NAME and record.rules == rules else (0, LastRun())


def write_last_run(folder: Path, generation: int, rules: str, run: LastRun) -> None:
    """Leave this for the next run; a loss of power may take it, which the next run sees. Raises `StorageError`."""
    record = msgspec.msgpack.encode(_Record(generation, rules, run))
    write_atomically(folder / NAME, pack(NAME, record, epoch=generation), NAME, sync=False)
