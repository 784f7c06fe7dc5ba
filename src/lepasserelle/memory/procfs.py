"""The text forms of `/proc` → numbers. Pure: bytes in, figures out; nothing is opened here.

Invariant: a line that is not understood is passed over; a figure that does not stand in the text is absent, never 0.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_KIB: Final = 1024
_DELETED: Final = b" (deleted)"
_MAPPING: Final = re.compile(rb"^[0-9a-f]+-[0-9a-f]+ [rwxps-]{4} [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ (\d+) *(.*)$")
_ESCAPE: Final = re.compile(rb"\\([0-7]{3})")


def fields(text: bytes) -> dict[str, int]:
    """Lines such as `Pss:    350 kB` of `smaps_rollup` and `status` → bytes by name."""
    found: dict[str, int] = {}
    for line in text.split(b"\n"):
        name, colon, value = line.partition(b":")
        words = value.split()
        if colon and len(words) == 2 and words[1] == b"kB" and words[0].isdigit():
            found[name.decode("ascii", "replace")] = int(words[0]) * _KIB
    return found


def mapped_files(smaps: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """(path, Rss, Pss in bytes) of every mapping of a file that still has its name; a path comes once for each mapping."""
    path, rss = b"", 0
    for line in smaps:
        if line.startswith(b"Rss:"):
            rss = _kib(line)
        elif line.startswith(b"Pss:"):
            if path:
                yield path, rss, _kib(line)
        elif match := _MAPPING.match(line.rstrip(b"\n")):
            named = match[1] != b"0" and match[2].startswith(b"/") and not match[2].endswith(_DELETED)
            path = _ESCAPE.sub(_unescaped, match[2]) if named else b""
            rss = 0


def _kib(line: bytes) -> int:
    return int(line.split()[1]) * _KIB


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 8)])
