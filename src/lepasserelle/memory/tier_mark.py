"""Whether the folder of a tier is the one that was there before, also when another process was the last to see it.

    <tier>/spilled/tier-id      an id, written once, which whoever uses the folder reads
    <remembered>                what this project saw there last, on another disk: folder, id and device

A mount that went leaves its mount point, an empty folder of the disk below: without the id it is not the tier, and on another
device it is not a tier that somebody emptied either. Both files hold the same line twice, each with its checksum: one whole line is
enough, and a file without is damaged, which says nothing against the folder. It is mended from the other one. Files of earlier
versions, without checksums, are read as they are.

Not here: what is done about it (`tiers`). Invariant: looking writes nothing; what cannot be written is done without, since then
only the device that this process saw tells.
"""

import enum
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import xxhash

from lepasserelle.durable.atomic import temporary_name, write_atomically
from lepasserelle.errors import DamagedError, StorageError
from lepasserelle.memory import store_entry
from lepasserelle.memory.store_folder import SPILLED, EntryFolder
from lepasserelle.memory.store_voice import FolderVoice

_ID: Final = re.compile(rb"[0-9a-f]{32}")
_DIGITS_WRONG: Final = 2
"""Two ids without checksums that differ in so few digits of 32 are one that was damaged: drawn at random, no two are so near."""

_MOST_READ: Final = 64
"""So many entries are read to find one that is whole."""

_MISSING: Final = "its folder is not there any more"
_OTHER: Final = "what this project had there is not there any more, as when a mount went"
_BACK: Final = "Mount it again, or run `leindex cache clear` to begin anew there"


class Whereabouts(enum.Enum):
    """Of a tier's folder."""

    THERE = "there"
    GONE = "gone"
    """It was removed or emptied: after a rest it is made again."""
    ELSEWHERE = "elsewhere"
    """Another device is in its place, as when a mount went: nothing is written there."""


class Look(NamedTuple):
    """What a look found."""

    whereabouts: Whereabouts
    why: str = ""
    """Why it cannot be used; empty when it can."""


class _Seen(msgspec.Struct, frozen=True):
    """What was there."""

    folder: str
    id: str
    device: int


class _Line(NamedTuple):
    """What a file of two equal lines holds."""

    content: bytes | None
    """None: there is none, or none is whole."""
    is_damaged: bool = False


_THERE: Final = Look(Whereabouts.THERE)


