"""Whether the folder of a tier is the one that was there before, also when another process was the last to see it.

    <tier>/spilled/tier-id      an id, written once, which whoever uses the folder reads
    <remembered>                what this project saw there last, on another disk: folder, id and device

A mount that went leaves its mount point, an empty folder of the disk below: without the id it is not the tier, and on another
device it is not a tier that somebody emptied either. Not here: what is done about it (`tiers`). Invariant: looking writes nothing;
what cannot be written is done without, since then only the device that this process saw tells.
"""

import enum
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lepasserelle.durable.atomic import temporary_name, write_atomically
from lepasserelle.errors import StorageError
from lepasserelle.memory.store_folder import SPILLED
from lepasserelle.memory.store_voice import FolderVoice

_ID: Final = re.compile(rb"[0-9a-f]{32}\n")
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


_THERE: Final = Look(Whereabouts.THERE)


class TierMark:
    """Of one folder. Shared by all who use the tier; a race of threads costs a look."""

    def __init__(self, folder: Path, remembered: Path | None = None, voice: FolderVoice | None = None) -> None:
        """Touches nothing. `remembered`: a file in a folder of the project; None: only this process remembers."""
        self.folder: Final = folder
        self.voice: Final = voice or FolderVoice()
        self._remembered = remembered
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
            is_same = self._device in (None, found.st_dev)
            if not (is_same if self._id is None else self._id == self._read_id()):
                why = _OTHER if is_same else f"{_OTHER}. {_BACK}"
                return Look(Whereabouts.GONE if is_same else Whereabouts.ELSEWHERE, why)
            self._looked_at, self._device, self._is_left = place, found.st_dev, False
        return _THERE

    def leave(self) -> None:
        """Something was written there: leave an id, and remember it."""
        if self._is_left:
            return
        self._is_left = True
        with suppress(OSError, StorageError):
            found = self.folder.stat()
            self._id = self._read_id() or self._new_id()
            self._device = found.st_dev
            self._looked_at = found.st_dev, found.st_ino
            if self._id is not None and self._remembered is not None and self._remembered.parent.is_dir():
                seen = msgspec.json.encode(_Seen(os.fspath(self.folder.absolute()), self._id, self._device))
                if _read(self._remembered) != seen:
                    write_atomically(self._remembered, seen, "tier.mark", sync=False)

    def begin_anew(self) -> None:
        """Take the next folder of that name for the tier."""
        self._is_known, self._is_left = True, False
        self._id, self._device, self._looked_at = None, None, None

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
        with suppress(msgspec.DecodeError):
            seen = msgspec.json.decode(data, type=_Seen)
            if seen.folder == os.fspath(self.folder.absolute()):
                self._id, self._device = seen.id, seen.device

    def _missing(self) -> Look:
        if self._device is None:
            return _THERE
        self._looked_at = None
        is_same = _device_below(self.folder) == self._device
        return Look(Whereabouts.GONE, _MISSING) if is_same else Look(Whereabouts.ELSEWHERE, f"{_MISSING}. {_BACK}")

    def _read_id(self) -> str | None:
        data = _read(self._path)
        return data[:-1].decode() if data is not None and _ID.fullmatch(data) else None

    def _new_id(self) -> str | None:
        """Written whole under another name and linked, so that of two processes at once one is first and both read the same."""
        ignore = self._path.with_name(".gitignore")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not ignore.exists():
            write_atomically(ignore, b"*\n", "tier.gitignore", sync=False)
        temporary = temporary_name(self._path)
        try:
            temporary.write_bytes(b"%s\n" % secrets.token_hex(16).encode())
            try:
                self._path.hardlink_to(temporary)
            except FileExistsError:
                if self._read_id() is None:
                    temporary.replace(self._path)  # damaged: what is linked is whole
            except OSError:
                temporary.replace(self._path)  # a file system without hard links
        finally:
            temporary.unlink(missing_ok=True)
        return self._read_id()


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
