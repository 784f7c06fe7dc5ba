"""What parent and child say to each other: tagged msgpack records, one a frame. No logic.

The parent sends one `Start`, then jobs; the child answers `Ready` once, then in the order of the jobs: for a `ParseJob` one
`Parsed` or `Unread` for each entry, in the order of the entries; for a `BuildJob` one `Built`, `BuildFailed` or `Damaged`, and
before it `Alone` and `Relieved` when it links in two processes, and `Free` each time that it asks for one more segment, which
`Take` answers.
The order is what tells which file a child was at when it died.
Parent and child are the same version of the same package, so the records carry no version.
"""

from pathlib import Path

import msgspec

from lepasserelle.config import Settings
from lepasserelle.files import FileEntry, path_from_os
from lepasserelle.storage import ContentKey, ParsedFile, SegmentRef


class Start(msgspec.Struct, frozen=True, array_like=True, tag="start"):
    """The first frame to a child: what all its jobs have in common."""

    project: str
    """Its folder, written as `path_from_os` writes paths, which need not be Unicode."""
    index: str
    """Folder of the index, written so too."""
    settings: Settings
    parses: bool
    """Whether its jobs are to parse; else they are to build. It imports what that needs before it says `Ready`."""
    ask_known: bool = False
    """Whether lestockage may already hold what a file says, so that looking it up can save parsing it."""
    kinds: tuple[str, ...] = ()
    """What its jobs are likely to build."""
    terms_later: bool = False
    """Whether who parses leaves the terms to who builds what is made of them: linking takes longer, on another core."""


def start_of(
    project: Path, folder: Path, settings: Settings, *, parses: bool, ask_known: bool = False, terms_later: bool = False
) -> Start:
    """The first frame for children of a run over this project and index folder."""
    return Start(path_from_os(str(project)), path_from_os(str(folder)), settings, parses, ask_known, terms_later=terms_later)


class ParseJob(msgspec.Struct, frozen=True, array_like=True, tag="parse"):
    """Read these files and say what each one says."""

    entries: list[FileEntry]


class Rewritten(msgspec.Struct, frozen=True, array_like=True):
    """A file whose content is another than in the generation before."""

    file: int
    """Its number, in both."""
    facts: bytes
    """Of the content that it had."""
    terms: bytes
    """The same; empty: they are not known."""
    definition_count: int
    """The same."""


class Former(msgspec.Struct, frozen=True, array_like=True):
    """The generation before, where it has the same files under the same numbers."""

    segments: list[SegmentRef]
    changed: list[Rewritten]
    has_same_edges: bool
    """Every node has its number, and nothing that linking reads but lines has changed, as far as the files written again tell."""
    has_same_terms: bool
    """Every node has its number and its words."""
    has_same_maps: bool
    """Configuration files say the same about where imports lead."""


class BuildJob(msgspec.Struct, frozen=True, array_like=True, tag="build"):
    """Build these segments of a committed generation, in this order, and write their files; `rows` after `graph`: its rows too."""

    generation: int
    kinds: list[str]
    former: Former | None = None
    """What may be taken over; None: everything is built of what lestockage holds."""
    forks: bool = False
    """Whether the flow of values may be followed in a process beside: there is a core for it, and memory."""
    gives_way: bool = False
    """Whether what another child does meanwhile takes longer and has the cores first."""
    asks: bool = False
    """Whether it asks for more when it has built these, until there is nothing left."""
    words_first: bool = False
    """Whether it begins with part of the words, in a fork, before it asks for what is made of them."""
    most_steps: int | None = None
    """How many values linking may follow in the memory that was granted; None: as many as ever."""


class Take(msgspec.Struct, frozen=True, array_like=True, tag="take"):
    """To a child that asked for more."""

    kind: str
    """The segment to be built next; empty: there is none, and the child is to answer its job."""


class Ready(msgspec.Struct, frozen=True, array_like=True, tag="ready"):
    """The child has imported what it needs; what it dies of from now on is its job's."""


class Parsed(msgspec.Struct, frozen=True, array_like=True, tag="parsed"):
    """What one file says."""

    path: str
    size_bytes: int
    mtime_ns: int
    """As of the moment when it was read."""
    key: ContentKey
    definition_count: int
    problem_count: int
    content: ParsedFile | None
    """None: lestockage knows it already."""


class Unread(msgspec.Struct, frozen=True, array_like=True, tag="unread"):
    """One file is left out, and why."""

    path: str
    reason: str
    retry: bool = False
    """Whether reading it once more may help: it changed while it was read."""
    died: bool = False
    """Whether the parser died of it, or took too long."""


class Alone(msgspec.Struct, frozen=True, array_like=True, tag="alone"):
    """What linking did in a process beside is done, and that process leaves, with its memory."""


class Relieved(msgspec.Struct, frozen=True, array_like=True, tag="relieved"):
    """Linking is past its height and has given back what it held then; the answer to the job is still to come."""


class Free(msgspec.Struct, frozen=True, array_like=True, tag="free"):
    """The child has built what it was to build, and waits for `Take`."""


class Built(msgspec.Struct, frozen=True, array_like=True, tag="built"):
    """Segments that were written."""

    segments: list[SegmentRef]
    edges: int = 0
    """Edges of the graph; 0 when none was built."""
    calls_cut_short: bool = False
    """The flow of values was cut short at its bound."""
    notes: list[str] = []
    """What a person should know of it."""


class Damaged(msgspec.Struct, frozen=True, array_like=True, tag="damaged"):
    """Stored facts do not match their checksum: these files must be parsed again."""

    paths: list[str]
    keys: list[ContentKey]


class BuildFailed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """The folder or lestockage could not be used; the message is for a person."""

    message: str
    damaged: bool = False
    """Lestockage itself is damaged."""
    kind: str = ""
    """Name of the error, where it is `ModelError` or `ConfigError`."""


Job = Start | ParseJob | BuildJob | Take
Reply = Ready | Parsed | Unread | Alone | Relieved | Free | Built | Damaged | BuildFailed

encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode
