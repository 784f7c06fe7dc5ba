"""The names in the index folder, in one place. Touches no file.

.gitignore                                     `*`
manifest.json                                  the current generation; written last
lestockage.db (-wal, -shm)                     the truth
write.lock                                     held by the one writer
segments/<generation>-<kind>-<checksum>.seg    immutable
frozen/<generation>-<kind>-<checksum>.frz      the compressed copy of a segment, or a link to it; may vanish
generations/<n>.json                           the manifest of generation n, for those who still read it
generations/<n>.pin                            locked (shared) by the readers of generation n
spilled/                                       answers that left memory (memory.store), unless `cache_dir` says another folder
access.db                                      when what was used last; may vanish
slow-tier                                      which folder `slow_dir` was when something was written there last; may vanish
tier-order                                     which of two measured tiers was the faster one (memory.tier_order); may vanish
linked                                         what names stated when the graph was linked, for the next linking; may vanish
mcp-server.log                                 what a server of `leindex mcp` had to say; may vanish
quarantine/                                    damaged files, until the next garbage collection
"""

from pathlib import Path

from lepasserelle.late import late

MANIFEST = "manifest.json"
LESTOCKAGE = "lestockage.db"
ACCESS_LOG = "access.db"
SLOW_TIER = "slow-tier"
TIER_ORDER = "tier-order"
LINKED = "linked"
WRITE_LOCK = "write.lock"
SEGMENTS = "segments"
FROZEN = "frozen"
GENERATIONS = "generations"
QUARANTINE = "quarantine"
SPILLED = "spilled"
SERVER_LOG = "mcp-server.log"
GITIGNORE = ".gitignore"

_KIND = late(r"[a-z][a-z0-9_]{0,15}")
_SEGMENT = late(r"(\d{1,20})-([a-z][a-z0-9_]{0,15})-([0-9a-f]{16})\.seg")


def segment_name(generation: int, kind: str, checksum: str) -> str:
    """File name of a segment. `kind`: a lower-case word of at most 16 characters (`ValueError` else)."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"a segment's kind is a lower-case word of at most 16 characters, not {kind!r}")
    return f"{generation}-{kind}-{checksum}.seg"


def is_segment_name(name: str) -> bool:
    """Whether a file of this name is a segment."""
    return _SEGMENT.fullmatch(name) is not None


def segment_generation(name: str) -> int | None:
    """The generation that a segment was written for, or None when the name is no segment's."""
    match = _SEGMENT.fullmatch(name)
    return int(match[1]) if match else None


def frozen_path(folder: Path, segment_name: str) -> Path:
    """Where the copy of the segment of that name lies."""
    return folder / FROZEN / f"{Path(segment_name).stem}.frz"


def segment_of_copy(name: str) -> str | None:
    """Name of the segment whose copy a file of this name is, or None when it is no copy."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.seg" if dot and suffix == "frz" and is_segment_name(f"{stem}.seg") else None


def pin_path(folder: Path, generation: int) -> Path:
    """The file that readers of `generation` hold locked."""
    return folder / GENERATIONS / f"{generation}.pin"


def copy_path(folder: Path, generation: int) -> Path:
    """The copy of the manifest of `generation`."""
    return folder / GENERATIONS / f"{generation}.json"


def kept_generations(folder: Path) -> list[int]:
    """Generations of which a pin or a manifest copy is there, ascending. Raises `OSError` but for a missing folder."""
    try:
        names = [entry.name for entry in (folder / GENERATIONS).iterdir()]
    except FileNotFoundError:
        return []
    stems = {stem for stem, dot, suffix in (name.partition(".") for name in names) if suffix in {"pin", "json"} and stem.isdigit()}
    return sorted(int(stem) for stem in stems)


def has_copies(folder: Path) -> bool:
    """Whether the manifest of any generation was kept, that is: whether one was ever (about to be) published."""
    return any(copy_path(folder, generation).exists() for generation in kept_generations(folder))
