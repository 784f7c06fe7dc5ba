"""Sources of Linux, from Debian's package `linux-source`: a part of them, since all are 1.5 GB, most of it drivers.

Fetched and unpacked once into the folder of fetched packages.
"""

import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import fetching

CORE: Final = ("block", "certs", "crypto", "init", "io_uring", "ipc", "kernel", "lib", "mm", "security", "virt")
"""Folders that are taken, about as much text as CPython's `Lib`. With file systems and networks it would be three times as much,
and indexing, not the search, would take a quarter of an hour."""


def core(cache: Path = fetching.CACHE) -> tuple[Path, str]:
    """The folder, and the package and version that it is of. Raises `NotFetchedError`."""
    name = next(iter(fetching.debian_dependencies("linux-source", cache)), "")
    unpacked, version = fetching.debian_package(name, cache)
    folder = cache / f"linux-{version.strip()}" / "linux-core"
    if not folder.exists():
        partial = folder.with_name("partial")
        shutil.rmtree(partial, ignore_errors=True)
        with tarfile.open(unpacked / "usr" / "src" / f"{name}.tar.xz") as packed:
            packed.extractall(partial, members=_of_the_core(packed), filter="data")
        next(partial.iterdir()).rename(folder)
        shutil.rmtree(partial)
    return folder, f"{name} {version.strip()}"


def _of_the_core(packed: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Files and folders two or more deep whose second part is one of `CORE`."""
    for member in packed:
        parts = member.name.removeprefix("./").split("/")
        if len(parts) > 1 and parts[1] in CORE and (member.isfile() or member.isdir()):
            yield member
