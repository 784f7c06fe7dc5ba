"""Fetches the packages of `packages.tsv`, each in the version that it names, by the clients of their registries. Nothing is
installed.

What a registry no longer has is told and left out: the data card says what the shipped table was made of. Source packages need
`deb-src` lines among apt's sources; `APT_CONFIG` may name a configuration of one's own that has them.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from training.judged import Judged, judged

LIST = Path(__file__).parent / "packages.tsv"
_SECONDS = 300


class Wanted(NamedTuple):
    """A row of `packages.tsv`."""

    registry: str
    name: str
    version: str
    licence: str
    pairs: int
    """What it gave when it was extracted last; 0: nothing documented, or its licence was refused."""
    table: str
    """The version of the shipped table, where that learned from it; `next` where only a table made now would."""


def wanted() -> Iterator[Wanted]:
    """Every row."""
    for line in LIST.read_text().splitlines()[1:]:
        registry, name, version, licence, pairs, table = line.split("\t")
        yield Wanted(registry, name, version, licence, int(pairs), table)


def fetch(package: Wanted | Judged, folder: Path) -> bool:
    """Download one package into the folder of its registry, unless it was; whether it is there."""
    target = folder / package.registry
    mark = target / f".{package.name.replace('/', '-')}-{package.version.replace('/', '-')}.done"
    if mark.exists():
        return True
    target.mkdir(parents=True, exist_ok=True)
    command = {
        "pypi": [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            f"{package.name}=={package.version}",
        ],
        "npm": ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        "debian-source": ["apt-get", "source", "--download-only", "-qq", f"{package.name}={package.version}"],
        "debian": ["apt-get", "download", "-qq", f"{package.name}={package.version}"],
    }[package.registry]
    done = subprocess.run(command, cwd=target, check=False, capture_output=True, timeout=_SECONDS)
    if done.returncode == 0:
        mark.touch()
    return done.returncode == 0


def fetch_all(folder: Path) -> None:
    """Download every package that gave pairs; says which are not to be had."""
    _fetch_each((package for package in wanted() if package.pairs), folder)


def fetch_judged(folder: Path) -> None:
    """Download the packages that are judged on, to know their copies; says which are not to be had. Of a source package that
    lacks a part upstream's archive may be there all the same.
    """
    _fetch_each(judged(), folder)


def _fetch_each(packages: Iterable[Wanted | Judged], folder: Path) -> None:
    for package in packages:
        if not fetch(package, folder):
            sys.stderr.write(f"{package.registry} has no {package.name} {package.version}: left out\n")
