"""The real code that benchmarks run on: fetched by name and version through pip and npm into a folder that is not committed."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).parent / ".cache"
DJANGO = ("django", "5.2.19")
SQLALCHEMY = ("sqlalchemy", "2.0.44")
ZOD = ("zod", "4.6.7")
CODEGRAPH = ("@colbymchenry/codegraph", "latest")


def wheel_tree(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked wheel of a PyPI package; returns the folder of its import package."""
    folder = cache / f"{name}-{version}"
    if not folder.exists():
        download = cache / "download"
        download.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--only-binary=:all:",
                "-d",
                str(download),
                f"{name}=={version}",
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        wheel = next(path for path in download.iterdir() if path.name.lower().startswith(f"{name}-{version}-"))
        partial = folder.with_suffix(".partial")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial)
        partial.rename(folder)
    return folder / name


def npm_tree(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked npm package."""
    folder = cache / f"npm-{name.strip('@').replace('/', '-')}-{version}"
    if not folder.exists():
        download = cache / "download"
        download.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"], cwd=download, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        with tarfile.open(download / packed) as archive:
            archive.extractall(folder.with_suffix(".partial"), filter="data")
        folder.with_suffix(".partial").rename(folder)
    return folder / "package"


def npm_program(name: str, version: str, program: str, cache: Path = CACHE) -> Path:
    """An npm package installed with what it needs; returns the path of one of its programs."""
    folder = cache / "npm-programs"
    found = folder / "node_modules" / ".bin" / program
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", f"{name}@{version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return found


def standard_library() -> Path:
    """The `Lib` folder of the running interpreter."""
    import sysconfig

    return Path(sysconfig.get_path("stdlib"))
