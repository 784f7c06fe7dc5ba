"""The text forms of `/proc` and cgroups → numbers. Pure: bytes in, figures out; nothing is opened here.

Invariant: a line that is not understood is passed over; a figure that does not stand in the text is absent, never 0.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from lepasserelle.late import late

_KIB: Final = 1024
_MAPPING: Final = late(rb"^([0-9a-f]+)-([0-9a-f]+) [rwxps-]{4} ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ (\d+) *(.*)$", re.DOTALL)
_HEAD: Final = late(rb"^[0-9a-f]+-[0-9a-f]+ .*$", re.MULTILINE)
_ESCAPE: Final = late(rb"\\([0-7]{3})")
_DATA_LIMIT: Final = late(rb"^Max data size +(\S+)", re.MULTILINE)
_SPACE_LIMIT: Final = late(rb"^Max address space +(\S+)", re.MULTILINE)
_ANONYMOUS: Final = late(rb"\nAnonymous: +(\d+) kB")
_TOTAL: Final = late(rb"^MemTotal: +(\d+) kB$", re.MULTILINE)
_AVAILABLE: Final = late(rb"^MemAvailable: +(\d+) kB$", re.MULTILINE)
_AVERAGE: Final = late(rb"^(some|full) avg10=(\d+(?:\.\d+)?) ", re.MULTILINE)
NO_LIMIT_BYTES: Final = 1 << 60
"""cgroup v1 says "no limit" as the largest multiple of a page under 2^63; what lies beyond an exbibyte is none."""


class Mapping(NamedTuple):
    """One mapping of a file, in bytes."""

    address: int
    length: int
    offset: int
    """Where in the file it begins."""
    rss: int
    pss: int
    private: int = 0


class Mount(NamedTuple):
    """One mounted cgroup file system."""

    root: bytes
    """The cgroup that stands at the mount point."""
    point: bytes
    is_v2: bool
    has_memory: bool
    """Version 1: this hierarchy is the one of the memory controller."""


def fields(text: bytes) -> dict[str, int]:
    """Lines such as `Pss:    350 kB` of `smaps_rollup` and `status` → bytes by name."""
    found: dict[str, int] = {}
    for line in text.split(b"\n"):
        name, colon, value = line.partition(b":")
        words = value.split()
        if colon and len(words) == 2 and words[1] == b"kB" and words[0].isdigit():
            found[name.decode("ascii", "replace")] = int(words[0]) * _KIB
    return found


def system(meminfo: bytes) -> tuple[int, int] | None:
    """(MemTotal, MemAvailable) in bytes; None when either is missing. Only these lines are looked at."""
    total, available = _TOTAL.search(meminfo), _AVAILABLE.search(meminfo)
    return None if total is None or available is None else (int(total[1]) * _KIB, int(available[1]) * _KIB)


def mapped(smaps: bytes, path: bytes) -> list[Mapping]:
    """Every mapping of the file `path` that still has this name; the rest of `smaps` is not looked at."""
    shown = path.replace(b"\n", b"\\012")
    line_end = b" " + shown + b"\n"
    found = []
    at = smaps.find(line_end)
    while at >= 0:
        end = at + len(line_end) - 1
        header = _MAPPING.match(smaps[smaps.rfind(b"\n", 0, at) + 1 : end])
        if header is not None and header[4] != b"0" and header[5] == shown:
            found.append(_mapping(header, _kib_after(smaps, b"\nRss:", end), _kib_after(smaps, b"\nPss:", end)))
        at = smaps.find(line_end, end)
    return found


def _mapping(header: re.Match[bytes], rss: int, pss: int, private: int = 0) -> Mapping:
    start, end, offset = (int(header[group], 16) for group in (1, 2, 3))
    return Mapping(start, end - start, offset, rss, pss, private)


def overlap(mappings: Sequence[Mapping]) -> bool:
    """Whether mappings of one file hold pages of the same part of it, which a sum of their Rss may count twice."""
    spans = sorted((one.offset, one.offset + one.length) for one in mappings if one.rss)
    return any(later[0] < earlier[1] for earlier, later in pairwise(spans))


def ranges(maps: bytes, path: bytes) -> list[tuple[int, int]]:
    """(first address, length in bytes) of every mapping of the file `path` that still has this name, in `/proc/<pid>/maps`."""
    shown = path.replace(b"\n", b"\\012")
    line_end, found = b" " + shown + b"\n", []
    at = maps.find(line_end)
    while at >= 0:
        end = at + len(line_end) - 1
        header = _MAPPING.match(maps[maps.rfind(b"\n", 0, at) + 1 : end])
        if header is not None and header[4] != b"0" and header[5] == shown:
            found.append(_mapping(header, 0, 0)[:2])
        at = maps.find(line_end, end)
    return found


def anonymous(smaps: bytes) -> int | None:
    """Bytes of all mappings that no file backs; None when none says it, as in a text that is no `smaps`."""
    found = _ANONYMOUS.findall(smaps)
    return sum(map(int, found)) * _KIB if found else None


def _kib_after(text: bytes, name: bytes, start: int) -> int:
    """The figure in kB of the first line `name` from `start` on, in bytes; 0 when the text ends before."""
    at = text.find(name, start)
    words = text[at + len(name) : text.find(b"\n", at + 1)].split() if at >= 0 else []
    return int(words[0]) * _KIB if words and words[0].isdigit() else 0


def mapped_below(smaps: bytes, folder: bytes) -> list[list[Mapping]]:
    """The mappings of each file in `folder` or below it, deleted files among them."""
    place = b" " + folder.replace(b"\n", b"\\012") + b"/"
    heads = list(_HEAD.finditer(smaps))
    found: dict[bytes, list[Mapping]] = {}
    for at, head in enumerate(heads):
        header = _MAPPING.match(head[0]) if place in head[0] else None
        if header is not None:
            told = fields(smaps[head.end() : heads[at + 1].start() if at + 1 < len(heads) else None])
            private = told.get("Private_Clean", 0) + told.get("Private_Dirty", 0)
            found.setdefault(header[5], []).append(_mapping(header, told.get("Rss", 0), told.get("Pss", 0), private))
    return list(found.values())


_OURS: Final = frozenset({"leindex", "lepasserelle"})
_SHOWN: Final = {"mcp-server": "mcp"}
"""Words that people do not write."""


def program(cmdline: bytes) -> str:
    """What a process is called by, from `/proc/<pid>/cmdline`: the script or module that Python runs, else the program's name; a
    command of ours by its word, however it was started (`leindex mcp`).
    """
    words = [word.decode("utf-8", "replace") for word in cmdline.split(b"\0") if word]
    if not words:
        return ""
    name, rest = words[0].rpartition("/")[2], words[1:]
    if not name.startswith("python") or not rest:
        return _command(name, rest)
    while len(rest) > 1 and rest[0].startswith("-") and rest[0] not in {"-m", "-c"}:
        rest = rest[2:] if rest[0] in {"-X", "-W"} else rest[1:]
    if rest[0] == "-c":
        return f"{name} -c"
    return _command(rest[1], rest[2:]) if rest[0] == "-m" and len(rest) > 1 else _command(_script(rest[0]), rest[1:])


def _command(name: str, words: Sequence[str]) -> str:
    if name not in _OURS:
        return name
    word = words[0] if words and words[0][:1].isalpha() else ""
    return f"leindex {_SHOWN.get(word, word)}".rstrip()


def _script(path: str) -> str:
    """Its name, or that of the package whose `__main__.py` it is."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] or name if name == "__main__.py" else name


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 8)])