class TierMark:
    """Of one folder. Shared by all who use the tier; a race of threads costs a look."""

    def __init__(
        self, folder: Path, remembered: Path | None = None, voice: FolderVoice | None = None, project: bytes | None = None
    ) -> None:
        """Touches nothing. `remembered`: a file in a folder of the project; None: only this process remembers. `project`: whose
        entries say that it is the one, where its id is damaged.
        """
        self.folder: Final = folder
        self.voice: Final = voice or FolderVoice()
        self.damage = ""
        """Which of its files is not as it was written; empty when none is, as far as was looked."""
        self._remembered = remembered
        self._project = project
        self._path = folder / SPILLED / "tier-id"
        self._is_known = False
        self._id: str | None = None
        self._device: int | None = None
        self._looked_at: tuple[int, int] | None = None
        """Device and inode of the folder when it was found to be the one."""
        self._is_left = False

    def look(self) -> Look:
        """Whether it is the folder that was there before. One that was never there counts as there: it will be made."""
        self._recall()
        try:
            found = self.folder.stat()
        except FileNotFoundError:
            return self._missing()
        except OSError as error:
            return Look(Whereabouts.ELSEWHERE, f"it cannot be looked at: {self.voice.advice(error)}")
        place = found.st_dev, found.st_ino
        if place != self._looked_at:
            # Taken before the folder is read: another thread may leave the id in between, which makes it no other tier.
            known, is_same = self._id, self._device in (None, found.st_dev)
            there = self._read_id()
            if not self._is_it(known, there, is_same=is_same):
                why = f"{self._path} is damaged, and nothing else says what it is" if there.is_damaged else _OTHER
                why = why if is_same else f"{why}. {_BACK}"
                return Look(Whereabouts.GONE if is_same else Whereabouts.ELSEWHERE, why)
            self._looked_at, self._device, self._is_left = place, found.st_dev, False
            if there.is_damaged or (known is not None and there.content not in (None, known.encode())):
                self.damage = f"{self._path} is damaged" if there.is_damaged else f"{self._path} or {self._remembered} is damaged"
        return _THERE

    def mend(self) -> None:
        """Write what is damaged anew, from what is whole, and say so; after a look that found the folder there."""
        damage = self.damage
        if not damage:
            return
        self._is_left, self.damage = False, ""
        self.leave()
        done = "It was written anew" if self._is_whole() else "It cannot be written anew now"
        self.voice.tell(f"{damage}: what lies in {self.folder} is used all the same. {done}")

    def leave(self) -> None:
        """Something was written there: leave an id, and remember it."""
        if self._is_left:
            return
        self._is_left = True
        with suppress(OSError, StorageError):
            found = self.folder.stat()
            self._id = self._leave_id()
            self._device = found.st_dev
            self._looked_at = found.st_dev, found.st_ino
            if self._id is not None and self._remembered is not None and self._remembered.parent.is_dir():
                seen = _sealed(msgspec.json.encode(_Seen(os.fspath(self.folder.absolute()), self._id, self._device)))
                if _read(self._remembered) != seen:
                    write_atomically(self._remembered, seen, "tier.mark", sync=False)

    def begin_anew(self) -> None:
        """Take the next folder of that name for the tier."""
        self._is_known, self._is_left = True, False
        self._id, self._device, self._looked_at, self.damage = None, None, None, ""

    def forget(self) -> None:
        """As `begin_anew`, for every process that opens it from now on."""
        self.begin_anew()
        if self._remembered is not None:
            with suppress(OSError):
                self._remembered.unlink()

    def _recall(self) -> None:
        if self._is_known:
            return
        self._is_known = True
        data = None if self._remembered is None else _read(self._remembered)
        if data is None:
            return
        line = _unsealed(data)
        is_damaged = line.is_damaged
        try:
            # Earlier versions wrote nothing but the document.
            seen = msgspec.json.decode(data if line.content is None else line.content, type=_Seen)
            is_damaged = is_damaged and line.content is not None
            is_damaged = is_damaged or not _ID.fullmatch(seen.id.encode())
            if seen.folder == os.fspath(self.folder.absolute()) and _ID.fullmatch(seen.id.encode()):
                self._id, self._device = seen.id, seen.device
        except (msgspec.DecodeError, UnicodeDecodeError):
            is_damaged = True
        if is_damaged:
            self.damage = f"{self._remembered} is damaged"

    def _is_it(self, known: str | None, there: _Line, *, is_same: bool) -> bool:
        """Whether a folder, on the same device or not, with that id is the one whose id is `known`. One whose id is damaged is,
        where nothing was mounted or unmounted, and where entries of the project say so.
        """
        if known is None:
            return is_same
        if there.content is None and there.is_damaged:
            return is_same or self._has_entry()
        if there.content is None:
            return False
        return sum(one != other for one, other in zip(there.content, known.encode(), strict=True)) <= _DIGITS_WRONG

    def _has_entry(self) -> bool:
        """Whether a whole entry of the project lies there."""
        if self._project is None:
            return False
        entries = EntryFolder(self.folder, self._project)
        with suppress(OSError):
            for found in entries.listing().entries[:_MOST_READ]:
                data = entries.read(found.name, found.size_bytes)
                with suppress(DamagedError):
                    if data is not None and store_entry.belongs(store_entry.check(data)[0], found.name):
                        return True
        return False

    def _is_whole(self) -> bool:
        data = None if self._remembered is None else _read(self._remembered)
        return not self._read_id().is_damaged and (data is None or not _unsealed(data).is_damaged)

    def _missing(self) -> Look:
        if self._device is None:
            return _THERE
        self._looked_at = None
        is_same = _device_below(self.folder) == self._device
        return Look(Whereabouts.GONE, _MISSING) if is_same else Look(Whereabouts.ELSEWHERE, f"{_MISSING}. {_BACK}")

    def _read_id(self) -> _Line:
        data = _read(self._path)
        if data is None:
            return _Line(None)
        if data.endswith(b"\n") and _ID.fullmatch(data[:-1]):
            return _Line(data[:-1])  # of an earlier version
        found = _unsealed(data)
        return found if found.content is None or _ID.fullmatch(found.content) else _Line(None, is_damaged=True)

    def _leave_id(self) -> str | None:
        """Have an id there, whole: the one that is there, or else the one that is remembered, or else a new one."""
        there = self._read_id()
        if there.content is None:
            self._make_id(self._id or secrets.token_hex(16))
        elif _read(self._path) != (sealed := _sealed(there.content)):
            write_atomically(self._path, sealed, "tier.id", sync=False)
        content = self._read_id().content
        return None if content is None else content.decode()

    def _make_id(self, new_id: str) -> None:
        """Written whole under another name and linked, so that of two processes at once one is first and both read the same."""
        ignore = self._path.with_name(".gitignore")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not ignore.exists():
            write_atomically(ignore, b"*\n", "tier.gitignore", sync=False)
        temporary = temporary_name(self._path)
        try:
            temporary.write_bytes(_sealed(new_id.encode()))
            try:
                self._path.hardlink_to(temporary)
            except FileExistsError:
                if self._read_id().content is None:
                    temporary.replace(self._path)  # damaged: what is linked is whole
            except OSError:
                temporary.replace(self._path)  # a file system without hard links
        finally:
            temporary.unlink(missing_ok=True)


def _sealed(content: bytes) -> bytes:
    """A line with its checksum, twice: a flipped bit leaves one of them."""
    return b"%s %s\n" % (content, xxhash.xxh3_64_hexdigest(content).encode()) * 2


def _unsealed(data: bytes) -> _Line:
    """What a line says whose checksum is right, and whether anything else is not as it was written."""
    for line in data.split(b"\n"):
        content, _, checksum = line.rpartition(b" ")
        if checksum == xxhash.xxh3_64_hexdigest(content).encode():
            return _Line(content, data != _sealed(content))
    return _Line(None, is_damaged=True)


def _read(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None


def _device_below(folder: Path) -> int | None:
    """The device that a folder would be made on."""
    for place in folder.absolute().parents:
        with suppress(OSError):
            return place.stat().st_dev
    return None
