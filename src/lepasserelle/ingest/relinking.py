"""What a linking leaves in the index folder for the next one. No part of the index: where it is missing, damaged or belongs to
another graph, everything is linked anew, with the same result.

For build children only; the writer's lock is held.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.durable.atomic import write_atomically
from lepasserelle.durable.frame import pack, unpack
from lepasserelle.errors import DamagedError, StorageError
from lepasserelle.graph.linking import Aside, link
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.remembered import Former, Remembered
from lepasserelle.ingest.taking_over import TakenOver
from lepasserelle.model import Sections
from lepasserelle.model.import_maps import ImportMaps
from lepasserelle.storage import SegmentRef
from lepasserelle.storage.layout import LINKED as NAME

DAMAGED_NOTE: Final = "what the last linking left was damaged: names were resolved anew in all files, with the same result"


class Linked(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which graph it belongs to, and what is remembered of how that was made."""

    graph: str
    """Checksum of the segment."""
    unsure: list[int]
    """Files whose lines have moved since."""
    remembered: Remembered


def read_linked(folder: Path, graph: SegmentRef) -> Linked | None:
    """What is remembered of this graph, if anything. Raises `DamagedError` where bytes of it are altered."""
    try:
        frame = unpack((folder / NAME).read_bytes())
        linked = msgspec.msgpack.decode(frame.payload, type=Linked)
    except (OSError, msgspec.DecodeError):  # not there, or in the form of another version
        return None
    return linked if frame.kind == NAME and linked.graph == graph.checksum else None


def write_linked(folder: Path, generation: int, linked: Linked) -> None:
    """Leave this for the next run; where the system refuses, the next one does without."""
    with suppress(StorageError):
        payload = msgspec.msgpack.encode(linked)
        write_atomically(folder / NAME, pack(NAME, payload, epoch=generation), NAME, sync=False)


class Linking:
    """One linking: what it takes from the former one, and what it leaves."""

    def __init__(self, folder: Path, over: TakenOver | None) -> None:
        """`over`: the former generation, where it has the same files."""
        self._folder = folder
        self._left: Remembered | None = None
        self.notes: list[str] = []
        self._former = self._read(over) if over is not None and over.has_same_maps else None

    def _read(self, over: TakenOver) -> Former | None:
        graph = over.former("graph")
        try:
            linked = read_linked(self._folder, graph) if graph is not None else None
        except DamagedError:
            self.notes.append(DAMAGED_NOTE)
            return None
        return Former(linked.remembered, over.changes(), linked.unsure) if linked is not None else None

    def link(
        self, files: Callable[[], Iterator[LinkFile]], aside: Aside, maps: ImportMaps, most_steps: int | None = None
    ) -> Sections:
        """The sections of the graph of these files. `maps`: what configuration files say about where imports lead. With
        `most_steps` (`BuildJob`) nothing is left for who links next: there may be more memory then.
        """
        remember = self._remember if most_steps is None else None
        return link(files, aside, self._former, remember, maps, most_steps)

    def _remember(self, remembered: Remembered) -> None:
        self._left = remembered

    def leave(self, generation: int, graph: SegmentRef) -> None:
        """For who links next: what was linked is this segment now."""
        if self._left is not None:
            write_linked(self._folder, generation, Linked(graph.checksum, [], self._left))
        self._former = self._left = None  # what follows has no use for them


def carry_over(folder: Path, generation: int, over: TakenOver, graph: SegmentRef) -> None:
    """What was left with the former graph is true of this one too, but for the lines of the files that were written again."""
    former = over.former("graph")
    with suppress(DamagedError):
        linked = read_linked(folder, former) if former is not None else None
        if linked is not None:
            unsure = sorted({*linked.unsure, *over.changed_files})
            write_linked(folder, generation, Linked(graph.checksum, unsure, linked.remembered))