def amounts(text: bytes) -> dict[bytes, int]:
    """Lines such as `inactive_file 4096` of `memory.stat` → numbers by name."""
    pairs = (line.split() for line in text.split(b"\n"))
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def limit(text: bytes) -> int | None:
    """A cgroup limit in bytes; None for `max`, for a number that means none, and for what is no number."""
    word = text.strip()
    if not word.isdigit():
        return None
    amount = int(word)
    return amount if amount < NO_LIMIT_BYTES else None


def data_limit(text: bytes) -> int | None:
    """The soft `RLIMIT_DATA` in `/proc/<pid>/limits`, in bytes; None for unlimited."""
    match = _DATA_LIMIT.search(text)
    return limit(match[1]) if match else None


def space_limit(text: bytes) -> int | None:
    """The soft `RLIMIT_AS` there, likewise."""
    match = _SPACE_LIMIT.search(text)
    return limit(match[1]) if match else None


def stalls(text: bytes) -> dict[str, float]:
    """`some` and `full` → percent of the last ten seconds in which tasks waited for memory."""
    return {kind.decode(): float(percent) for kind, percent in _AVERAGE.findall(text)}


def cgroup_mounts(mountinfo: bytes) -> list[Mount]:
    """The mounted cgroup hierarchies in `/proc/<pid>/mountinfo`."""
    found = []
    for line in mountinfo.split(b"\n"):
        front, dash, back = line.partition(b" - ")
        place, kind = front.split(b" "), back.split(b" ")
        if not dash or len(place) < 5 or len(kind) < 3 or kind[0] not in (b"cgroup", b"cgroup2"):
            continue
        root, point = (_ESCAPE.sub(_unescaped, path) for path in place[3:5])
        found.append(Mount(root, point, kind[0] == b"cgroup2", b"memory" in kind[2].split(b",")))
    return found


def cgroup_paths(text: bytes) -> tuple[bytes | None, bytes | None]:
    """(path in the version 2 hierarchy, path in the one of version 1's memory controller) in `/proc/<pid>/cgroup`."""
    unified = memory = None
    for line in text.split(b"\n"):
        number, _, rest = line.partition(b":")
        controllers, _, path = rest.partition(b":")
        if number == b"0" and not controllers:
            unified = path
        elif b"memory" in controllers.split(b","):
            memory = path
    return unified, memory
