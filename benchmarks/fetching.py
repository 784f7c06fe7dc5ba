"""Real sources by name from the registries: wheels and source distributions (pip), npm packages, Debian packages and their
sources (apt-get). Each is unpacked once into a folder that is not committed.

Nothing is installed, and no root rights are needed: apt-get gets lists of its own in that folder. A registry that cannot be asked
is a `NotFetchedError` that says which client failed and how.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

CACHE = Path(__file__).parent / ".cache"
_SOURCE_LISTS = ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list.d/ubuntu.sources")


class NotFetchedError(Exception):
    """A package that could not be had here, and why."""


def wheel(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked wheel of a PyPI package: the folder that holds its import packages."""
    return _unpacked(cache / f"{name}-{version}", lambda to: _pip(name, version, "--only-binary=:all:", to), cache)


def source_distribution(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked source distribution of a PyPI package."""
    return _unpacked(cache / f"sdist-{name}-{version}", lambda to: _pip(name, version, "--no-binary=:all:", to), cache)


def npm_package(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked npm package."""
    folder = cache / f"npm-{name.strip('@').replace('/', '-')}-{version}"

    def download(to: Path) -> Path:
        return to / _ran(["npm", "pack", "--silent", f"{name}@{version}"], to).split()[-1]

    return _unpacked(folder, download, cache) / "package"


def debian_source(name: str, cache: Path = CACHE) -> tuple[Path, str]:
    """The unpacked upstream sources of a Debian source package in the version that the system's suite has, and that version."""

    def download(options: list[str], to: Path) -> Path:
        failed = ""
        try:
            _ran(["apt-get", "-q", *options, "source", "--download-only", name], to)
        except NotFetchedError as failure:  # Some mirrors lack the packaging's own archive, which is not needed.
            failed = str(failure)
        archives = [path for path in sorted(to.iterdir()) if ".orig.tar." in path.name and path.suffix != ".asc"]
        if not archives:
            raise NotFetchedError(failed or f"{name} has no upstream archive")
        return archives[0]

    return _debian(f"src-{name}", name, "showsrc", download, cache)


def debian_package(name: str, cache: Path = CACHE) -> tuple[Path, str]:
    """The unpacked binary package of Debian, for scripts and headers that are shipped as they are, and its version."""

    def download(options: list[str], to: Path) -> Path:
        _ran(["apt-get", "-q", *options, "download", name], to)
        return next(path for path in to.iterdir() if path.suffix == ".deb")

    return _debian(f"deb-{name}", name, "show", download, cache)


def debian_dependencies(name: str, cache: Path = CACHE) -> list[str]:
    """What a Debian package depends on, by name: the current version behind a name without one (`linux-source`)."""
    shown = _ran(["apt-cache", *_own_lists(cache / "apt"), "show", "--no-all-versions", name], cache)
    depends = next((line for line in shown.splitlines() if line.startswith("Depends: ")), "Depends: ")
    return [part.split()[0] for part in depends.removeprefix("Depends: ").split(",") if part.strip()]


def _debian(key: str, name: str, show: str, download: Callable[[list[str], Path], Path], cache: Path) -> tuple[Path, str]:
    marker = cache / f"{key}.version"
    folder = cache / key
    if not marker.exists() or not folder.exists():
        options = _own_lists(cache / "apt")
        _unpacked(folder, lambda to: download(options, to), cache)
        shown = _ran(["apt-cache", *options, show, name], cache)
        marker.write_text(next(line.removeprefix("Version: ") for line in shown.splitlines() if line.startswith("Version: ")))
    return folder, marker.read_text("utf-8")


def _unpacked(folder: Path, download: Callable[[Path], Path], cache: Path) -> Path:
    if not folder.exists():
        to = cache / "download" / folder.name
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
        archive = download(to)
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(partial)
        elif archive.suffix == ".deb":
            _ran(["dpkg-deb", "-x", str(archive), str(partial)], to)
            _open_jars(partial)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(partial, filter="data")
        partial.rename(folder)
        shutil.rmtree(to)
    return folder


def _open_jars(folder: Path) -> None:
    """Java's archives, which may hold sources, as folders beside them."""
    for path in sorted(folder.rglob("*.jar")):
        if path.is_file() and not path.is_symlink():
            with zipfile.ZipFile(path) as packed:
                packed.extractall(path.with_suffix(".jar.unpacked"))


def _pip(name: str, version: str, form: str, to: Path) -> Path:
    _ran([sys.executable, "-m", "pip", "download", "-q", "--no-deps", form, "-d", str(to), f"{name}=={version}"], to)
    return next(path for path in sorted(to.iterdir()) if path.suffix in (".whl", ".gz", ".zip"))


def _own_lists(folder: Path) -> list[str]:
    """Options that give apt-get lists of its own, source packages among them, made from where the system gets its packages."""
    sources = folder / "sources"
    options = [
        f"-oDir::Etc::sourcelist={sources / 'list.list'}",
        f"-oDir::Etc::sourceparts={sources}",
        f"-oDir::State::lists={folder / 'lists'}",
        f"-oDir::Cache={folder / 'cache'}",
    ]
    if not sources.exists():
        for needed in (sources, folder / "lists" / "partial", folder / "cache" / "archives" / "partial"):
            needed.mkdir(parents=True, exist_ok=True)
        for path in filter(Path.exists, map(Path, _SOURCE_LISTS)):
            text = path.read_text("utf-8")
            if path.suffix == ".list":
                lines = [line for line in text.splitlines() if line.startswith("deb ")]
                lines += [line.replace("deb ", "deb-src ", 1) for line in lines]
                (sources / "list.list").write_text("\n".join(lines) + "\n", encoding="utf-8")
            else:
                (sources / path.name).write_text(text.replace("Types: deb\n", "Types: deb deb-src\n"), encoding="utf-8")
        try:
            _ran(["apt-get", "-q", *options, "update"], folder)
        except NotFetchedError:
            shutil.rmtree(sources)
            raise
    return options


def _ran(command: list[str], folder: Path) -> str:
    """What a registry's client prints."""
    if shutil.which(command[0]) is None:
        raise NotFetchedError(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise NotFetchedError(f"{' '.join(command[:1])} failed for {command[-1]}: {said}")
    return done.stdout
