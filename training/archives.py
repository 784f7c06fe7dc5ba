"""The source files inside a package's archive: a wheel, an npm tarball, a Debian package or a Debian source package (`.dsc`, its
tarballs beside it). Nothing is installed or run.

Invariant: files come in the order of a hash of their paths, so that a limit takes a sample and not the front of the alphabet.
"""

import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

import xxhash
import zstandard

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER_BYTES = 60
_MAX_FILE_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Archive:
    """A package as it was fetched."""

    registry: str
    name: str
    version: str
    licence: str
    files: tuple[tuple[str, bytes], ...]
    """(path, content), those that were wanted."""


def read_archive(path: Path, suffixes: frozenset[str]) -> Archive:
    """Metadata and the files that end in one of `suffixes` (`.py`, …). `ValueError` for what is no archive of a known kind."""
    if path.suffix == ".whl":
        return _wheel(path, suffixes)
    if path.suffix == ".tgz":
        return _npm(path, suffixes)
    if path.suffix == ".deb":
        return _deb(path, suffixes)
    if path.suffix == ".dsc":
        return _source(path, suffixes)
    raise ValueError(f"{path.name}: no wheel, npm tarball, Debian package or source package")


def _wheel(path: Path, suffixes: frozenset[str]) -> Archive:
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        metadata = next(name for name in sizes if name.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(archive.read(metadata).decode("utf-8", "replace"))
        trove = [value.rsplit(" :: ", 1)[-1] for value in said.get_all("Classifier", []) if value.startswith("License :: ")]
        licence = said.get("License-Expression") or "; ".join(trove) or (said.get("License") or "").split("\n")[0][:80]
        wanted = _sampled([name for name, size in sizes.items() if _is_wanted(name, size, suffixes)])
        files = tuple((name, archive.read(name)) for name in wanted)
    return Archive("pypi", said["Name"], said["Version"], licence, files)


def _npm(path: Path, suffixes: frozenset[str]) -> Archive:
    with tarfile.open(path) as archive:
        files, root = _tar(archive, suffixes, ("package.json",))
    said = json.loads(next(content for name, content in root if name.count("/") == 1))
    licence = said.get("license") or said.get("licenses") or ""
    return Archive("npm", said["name"], said["version"], licence if isinstance(licence, str) else json.dumps(licence), files)


def _deb(path: Path, suffixes: frozenset[str]) -> Archive:
    name, version, *_ = path.name.split("_")
    for member, content in _ar_members(path.read_bytes()):
        if member.startswith("data.tar"):
            plain = zstandard.ZstdDecompressor().decompress(content, 1 << 31) if member.endswith(".zst") else content
            with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
                files, notes = _tar(archive, suffixes, ("/copyright",))
            licence = _debian_licence(notes[0][1].decode("utf-8", "replace")) if notes else ""
            return Archive("debian", name, version.replace("%3a", ":"), licence, files)
    raise ValueError(f"{path.name}: a Debian package without data")


def _source(path: Path, suffixes: frozenset[str]) -> Archive:
    """A source package: what its `.dsc` lists, upstream's files as they were published (Debian's patches are not applied)."""
    said = Parser().parsestr(_unsigned(path.read_text("utf-8", "replace")))
    files: list[tuple[str, bytes]] = []
    licence = ""
    for line in said["Files"].split("\n"):
        name = line.split()[-1] if line.strip() else ""
        if ".tar" not in name or name.endswith(".asc"):
            continue
        with tarfile.open(path.with_name(name)) as archive:
            found, notes = _tar(archive, suffixes, ("debian/copyright",))
        files += found
        licence = next((_debian_licence(text.decode("utf-8", "replace")) for _, text in notes), licence)
    return Archive("debian-source", said["Source"], said["Version"], licence, tuple(files))


def source_files(archive: tarfile.TarFile, suffixes: frozenset[str]) -> tuple[tuple[str, bytes], ...]:
    """(path, content) of the wanted files of an open archive of sources."""
    return _tar(archive, suffixes, ())[0]


def _unsigned(text: str) -> str:
    """What stands between the head and the signature of a clear-signed text (RFC 4880, 7); the text where it is not signed."""
    head, gap, signed = text.partition("\n\n")
    return signed.partition("\n-----BEGIN PGP SIGNATURE")[0] if gap and head.startswith("-----BEGIN PGP") else text


def _ar_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = len(_AR_MAGIC)
    while data.startswith(_AR_MAGIC) and at + _AR_HEADER_BYTES <= len(data):
        header = data[at : at + _AR_HEADER_BYTES].decode("ascii", "replace")
        size = int(header[48:58])
        yield header[:16].strip().rstrip("/"), data[at + _AR_HEADER_BYTES : at + _AR_HEADER_BYTES + size]
        at += _AR_HEADER_BYTES + size + size % 2


def _debian_licence(copyright_file: str) -> str:
    """The short name of the licence of upstream's files in general. Single files with another one are told by their heads."""
    for stanza in re.split(r"\n\s*\n", copyright_file):
        about = re.search(r"^Files:\s*(.+)", stanza, re.MULTILINE)
        licence = re.search(r"^License:\s*(.+)", stanza, re.MULTILINE)
        if about and licence and about[1].strip() in {"*", "./*"}:
            return licence[1].strip()
    return ""


def _tar(
    archive: tarfile.TarFile, suffixes: frozenset[str], notes: tuple[str, ...]
) -> tuple[tuple[tuple[str, bytes], ...], list[tuple[str, bytes]]]:
    """(wanted files, files whose names end in one of `notes`). Read in the archive's order: a compressed one cannot be sought."""
    found: dict[str, bytes] = {}
    said: list[tuple[str, bytes]] = []
    for member in archive:
        if not member.isfile():
            continue
        is_note = member.name.endswith(notes)
        if not is_note and not _is_wanted(member.name, member.size, suffixes):
            continue
        stream = archive.extractfile(member)
        content = stream.read() if stream is not None else b""
        if is_note:
            said.append((member.name, content))
        else:
            found[member.name] = content
    return tuple((name, found[name]) for name in _sampled(list(found))), said


def _is_wanted(path: str, size_bytes: int, suffixes: frozenset[str]) -> bool:
    return size_bytes <= _MAX_FILE_BYTES and any(path.endswith(suffix) for suffix in suffixes) and ".min." not in path


def _sampled(paths: list[str]) -> list[str]:
    return sorted(paths, key=lambda path: xxhash.xxh3_64_intdigest(path.encode("utf-8", "replace")))
